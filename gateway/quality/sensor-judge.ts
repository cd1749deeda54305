import type { PolledSensor, Register } from '../../contracts/facility.ts'
import { type Reason, reasonRow } from '../../contracts/quality.ts'
import { scaled } from '../../contracts/scaled.ts'
import { type Assessment, marked, outOfRange, qualityOf } from './assess.ts'
import { type CurrentRegister, judgeCurrent, type LoopVerdict, QUIET_LOOP } from './current-loop.ts'
import type { Decoded } from './decode.ts'
import { LatchBook } from './latch-book.ts'
import { closesLatch, heedStatus } from './over-range-latch.ts'
import { isReachable, type LastGood } from './rate-of-change.ts'
import type { StatusVerdict } from './status.ts'
import { isStill, leftOut, look, type Stillness } from './stillness.ts'

export interface Sample {
  /** When its answer came, monotonic milliseconds. */
  readonly at: number
  readonly decoded: Decoded
  readonly status: StatusVerdict
  /** True when the heartbeat of the device stands still. */
  readonly isDeviceFrozen: boolean
}

/** What all checks have to say about one sample. */
interface Findings {
  readonly status: StatusVerdict
  /** Undefined when there is no number. */
  readonly value: number | undefined
  readonly isLatched: boolean
  readonly loop: LoopVerdict
  readonly range: Reason | undefined
  readonly isReachable: boolean
  readonly isFrozen: boolean
}

/**
 * Which finding gives a reading its reason, the first that applies. Before all of these stand a read that
 * failed, bytes or text that cannot be decoded, and a device whose heartbeat stands still: then nothing of
 * the sample is known or new, and no state of a check moves.
 *
 * 1. a mode of the status: warm-up, inhibited, calibrating, testing; with the held value if there is one
 * 2. not a number
 * 3. any other bad status, or one that could not be read
 * 4. the over-range latch
 * 5. a fault current that was declared
 * 6. a fault current that may yet be a disturbance: no measurement, so 7 to 9 say nothing about it
 * 7. out of the valid range
 * 8. a change that cannot be that fast
 * 9. a raw value that stands still
 * 10. an uncertain status
 * 11. a declared current that is only uncertain
 * 12. a drifting current
 */
const RANKING: readonly ((findings: Findings) => Reason | undefined)[] = [
  ({ status }) => (status.kind === 'said' && isMode(status.reason) ? status.reason : undefined),
  ({ value }) => (value === undefined ? 'not-a-number' : undefined),
  ({ status }) => (status.kind === 'good' ? undefined : ifBad(status.reason)),
  ({ isLatched }) => (isLatched ? 'over-range-latched' : undefined),
  ({ loop }) => (loop.kind === 'declared' ? ifBad(loop.zone) : undefined),
  ({ loop }) => (loop.kind === 'pending' ? 'ne43-drift' : undefined),
  ({ range }) => range,
  (findings) => (findings.isReachable ? undefined : 'implausible-rate'),
  ({ isFrozen }) => (isFrozen ? 'frozen' : undefined),
  ({ status }) => (status.kind === 'good' ? undefined : status.reason),
  ({ loop }) => (loop.kind === 'declared' ? loop.zone : undefined),
  ({ loop }) => (loop.kind === 'drift' ? 'ne43-drift' : undefined),
]

/**
 * Judges one sensor sample by sample: its own range, its current loop, its plausibility and what its device
 * says. But for the latch the states live in memory: after a restart the first value is believed.
 */
export class SensorJudge {
  readonly #sensor: PolledSensor
  readonly #latches: LatchBook
  #loop = QUIET_LOOP
  #raw: Stillness | undefined
  #lastGood: LastGood | undefined
  #rejected = 0

  constructor(sensor: PolledSensor, latches = new LatchBook()) {
    this.#sensor = sensor
    this.#latches = latches
  }

  /** True while the over-range latch is closed. One that the file does not ask for any more is none. */
  get isLatched(): boolean {
    const { id, plausibility } = this.#sensor
    return plausibility.overRangeAt !== undefined && this.#latches.of(id) !== 'open'
  }

