import type { Agenda, Told } from './block-book.ts'
import type { Block } from './plan.ts'

/** One poll of a device while it is under way. Times are monotonic milliseconds. */
export interface Round {
  readonly begunAt: number
  queue: Block[]
  /** Blocks that are told of as before once the device has answered anything. */
  remembered: readonly Told[]
  /** The first request only asks whether the device is there. */
  isProbe: boolean
  /** It has lasted beyond the time of the next. */
  isOverdue: boolean
  hasAsked: boolean
  hasAnswered: boolean
  hasSplit: boolean
  retries: number
  /** No request before. */
  readyAt: number
  /** Blocks that have been told of. */
  readonly done: Set<Block>
  /** Blocks that were not answered. */
  readonly silent: Told[]
}

/** `probe`: the block by which a silent device is asked whether it is there. */
export function newRound(agenda: Agenda, start: { begunAt: number; probe?: Block }): Round {
  const { begunAt, probe } = start
  // A probe with the first block is the beginning of the poll itself.
  const isProbe = probe !== undefined && probe !== agenda.ask[0]
  return {
    begunAt,
    queue: isProbe ? [probe] : [...agenda.ask],
    remembered: agenda.remembered,
    isProbe,
    isOverdue: false,
    hasAsked: false,
    hasAnswered: false,
    hasSplit: false,
    retries: 0,
    readyAt: 0,
    done: new Set(),
    silent: [],
  }
}
