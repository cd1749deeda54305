import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  PercentChangeColorMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Options } from '@grafana/grafana-foundation-sdk/stat'
import { steps } from '../look.ts'
import { panel, type Shown, type Unplaced } from './shown.ts'

export interface Tiles extends Shown {
  /** Each tile says whose value it shows: for several series. */
  isNamed?: boolean
  /** The whole tile takes the colour, so that it is seen across a room; else the figure does. */
  isFilled?: boolean
}

/** Figures in large type, one for each series: grey, until a threshold or a mapping says otherwise. */
export function tiles({ isNamed = false, isFilled = false, ...shown }: Tiles): Unplaced {
  const options: Options = {
    graphMode: BigValueGraphMode.None,
    colorMode: isFilled ? BigValueColorMode.Background : BigValueColorMode.Value,
    justifyMode: BigValueJustifyMode.Center,
    textMode: isNamed ? BigValueTextMode.ValueAndName : BigValueTextMode.Value,
    wideLayout: false,
    showPercentChange: false,
    percentChangeColorMode: PercentChangeColorMode.Standard,
    orientation: VizOrientation.Auto,
    reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
  }
  const field = {
    color: { mode: FieldColorModeId.Thresholds },
    thresholds: steps().build(),
    noValue: 'no data',
    ...shown.field,
  }
  return panel({ ...shown, field }, { type: 'stat', options, custom: {} })
}
