import type { Logger } from '../../contracts/logger.ts'
import type { StatusPoint } from '../../contracts/store.ts'

/**
 * Writes points of the moment. False when the store does not take them now: it has said so itself, and nothing is kept
 * for later.
 */
export type WriteNow = (points: readonly StatusPoint[]) => Promise<boolean>

type Write = (
  points: readonly StatusPoint[],
) => Promise<readonly { readonly measurement: string; readonly detail: string }[]>

/** Points that the store will never take are said once for each measurement. */
export function writeNow(write: Write, logger: Pick<Logger, 'warn'>): WriteNow {
  const told = new Set<string>()
  return async (points) => {
    if (points.length === 0) return true
    try {
      for (const { measurement, detail } of await write(points)) {
        if (!told.has(measurement)) logger.warn({ measurement, detail }, 'the store refuses what it is told')
        told.add(measurement)
      }
      return true
    } catch {
      return false
    }
  }
}
