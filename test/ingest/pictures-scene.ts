import { AlarmBoard } from '../../alerting/alarm-board.ts'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Told } from '../../alerting/journal/journal-queue.ts'
import type { Commit } from '../../alerting/journal/state-store.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { FieldValue, StatusPoint } from '../../contracts/store.ts'
import { AlarmFeed } from '../../ingest/status/alarm-feed.ts'
import { AlarmPictures } from '../../ingest/status/alarm-pictures.ts'
import type { PictureSources } from '../../ingest/status/picture.ts'
import { writeNow } from '../../ingest/status/write-now.ts'
import { evidenceBatch } from '../alerting/alarm-fixtures.ts'
import { DirectStates } from '../alerting/direct-states.ts'
import { temporaryFolder } from '../temporary-folder.ts'

class SlowStates extends DirectStates {
  delay: () => number = () => 0
  isFailing = false

  override async commit(commit: Commit) {
    if (this.isFailing) throw new CodedError('JOURNAL_UNWRITABLE', 'disk full')
    await passed(this.delay())
    return super.commit(commit)
  }
}

/** The alarms of one facility, their journal, and what a database would have of them, in virtual time. */
export class PicturesScene {
  /** In the order in which they got there. */
  readonly written: StatusPoint[] = []
  readonly told: Told[] = []
  isAway = false
  /** How long a write takes, ms. */
  delay: (points: readonly StatusPoint[]) => number = () => 0
  readonly states = new SlowStates(temporaryFolder())
  readonly #latest = new Map<string, Reading>()
  #alarms: AlarmService | undefined
  readonly pictures: AlarmPictures
  readonly #feed: AlarmFeed
  readonly #steady: SteadyClock
  readonly #sources: PictureSources

  constructor() {
    const clock = { wall: () => Date.now(), monotonic: () => performance.now() }
    const steady = new SteadyClock(clock)
    this.#steady = steady
    const write = (points: readonly StatusPoint[]) => this.#write(points)
    this.#sources = {
      places: () => {
        const { alarms } = this
        const board = new AlarmBoard(alarms)
        const taker = { latest: (sensor: string) => this.#latest.get(sensor) }
        return [{ board, alarms, intake: { taker } }]
      },
      write: writeNow(write, silentLogger),
      clock,
      steady,
    }
    this.pictures = new AlarmPictures(this.#sources)
    this.#feed = new AlarmFeed({ states: this.states, write, random: () => 0, onTrouble: () => undefined })
  }

  get alarms(): AlarmService {
    if (this.#alarms === undefined) throw new Error('not begun')
    return this.#alarms
  }

  async begin(facility: Facility): Promise<void> {
    this.#alarms = await AlarmService.start({
      facility,
      states: this.states,
      clock: this.#steady,
      tell: (told) => {
        this.told.push(told)
        this.#feed.wake()
        this.pictures.note(told)
      },
      logger: silentLogger,
    })
    this.#alarms.live()
    this.#feed.start()
  }

  async end(): Promise<void> {
    this.states.isFailing = false
    await this.#alarms?.stop()
    await this.#feed.close()
    await this.states.close()
  }

  read(sensor: string, value: number, quality: Reading['quality'] = 'good'): Promise<void> {
    const reading = { sensor, time: Date.now(), value, quality }
    this.#latest.set(sensor, reading)
    return this.alarms.evaluate(evidenceBatch({ readings: [reading] }), 0)
  }

  acknowledge(alarm: string): Promise<unknown> {
    const number = Number(this.alarms.view(alarm)?.occurrence?.split('#')[1] ?? 0)
    return this.alarms.act(alarm, (time) => ({
      kind: 'acknowledge',
      time,
      occurrence: number,
      by: 'li',
      comment: null,
    }))
  }

  /** A picture of everything, whenever the last one was. */
  look(): Promise<void> {
    return new AlarmPictures(this.#sources).tick()
  }

  of(measurement: string, tags: Record<string, string> = {}): StatusPoint[] {
    return this.written.filter(
      (point) =>
        point.measurement === measurement &&
        Object.entries(tags).every(([tag, value]) => point.tags[tag] === value),
    )
  }

  /** What the documented query of standing alarms answers now: state and rank by alarm. */
  standing(): Map<string, { state: FieldValue; rank: FieldValue }> {
    const now = Date.now()
    const newest = new Map<string, { time: number; state: FieldValue; rank: FieldValue }>()
    for (const { tags, fields, time } of this.of('alarm_standing')) {
      const { state = '', rank = 0n } = fields
      const { alarm = '' } = tags
      // Of two with one time the one that was written last holds: its fields are merged over the other's.
      if (time > now - 120_000 && time >= (newest.get(alarm)?.time ?? 0))
        newest.set(alarm, { time, state, rank })
    }
    const rows = [...newest].filter(([, { rank }]) => rank !== 0n)
    return new Map(rows.map(([alarm, { state, rank }]) => [alarm, { state, rank }]))
  }

  async #write(points: readonly StatusPoint[]) {
    await passed(this.delay(points))
    if (this.isAway) throw new CodedError('STORE_UNREACHABLE', 'gone')
    this.written.push(...points)
    return []
  }
}

function passed(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
