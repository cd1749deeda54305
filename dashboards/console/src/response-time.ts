import type { AlarmView } from '../../../contracts/api.ts'
import { parseDuration } from '../../../contracts/duration.ts'

/** How the time to respond stands: what is left of it, or by how much it is over. Milliseconds. */
export interface ResponseTime {
  allowedMs: number
  /** Negative when it is over; undefined while nothing calls for a response. */
  leftMs: number | undefined
}

/**
 * Counted since the occurrence was raised, whether or not it is acknowledged: acknowledging is not
 * responding. Undefined when no time is laid down.
 */
export function responseTime(
  alarm: Pick<AlarmView, 'raised' | 'condition'>,
  timeToRespond: string | null | undefined,
  nowMs: number,
): ResponseTime | undefined {
  const allowedMs = timeToRespond == null ? undefined : parseDuration(timeToRespond)
  if (allowedMs === undefined) return undefined
  const { raised, condition } = alarm
  const isOpen = raised !== null && condition !== 'inactive' && condition !== 'pendingOn'
  return { allowedMs, leftMs: isOpen ? Date.parse(raised) + allowedMs - nowMs : undefined }
}
