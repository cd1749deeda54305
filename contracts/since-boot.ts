import { uptime } from 'node:os'

/**
 * Milliseconds since the machine was started: what two processes on it have in common, and nobody can step. After
 * a start of the machine it begins anew.
 */
export function sinceBoot(): number {
  return Math.round(uptime() * 1_000)
}
