import { type Priority, SEVERITIES, type Severity } from '../facility-words.ts'
import type { Rationalization } from '../rationalization-schema.ts'

const MINUTE_MS = 60_000
/** What leaves more time than this is probably no alarm. */
export const LATEST_MS = 30 * MINUTE_MS

type Consequence = Exclude<Severity, 'none'>

/** The usual grid, by the time there is to respond. Each row begins where the one before ends. */
export const PRIORITY_GRID: readonly {
  readonly words: string
  holds(respondMs: number): boolean
  readonly priorities: Readonly<Record<Consequence, Priority>>
}[] = [
  {
    words: 'less than 3 min',
    holds: (ms) => ms < 3 * MINUTE_MS,
    priorities: { minor: 'medium', major: 'high', severe: 'critical' },
  },
  {
    words: '3 to 10 min',
    holds: (ms) => ms <= 10 * MINUTE_MS,
    priorities: { minor: 'low', major: 'medium', severe: 'high' },
  },
  {
    words: 'more than 10, to 30 min',
    holds: (ms) => ms <= LATEST_MS,
    priorities: { minor: 'low', major: 'low', severe: 'medium' },
  },
]

/** Undefined where no alarm is needed: nothing happens, or there is more than half an hour. */
export function priorityByGrid(severity: Severity, respondMs: number): Priority | undefined {
  if (severity === 'none') return undefined
  return PRIORITY_GRID.find(({ holds }) => holds(respondMs))?.priorities[severity]
}

/** Of people, environment and assets; undefined when nothing is said. */
export function worstSeverity(given: Rationalization['severity']): Severity | undefined {
  const ranks = Object.values(given ?? {}).map((severity) => SEVERITIES.indexOf(severity))
  return ranks.length === 0 ? undefined : SEVERITIES[Math.max(...ranks)]
}
