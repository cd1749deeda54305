import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import { formatDuration } from '../../contracts/duration.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { InhibitView } from '../../contracts/inhibit-api.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Logger } from '../../contracts/logger.ts'
import { second } from '../action.ts'
import type { DetectorStore } from '../journal/detector-table.ts'
import { covers, type Inhibition } from './inhibition.ts'

export interface InhibitionDeskOptions {
  /** As its file says now. */
  facility: () => Pick<Facility, 'id' | 'timezone' | 'sensors' | 'maxInhibitMs'>
  states: { detectors: DetectorStore }
  /** Epoch ms. */
  now: () => number
  logger: Logger
}

/** What a person asks for. */
export interface InhibitionOrder {
  reason: string
  by: string
  /** Who works on it; default: who asks. */
  owner?: string
  /** How long, ms; or until when, epoch ms. */
  forMs?: number
  until?: number
  approvedBy?: string
  /** Where they are, with sign-in. */
  address?: string
}

const LEAST_MS = 60_000
/** What an outbox sends later than this finds nobody who remembers. */
const REMEMBERED_MS = 30 * 86_400_000
/** Who ends one whose time is over. */
const BY_ITSELF = 'system'

/**
 * Detectors of one facility that somebody works on. Its end needs nobody: by its time it is over, whether the journal
 * could be told or not.
 */
export class InhibitionDesk {
  readonly #options: InhibitionDeskOptions
  /** Those that run, or have ended so lately that what was sampled then may still come. Key: sensor id. */
  readonly #known = new Map<string, Inhibition[]>()
  #newest = 0
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #isEnding = false

  private constructor(options: InhibitionDeskOptions) {
    this.#options = options
  }

  static async open(options: InhibitionDeskOptions): Promise<InhibitionDesk> {
    const desk = new InhibitionDesk(options)
    const { facility, states, now } = options
    const since = now() - REMEMBERED_MS
    for (const inhibition of await states.detectors.inhibitions({ facility: facility().id, since }))
      desk.#keep(inhibition)
    return desk
  }

  /** Nobody has worked on anything for long. */
  get isIdle(): boolean {
    return this.#known.size === 0
  }

  /** Sampled at `time`, epoch ms of the server, it is worth nothing. */
  isInhibited(sensor: string, time: number): boolean {
    return this.#known.get(sensor)?.some((inhibition) => covers(inhibition, time)) === true
  }

  /** Those that are inhibited now, each once. */
  *current(): Generator<Inhibition> {
    const now = this.#options.now()
    for (const known of this.#known.values()) {
      const running = known.find((inhibition) => covers(inhibition, now))
      if (running !== undefined) yield running
    }
  }

  of(sensor: string): InhibitView | null {
    const { facility, now } = this.#options
    const time = now()
    const running = this.#known.get(sensor)?.find((inhibition) => covers(inhibition, time))
    return running === undefined ? null : inhibitView(running, facility().timezone)
  }

