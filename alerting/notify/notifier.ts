import type { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Receipt } from '../../contracts/notify/message.ts'
import type { Channel } from '../../contracts/notify/plan.ts'
import type { Told } from '../journal/journal-queue.ts'
import type { StateStore } from '../journal/state-store.ts'
import { systemSensorId } from '../system-sensors.ts'
import type { AlarmLegs } from './alarm-legs.ts'
import type { AnswerLinks } from './answer-link.ts'
import type { ChannelLane } from './channel-lane.ts'
import type { Sender } from './channels/sender.ts'
import { deliver } from './deliver.ts'
import { EntryBook } from './entry-book.ts'
import { wantsAttention } from './escalation.ts'
import { type Asked, Escalations } from './escalations.ts'
import { Lanes } from './lanes.ts'
import { isSettled, type Notice } from './notice.ts'
import { NoticeLog } from './notice-log.ts'
import type { NoticeStore, OpenNotices } from './notice-store.ts'
import type { NotifiedPlace } from './notified-place.ts'
import { Reached } from './reached.ts'
import { route, routeReturn, type Telling } from './routing.ts'
import { muteReason, staged } from './stages.ts'
import { urgentFirst } from './urgent-first.ts'
import { WatchdogWatch } from './watchdog-watch.ts'

/** Steps fall due, groups and limits end within this much of their time, ms. */
const TICK_MS = 250
/** Channels that nobody uses, the roster and the watchdog are looked at this often, ms. */
const LOOK_MS = 10_000
/** A hole in the roster is told so long before, ms. */
const HOLE_AHEAD_MS = 24 * 3_600_000
/** Entries of the journal that a start reads at once. */
const PAGE = 500
/** Notices that are known to have been decided. */
const MAX_KNOWN = 100_000

export interface NotifierOptions {
  /** Key: facility. */
  places: () => ReadonlyMap<string, NotifiedPlace>
  states: NoticeStore & Pick<StateStore, 'after' | 'lastSeq'>
  sender: Sender
  links: AnswerLinks
  legs: AlarmLegs
  /** Epoch ms of the server. */
  now: () => number
  logger: Logger
}

