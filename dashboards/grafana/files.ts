import { type Board, dashboardOf } from './board.ts'
import { GAS } from './boards/gas.ts'
import { LEVEL } from './boards/level.ts'
import { OVERVIEW } from './boards/overview.ts'
import { SEISMIC } from './boards/seismic.ts'

/** Every dashboard there is, in the order in which a list of them makes sense. */
export const BOARDS: readonly Board[] = [OVERVIEW, GAS, LEVEL, SEISMIC]

/** The folder that holds their JSON, from the top of the project. */
export const FOLDER = 'dashboards/grafana'

/** Key: the file within {@link FOLDER}; value: its text. */
export function dashboardFiles(boards: readonly Board[] = BOARDS): Map<string, string> {
  return new Map(
    boards.map((board) => [`${board.name}.json`, `${JSON.stringify(dashboardOf(board), null, 2)}\n`]),
  )
}