  /**
   * In force once it stands in the journal. @throws CodedError SENSOR_UNKNOWN, SENSOR_NOT_FIELD, REASON_REQUIRED,
   * INHIBIT_LENGTH, INHIBIT_RUNNING, SECOND_PERSON_REQUIRED or JOURNAL_UNWRITABLE
   */
  begin(sensor: string, order: InhibitionOrder): Promise<InhibitView> {
    return this.#inTurn(async () => {
      const { facility, now } = this.#options
      const place = facility()
      const found = place.sensors.get(sensor)
      if (found === undefined) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}" in ${place.id}`)
      if (found.gateway === DERIVED_GATEWAY) throw new CodedError('SENSOR_NOT_FIELD', sensor)
      const since = now()
      const until = checkOrder(order, since, place.maxInhibitMs)
      if (this.of(sensor) !== null) throw new CodedError('INHIBIT_RUNNING', sensor)
      const takesTwo = found.alarms.some(({ class: { bypass } }) => bypass === 'two-person')
      const { approvedBy = null } = second(order, takesTwo ? 'two-person' : 'allowed')
      const { by, owner = by, reason, address } = order
      const number = this.#newest + 1
      const inhibition = {
        number,
        sensor,
        by,
        owner,
        reason,
        approvedBy,
        since,
        until,
        ended: null,
        endedBy: null,
      }
      await this.#enter(inhibition, { event: 'inhibited', time: since, by, address })
      return inhibitView(inhibition, place.timezone)
    })
  }

  /** Likewise. @throws CodedError SENSOR_UNKNOWN, NOT_INHIBITED or JOURNAL_UNWRITABLE */
  release(sensor: string, { by, address }: { by: string; address?: string }): Promise<void> {
    return this.#inTurn(async () => {
      const { facility, now } = this.#options
      const { id, sensors } = facility()
      if (!sensors.has(sensor)) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}" in ${id}`)
      const time = now()
      const running = this.#known.get(sensor)?.find((inhibition) => covers(inhibition, time))
      if (running === undefined) throw new CodedError('NOT_INHIBITED', sensor)
      await this.#enter({ ...running, ended: time, endedBy: by }, { event: 'released', time, by, address })
    })
  }

  /** Those whose time is over are entered as ended; call again and again. */
  async look(): Promise<void> {
    if (this.#isEnding || this.isIdle) return
    const now = this.#options.now()
    const over = [...this.#known.values()].flat().filter(({ until, ended }) => ended === null && until <= now)
    this.#forget(now - REMEMBERED_MS)
    if (over.length === 0) return
    this.#isEnding = true
    try {
      for (const inhibition of over)
        await this.#inTurn(async () => {
          if (this.#known.get(inhibition.sensor)?.includes(inhibition) !== true) return
          const { until } = inhibition
          await this.#enter(
            { ...inhibition, ended: until },
            { event: 'returned', time: until, by: BY_ITSELF },
          )
        })
    } catch (error) {
      this.#options.logger.debug({ error: String(error) }, 'the end of an inhibition is entered later')
    } finally {
      this.#isEnding = false
    }
  }

  async #enter(
    inhibition: Inhibition,
    { event, time, by, address }: { event: string; time: number; by: string; address?: string | undefined },
  ): Promise<void> {
    const { facility, states, now } = this.#options
    const { id, timezone } = facility()
    const { number, sensor, owner, reason, approvedBy, until, ended } = inhibition
    await states.detectors.enter({
      facility: id,
      timezone,
      recorded: now(),
      entries: [
        {
          key: `inhibit#${number}.${ended === null ? 'begin' : 'end'}`,
          time,
          item: {
            time: formatIso(time, timezone),
            facility: id,
            by,
            ...(address === undefined ? {} : { address }),
            register: {
              subject: 'inhibit',
              number,
              event,
              from: ended === null ? null : 'inhibited',
              to: ended === null ? 'inhibited' : null,
              detail: { sensor, owner, reason, approvedBy, until: formatIso(until, timezone) },
            },
          },
        },
      ],
      inhibitions: [inhibition],
    })
    this.#keep(inhibition)
  }

  #keep(inhibition: Inhibition): void {
    const { sensor, number } = inhibition
    this.#newest = Math.max(this.#newest, number)
    const others = (this.#known.get(sensor) ?? []).filter((known) => known.number !== number)
    this.#known.set(sensor, [...others, inhibition])
  }

  #forget(before: number): void {
    for (const [sensor, known] of this.#known) {
      const left = known.filter(({ ended }) => ended === null || ended >= before)
      if (left.length === 0) this.#known.delete(sensor)
      else if (left.length < known.length) this.#known.set(sensor, left)
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

/** When it ends by itself. @throws CodedError REASON_REQUIRED or INHIBIT_LENGTH */
function checkOrder(
  { reason, by, owner = by, forMs, until }: InhibitionOrder,
  now: number,
  mostMs: number,
): number {
  if (reason.trim() === '' || by.trim() === '' || owner.trim() === '')
    throw new CodedError('REASON_REQUIRED', 'an inhibition has a person, an owner and a reason')
  if ((forMs === undefined) === (until === undefined))
    throw new CodedError('INHIBIT_LENGTH', 'give either for or until')
  const length = forMs ?? (until ?? 0) - now
  if (length <= 0) throw new CodedError('INHIBIT_LENGTH', 'its end is past')
  if (length > mostMs) throw new CodedError('INHIBIT_LENGTH', `longer than ${formatDuration(mostMs)}`)
  if (!(length >= LEAST_MS))
    throw new CodedError('INHIBIT_LENGTH', `shorter than ${formatDuration(LEAST_MS)}`)
  return now + length
}

function inhibitView(
  { by, owner, reason, approvedBy, since, until }: Inhibition,
  timezone: string,
): InhibitView {
  return {
    by,
    owner,
    since: formatIso(since, timezone),
    until: formatIso(until, timezone),
    reason,
    approvedBy,
  }
}
