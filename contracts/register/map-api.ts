import Type from 'typebox'
import { Nullable, Time } from './hazard-api.ts'
import { CurrentInventorySchema } from './inventory-api.ts'
import { RISK_COLOURS } from './words.ts'

/** From the least to the greatest; grey: nothing speaks against it. */
export const MAP_COLOURS = ['grey', ...RISK_COLOURS] as const
export type MapColour = (typeof MAP_COLOURS)[number]

/** What gives a place its colour. */
export const MAP_CAUSES = ['alarm', 'hazard', 'inventory', 'intensity'] as const
export type MapCause = (typeof MAP_CAUSES)[number]

/** What a feature of the map stands for; of regions, the level. */
export const MAP_LEVELS = ['area', 'facility', 'town', 'county', 'city'] as const
export type MapLevel = (typeof MAP_LEVELS)[number]

export const MapReasonSchema = Type.Object({
  cause: Type.Enum(MAP_CAUSES),
  colour: Type.Enum(MAP_COLOURS),
  /** In words, for whoever sees no colours. */
  text: Type.String({
    examples: [
      '2 major hazards, overdue',
      'GT-101.HH critical, UNACK',
      'north: R 62.4 at design maximum, grade 2; now R 31.0',
    ],
  }),
})
export type MapReason = Type.Static<typeof MapReasonSchema>

const Position = Type.Array(Type.Number(), {
  minItems: 2,
  maxItems: 2,
  description: 'Longitude, then latitude, WGS 84.',
})

export const MapFeatureSchema = Type.Object({
  type: Type.Literal('Feature'),
  id: Type.String({ description: 'Facility, or facility/area, or path of the region.' }),
  geometry: Nullable(
    Type.Union([
      Type.Object({ type: Type.Literal('Point'), coordinates: Position }),
      Type.Object({
        type: Type.Literal('Polygon'),
        coordinates: Type.Array(Type.Array(Position, { minItems: 4 }), {
          description: 'One ring, closed, counter-clockwise.',
        }),
      }),
    ]),
  ),
  properties: Type.Object({
    level: Type.Enum(MAP_LEVELS),
    name: Type.String(),
    facility: Nullable(Type.String()),
    facilityName: Nullable(Type.String()),
    area: Nullable(Type.String()),
    region: Nullable(Type.String({ description: 'Path of the smallest node that it stands in, or is.' })),
    colour: Type.Enum(MAP_COLOURS, { description: 'The worst of what is in `why`.' }),
    why: Type.Array(MapReasonSchema, { description: 'The worst first; at most 20.' }),
    openHazards: Type.Integer(),
    inventories: Type.Array(
      Type.Object({
        source: Type.String({ description: 'Major-hazard source.' }),
        R: Type.Number({ description: 'At design maximum.' }),
        grade: Nullable(Type.Integer({ minimum: 1, maximum: 4, description: 'The legal one.' })),
        current: Nullable(CurrentInventorySchema),
      }),
      { description: 'Of an area or a plant that this server watches; of a region none.' },
    ),
    facilities: Type.Integer({ description: 'Of a region: how many stand under it; else 1.' }),
    live: Type.Boolean({
      description:
        'False where another server watches the plant: its alarms, inventory and intensity are not in it.',
    }),
  }),
})
export type MapFeature = Type.Static<typeof MapFeatureSchema>

export const RiskMapSchema = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(MapFeatureSchema),
  level: Type.Enum(MAP_LEVELS, { description: 'What the features are.' }),
  time: Time('Of what it shows.'),
})
export type RiskMap = Type.Static<typeof RiskMapSchema>
