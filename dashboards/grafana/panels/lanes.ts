import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TimelineValueAlignment,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import type { FieldConfig, Options } from '@grafana/grafana-foundation-sdk/statetimeline'
import { panel, type Shown, type Unplaced } from './shown.ts'

export interface Lanes extends Shown {
  /** With a legend of the words: for lanes that are too short, or begin too far left, to say theirs. */
  isExplained?: boolean
}

/** One lane for each series: what it was in, from when to when. Values need a mapping to words. */
export function lanes({ isExplained = false, ...shown }: Lanes): Unplaced {
  const options: Options = {
    showValue: VisibilityMode.Auto,
    rowHeight: 0.8,
    mergeValues: true,
    alignValue: TimelineValueAlignment.Left,
    legend: {
      displayMode: LegendDisplayMode.List,
      placement: LegendPlacement.Bottom,
      showLegend: isExplained,
      calcs: [],
    },
    tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
  }
  const custom: FieldConfig = { lineWidth: 0, fillOpacity: 85, spanNulls: false }
  const field = { color: { mode: FieldColorModeId.Thresholds }, ...shown.field }
  return panel({ ...shown, field }, { type: 'state-timeline', options, custom })
}
