import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KpiQuery } from '../../contracts/kpi.ts'
import { StateReader } from '../journal/state-database.ts'

/** How long operators took to acknowledge in a window, ms; null when the journal in this folder does not show it. */
export function acknowledgeMedian(folder: string, query: KpiQuery): number | null {
  const path = join(folder, 'state.db')
  if (!existsSync(path)) return null
  const states = new StateReader(path)
  try {
    return states.alarmKpi(query).acknowledge.median
  } finally {
    states.close()
  }
}
