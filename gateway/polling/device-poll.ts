import type { Device } from '../../contracts/facility.ts'
import type { LinkCounters } from '../../contracts/wire.ts'
import { isAnswer, NOT_CONNECTED, type ReadOutcome } from '../drivers/driver.ts'
import { BlockBook, type Told } from './block-book.ts'
import { DeviceCounters } from './device-counters.ts'
import { type Block, conditionsLast } from './plan.ts'
import { newRound, type Round } from './poll-round.ts'
import { retryPause } from './retry.ts'
import { gridFrom, nextDue } from './schedule.ts'
import {
  afterAnswer,
  afterHold,
  afterSilence,
  afterSilentPoll,
  excused,
  forgiven,
  type Standing,
  UNKNOWN,
} from './standing.ts'

/** What is to be told, in this order. */
export interface PollReport {
  /** The device has just been lost: all of its sensors are. */
  readonly isLost: boolean
  readonly told: readonly Told[]
  /** How the poll ended, if it did. `silent`: nothing in it was answered. */
  readonly ended?: 'answered' | 'silent'
}

/** When a request was made and when its outcome was known, monotonic ms. */
export interface Asked {
  readonly askedAt: number
  readonly now: number
  /** True when the line can afford another request that may not be answered. */
  readonly mayWaste: boolean
  /** True when an answer may be the late one to an earlier request: it shows that somebody is there, no more. */
  readonly isUnsure: boolean
}

const NOTHING: PollReport = { isLost: false, told: [] }

/**
 * The polls of one device: when they are due, what is asked next, and what they came to. No I/O; all times
 * are monotonic milliseconds. Call `tick` whenever time may have passed, then `take` and `record` in turns.
 */
export class DevicePoll {
  readonly device: Device
  /** False for a device without anything to read. */
  readonly isRead: boolean
  readonly #book: BlockBook
  readonly #counters = new DeviceCounters()
  #standing: Standing = UNKNOWN
  #due = Number.POSITIVE_INFINITY
  /** A point of the grid of polls. */
  #grid = 0
  #round: Round | undefined
  #isOnline = false
  #isLost = false
  /** The device is left in peace until then. */
  #pausedUntil = 0

  constructor(device: Device, blocks: readonly Block[]) {
    this.device = device
    this.#book = new BlockBook(device, blocks)
    this.isRead = blocks.length > 0
  }

  /** When the next poll begins. */
  get due(): number {
    return this.#due
  }

  get standing(): Standing {
    return this.#standing
  }

