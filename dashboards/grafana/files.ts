import { type Board, dashboardOf } from './board.ts'
import { ALARMS } from './boards/alarms.ts'
import { EXPOSURE } from './boards/exposure.ts'
import { GAS } from './boards/gas.ts'
import { GATEWAYS } from './boards/gateways.ts'
import { HAZARDS } from './boards/hazards.ts'
import { INVENTORY } from './boards/inventory.ts'
import { LEVEL } from './boards/level.ts'
import { MAP } from './boards/map.ts'
import { OVERVIEW } from './boards/overview.ts'
import { PERFORMANCE } from './boards/performance.ts'
import { PIPELINE } from './boards/pipeline.ts'
import { RISK } from './boards/risk.ts'
import { SEISMIC } from './boards/seismic.ts'

/** Every dashboard there is, in the order in which a list of them makes sense. */
export const BOARDS: readonly Board[] = [
  OVERVIEW,
  ALARMS,
  MAP,
  GAS,
  LEVEL,
  SEISMIC,
  INVENTORY,
  EXPOSURE,
  GATEWAYS,
  PIPELINE,
  PERFORMANCE,
  HAZARDS,
  RISK,
]

/** The folder that holds their JSON, from the top of the project. */
export const FOLDER = 'dashboards/grafana'

/** Key: the file within {@link FOLDER}; value: its text. */
export function dashboardFiles(boards: readonly Board[] = BOARDS): Map<string, string> {
  return new Map(
    boards.map((board) => [`${board.name}.json`, `${JSON.stringify(dashboardOf(board), null, 2)}\n`]),
  )
}
