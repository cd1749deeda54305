import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  PercentChangeColorMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorModeId,
  MappingType,
  SpecialValueMatch,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Options } from '@grafana/grafana-foundation-sdk/stat'
import { COLOUR, steps } from '../look.ts'
import { panel, type Shown, type Unplaced } from './shown.ts'

export interface Tiles extends Shown {
  /** Each tile says whose value it shows: for several series. */
  isNamed?: boolean
  /** The whole tile takes the colour, so that it is seen across a room; else the figure does. */
  isFilled?: boolean
  /** What it says, in the loudest colour, when nothing has been written: silence is no good news. */
  silence?: string
}

/** Figures in large type, one for each series: grey, until a threshold or a mapping says otherwise. */
export function tiles({ isNamed = false, isFilled = false, silence, ...shown }: Tiles): Unplaced {
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
    noValue: silence ?? 'no data',
    ...shown.field,
    mappings: [...(shown.field?.mappings ?? []), ...(silence === undefined ? [] : [silent(silence)])],
  }
  return panel({ ...shown, field }, { type: 'stat', options, custom: {} })
}

function silent(text: string): ValueMapping {
  const result = { text, color: COLOUR.critical, index: 9 }
  return { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result } }
}
