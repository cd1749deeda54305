import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { alarmAnnotations } from './annotations.ts'
import type { ScopeVariable } from './influxql.ts'
import { placed } from './panels/place.ts'
import type { Unplaced } from './panels/shown.ts'
import { consoleVariable, datasourceVariable } from './variables.ts'

/** Of Grafana 9.4. Later ones bring an older dashboard up to date when they load it; none takes a newer one back. */
const SCHEMA_VERSION = 37
/** What all dashboards of ours have, so that they find each other. */
export const TAG = 'davylamp'

export interface Board {
  /** Last part of the uid and of the file: `overview` is davylamp-overview, in overview.json. */
  name: string
  title: string
  description: string
  /** Which of the scopes below the dashboard lets people choose, with the measurement that knows them. */
  variables: readonly Builder<VariableModel>[]
  /** What alarm marks are kept to; none without any. */
  annotatedBy?: readonly ScopeVariable[]
  panels: readonly Unplaced[]
  /** How far it looks back; 6 hours. */
  from?: string
  /** How often it asks again. */
  refresh?: string
}

/** A dashboard as Grafana reads it: frame, variables, links and annotations alike for all, panels in their places. */
export function dashboardOf(board: Board): Dashboard {
  const {
    name,
    title,
    description,
    variables,
    annotatedBy = [],
    panels,
    from = 'now-6h',
    refresh = '10s',
  } = board
  const builder = new DashboardBuilder(`Davylamp: ${title}`)
    .uid(`davylamp-${name}`)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .time({ from, to: 'now' })
    .refresh(refresh)
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([datasourceVariable(), ...variables, consoleVariable()])
    .annotations(
      annotatedBy.length === 0
        ? []
        : alarmAnnotations(...annotatedBy).map((built) => ({ build: () => built })),
    )
    .links([others(), toConsole()])
  const positions = placed(panels.map(({ size }) => size))
  return {
    ...builder.build(),
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    panels: panels.map(({ panel }, index): Panel => {
      const gridPos = positions[index]
      if (gridPos === undefined) throw new Error(`${panel.title} has no place`)
      return { id: index + 1, ...panel, gridPos }
    }),
  }
}

/** To all our other dashboards, with the same scope and time. */
function others() {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
}

function toConsole() {
  return new DashboardLinkBuilder('Console')
    .type(DashboardLinkType.Link)
    .icon('external link')
    .tooltip('Acknowledge, shelve, journal')
    .url('${console}')
    .targetBlank(true)
}
