import {
  AxisPlacement,
  GraphDrawStyle,
  type GraphFieldConfig,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ScaleDistribution,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorModeId, MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Options } from '@grafana/grafana-foundation-sdk/timeseries'
import { COLOUR } from '../look.ts'
import { type Overrides, panel, type Shown, type Unplaced } from './shown.ts'

/** A longer gap between two points is no line: nobody knows what was in it. */
const CONNECT_MS = 120_000

export interface Trend extends Shown {
  /** `line` joins points, `steps` holds each until the next, `bars` stacks counts. */
  style?: 'line' | 'steps' | 'bars'
  /** A logarithmic axis, for what spans decades. */
  isLogarithmic?: boolean
  /** The thresholds of the field are lines. */
  hasThresholdLines?: boolean
  /** Longest gap that is still a line, ms: for what comes seldom. */
  connectMs?: number
  /** Figures of the legend, such as `lastNotNull`, `max`. */
  legend?: readonly string[]
}

/** Values over time. */
export function trend(shown: Trend): Unplaced {
  const {
    style = 'line',
    isLogarithmic = false,
    hasThresholdLines = false,
    connectMs = CONNECT_MS,
    legend = ['lastNotNull', 'max'],
  } = shown
  const isBars = style === 'bars'
  const options: Options = {
    legend: {
      // A table has a line for each series: of many it would leave no room for the picture.
      displayMode: legend.length === 0 || isBars ? LegendDisplayMode.List : LegendDisplayMode.Table,
      placement: LegendPlacement.Bottom,
      showLegend: true,
      calcs: [...legend],
    },
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  }
  const custom: GraphFieldConfig = {
    drawStyle: isBars ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
    lineInterpolation: style === 'steps' ? LineInterpolation.StepAfter : LineInterpolation.Linear,
    lineWidth: isBars ? 0 : 2,
    fillOpacity: isBars ? 80 : 0,
    showPoints: VisibilityMode.Auto,
    pointSize: 4,
    spanNulls: connectMs,
    ...(isLogarithmic ? { scaleDistribution: { type: ScaleDistribution.Log, log: 10 } } : {}),
    ...(hasThresholdLines ? { thresholdsStyle: { mode: GraphThresholdsStyleMode.Line } } : {}),
    ...(isBars ? { stacking: { mode: StackingMode.Normal, group: 'A' } } : {}),
  }
  // By their order, which is that of their names: by the name alone two lines may have all but one colour.
  const field = { color: { mode: FieldColorModeId.PaletteClassic }, ...shown.field }
  return panel({ ...shown, field }, { type: 'timeseries', options, custom })
}

/** How lines of set points look: dashed, thin, in the colour of their urgency, and not in the legend. */
export function limitLines(pattern: string, colour: string): Overrides {
  return {
    [pattern]: [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colour } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
      { id: 'custom.lineWidth', value: 1 },
      { id: 'custom.showPoints', value: VisibilityMode.Never },
      { id: 'custom.lineInterpolation', value: LineInterpolation.StepAfter },
      { id: 'custom.spanNulls', value: true },
      { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
    ],
  }
}

/** What a mark says under the cursor. */
const MARK_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: { 1: { text: 'no measurement', color: COLOUR.bad, index: 0 } },
}
/** How high marks stand, of the height of the picture. */
const FOOT = 0.03

/**
 * Marks along the foot of the picture, for readings that are no measurement. The series is 1 wherever there was one:
 * it has a hidden axis of its own, since many have no value, and what others say would flatten all that is measured.
 */
export function marks(pattern: string, colour: string = COLOUR.bad): Overrides {
  return {
    [pattern]: [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: colour } },
      { id: 'custom.drawStyle', value: GraphDrawStyle.Points },
      { id: 'custom.pointSize', value: 8 },
      { id: 'custom.showPoints', value: VisibilityMode.Always },
      { id: 'custom.axisPlacement', value: AxisPlacement.Hidden },
      { id: 'custom.scaleDistribution', value: { type: ScaleDistribution.Linear } },
      { id: 'min', value: 0 },
      { id: 'max', value: 1 / FOOT },
      { id: 'unit', value: 'none' },
      { id: 'mappings', value: [MARK_MAPPING] },
      { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
    ],
  }
}
