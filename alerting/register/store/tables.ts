import type { Kysely, Transaction } from 'kysely'
import type { HazardTables } from '../hazard/hazard-tables.ts'
import type { StepTables } from '../step-tables.ts'

/** Every table of the register; each part declares its own. */
export interface RegisterTables extends HazardTables, StepTables {}
export type RegisterDb = Kysely<RegisterTables>
export type RegisterTrx = Transaction<RegisterTables>
