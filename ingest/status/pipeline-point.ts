import type { StatusPoint } from '../../contracts/store.ts'

/**
 * What the server measures of itself for a facility: rates, lags, depths, rejects by reason. Every number is a
 * float field of its name; those that are none are left out.
 */
export function pipelinePoint(
  facility: string,
  numbers: Readonly<Record<string, number>>,
  time: number,
): StatusPoint {
  const fields = Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)))
  return { measurement: 'pipeline', tags: { facility }, fields, time }
}
