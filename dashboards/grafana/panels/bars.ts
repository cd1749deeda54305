import type { Options } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  LegendDisplayMode,
  LegendPlacement,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import { steps } from '../look.ts'
import { panel, type Shown, type Unplaced } from './shown.ts'

export interface Bars extends Shown {
  /** A bar for each row of a table, named by its texts, and at most so many; else one for each series. */
  rows?: number
}

/** Bars side by side to be compared. */
export function bars({ rows, ...shown }: Bars): Unplaced {
  const options: Options = {
    displayMode: BarGaugeDisplayMode.Basic,
    valueMode: BarGaugeValueMode.Color,
    namePlacement: BarGaugeNamePlacement.Auto,
    showUnfilled: true,
    sizing: BarGaugeSizing.Auto,
    minVizWidth: 8,
    minVizHeight: 16,
    maxVizHeight: 40,
    legend: {
      displayMode: LegendDisplayMode.List,
      placement: LegendPlacement.Bottom,
      showLegend: false,
      calcs: [],
    },
    reduceOptions: {
      values: rows !== undefined,
      ...(rows === undefined ? {} : { limit: rows }),
      calcs: ['lastNotNull'],
      fields: '',
    },
    orientation: VizOrientation.Horizontal,
  }
  const field = { color: { mode: FieldColorModeId.Thresholds }, thresholds: steps().build(), ...shown.field }
  return panel({ ...shown, field }, { type: 'bargauge', options, custom: {} })
}
