import {
  FieldTextAlignment,
  TableCellDisplayMode,
  TableCellHeight,
  type TableFieldOptions,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DynamicConfigValue,
  FieldColorModeId,
  type ThresholdsConfig,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Options } from '@grafana/grafana-foundation-sdk/table'
import { steps } from '../look.ts'
import { type DataLink, dataLink, panel, type Shown, type Unplaced } from './shown.ts'

/** A column as people read it. Key: what the query calls it. */
export interface Column {
  title: string
  /** Pixels; without one it takes what is left. */
  width?: number
  unit?: string
  decimals?: number
  /** The cell takes the colour of what it says. */
  mapping?: ValueMapping
  /** With a mapping: the word alone, without its colour. */
  isPlain?: boolean
  /** The figure takes the colour of its step; it needs no mapping then. */
  thresholds?: ThresholdsConfig
  links?: readonly DataLink[]
}

export interface Rows extends Shown {
  /** In this order; what is not named is not shown. */
  columns: Readonly<Record<string, Column>>
  /** Names of columns of the query, most important first. */
  sortBy?: readonly { column: string; desc: boolean }[]
}

/** What a cell says that has no value. */
const NOTHING = '–'

/** A table. */
export function rows({ columns, sortBy = [], ...shown }: Rows): Unplaced {
  const names = Object.keys(columns)
  const options: Options = {
    frameIndex: 0,
    showHeader: true,
    cellHeight: TableCellHeight.Sm,
    // The table sorts by what it shows: the titles.
    sortBy: sortBy.map(({ column, desc }) => ({ displayName: columns[column]?.title ?? column, desc })),
  }
  const custom: TableFieldOptions = {
    align: FieldTextAlignment.Auto,
    displayMode: TableCellDisplayMode.Auto,
    inspect: false,
    filterable: true,
  } as TableFieldOptions
  return panel(
    {
      ...shown,
      field: { color: { mode: FieldColorModeId.Thresholds }, thresholds: steps().build(), ...shown.field },
      transformations: [
        ...(shown.transformations ?? []),
        {
          id: 'filterFieldsByName',
          options: { include: { names } },
        },
        {
          id: 'organize',
          options: {
            excludeByName: {},
            indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
            renameByName: Object.fromEntries(names.map((name) => [name, columns[name]?.title])),
          },
        },
      ],
      overrides: {
        ...Object.fromEntries(
          Object.values(columns).map((column) => [column.title, look(column, shown.field?.noValue)]),
        ),
        ...shown.overrides,
      },
    },
    { type: 'table', options, custom },
  )
}

function look(
  { width, unit, decimals, mapping, isPlain = false, thresholds, links }: Column,
  emptyTable: string | undefined,
): DynamicConfigValue[] {
  return [
    // Else a cell without a value says what the whole table says when it has no rows.
    ...(emptyTable === undefined ? [] : [{ id: 'noValue', value: NOTHING }]),
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(mapping === undefined
      ? []
      : [
          { id: 'mappings', value: [mapping] },
          // Words begin at the left, also those that stand for numbers.
          { id: 'custom.align', value: FieldTextAlignment.Left },
        ]),
    ...(mapping === undefined || isPlain
      ? []
      : [
          // `displayMode` is what Grafana 9.4 reads, `cellOptions` what later ones do.
          { id: 'custom.displayMode', value: 'color-background-solid' },
          { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
        ]),
    ...(thresholds === undefined
      ? []
      : [
          { id: 'thresholds', value: thresholds },
          { id: 'custom.displayMode', value: 'color-text' },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ]),
    ...(links === undefined ? [] : [{ id: 'links', value: links.map(dataLink) }]),
  ]
}
