import { CodedError } from '../../contracts/errors.ts'
import { alarmId } from '../../contracts/ids.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { ChannelView, NoticeView, PathView } from '../../contracts/notify/api.ts'
import { systemSensorId } from '../system-sensors.ts'
import type { AlarmLegs } from './alarm-legs.ts'
import type { NoticeQuery, NoticeStore } from './notice-store.ts'
import { channelView, noticeView } from './notice-view.ts'
import type { NotifiedPlace } from './notified-place.ts'
import type { Notifier } from './notifier.ts'
import { route } from './routing.ts'

interface NoticeDeskOptions {
  places: () => ReadonlyMap<string, NotifiedPlace>
  states: Pick<NoticeStore, 'notices'>
  notifier: Notifier
  legs: AlarmLegs
  now: () => number
}

/** What people ask about notices and channels. */
export class NoticeDesk {
  readonly #options: NoticeDeskOptions

  constructor(options: NoticeDeskOptions) {
    this.#options = options
  }

  /** Newest first, with the cursor of the next page. */
  async list(query: NoticeQuery): Promise<{ items: NoticeView[]; next?: string }> {
    const found = await this.#options.states.notices({ ...query, limit: query.limit + 1 })
    const page = found.slice(0, query.limit)
    const items = page.map(({ notice }) => noticeView(notice, this.#timezone(notice.facility)))
    const last = page.at(-1)
    return found.length > page.length && last !== undefined ? { items, next: String(last.n) } : { items }
  }

  channels(facilities: Iterable<string>): ChannelView[] {
    const { places, notifier } = this.#options
    return [...facilities].flatMap((id) => {
      const place = places().get(id)
      if (place === undefined) return []
      const { timezone, notify } = place.facility
      return Array.from(notify.channels.values(), (channel) =>
        channelView({ facility: id, timezone }, channel, notifier.lane(id, channel.id)),
      )
    })
  }

  /**
   * Sends a message that says that it is a test: to who asks, by a channel for one person, else to the group.
   * @throws CodedError FACILITY_UNKNOWN, CHANNEL_UNKNOWN or RECEIVER_UNREACHED
   */
  async test(facility: string, channel: string, by: string): Promise<NoticeView> {
    const { places, notifier, now } = this.#options
    const place = places().get(facility)
    if (place === undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${facility}"`)
    const { notify, timezone } = place.facility
    const view = place.alarms.view(alarmId(systemSensorId.channel(channel), 'FAIL'))
    const kind = notify.channels.get(channel)?.kind
    if (kind === undefined || view === undefined)
      throw new CodedError('CHANNEL_UNKNOWN', `no channel "${channel}"`)
    const person = notify.responders.get(by)
    if (kind === 'email' && person === undefined)
      throw new CodedError('RECEIVER_UNREACHED', `"${by}" is no responder of ${facility}`)
    const time = now()
    // It is about no occurrence: the sensor of the channel would keep it from being told by the channel itself.
    const [notice] = route(
      {
        view: { ...view, sensor: `${view.sensor}.test` },
        occurrence: `test-${time.toString(36)}`,
        cause: 'test',
        policy: { id: 'test', groupMs: 0 },
        step: 0,
        round: 0,
        origin: 0,
        duties: [],
        channels: [channel],
        only: by,
      },
      { plan: notify, onDuty: () => [] },
      time,
    )
    if (notice === undefined) throw new CodedError('CHANNEL_UNKNOWN', `no channel "${channel}"`)
    const made = { ...notice, view, why: `by ${by}` }
    await notifier.test(made)
    return noticeView(made, timezone)
  }

  path(facilities: Iterable<string>): PathView {
    const { places, notifier, legs, now } = this.#options
    const watched = [...facilities].flatMap((id) => {
      const place = places().get(id)
      const plan = place?.facility.notify.watchdog
      return place === undefined || plan === undefined ? [] : [{ id, place, plan }]
    })
    const [first] = watched
    const last = first === undefined ? undefined : notifier.watchdog.last(first.id)
    return {
      legs: legs.views(),
      watchdog:
        first === undefined
          ? null
          : {
              facility: first.id,
              sensor: first.plan.sensor,
              every: first.plan.everyMs,
              last: last === undefined ? null : formatIso(last, first.place.facility.timezone),
              isLate: notifier.watchdog.isLate(first.id, first.plan, now()),
            },
    }
  }

  #timezone(facility: string): string {
    return this.#options.places().get(facility)?.facility.timezone ?? 'UTC'
  }
}
