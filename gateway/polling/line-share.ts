import type { Bus } from '../../contracts/facility.ts'
import { isAnswer, type ReadOutcome } from '../drivers/driver.ts'
import type { DevicePoll } from './device-poll.ts'
import type { Block } from './plan.ts'
import { ProbeBudget } from './probe-budget.ts'

/** What silent devices may waste of the time of their line. */
const PROBE_SHARE = 0.05
/** Timeouts that are saved up, and those that are remembered as debt. */
const CREDIT_TIMEOUTS = 1
const DEBT_TIMEOUTS = 5
/** Nobody waits for ever: timers cannot. */
const LONGEST_WAIT_MS = 3_600_000

interface LineShareOptions {
  readonly polls: readonly DevicePoll[]
  readonly bus: Pick<Bus, 'timeoutMs' | 'latenessMs'>
  /** See {@link Driver.hasNumberedReplies}. */
  readonly hasNumberedReplies: boolean
}

/** When a request was made and when its outcome was known, monotonic ms. */
interface Exchange {
  readonly askedAt: number
  readonly now: number
}

/**
 * Who is asked next on a line. Devices that are well take turns request by request. Silent ones are asked
 * again from a budget, or while nobody who is well could use the time. No I/O; times are monotonic ms.
 */
export class LineShare {
  readonly #options: LineShareOptions
  readonly #budget: ProbeBudget
  /** Key: who answers. Until when a late answer of it may come that would be taken for another. */
  readonly #quiet = new Map<string, number>()
  /** Who was silent and has not answered since: what comes next may be the late answer to anything. */
  readonly #unsure = new Set<string>()
  /** Index of whoever was asked last. */
  #turn = -1

  constructor(options: LineShareOptions) {
    const { timeoutMs } = options.bus
    this.#options = options
    this.#budget = new ProbeBudget({
      share: PROBE_SHARE,
      creditMs: CREDIT_TIMEOUTS * timeoutMs,
      debtMs: DEBT_TIMEOUTS * timeoutMs,
    })
  }

  /** The poll whose next request is to be made now; undefined when none may be. */
  choose(now: number): DevicePoll | undefined {
    const suspect = this.#patientSuspect(now)
    if (suspect === undefined) return this.#nextInTurn(now)
    // There is nobody who could be kept waiting.
    if (!this.#options.polls.some(isWell)) this.#budget.pardon(now)
    if (this.#budget.allows(now)) return suspect
    return this.#nextInTurn(now) ?? (this.#idleMs(now) >= this.#options.bus.timeoutMs ? suspect : undefined)
  }

  /** When there may be something to do again. */
  wakeAt(now: number): number {
    const times = this.#options.polls.map((poll) => {
      const readyAt = this.#readyAt(poll)
      if (readyAt === undefined) return poll.due
      const isDenied = poll.needsGrant && readyAt <= now
      return Math.min(isDenied ? this.#budget.allowsAt(now) : readyAt, poll.due)
    })
    return Math.min(now + LONGEST_WAIT_MS, ...times)
  }

  /** True when the line could afford another request that is not answered, after one that took so long. */
  canAfford(wastedMs: number, now: number): boolean {
    return this.#budget.allows(now, wastedMs)
  }

  /** True when an answer to this request may be the late one to an earlier. Ask before {@link settle}. */
  isUnsure(poll: DevicePoll, block: Block): boolean {
    return this.#unsure.has(replierOf(poll, block))
  }

  /** A request came to its end, and the poll knows what to think of its device. */
  settle(poll: DevicePoll, block: Block, outcome: ReadOutcome, { askedAt, now }: Exchange): void {
    const replier = replierOf(poll, block)
    const { latenessMs } = this.#options.bus
    if (isAnswer(outcome)) {
      // If this was a late one, the answer that it was taken for is still to come.
      if (this.#unsure.delete(replier)) this.#quiet.set(replier, now + latenessMs)
      return
    }
    const mayComeLate = this.#mayComeLate(poll, outcome)
    if (mayComeLate) this.#unsure.add(replier)
    const quietMs = mayComeLate ? latenessMs : 0
    if (quietMs > 0) this.#quiet.set(replier, now + quietMs)
    // A frame that is lost now and then is the fate of every line, and nobody's debt.
    if (isWell(poll)) return
    // Records do not say whose they are, so that nobody on the line can be asked meanwhile: now, and once
    // more after the next answer.
    const keptWaitingMs = block.table === 'record' ? 2 * quietMs : 0
    this.#budget.charge(now - askedAt + keptWaitingMs, now)
  }

  #mayComeLate({ device: { record } }: DevicePoll, outcome: ReadOutcome): boolean {
    if (this.#options.hasNumberedReplies || outcome.ok) return false
    // Whoever sends by itself owes nobody an answer.
    if (record !== undefined && record.request === undefined) return false
    const { kind } = outcome.failed
    return kind !== 'exception' && kind !== 'not-connected'
  }

  /**
   * The device that is well, has a request to make and has waited longest for its turn. One that was silent
   * a moment ago stands back while others want the line, at the longest until its next poll is due.
   */
  #nextInTurn(now: number): DevicePoll | undefined {
    const isReady = (poll: DevicePoll) => !poll.needsGrant && this.#isReady(poll, now)
    const standsBack = (poll: DevicePoll) => poll.standing.isDoubtful && !poll.isOverdue
    return this.#inTurn((poll) => isReady(poll) && !standsBack(poll)) ?? this.#inTurn(isReady)
  }

  #inTurn(isWanted: (poll: DevicePoll) => boolean): DevicePoll | undefined {
    const { polls } = this.#options
    for (let step = 1; step <= polls.length; step++) {
      const index = (this.#turn + step) % polls.length
      const poll = polls[index]
      if (poll === undefined || !isWanted(poll)) continue
      this.#turn = index
      return poll
    }
    return undefined
  }

  /** The silent device whose back-off ended first; of several, the one that was heard of last. */
  #patientSuspect(now: number): DevicePoll | undefined {
    const waiting = this.#options.polls.filter((poll) => poll.needsGrant && this.#isReady(poll, now))
    const [first] = waiting.sort(
      ({ standing: a }, { standing: b }) => a.notBefore - b.notBefore || a.silentPolls - b.silentPolls,
    )
    return first
  }

  /** How long nobody who is well wants the line. */
  #idleMs(now: number): number {
    const wanted = this.#options.polls.filter(isWell).map((poll) => this.#readyAt(poll) ?? poll.due)
    return Math.min(Number.POSITIVE_INFINITY, ...wanted) - now
  }

  #isReady(poll: DevicePoll, now: number): boolean {
    const readyAt = this.#readyAt(poll)
    return readyAt !== undefined && readyAt <= now
  }

  #readyAt(poll: DevicePoll): number | undefined {
    const { readyAt } = poll
    return readyAt === undefined ? undefined : Math.max(readyAt, this.#quietUntil(poll))
  }

  #quietUntil(poll: DevicePoll): number {
    if (this.#quiet.size === 0) return 0
    return this.#quiet.get(replierOf(poll)) ?? 0
  }
}

function isWell(poll: DevicePoll): boolean {
  return !poll.standing.isSuspect
}

/** Devices with the same unit id cannot be told apart, nor can any that send records. */
function replierOf({ device }: DevicePoll, block?: Block): string {
  if (device.record !== undefined || block?.table === 'record') return 'record'
  return `unit ${device.workarounds.replyUnit ?? device.unitId}`
}
