import type { PolicyMatch } from '../notify/plan.ts'
import type { HazardGrade, HazardStatus } from './words.ts'

/** All that is given has to hold. */
export interface HazardFilter {
  readonly grades?: readonly HazardGrade[]
  readonly statuses?: readonly HazardStatus[]
}

interface ExportBase {
  readonly id: string
  /** Hazards that are sent; none without. */
  readonly hazards?: HazardFilter
  /** Alarms whose transitions are sent; none without. */
  readonly alarms?: PolicyMatch
  readonly maxAgeMs: number
  /** Items of a request, at most. */
  readonly batch: number
}

export interface WebhookExport extends ExportBase {
  readonly kind: 'webhook'
  readonly url: string
  readonly timeoutMs: number
  /** Absolute paths. */
  readonly secretFile?: string
  readonly headersFile?: string
  readonly ca?: string
}

export interface FolderExport extends ExportBase {
  readonly kind: 'file'
  /** Absolute path. */
  readonly folder: string
}

/** An outside register. */
export type ExportPlan = WebhookExport | FolderExport
