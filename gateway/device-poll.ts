import type { Device } from '../contracts/facility.ts'
import type { LinkCounters } from '../contracts/wire.ts'
import { failureName, isAnswer, type ReadOutcome } from './drivers/driver.ts'
import type { Block } from './plan.ts'
import { FULL_PACE, firstDue, nextDue, type Pace, paceAfter } from './schedule.ts'

/** What became of a poll with one more outcome. */
export type PollProgress =
  | { readonly ended: false }
  /** `unasked` share the silence of the device: they are not worth a timeout each. */
  | { readonly ended: true; readonly answered: boolean; readonly unasked: readonly Block[] }

/** The polls of one device: when they are due, which block is next, and what they came to. No I/O. */
export class DevicePoll {
  readonly device: Device
  readonly #blocks: readonly Block[]
  readonly #counters: LinkCounters = { requests: 0, errors: {}, overruns: 0, roundTripMs: 0 }
  #due = Number.POSITIVE_INFINITY
  #pace: Pace = FULL_PACE
  #queue: Block[] = []
  #isUnderWay = false
  #isProbing = false
  #hasAnswered = false
  #wasSilent = false
  #isOnline = false

  constructor(device: Device, blocks: readonly Block[]) {
    this.device = device
    this.#blocks = blocks
  }

  /** Monotonic milliseconds. */
  get due(): number {
    return this.#due
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  get counters(): LinkCounters & { online: boolean } {
    return { ...this.#counters, errors: { ...this.#counters.errors }, online: this.#isOnline }
  }

  /** Puts the first poll on the grid. A device without anything to read is never due. */
  schedule(start: number, place: { index: number; count: number }): void {
    if (this.#blocks.length > 0) this.#due = firstDue(start, this.device.pollMs, place)
  }

  /** Begins a poll if one is due: call it whenever time may have passed. */
  tick(now: number): void {
    if (now < this.#due) return
    const next = nextDue(this.#due, this.device.pollMs, now)
    this.#due = next.at
    this.#counters.overruns += next.skipped
    if (this.#isUnderWay) this.#counters.overruns += 1
    else if (this.#pace.skip > 0) this.#pace = { ...this.#pace, skip: this.#pace.skip - 1 }
    else this.#begin()
  }

  /** The next block to ask for, or undefined when the poll has none left. */
  takeBlock(): Block | undefined {
    return this.#queue.shift()
  }

  record(outcome: ReadOutcome, roundTripMs: number): PollProgress {
    this.#count(outcome, roundTripMs)
    if (isAnswer(outcome)) this.#hasAnswered = true
    else if (isConnected(outcome)) this.#wasSilent = true
    const isDeaf = this.#isProbing && this.#wasSilent
    this.#isProbing = false
    const unasked = isDeaf ? this.#queue.splice(0) : []
    if (this.#queue.length > 0) return { ended: false }
    this.#end()
    return { ended: true, answered: this.#hasAnswered, unasked }
  }

  /** A new connection is a new chance: the next grid point asks again. */
  forgive(): void {
    this.#pace = { ...this.#pace, skip: 0 }
  }

  #begin(): void {
    // The probe goes round: a block that the device never answers must not keep all others unread.
    const first = this.#pace.silentPolls % this.#blocks.length
    this.#queue = [...this.#blocks.slice(first), ...this.#blocks.slice(0, first)]
    this.#isProbing = this.#pace.silentPolls > 0
    this.#hasAnswered = false
    this.#wasSilent = false
    this.#isUnderWay = true
  }

  #end(): void {
    this.#isUnderWay = false
    this.#isOnline = this.#hasAnswered
    // A lost connection says nothing about how patient to be with the device.
    if (this.#hasAnswered || this.#wasSilent) this.#pace = paceAfter(this.#pace, this.#hasAnswered)
  }

  #count(outcome: ReadOutcome, roundTripMs: number): void {
    const { errors } = this.#counters
    if (outcome.ok) {
      this.#counters.requests += 1
      this.#counters.roundTripMs = roundTripMs
      return
    }
    const name = failureName(outcome.failed)
    if (isConnected(outcome)) this.#counters.requests += 1
    errors[name] = (errors[name] ?? 0) + 1
  }
}

function isConnected(outcome: ReadOutcome): boolean {
  return outcome.ok || outcome.failed.kind !== 'not-connected'
}
