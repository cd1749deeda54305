import type { Computation, DerivedRequest, Running } from '../computation.ts'
import { type KeptFold, MovingFold } from '../moving-fold.ts'
import { windowResult } from '../result.ts'
import type { Slice } from '../slice.ts'
import { type Piece, piecesOf, wholeWindowMs } from '../step-pieces.ts'

/** With less of its window usable a result is none, unless the file says otherwise. */
export const LEAST_COVERAGE = 0.75

/** What every part of a window begins with: for how long it was usable, ms, and 1 when some of that was uncertain. */
export type Usable = readonly [usableMs: number, uncertain: 0 | 1, ...number[]]

export function usableOf({ usableMs, isUncertain }: Slice, { share }: Piece): [number, 0 | 1] {
  return [usableMs * share, isUncertain ? 1 : 0]
}

export function usableOfBoth(older: Usable, newer: Usable): [number, 0 | 1] {
  return [older[0] + newer[0], older[1] === 1 ? 1 : newer[1]]
}

/** How a computation over a moving window of one input goes about it. */
export interface Windowed<Part extends Usable> {
  /** How many numbers a part has. */
  readonly width: number
  partOf(slice: Slice, piece: Piece): Part
  merge(older: Part, newer: Part): Part
  /** In the unit of the result; NaN when there is none. */
  resultOf(whole: Part): number
  /** What is not seen can only make the result greater, or less. */
  readonly grows?: 'up' | 'down'
}

/** Coverage is the share of the window that the input was usable for; a gap lowers it and never counts as zero. */
export function windowed<Part extends Usable>(
  { windowMs = 0, everyMs, file }: DerivedRequest,
  { width, partOf, merge, resultOf, grows }: Windowed<Part>,
): Computation {
  const least = file.minCoverage ?? LEAST_COVERAGE
  const wholeMs = wholeWindowMs({ everyMs, windowMs })
  const share = shareOf(file.id)
  return {
    memoryMs: wholeMs,
    start: (kept): Running => {
      const window = new MovingFold<Part>({ windowMs, width, share }, merge, kept as KeptFold | undefined)
      return {
        step: (step) => {
          const [slice] = step.inputs
          if (slice === undefined) throw new RangeError('there is one input')
          for (const piece of piecesOf(step, { everyMs, windowMs }))
            window.push(piece.to, partOf(slice, piece))
          const whole = window.whole
          const value = whole === undefined ? Number.NaN : resultOf(whole)
          return windowResult({
            value,
            ...(grows === 'up' && { atLeast: value }),
            ...(grows === 'down' && { atMost: value }),
            coverage: (whole?.[0] ?? 0) / wholeMs,
            least,
            isUncertain: whole?.[1] === 1,
          })
        },
        snapshot: () => window.snapshot(),
      }
    },
  }
}

/** As good as evenly spread over 0 to 1, and always the same of one id. */
function shareOf(id: string): number {
  let hash = 0
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x9e3779b1) >>> 0
  return hash / 2 ** 32
}
