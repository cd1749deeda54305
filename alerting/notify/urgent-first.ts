import { type Escalation, escalationKey } from './escalation.ts'
import { byUrgency, type Notice } from './notice.ts'

/** So many are kept before the others: the disk takes them within milliseconds, not tenths of a second. */
const AT_FIRST = 50

/** What is kept in one go. */
interface Part {
  readonly notices: readonly Notice[]
  readonly escalations: readonly Escalation[]
}

/** Of many, the most urgent are kept and sent before the disk has taken the others. */
export function urgentFirst(
  notices: readonly Notice[],
  escalations: readonly Escalation[],
): readonly [first: Part, rest: Part] {
  if (notices.length <= AT_FIRST)
    return [
      { notices: [], escalations: [] },
      { notices, escalations },
    ]
  const sorted = notices.toSorted(byUrgency)
  const first = sorted.slice(0, AT_FIRST)
  // With their escalations: a start decides nothing of them again.
  const keys = new Set(first.map(escalationKey))
  const isFirst = (escalation: Escalation) => keys.has(escalationKey(escalation))
  return [
    { notices: first, escalations: escalations.filter(isFirst) },
    { notices: sorted.slice(AT_FIRST), escalations: escalations.filter((other) => !isFirst(other)) },
  ]
}
