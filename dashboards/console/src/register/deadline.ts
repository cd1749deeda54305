import type { HazardView } from '../../../../contracts/register/hazard-api.ts'

/** How near a deadline is. */
export type Urgency = 'none' | 'done' | 'ahead' | 'near' | 'overdue'

/** From here on it is near, ms. */
const NEAR_MS = 3 * 86_400_000

export interface Deadline {
  urgency: Urgency
  /** Until it, or since it, ms. */
  ms: number
}

/** A deadline passes while the page is open: the clock decides as well as the server. @param now epoch ms */
export function deadlineOf(
  { deadline, status, isOverdue }: Pick<HazardView, 'deadline' | 'status' | 'isOverdue'>,
  now: number,
): Deadline {
  if (deadline === null) return { urgency: 'none', ms: 0 }
  const left = Date.parse(deadline) - now
  if (status === 'closed') return { urgency: 'done', ms: 0 }
  if (isOverdue || left < 0) return { urgency: 'overdue', ms: Math.max(0, -left) }
  return { urgency: left < NEAR_MS ? 'near' : 'ahead', ms: left }
}

/** `2026-11-21 10:00` of an ISO time as the API gives it: already the local time of the plant. */
export function dayTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}
