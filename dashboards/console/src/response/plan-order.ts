import type { InspectionView } from '../../../../contracts/register/inspection-api.ts'
import { isAtLeast, type Role } from '../../../../contracts/roles.ts'

/** Who looks at the list. */
export interface Viewer {
  readonly name: string
  readonly role: Role
}

/** Whether the rounds of a plan are the work of somebody. */
export function isMine({ by }: Pick<InspectionView, 'by'>, { name, role }: Viewer): boolean {
  if (by.kind !== 'role') return name !== '' && by.persons.some(({ id }) => id === name)
  return by.id === 'operator' || by.id === 'engineer' || by.id === 'admin' ? isAtLeast(role, by.id) : false
}

/** What is late first, then what is due, what is being done, and what comes next; one's own before that of others. */
export function ordered(plans: readonly InspectionView[], viewer: Viewer): InspectionView[] {
  const rank = ({ isOverdue, state }: InspectionView) =>
    isOverdue ? 0 : state === 'due' ? 1 : state === 'running' ? 2 : 3
  return plans.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(isMine(b, viewer)) - Number(isMine(a, viewer)) ||
      Date.parse(a.due) - Date.parse(b.due) ||
      a.name.localeCompare(b.name),
  )
}
