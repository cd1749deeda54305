import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DataTransformerConfig,
  type DynamicConfigValue,
  type FieldConfig,
  type FieldConfigSource,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DATASOURCE, type InfluxQuery } from '../target.ts'
import type { Size } from './place.ts'

/** A link of a value; `${__data.fields.alarm}` and `${__value.raw}` are what it stands for. */
export interface DataLink {
  title: string
  url: string
}

/** Other looks for fields of a name; a pattern between slashes stands for several. */
export type Overrides = Readonly<Record<string, readonly DynamicConfigValue[]>>

/** What every panel of ours says of itself. */
export interface Shown {
  title: string
  /** What a person should know to read it; shown behind the small i. */
  description: string
  size: Size
  targets: readonly InfluxQuery[]
  transformations?: readonly DataTransformerConfig[]
  /** For all fields: `unit` of Grafana's list or `suffix:%LEL`, `decimals`, `mappings`, `thresholds`, `noValue` ... */
  field?: Omit<FieldConfig, 'custom' | 'links'>
  overrides?: Overrides
  links?: readonly DataLink[]
  /** `$__interval` is the range divided by this; by default by what the panel has pixels. */
  maxDataPoints?: number
  /** A variable: one panel for each of its values. */
  repeat?: 'unit'
}

/** A panel that has no place and no id yet. */
export interface Unplaced {
  size: Size
  panel: Panel
}

/** What a kind of panel adds: its plugin, its options and the options of its fields, by the types of the SDK. */
export interface Drawn<Options, Custom> {
  type: string
  options: Options
  custom: Custom
}

export function panel<Options, Custom>(
  shown: Shown,
  { type, options, custom }: Drawn<Options, Custom>,
): Unplaced {
  const {
    title,
    description,
    size,
    targets,
    transformations,
    field,
    overrides,
    links,
    maxDataPoints,
    repeat,
  } = shown
  const fieldConfig: FieldConfigSource = {
    defaults: { ...field, ...(links === undefined ? {} : { links: links.map(dataLink) }), custom },
    overrides: Object.entries(overrides ?? {}).map(([name, properties]) => ({
      matcher: { id: name.startsWith('/') ? 'byRegexp' : 'byName', options: name },
      properties: [...properties],
    })),
  }
  return {
    size,
    panel: {
      type,
      title,
      description,
      datasource: DATASOURCE,
      targets: targets.map((target) => target.build()),
      ...(transformations === undefined ? {} : { transformations: [...transformations] }),
      ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
      ...(repeat === undefined ? {} : { repeat, repeatDirection: 'v' as const }),
      fieldConfig,
      options,
    },
  }
}

/** A link with the members that the SDK knows; data links read title, url and targetBlank of them. */
export function dataLink({ title, url }: DataLink): DashboardLink {
  const isElsewhere = url.startsWith('http') || url.startsWith('${console}')
  return new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(url)
    .targetBlank(isElsewhere)
    .build()
}
