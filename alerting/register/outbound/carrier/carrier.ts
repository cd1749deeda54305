import type { ExportPlan } from '../../../../contracts/register/export-plan.ts'

/** What goes out in one attempt. Plain data. */
export interface Parcel {
  readonly facility: string
  readonly plan: ExportPlan
  /** The same when the same items go again. */
  readonly id: string
  /** Of a webhook one with all items, of a folder one for each. `name` is that of a file. */
  readonly documents: readonly { readonly name: string; readonly body: string }[]
}

/** Of one item. */
export interface Result {
  readonly id: string
  readonly version?: number
  readonly ok: boolean
  readonly receipt: string | null
  readonly error: string | null
}

/**
 * What the other side says: that it takes all of them; what it takes; or that it takes nothing of this, however often it
 * is sent. Plain data.
 */
export type Verdict =
  | { readonly kind: 'taken'; readonly receipt: string | null }
  | { readonly kind: 'results'; readonly receipt: string | null; readonly results: readonly Result[] }
  | { readonly kind: 'refused'; readonly detail: string }

/** A file with receipts that the other side has left; `problem` of one that says nothing. */
export interface LeftReceipts {
  readonly file: string
  readonly results: readonly Result[]
  readonly problem: string | null
}

/** Brings items to outside registers. Calls may be under way together; none holds up another register. */
export interface Carrier {
  /** One attempt. @throws CodedError CHANNEL_*, OUTBOUND_* or THREAD_ENDED, all of which are worth another try */
  carry(parcel: Parcel): Promise<Verdict>
  /** What the other side of a folder has left there; at most some files at once. @throws CodedError OUTBOUND_FOLDER */
  receipts(folder: string): Promise<LeftReceipts[]>
  /** They are kept: those that say something are removed, others are set aside as `.unreadable`. */
  taken(folder: string, files: readonly LeftReceipts[]): Promise<void>
  /** What has begun has 3 s to end. */
  close(): Promise<void>
}
