import type { ClockView } from '../../../../contracts/register/incident-api.ts'
import type { ClockState } from '../../../../contracts/register/incident-words.ts'

/** A response clock at a moment. */
export interface ClockNow {
  readonly state: ClockState
  /** running: left until it is due; breached: since it was due; met: taken of the time. 0 for the others. ms */
  readonly ms: number
  /** It still counts. */
  readonly runs: boolean
}

/**
 * It runs out while the page is open: the time decides as well as the server.
 * @param now epoch ms of the server @param incident when it began and was over, ISO
 */
export function clockNow(
  { state, due, arrived }: Pick<ClockView, 'state' | 'due' | 'arrived'>,
  incident: { started: string; ended: string | null },
  now: number,
): ClockNow {
  // What the browser knows of the server's clock is a guess: nobody sees more time than was given.
  const seen = Math.max(now, Date.parse(incident.started))
  const end = incident.ended === null ? seen : Math.min(seen, Date.parse(incident.ended))
  const left = Date.parse(due) - end
  if (state === 'waived' || state === 'ended') return { state, ms: 0, runs: false }
  if (arrived !== null) {
    const came = Date.parse(arrived)
    return state === 'met'
      ? { state, ms: Math.max(0, came - Date.parse(incident.started)), runs: false }
      : { state: 'breached', ms: Math.max(0, came - Date.parse(due)), runs: false }
  }
  const runs = incident.ended === null
  // Due is still in time, to the millisecond.
  if (state === 'running' && left >= 0) return { state, ms: left, runs }
  return { state: 'breached', ms: Math.max(0, -left), runs }
}

/** `9:32`, from an hour on `1:09:32`: what is left is rounded up, so that 0:00 is over. */
export function clockText({ state, ms }: Pick<ClockNow, 'state' | 'ms'>): string {
  const seconds = state === 'running' ? Math.ceil(ms / 1_000) : Math.floor(ms / 1_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Minutes as they are read out: seldom enough to be heard, and often enough near the end. */
export function spokenMinutes({ state, ms }: Pick<ClockNow, 'state' | 'ms'>): number {
  const minutes = state === 'running' ? Math.ceil(ms / 60_000) : Math.floor(ms / 60_000)
  if (minutes <= 5) return minutes
  return state === 'running' ? Math.ceil(minutes / 5) * 5 : Math.floor(minutes / 5) * 5
}
