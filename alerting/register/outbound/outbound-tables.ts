import type { Insertable, Selectable } from 'kysely'
import type { ExportState, ExportSubject } from '../../../contracts/register/export-words.ts'
import type { Identity } from '../store/tables.ts'

/** What goes to outside registers. Times in epoch ms. */
export interface OutboundTables {
  /** A state of a hazard, or a transition of an alarm. */
  export_item: {
    /** Its sequence: later ones are newer. */
    number: Identity
    facility: string
    export_id: string
    kind: ExportSubject
    /** What it is sent as: the same for every state of one hazard; of each transition its own. */
    item: string
    /** Of which the order is kept: the hazard, or the alarm. */
    subject: string
    version: number
    title: string
    /** JSON of the item as it is sent, but for its sequence. */
    body: string
    created: number
    attempts: number
    next_try: number
    state: ExportState
    sent: number | null
    receipt: string | null
    /** Code and detail of the last attempt; or why it is refused. */
    error: string | null
    /** What is there once: the state of a hazard that is not sent, so that a later one takes its place; a transition. */
    slot: string | null
  }
  /** How it is with one outside register. */
  export_lane: {
    facility: string
    export_id: string
    /** JSON of the filter of hazards that those in the register were last gone through with. */
    filter: string
    /** Hazards up to this number have been gone through; null: all. */
    hazard_cursor: number | null
    sent: number
    last_success: number | null
    failing_since: number | null
    last_error: string | null
    last_error_time: number | null
  }
}

export type ExportItemRow = Selectable<OutboundTables['export_item']>
export type NewExportItem = Insertable<OutboundTables['export_item']>
export type ExportLaneRow = Selectable<OutboundTables['export_lane']>
