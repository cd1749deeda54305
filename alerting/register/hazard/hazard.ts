import type { Risk } from '../../../contracts/register/hazard-api.ts'
import type {
  HazardGrade,
  HazardKind,
  HazardSource,
  HazardStatus,
} from '../../../contracts/register/words.ts'

/** Who did something, and when, epoch ms. */
export interface SignedAt {
  readonly by: string
  readonly time: number
}

/** An entry of the register. Times in epoch ms. */
export interface Hazard {
  /** 0 before the database has numbered it. */
  readonly number: number
  readonly facility: string
  readonly area: string | null
  readonly source: HazardSource
  readonly rule: string | null
  readonly cause: string | null
  readonly sensor: string | null
  readonly alarm: string | null
  readonly title: string
  readonly description: string
  readonly kind: HazardKind
  readonly grade: HazardGrade
  readonly majorBy: string | null
  readonly needsShutdown: boolean
  readonly risk: Risk | null
  readonly status: HazardStatus
  readonly version: number
  readonly found: number
  readonly foundBy: string
  readonly measures: string | null
  readonly responsible: string | null
  /** CNY. */
  readonly funds: number | null
  readonly deadline: number | null
  /** When it was first given a deadline: what counts for the most that may be given. */
  readonly assigned: number | null
  readonly contingency: string | null
  readonly leader: string | null
  readonly plan: { readonly text: string; readonly by: string; readonly approved: SignedAt | null } | null
  readonly extension: { readonly until: number; readonly reason: string; readonly by: string } | null
  readonly evidence: string | null
  readonly rectified: SignedAt | null
  readonly verified: SignedAt | null
  readonly closed: SignedAt | null
  readonly supervised: { readonly authority: string; readonly by: string; readonly since: number } | null
  readonly reopens: number | null
  readonly reopenedAs: number | null
  readonly occurrences: number
  readonly updated: number
}

/** Before anybody has done anything with it. */
export const NEW_HAZARD = {
  number: 0,
  rule: null,
  cause: null,
  majorBy: null,
  needsShutdown: false,
  risk: null,
  status: 'found',
  version: 1,
  measures: null,
  responsible: null,
  funds: null,
  deadline: null,
  assigned: null,
  contingency: null,
  leader: null,
  plan: null,
  extension: null,
  evidence: null,
  rectified: null,
  verified: null,
  closed: null,
  supervised: null,
  reopens: null,
  reopenedAs: null,
  occurrences: 0,
} as const satisfies Partial<Hazard>

/** Its deadline has passed and it is not closed: no status, the clock alone says it. */
export function isOverdue({ status, deadline }: Pick<Hazard, 'status' | 'deadline'>, now: number): boolean {
  return status !== 'closed' && deadline !== null && deadline < now
}
