import type { ClockState } from '../../../contracts/register/incident-words.ts'

/** One clock of an incident. Times in epoch ms. */
export interface Clock {
  readonly started: number
  readonly due: number
  /** When the first team of its kind arrived. */
  readonly arrived: number | null
  /** When the incident was over before anybody had. */
  readonly stopped: number | null
  readonly waived: number | null
}

/** An arrival at the very moment it is due is in time. */
export function clockState({ due, arrived, stopped, waived }: Clock, now: number): ClockState {
  if (waived !== null) return 'waived'
  const until = arrived ?? stopped ?? now
  if (until > due) return 'breached'
  if (arrived !== null) return 'met'
  return stopped === null ? 'running' : 'ended'
}

/** Nothing is left to be found out about it, and no breach is to be told. */
export function isSettled(clock: Clock, now: number): boolean {
  const state = clockState(clock, now)
  return state !== 'running' && state !== 'breached'
}
