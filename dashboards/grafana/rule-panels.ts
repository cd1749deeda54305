import { type Board, dashboardOf } from './board.ts'
import { ALARMS } from './boards/alarms.ts'
import { GAS } from './boards/gas.ts'
import { GATEWAYS } from './boards/gateways.ts'
import { LEVEL } from './boards/level.ts'
import { PIPELINE } from './boards/pipeline.ts'
import { SEISMIC } from './boards/seismic.ts'
import type { Links, Panel, PanelTopic } from './rules/links.ts'

/** Which dashboard shows what a rule is about, and the type of the panel that does: the first of its kind. */
const SHOWN: Readonly<Partial<Record<PanelTopic, { board: Board; type: string }>>> = {
  gas: { board: GAS, type: 'timeseries' },
  level: { board: LEVEL, type: 'timeseries' },
  seismic: { board: SEISMIC, type: 'timeseries' },
  alarms: { board: ALARMS, type: 'table' },
  gateways: { board: GATEWAYS, type: 'table' },
  pipeline: { board: PIPELINE, type: 'timeseries' },
}

/** The panels that alerts lead to. Kinds of sensors without a dashboard of their own have none. */
export function rulePanels(): Links['panels'] {
  return Object.fromEntries(
    Object.entries(SHOWN).map(([topic, { board, type }]) => [topic, firstPanel(board, type)]),
  )
}

/** @throws Error when there is none: a mistake of ours */
function firstPanel(board: Board, type: string): Panel {
  const { uid, panels } = dashboardOf(board)
  const id = panels?.find((panel) => panel.type === type)?.id
  if (uid === undefined || id === undefined) throw new Error(`${board.name} has no panel of type ${type}`)
  return { dashboard: uid, panel: id }
}
