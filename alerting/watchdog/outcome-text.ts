import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import { plainValues, serverText } from './outage-notice.ts'
import { LEGS, type Outcome } from './rounds.ts'
import type { ServerWord } from './server-question.ts'
import { sayIn } from './words.ts'

/** A round for a terminal: `the alarm path works: read 0.4 s, ...`. */
export function outcomeText(
  { broken, legs }: Outcome,
  plan: WatchdogPlan,
  server: ServerWord | undefined,
): string {
  const times = LEGS.flatMap((leg) => {
    const ms = legs[leg]
    return ms === undefined ? [] : [`${leg} ${(ms / 1_000).toFixed(2)} s`]
  }).join(', ')
  if (broken === undefined) return `the alarm path works: ${times}`
  const say = sayIn('en')
  const seen = times === '' ? '' : ` (${times})`
  const about = server === undefined ? '' : `\n  the server: ${serverText(server, say)}`
  return `the alarm path is broken${seen}: ${say(broken, plainValues(plan))}${about}\n  -> docs/runbooks/watchdog-late.md`
}
