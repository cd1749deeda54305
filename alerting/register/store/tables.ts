import type { Generated, Kysely, Transaction } from 'kysely'
import type { AttachmentTables } from '../attachment/attachment-tables.ts'
import type { HazardTables } from '../hazard/hazard-tables.ts'
import type { OutboundTables } from '../outbound/outbound-tables.ts'
import type { ReportTables } from '../report/report-tables.ts'
import type { StepTables } from '../step-tables.ts'

/** Which migrations this database has had. */
export interface MigrationTables {
  register_migration: {
    name: string
    /** Order in which they ran, from 1. */
    position: number
    /** Epoch ms. */
    time: number
  }
}

/** Every table of the register; each part declares its own in its folder and is named here. Key: table. */
export interface RegisterTables
  extends MigrationTables,
    AttachmentTables,
    StepTables,
    HazardTables,
    OutboundTables,
    ReportTables {}

export type RegisterDb = Kysely<RegisterTables>
export type RegisterTrx = Transaction<RegisterTables>

/** A number that the database gives to a new row. */
export type Identity = Generated<number>
