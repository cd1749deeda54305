import type { Device, PolledSensor } from '../../contracts/facility.ts'
import type { Reason } from '../../contracts/quality.ts'
import { isAnswer, type ReadOutcome } from '../drivers/driver.ts'
import type { Block } from '../polling/plan.ts'
import { type Assessment, assessFailure, marked, qualityOf } from './assess.ts'
import { type Decoded, decode } from './decode.ts'
import { DeviceCondition } from './device-condition.ts'
import { LatchBook } from './latch-book.ts'
import { SensorJudge } from './sensor-judge.ts'

/** What became of one sample. */
export interface Judged {
  readonly sensor: PolledSensor
  /** When the answer came, or the read was known to have failed; monotonic milliseconds. */
  readonly at: number
  readonly assessment: Assessment
  /** What was read; absent when nothing was. */
  readonly decoded?: Decoded
}

interface Waiting {
  readonly sensor: PolledSensor
  readonly at: number
  readonly decoded: Decoded
  readonly block: Block
}

/**
 * Judges what is read from one device: tell it every block of a poll as it comes, then the end of the poll.
 * A sample waits until the poll has read the status and heartbeat that it is judged by, at the longest to
 * the end of the poll. All times are monotonic milliseconds.
 */
export class DeviceJudge {
  readonly #device: Device
  readonly #condition: DeviceCondition
  /** Key: sensor id. */
  readonly #sensors: ReadonlyMap<string, SensorJudge>
  /** Key: sensor id. */
  readonly #waiting = new Map<string, Waiting>()
  #lostSince: number | undefined

  constructor(device: Device, latches = new LatchBook()) {
    this.#device = device
    this.#condition = new DeviceCondition(device)
    this.#sensors = new Map(device.sensors.map((sensor) => [sensor.id, new SensorJudge(sensor, latches)]))
  }

  onBlock(block: Block, outcome: ReadOutcome, now: number): Judged[] {
    if (isAnswer(outcome)) this.#endLoss(now)
    this.#condition.tell(block, outcome, now)
    const judged: Judged[] = []
    for (const sensor of block.sensors) {
      this.#waiting.delete(sensor.id)
      if (outcome.ok) {
        const decoded = decode(sensor.register, outcome.data, block.address)
        this.#waiting.set(sensor.id, { sensor, at: now, decoded, block })
      } else {
        // Until it answers, a lost device is lost, whatever a probe of it came to.
        const assessment = this.#lostSince === undefined ? assessFailure(outcome.failed) : marked('comm-lost')
        judged.push({ sensor, at: now, assessment })
      }
    }
    return [...judged, ...this.#judgeWaiting(({ sensor }) => this.#condition.isTold(sensor))]
  }

  /**
   * What was computed of waveforms. Key: field of the register. `reason` is what is wrong with all of it; a feature that
   * is missing without one has not seen enough yet.
   */
  onFeatures(
    values: Readonly<Record<string, number | undefined>>,
    { at, reason }: { readonly at: number; readonly reason: Reason | undefined },
  ): Judged[] {
    this.#endLoss(at)
    return this.#device.sensors.map((sensor) => {
      const raw = values[sensor.register.field ?? '']
      if (raw === undefined) return { sensor, at, assessment: marked(reason ?? 'warm-up') }
      const decoded: Decoded = { ok: true, raw }
      const assessment = this.#sensors
        .get(sensor.id)
        ?.judge({ at, decoded, status: { kind: 'good' }, isDeviceFrozen: false })
      return { sensor, at, assessment: worse(assessment ?? marked('not-decodable'), reason), decoded }
    })
  }

  /** Samples whose status this poll did not read are bad. */
  onPollEnd(now: number): Judged[] {
    const judged = this.#judgeWaiting(() => true)
    this.#condition.endPoll(now)
    return judged
  }

  /** The device is out of reach: all its sensors are, at once and without a value. */
  onLost(now: number): Judged[] {
    this.#waiting.clear()
    this.#condition.forget()
    this.#lostSince ??= now
    return this.#device.sensors.map((sensor) => ({ sensor, at: now, assessment: marked('comm-lost') }))
  }

  /** Ids of the sensors whose over-range latch is closed. */
  latched(): string[] {
    return [...this.#sensors].flatMap(([id, judge]) => (judge.isLatched ? [id] : []))
  }

  /** Opens an over-range latch by hand. False when the sensor has none that is closed. */
  release(sensor: string): boolean {
    return this.#sensors.get(sensor)?.release() ?? false
  }

  /** How many values were refused since they came too fast. Key: sensor id; only sensors with any. */
  rejected(): Record<string, number> {
    const counted = [...this.#sensors].filter(([, judge]) => judge.rejected > 0)
    return Object.fromEntries(counted.map(([id, judge]) => [id, judge.rejected]))
  }

  #judgeWaiting(isReady: (sample: Waiting) => boolean): Judged[] {
    const judged: Judged[] = []
    for (const [id, sample] of this.#waiting) {
      if (!isReady(sample)) continue
      this.#waiting.delete(id)
      const { sensor, at, decoded, block } = sample
      const assessment = this.#sensors.get(id)?.judge({
        at,
        decoded,
        status: this.#condition.statusOf(sensor, block),
        isDeviceFrozen: this.#condition.isFrozen(at),
      })
      if (assessment !== undefined) judged.push({ sensor, at, assessment, decoded })
    }
    return judged
  }

  #endLoss(now: number): void {
    if (this.#lostSince === undefined) return
    const awayMs = now - this.#lostSince
    this.#lostSince = undefined
    this.#condition.wasAway(awayMs)
    for (const judge of this.#sensors.values()) judge.wasAway(awayMs)
  }
}

/** What is wrong with the waveform goes before what is wrong with a figure of it, unless that is worse. */
function worse(assessment: Assessment, reason: Reason | undefined): Assessment {
  if (reason === undefined) return assessment
  if (assessment.quality === 'bad' && qualityOf(reason) !== 'bad') return assessment
  return marked(reason, assessment.value)
}
