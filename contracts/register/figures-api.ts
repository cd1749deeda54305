import Type from 'typebox'
import { ID_PATTERN } from '../ids.ts'
import { Nullable, Time } from './hazard-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_SOURCES, REGION_LEVELS } from './words.ts'

/** What figures can be told apart by. */
export const FIGURE_DIMENSIONS = ['region', 'grade', 'kind', 'source', 'month', 'facility'] as const
export type FigureDimension = (typeof FIGURE_DIMENSIONS)[number]

/** Percentages have two decimals, rounded half up from the whole numbers beside them. */
const Percent = (description: string) => Nullable(Type.Number({ description, examples: [98.5] }))

export const HazardFiguresSchema = Type.Object({
  identified: Type.Integer({ description: 'Found in the period.' }),
  closed: Type.Integer({ description: 'Of those, closed by now.' }),
  open: Type.Integer({ description: 'Of those, not closed by now.' }),
  overdue: Type.Integer({ description: 'Of those that are open, past their deadline now.' }),
  closedOnTime: Type.Integer({
    description: 'Of those closed: at their last deadline or before it, or without one.',
  }),
  rectificationRate: Percent('closed / identified, per cent; null when none was found.'),
  onTimeRate: Percent('closedOnTime / closed, per cent; null when none is closed.'),
  meanDaysToClose: Nullable(
    Type.Number({ description: 'From found to closed, days of 24 hours; null when none is closed.' }),
  ),
})
export type HazardFigures = Type.Static<typeof HazardFiguresSchema>

export const FigureItemSchema = Type.Object({
  key: Nullable(
    Type.String({
      description:
        'Path of the region, grade, kind, source, month or facility; null: what stands in no smaller region.',
    }),
  ),
  name: Type.String({ description: 'What people call it.' }),
  ...HazardFiguresSchema.properties,
})
export type FigureItem = Type.Static<typeof FigureItemSchema>

export const FiguresViewSchema = Type.Object({
  region: Nullable(Type.String({ description: 'Path of the node; null: the whole tree.' })),
  facility: Nullable(Type.String()),
  period: Type.Object({
    name: Type.String({ description: 'What it is called.', examples: ['2026-Q4'] }),
    from: Nullable(Time('Inclusive; null: since there is a register.')),
    to: Nullable(Time('Exclusive; null: until now.')),
    basis: Type.Literal('found', {
      description: 'Which date counts: the one on which a hazard was found, by the clock of its facility.',
    }),
  }),
  time: Time('Of now: what is open, overdue and closed is so at this time.'),
  total: HazardFiguresSchema,
  by: Nullable(Type.Enum(FIGURE_DIMENSIONS)),
  items: Type.Array(FigureItemSchema, { description: 'They add up to the total.' }),
})
export type FiguresView = Type.Static<typeof FiguresViewSchema>

export const RegionNodeSchema = Type.Object({
  path: Type.String({ examples: ['Heze/Juancheng/Chengguan'] }),
  name: Type.String({ examples: ['Chengguan'] }),
  level: Type.Enum(REGION_LEVELS),
  children: Type.Integer({ description: 'Nodes of the next level.' }),
  facilities: Type.Integer({ description: 'Plants that stand under it.' }),
  open: Type.Integer({ description: 'Hazards that are not closed.' }),
  overdue: Type.Integer({ description: 'Of those, past their deadline.' }),
})
export type RegionNode = Type.Static<typeof RegionNodeSchema>

export const RegionsViewSchema = Type.Object({
  under: Nullable(Type.String({ description: 'The node that was asked for; null: the top.' })),
  items: Type.Array(RegionNodeSchema),
  facilities: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: 'Those that stand in no smaller node, by id; at most 500.',
  }),
})
export type RegionsView = Type.Static<typeof RegionsViewSchema>

const Month = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' })

/** Which hazards are counted or listed. */
export const FiguresQueryFields = {
  region: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 410,
      description: 'Path of a node of the region tree.',
      examples: ['Heze/Juancheng'],
    }),
  ),
  facility: Type.Optional(Type.String({ pattern: ID_PATTERN })),
  grade: Type.Optional(Type.Enum(HAZARD_GRADES)),
  kind: Type.Optional(Type.Enum(HAZARD_KINDS)),
  source: Type.Optional(Type.Enum(HAZARD_SOURCES)),
  month: Type.Optional({ ...Month, description: 'A month of the calendar.', examples: ['2026-11'] }),
  quarter: Type.Optional(
    Type.String({
      pattern: '^[0-9]{4}-Q[1-4]$',
      description: 'Three months of the calendar.',
      examples: ['2026-Q4'],
    }),
  ),
  year: Type.Optional(
    Type.String({ pattern: '^[0-9]{4}$', description: 'A year of the calendar.', examples: ['2026'] }),
  ),
}