/**
 * Tells people of alarms: what the journal tells becomes steps of an escalation, those become notices, and notices go
 * out by the lanes of their channels. What is decided is kept before it is sent, so that a restart forgets nothing; what
 * was under way then goes out again under its id.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #log: NoticeLog
  readonly #book: EntryBook
  readonly #lanes: Lanes
  readonly #escalations: Escalations
  readonly #reached = new Reached()
  readonly #known = new Set<string>()
  readonly watchdog: WatchdogWatch
  readonly #inbox: Told[] = []
  /** Entries of the journal up to here were looked at; and so it was kept. */
  #cursor: number
  #keptCursor: number
  /** A start has read the journal up to here: what was told meanwhile comes twice, and counts once. */
  #caughtUp = 0
  #waiting: readonly Notice[]
  #turning: Promise<void> | undefined
  #timers: NodeJS.Timeout[] = []
  #isStarted = false
  #isClosed = false

  private constructor(options: NotifierOptions, open: OpenNotices, cursor: number) {
    this.#options = options
    const { states, logger, now, sender } = options
    this.#cursor = cursor
    this.#keptCursor = open.cursor ?? 0
    this.#waiting = open.waiting
    this.#log = new NoticeLog(states, logger)
    this.#escalations = new Escalations((facility) => this.#plan(facility)?.policies ?? [], open.escalations)
    this.watchdog = new WatchdogWatch(now())
    this.#book = new EntryBook({
      enter: async (facility, alarm, notice) => {
        const place = options.places().get(facility)
        await place?.alarms.act(alarm, (time) => ({ kind: 'notified', time, notice }))
      },
      timezone: (facility) => this.#place(facility)?.facility.timezone ?? 'UTC',
      logger,
    })
    this.#lanes = new Lanes({
      sender,
      send: (facility, channel, notices, attempt) => this.#send(facility, channel, notices, attempt),
      muted: (notice) => muteReason(notice, this.#view(notice.facility, notice.alarm), now()),
      record: (notices) => this.#record(notices),
      onUnreached: (notice, error) => this.#tryAnother(notice, error),
      onState: (facility, channel, lane) => this.#channelState(facility, channel, lane),
      onTrouble: (facility, error) =>
        logger.error({ facility, error: String(error) }, 'the channels of a facility were not taken'),
      now,
    })
  }

  /** Reads what the last run left; nothing is sent before {@link start}. */
  static async open(options: NotifierOptions): Promise<Notifier> {
    const open = await options.states.openNotices()
    return new Notifier(options, open, open.cursor ?? (await options.states.lastSeq()))
  }

  /** Once alarms are live: goes on where the last run stopped. */
  async start(): Promise<void> {
    const { states } = this.#options
    this.#follow()
    const gone = this.#enqueue(this.#waiting)
    this.#waiting = []
    this.#record(gone.map((notice) => ({ ...notice, state: 'dropped', why: 'no-channel' })))
    for (;;) {
      const items = await states.after(this.#cursor, PAGE)
      if (items.length === 0) break
      await this.#decide(items)
    }
    this.#caughtUp = this.#cursor
    this.#reconcile()
    this.#isStarted = true
    await this.#turn()
    this.#timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => this.#look(), LOOK_MS)]
    this.#look()
  }

  /** What the journal tells, or would if it could. Returns at once. */
  note(told: Told): void {
    this.#leg(told)
    if (told.event === 'notified') return
    this.#inbox.push(told)
    if (this.#isStarted && this.#turning === undefined) setImmediate(() => void this.#turn())
  }

  lane(facility: string, channel: string): ChannelLane | undefined {
    return this.#lanes.get(facility, channel)
  }

  /** A message that says that it is a test. Its notice. */
  async test(notice: Notice): Promise<void> {
    await this.#log.keep({ notices: [notice] })
    this.#enqueue([notice])
  }

  /** The link of a notice was used. */
  async answered(notice: Notice): Promise<void> {
    await this.#log.keep({ notices: [notice] })
  }

  /** The wall clock was stepped by so many ms: what remained of a wait carries over. */
  clockStepped(step: number): void {
    this.#escalations.clockStepped(step)
    this.#lanes.clockStepped(step)
    this.watchdog.clockStepped(step)
  }

  /** What is under way is not waited for: it goes out again with the next start. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#isStarted = false
    // What is cut off now is no failure of its channel.
    this.#isClosed = true
    await this.#turning
    await this.#book.close()
    await this.#log.close()
  }

  #place(facility: string): NotifiedPlace | undefined {
    return this.#options.places().get(facility)
  }

  #plan(facility: string): Facility['notify'] | undefined {
    return this.#place(facility)?.facility.notify
  }

  #view(facility: string, alarm: string) {
    return this.#place(facility)?.alarms.view(alarm)
  }

  /** Facility files may have changed. */
  #follow(): void {
    let isOther = false
    for (const { facility } of this.#options.places().values()) {
      const orphans = this.#lanes.follow(facility)
      isOther ||= orphans !== undefined
      this.#record((orphans ?? []).map((notice) => ({ ...notice, state: 'dropped', why: 'no-channel' })))
    }
    if (isOther && this.#isStarted) this.#reconcile()
  }

  /** What stands without anybody being told: of a journal that failed, or from before it had a policy. */
  #reconcile(): void {
    const now = this.#options.now()
    this.#escalations.prune()
    for (const { alarms, facility } of this.#options.places().values()) {
      // A plant that tells nobody may have a million alarms.
      if (facility.notify.policies.length === 0) continue
      for (const alarm of alarms.views())
        if (wantsAttention(alarm) && this.#escalations.of(alarm.facility, alarm.id) === undefined)
          this.#escalations.note({ event: 'priority-raised', alarm, seq: undefined }, now)
    }
  }

  #tick(): void {
    this.#follow()
    void this.#turn()
    this.#lanes.pump()
  }

  #look(): void {
    const { places, now, logger } = this.#options
    const time = now()
    for (const { facility, alarms, roster } of places().values()) {
      const { notify } = facility
      const report = (sensor: string, isAbnormal: boolean) =>
        alarms
          .report(sensor, Number(isAbnormal))
          .catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
      if (notify.policies.length > 0)
        void report(systemSensorId.roster(), roster.hole(time, time + HOLE_AHEAD_MS) !== undefined)
      if (notify.watchdog !== undefined)
        void report(systemSensorId.watchdog(), this.watchdog.isLate(facility.id, notify.watchdog, time))
    }
    void this.#lanes.probe()
  }

  /** One at a time; what comes meanwhile goes with the next. */
  #turn(): Promise<void> {
    this.#turning ??= this.#decide(this.#inbox.splice(0)).finally(() => {
      this.#turning = undefined
      if (this.#inbox.length > 0 && this.#isStarted) void this.#turn()
    })
    return this.#turning
  }

  async #decide(items: readonly Told[]): Promise<void> {
    const now = this.#options.now()
    const made: Notice[] = []
    for (const told of items) {
      if (told.event === 'notified' || (told.seq !== undefined && told.seq <= this.#caughtUp)) continue
      for (const asked of this.#escalations.note(told, now))
        made.push(...this.#stage(this.#routed(asked, now)))
    }
    this.#cursor = Math.max(this.#cursor, ...items.map(({ seq }) => seq ?? 0))
    made.push(...this.#escalations.advance(now, (asked) => this.#stage(this.#routed(asked, now))))
    const { escalations, ended } = this.#escalations.changes()
    // Entries that ask for nothing may be looked at again.
    const isNews = made.length + escalations.length + ended.length > 0
    if (!isNews && this.#cursor - this.#keptCursor < PAGE) return
    this.#keptCursor = this.#cursor
    this.#reached.taken(made.filter(isOfEscalation))
    for (const over of ended) this.#reached.forget(over)
    const [first, rest] = urgentFirst(made, escalations)
    if (first.notices.length > 0) {
      await this.#log.keep(first)
      this.#hand(first.notices)
    }
    await this.#log.keep({ ...rest, cursor: this.#cursor, ended })
    this.#hand(rest.notices)
  }

  /** Kept notices are on their way, or settled. */
  #hand(notices: readonly Notice[]): void {
    this.#book.add(notices.filter(isSettled))
    this.#enqueue(notices.filter((notice) => !isSettled(notice)))
  }

  /** What goes on, and what ends here; nothing that was decided before. */
  #stage(notices: readonly Notice[]): Notice[] {
    const going = staged(notices, {
      view: (facility, alarm) => this.#view(facility, alarm),
      now: this.#options.now(),
      isKnown: (id) => this.#known.has(id),
    })
    for (const { id } of going) this.#known.add(id)
    for (const id of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(id)
    }
    return going
  }

  #routed({ escalation, policy, taken }: Asked, now: number): Notice[] {
    const { facility, alarm, occurrence, origin } = escalation
    const view = this.#view(facility, alarm)
    if (view === undefined) return []
    const { cause, step, round } = taken
    const telling = { view, occurrence, policy, origin, cause, step, round, duties: [] }
    if (cause === 'returned') return routeReturn(telling, escalation.told, now)
    const steps = taken.steps.flatMap((index) => policy.steps[index] ?? [])
    return steps.flatMap(({ to, by }) => this.#reach({ ...telling, duties: to, channels: by }, now))
  }

  #reach(telling: Telling, now: number): Notice[] {
    const place = this.#place(telling.view.facility)
    if (place === undefined) return []
    const { facility, roster } = place
    return route(telling, { plan: facility.notify, onDuty: (duty) => roster.onDuty(duty, now) }, now)
  }

  /** Gives back those whose channel is no more. */
  #enqueue(notices: readonly Notice[]): Notice[] {
    const byLane = Map.groupBy(notices, ({ facility, channel }) => this.#lanes.get(facility, channel))
    for (const [lane, list] of byLane) lane?.add(list)
    return byLane.get(undefined) ?? []
  }

  #send(facility: string, channel: Channel, notices: readonly Notice[], attempt: number): Promise<Receipt> {
    const { sender, links } = this.#options
    return deliver(notices, { place: this.#place(facility), channel, links, sender, attempt })
  }

  /** What has become of notices. */
  #record(notices: readonly Notice[]): void {
    if (notices.length === 0) return
    const now = this.#options.now()
    for (const notice of notices) {
      if (notice.state !== 'sent') continue
      this.#reached.sent(notice)
      this.#options.legs.passed('sent', legKey(notice), now)
    }
    void this.#log.keep({ notices })
    this.#book.add(notices.filter(isSettled))
  }

  /** A channel failed with it: the fallback of the channel is tried, and when nobody was reached the next step is taken. */
  #tryAnother(notice: Notice, error: CodedError): void {
    const { logger, now } = this.#options
    if (this.#isClosed || !isOfEscalation(notice)) return
    const { facility, alarm, channel, duties, to, view, occurrence, cause, step } = notice
    const plan = this.#plan(facility)
    const fallback = plan?.channels.get(channel)?.fallback
    const policy = plan?.policies.find(({ id }) => id === notice.policy)
    if (fallback !== undefined && policy !== undefined) {
      logger.warn({ facility, alarm, channel, fallback, code: error.code }, 'another channel is tried')
      const only = to === null ? {} : { only: to }
      const origin = this.#escalations.of(facility, alarm)?.origin ?? 0
      const telling = {
        view,
        occurrence,
        policy,
        origin,
        cause,
        step,
        round: 0,
        duties,
        channels: [fallback],
        ...only,
      }
      const made = this.#stage(this.#reach(telling, now()))
      this.#reached.also(made)
      void this.#log.keep({ notices: made }).then(() => {
        this.#enqueue(made.filter((other) => !isSettled(other)))
      })
    }
    if (this.#reached.missed(notice)) {
      this.#escalations.hurry(facility, alarm, now())
      setImmediate(() => void this.#turn())
    }
  }

  #channelState(facility: string, channel: string, { state, error }: ChannelLane): void {
    if (this.#isClosed) return
    const { logger } = this.#options
    if (state === 'failing')
      logger.error(
        { facility, channel, code: error?.code, detail: error?.detail },
        'a channel takes no messages',
      )
    else logger.info({ facility, channel }, 'a channel takes messages')
    this.#place(facility)
      ?.alarms.report(systemSensorId.channel(channel), Number(state === 'failing'))
      .catch((failure: unknown) => logger.debug({ error: String(failure) }, 'not journalled yet'))
  }

  #leg({ event, alarm, seq }: Told): void {
    if (alarm.occurrence === null) return
    const key = legKey({ facility: alarm.facility, occurrence: alarm.occurrence })
    const now = this.#options.now()
    if (event === 'raised' && seq !== undefined) this.#options.legs.passed('journalled', key, now)
    else if (event === 'acknowledged') this.#options.legs.passed('acknowledged', key, now)
    if (event === 'raised') this.watchdog.raised(alarm, now)
  }
}

/** What {@link AlarmLegs} follows it under. */
export function legKey({ facility, occurrence }: { facility: string; occurrence: string }): string {
  return `${facility} ${occurrence}`
}

function isOfEscalation({ cause }: Notice): boolean {
  return cause === 'raised' || cause === 'escalated' || cause === 'repeated'
}
