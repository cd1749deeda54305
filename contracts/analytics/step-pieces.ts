import type { Step } from './computation.ts'

/** A part of a step, no longer than the grid. */
export interface Piece {
  /** Epoch ms. */
  readonly to: number
  readonly lengthMs: number
  /** Of the step, 0 to 1. */
  readonly share: number
  /** It ends where the step does: what is held then is known, and nowhere else in a long step. */
  readonly isLast: boolean
}

/**
 * A step as windows take it: in pieces of the grid, as if what was usable of a long one had been spread evenly over
 * it. A step is long after a downtime; without this it would stay in a window until its very end has left. Pieces that
 * would be too old for the window at once are left out.
 */
export function piecesOf(
  { from, to }: Pick<Step, 'from' | 'to'>,
  { everyMs, windowMs }: { everyMs: number; windowMs: number },
): readonly Piece[] {
  const lengthMs = to - from
  if (lengthMs <= everyMs) return [{ to, lengthMs, share: 1, isLast: true }]
  const count = Math.min(Math.ceil(lengthMs / everyMs), Math.ceil(windowMs / everyMs))
  return Array.from({ length: count }, (_, at) => {
    const end = to - (count - 1 - at) * everyMs
    const length = Math.min(everyMs, end - from)
    return { to: end, lengthMs: length, share: length / lengthMs, isLast: at === count - 1 }
  })
}

/** How long a window really is, in whole steps of the grid: what its coverage is a share of, ms. */
export function wholeWindowMs({ everyMs, windowMs }: { everyMs: number; windowMs: number }): number {
  return Math.ceil(windowMs / everyMs) * everyMs
}
