import type { ErrorRow } from '../error-row.ts'
import { DATABASE_ERROR_GROUPS } from './database-error-codes.ts'
import { OUTBOUND_ERROR_GROUPS } from './export-error-codes.ts'
import { HAZARD_ERROR_GROUPS } from './hazard-error-codes.ts'
import { REPORT_ERROR_GROUPS } from './report-error-codes.ts'

/** Codes of all parts of the register. Key: as in {@link ERROR_GROUPS}. */
export const REGISTER_ERROR_GROUPS = {
  ...HAZARD_ERROR_GROUPS,
  ...OUTBOUND_ERROR_GROUPS,
  ...REPORT_ERROR_GROUPS,
  ...DATABASE_ERROR_GROUPS,
} as const satisfies Record<string, Record<string, ErrorRow>>
