import type { RegisterTextKey } from '../texts/register.ts'
import { dayTime } from './deadline.ts'
import type { RegisterWords } from './register-words.ts'

/** What people wrote, by the names under which a step keeps it. */
const LABELS: Readonly<Record<string, RegisterTextKey>> = {
  reason: 'reason',
  evidence: 'evidence',
  measures: 'measures',
  responsible: 'responsible',
  funds: 'funds',
  deadline: 'deadline',
  until: 'until',
  contingency: 'contingency',
  leader: 'leader',
  plan: 'plan',
  authority: 'supervision',
}
const TIMES: ReadonlySet<string> = new Set(['deadline', 'until'])

/** What a step says besides who, when and what, a line each. What is nested or unknown stays with the API. */
export function detailTexts(detail: Readonly<Record<string, unknown>>, words: RegisterWords): string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return []
    if (name === 'comment') return [`“${value}”`]
    // Of a file, and of an alarm that came again.
    if (name === 'name' || name === 'alarm') return [String(value)]
    const label = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined
    if (label === undefined) return []
    const text = TIMES.has(name) && typeof value === 'string' ? dayTime(value) : String(value)
    return [`${words.text(label)}: ${text}`]
  })
}
