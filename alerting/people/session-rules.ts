import { canSignIn, type Person, type Session } from './person.ts'

/** How long a sign-in lasts, ms. */
export interface SessionLimits {
  readonly idleMs: number
  readonly absoluteMs: number
  /** A screen that nobody touches locks after so long. */
  readonly lockMs: number
}

/** Why a session is over. */
export type SessionEnd = 'idle' | 'absolute' | 'person'

/** Undefined while it lasts. A wall clock that was set back ends no session early, and prolongs none past its length. */
export function endOf(
  session: Session,
  person: Person | undefined,
  limits: SessionLimits,
  now: number,
): SessionEnd | undefined {
  if (person === undefined || !canSignIn(person) || session.started < person.sessionsFrom) return 'person'
  if (now - session.started >= limits.absoluteMs) return 'absolute'
  return now - session.used >= limits.idleMs ? 'idle' : undefined
}