  /** From when on a request of the poll under way may be made; undefined when none is under way. */
  get readyAt(): number | undefined {
    if (this.#round === undefined) return undefined
    const backOff = this.#round.hasAsked ? 0 : this.#standing.notBefore
    return Math.max(this.#round.readyAt, backOff, this.#pausedUntil)
  }

  /** True when the next request is a probe of a silent device, for which the line must have time. */
  get needsGrant(): boolean {
    return this.#round !== undefined && !this.#round.hasAsked && this.#standing.isSuspect
  }

  /** True when the poll under way has lasted beyond the time of the next. */
  get isOverdue(): boolean {
    return this.#round?.isOverdue === true
  }

  /** What the device does not answer for, such as `holding 12..13`. */
  get refused(): string[] {
    return this.#book.refusals()
  }

  get counters(): LinkCounters & { online: boolean } {
    const { refused } = this
    return {
      ...this.#counters.snapshot(),
      isolated: this.#standing.isOpen,
      ...(refused.length === 0 ? {} : { refused }),
      online: this.#isOnline,
    }
  }

  /** Puts the first poll on the grid. A device without anything to read is never due. */
  schedule(start: number, place: { index: number; count: number }): void {
    if (!this.isRead) return
    this.#due = start
    this.#grid = gridFrom(start, this.device.pollMs, place)
  }

  /** Begins a poll if one is due. */
  tick(now: number): PollReport {
    if (now < this.#due) return NOTHING
    const next = nextDue(this.#grid, this.device.pollMs, now)
    this.#grid = next.at
    this.#due = next.at
    const isHeld = this.needsGrant
    if (!isHeld) this.#counters.overran(next.skipped + (this.#round === undefined ? 0 : 1))
    if (this.#round === undefined) this.#begin(now)
    else this.#round.isOverdue = true
    if (!isHeld) return NOTHING
    this.#standing = afterHold(this.#standing)
    return this.#lose()
  }

  /** The next block to ask for. */
  take(): Block | undefined {
    if (this.#round === undefined) return undefined
    this.#round.hasAsked = true
    return this.#round.queue.shift()
  }

  record(block: Block, outcome: ReadOutcome, asked: Asked): PollReport {
    this.#counters.record(outcome, asked.now - asked.askedAt)
    this.#pausedUntil = asked.now + this.device.workarounds.pauseMs
    const round = this.#round
    if (round === undefined) return NOTHING
    return isAnswer(outcome)
      ? this.#answered(round, { block, outcome }, asked)
      : this.#unanswered(round, { block, outcome }, asked)
  }

  /** There is no connection: the poll under way came to nothing, which says nothing about the device. */
  abandon(): PollReport {
    this.#round = undefined
    this.#counters.record(NOT_CONNECTED, 0)
    return this.#lose()
  }

  /** The line went down. */
  lineDown(): PollReport {
    return this.#isLost ? NOTHING : { ...this.#lose(), told: [] }
  }

  /** A new connection: what backed off is asked again soon, if the line has time for it. */
  forgive(): void {
    this.#standing = forgiven(this.#standing)
  }

  #begin(now: number): void {
    const isProbe = this.#standing.isSuspect
    const agenda = this.#book.agenda(now, { isProbe })
    // It goes round: a block that the device never answers must not hide that it answers others.
    const probe = isProbe ? agenda.ask[this.#standing.silentPolls % agenda.ask.length] : undefined
    this.#round = newRound(agenda, { begunAt: now, ...(probe === undefined ? {} : { probe }) })
  }

  #answered(round: Round, { block, outcome }: Told, asked: Asked): PollReport {
    this.#standing = afterAnswer(this.#standing)
    if (asked.isUnsure) {
      round.queue.unshift(block)
      return NOTHING
    }
    this.#isLost = false
    const told = [...round.remembered]
    round.remembered = []
    round.hasAnswered = true
    if (this.#triesAgain(round, block, outcome, asked.now)) return this.#proceed(round, told, asked.now)
    if (round.isProbe) {
      round.isProbe = false
      round.queue = [...this.#book.agenda(asked.now, { isProbe: true }).ask]
      return this.#proceed(round, told, asked.now)
    }
    const parts = isRefusal(outcome) ? this.#book.split(block) : undefined
    if (parts !== undefined) {
      round.hasSplit = true
      round.queue = conditionsLast([...parts, ...round.queue])
      return this.#proceed(round, told, asked.now)
    }
    if (isRefusal(outcome)) this.#book.refused(block, outcome, asked.now)
    else this.#book.answered(block)
    return this.#proceed(round, [...told, { block, outcome }], asked.now)
  }

  #unanswered(round: Round, { block, outcome }: Told, asked: Asked): PollReport {
    if (round.hasAnswered && this.#book.isTroubled(block)) {
      this.#book.silent(block, outcome, asked.now)
      return this.#proceed(round, [{ block, outcome }], asked.now)
    }
    this.#standing = afterSilence(this.#standing)
    const { isSuspect } = this.#standing
    if ((!isSuspect || asked.mayWaste) && this.#triesAgain(round, block, outcome, asked.now)) return NOTHING
    round.silent.push({ block, outcome })
    if (!isSuspect && round.queue.length > 0) return this.#proceed(round, [{ block, outcome }], asked.now)
    // What was not asked for shares the silence: it is not worth a timeout of the line each.
    round.queue = []
    const unasked = this.#book.blocks.filter((each) => !round.done.has(each))
    return this.#proceed(
      round,
      unasked.map((each) => ({ block: each, outcome })),
      asked.now,
    )
  }

  #triesAgain(round: Round, block: Block, outcome: ReadOutcome, now: number): boolean {
    const pauseMs = retryPause(outcome, round.retries)
    if (pauseMs === undefined) return false
    round.retries += 1
    round.readyAt = now + pauseMs
    round.queue.unshift(block)
    this.#counters.retried()
    return true
  }

  #proceed(round: Round, told: readonly Told[], now: number): PollReport {
    for (const { block } of told) round.done.add(block)
    if (round.queue.length > 0) return { isLost: false, told }
    this.#round = undefined
    this.#isOnline = round.hasAnswered
    if (round.hasAnswered) {
      this.#counters.cycled(now - round.begunAt)
      this.#settle(round, now)
      return { isLost: false, told, ended: 'answered' }
    }
    this.#standing = afterSilentPoll(this.#standing, now)
    return this.#standing.isOpen ? this.#lose() : { isLost: false, told, ended: 'silent' }
  }

  /** The device is there, so silence was that of single blocks. */
  #settle(round: Round, now: number): void {
    for (const { block, outcome } of round.silent) this.#book.silent(block, outcome, now)
    const isExplained = round.silent.every(({ block }) => this.#book.isTroubled(block))
    if (round.silent.length > 0 && isExplained) this.#standing = excused(this.#standing)
    if (round.hasSplit) this.#book.settle()
  }

  /** Once lost, every poll that passes says so again. */
  #lose(): PollReport {
    this.#isOnline = false
    if (this.#isLost)
      return {
        isLost: false,
        told: this.#book.blocks.map((block) => ({ block, outcome: NOT_CONNECTED })),
        ended: 'silent',
      }
    this.#isLost = true
    return { isLost: true, told: [], ended: 'silent' }
  }
}

/** Illegal data address, illegal data value: something in the block is not there. */
function isRefusal(outcome: ReadOutcome): boolean {
  return !outcome.ok && outcome.failed.kind === 'exception' && [2, 3].includes(outcome.failed.code)
}
