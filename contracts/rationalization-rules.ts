import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseDuration } from './duration.ts'
import type { Rationalization } from './rationalization-schema.ts'
import type { Sound } from './sound-parts.ts'

/** What a rationalization of the right shape can still get wrong by itself. */
export function rationalizationProblems(given: Sound<Rationalization> | undefined, path: Path): Problem[] {
  if (given === undefined) return []
  const { approvedAt, respondWithin, testInterval, oel, idlh } = given
  const problems: Problem[] = []
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  if (approvedAt !== undefined && !isDate(approvedAt)) refuse('approvedAt', `there is no ${approvedAt}`)
  for (const [key, text] of Object.entries({ respondWithin, testInterval }))
    if (text !== undefined && parseDuration(text) === 0) refuse(key, `${text}: expected more than nothing`)
  if (oel !== undefined && idlh !== undefined) refuse('idlh', 'give oel or idlh: only one of them is 100 %')
  return problems
}

/** A day that the calendar has. */
function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}
