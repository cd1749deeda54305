import type { Migration } from '../../../../alerting/register/store/migrations.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { attachmentSuite } from '../attachment/attachment-suite.ts'
import { figuresSuite } from '../figures/figures-suite.ts'
import { hazardSuite } from '../hazard/hazard-suite.ts'
import { incidentSuite } from '../incident/incident-suite.ts'
import { planSuite } from '../inspection/plan-suite.ts'
import { roundSuite } from '../inspection/round-suite.ts'
import { mapSuite } from '../map/map-suite.ts'
import { outboundSuite } from '../outbound/outbound-suite.ts'
import { reportSuite } from '../report/report-suite.ts'
import { migrationSuite } from './migration-suite.ts'
import { searchSuite } from './search-suite.ts'
import { statementSuite } from './statement-suite.ts'

/**
 * A fresh empty database with its tables: those of the release, or of `steps`. Whoever opens it closes it.
 */
export type OpenRegister = (steps?: readonly Migration[]) => Promise<RegisterDatabase>

/**
 * What the register does on every database: `run` declares tests of Vitest, within a `describe`. Each part of the
 * register adds a suite of its own, which then runs on SQLite in memory and in its thread, and on PostgreSQL.
 */
export interface RegisterSuite {
  name: string
  run(open: OpenRegister): void
}

export const registerSuites: readonly RegisterSuite[] = [
  statementSuite,
  migrationSuite,
  searchSuite,
  attachmentSuite,
  roundSuite,
  planSuite,
  incidentSuite,
  figuresSuite,
  mapSuite,
  hazardSuite,
  outboundSuite,
  reportSuite,
]

/** What tells whether the thread does what SQLite does in the test's own: the parts need no thread to be right. */
export const threadSuites: readonly RegisterSuite[] = [
  statementSuite,
  migrationSuite,
  searchSuite,
  attachmentSuite,
  hazardSuite,
]
