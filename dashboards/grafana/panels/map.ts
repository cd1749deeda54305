import {
  FrameGeometrySourceMode,
  type MapLayerOptions,
  ResourceDimensionMode,
  ScalarDimensionMode,
  ScaleDimensionMode,
  TextDimensionMode,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import { MapCenterID, type Options, TooltipMode } from '@grafana/grafana-foundation-sdk/geomap'
import { COLOUR, steps } from '../look.ts'
import { panel, type Shown, type Unplaced } from './shown.ts'

/** Nearer than this a single place would fill the panel with one roof. */
const NEAREST_ZOOM = 17

export interface PlaceMap extends Shown {
  /** Columns of the query. */
  columns: {
    latitude: string
    longitude: string
    /** A number with a mapping: it colours and sizes the marker, and its word stands above it. */
    urgency: { column: string; highest: number }
    /** Stands below the marker. */
    name: string
  }
}

/** Places on a map: colour, size and word say the same, so that nobody depends on the colour. */
export function placeMap({ columns, ...shown }: PlaceMap): Unplaced {
  const { latitude, longitude, urgency, name } = columns
  const location = { mode: FrameGeometrySourceMode.Coords, latitude, longitude }
  const color = { field: urgency.column, fixed: COLOUR.normal }
  const rotation = { fixed: 0, mode: ScalarDimensionMode.Mod, min: -360, max: 360 }
  const size = {
    field: urgency.column,
    fixed: 10,
    min: 10,
    max: 22,
    mode: ScaleDimensionMode.Linear,
  }
  const markers: MapLayerOptions = {
    type: 'markers',
    name: 'Places',
    location,
    tooltip: true,
    config: {
      showLegend: false,
      style: {
        color,
        opacity: 0.9,
        size,
        symbol: { mode: ResourceDimensionMode.Fixed, fixed: 'img/icons/marker/circle.svg' },
        rotation,
        text: { mode: TextDimensionMode.Field, field: name, fixed: '' },
        textConfig: label(34),
      },
    },
  }
  // A second layer without a symbol is text alone.
  const words: MapLayerOptions = {
    type: 'markers',
    name: 'Words',
    location,
    tooltip: false,
    config: {
      showLegend: false,
      style: {
        color,
        opacity: 1,
        size,
        rotation,
        text: { mode: TextDimensionMode.Field, field: urgency.column, fixed: '' },
        textConfig: label(-34),
      },
    },
  }
  const options: Options = {
    view: { id: MapCenterID.Fit, allLayers: true, lat: 0, lon: 0, zoom: NEAREST_ZOOM, padding: 20 },
    controls: {
      showZoom: true,
      mouseWheelZoom: false,
      showAttribution: true,
      showScale: true,
      showMeasure: false,
      showDebug: false,
    },
    basemap: { type: 'default', name: 'Ground', config: {} },
    layers: [markers, words],
    tooltip: { mode: TooltipMode.Details },
  }
  const field = { color: { mode: FieldColorModeId.Thresholds }, thresholds: steps().build(), ...shown.field }
  const { [urgency.column]: looks = [], ...others } = shown.overrides ?? {}
  const overrides = {
    ...others,
    // Else sizes would be by what there is: the only alarm of a plant would be the smallest marker and the largest.
    [urgency.column]: [...looks, { id: 'min', value: 0 }, { id: 'max', value: urgency.highest }],
  }
  return panel({ ...shown, field, overrides }, { type: 'geomap', options, custom: {} })
}

/** Text so many pixels below the place. */
function label(offsetY: number) {
  return { fontSize: 14, offsetX: 0, offsetY, textAlign: 'center', textBaseline: 'middle' }
}