  /** How many values were refused since they came too fast. */
  get rejected(): number {
    return this.#rejected
  }

  /** Samples come in the order of their time. */
  judge(sample: Sample): Assessment {
    const { register, plausibility } = this.#sensor
    const { at, decoded, status } = sample
    const raw = decoded.ok ? decoded.raw : undefined
    const value = raw === undefined ? undefined : scaled(raw, register)
    if (!decoded.ok && decoded.reason === 'not-decodable') return marked(decoded.reason)
    if (sample.isDeviceFrozen) return marked('frozen', value)

    this.#watch(raw, at, status)
    const { id } = this.#sensor
    this.#latches.set(id, heedStatus(this.#latches.of(id), status))
    const findings: Findings = {
      status,
      value,
      isLatched: this.isLatched,
      loop: this.#judgeCurrent(raw, at),
      range: raw === undefined || value === undefined ? undefined : outOfRange(this.#sensor, { raw, value }),
      isReachable: value === undefined || isReachable(this.#lastGood, { value, at }, plausibility.maxRate),
      isFrozen:
        plausibility.frozenAfterMs !== undefined && isStill(this.#raw, at, plausibility.frozenAfterMs),
    }
    const assessment = this.#heedOverRange(findings, ranked(findings))
    if (assessment.reason === 'implausible-rate') this.#rejected += 1
    if (assessment.quality === 'good' && value !== undefined) this.#lastGood = { value, at }
    return assessment
  }

  /** Opens the over-range latch by hand. False when it was not closed. The next high reading closes it again. */
  release(): boolean {
    const wasLatched = this.isLatched
    this.#latches.set(this.#sensor.id, 'open')
    return wasLatched
  }

  /** The device was out of reach for so long: that time is no evidence that a value stood still or lasted. */
  wasAway(ms: number): void {
    if (this.#raw !== undefined) this.#raw = leftOut(this.#raw, ms)
    const { pending } = this.#loop
    if (pending !== undefined) this.#loop = { ...this.#loop, pending: leftOut(pending, ms) }
  }

  #watch(raw: number | undefined, at: number, status: StatusVerdict): void {
    const before = heldBy(status) ? undefined : this.#raw
    this.#raw = raw === undefined ? undefined : look(before, raw, at)
  }

  #judgeCurrent(raw: number | undefined, now: number): LoopVerdict {
    const { register } = this.#sensor
    if (raw === undefined || !isCurrent(register)) return { kind: 'measurement' }
    const { state, verdict } = judgeCurrent(this.#loop, { raw, now }, register)
    this.#loop = state
    return verdict
  }

  #heedOverRange(findings: Findings, assessment: Assessment): Assessment {
    const { overRangeAt } = this.#sensor.plausibility
    if (overRangeAt === undefined || findings.isLatched) return assessment
    const pending = findings.loop.kind === 'pending' ? findings.loop.zone : undefined
    if (!closesLatch(assessment, overRangeAt, pending)) return assessment
    this.#latches.set(this.#sensor.id, 'latched')
    return ranked({ ...findings, isLatched: true })
  }
}

function ranked(findings: Findings): Assessment {
  const { value } = findings
  for (const rank of RANKING) {
    const reason = rank(findings)
    if (reason !== undefined) return marked(reason, value)
  }
  return value === undefined ? marked('not-a-number') : { value, quality: 'good' }
}

function ifBad(reason: Reason): Reason | undefined {
  return qualityOf(reason) === 'bad' ? reason : undefined
}

/** A state that a person or the device itself has brought about: nothing is wrong, and nothing measured. */
function isMode(reason: Reason): boolean {
  const { evidence, fault } = reasonRow('bad', reason)
  return evidence === 'none' && !fault
}

/** A device that says it is not measuring may hold its value: that is not frozen (domain 2.5). */
function heldBy(status: StatusVerdict): boolean {
  return status.kind === 'said' && qualityOf(status.reason) === 'bad'
}

function isCurrent(register: Register): register is Register & CurrentRegister {
  return register.current !== undefined
}
