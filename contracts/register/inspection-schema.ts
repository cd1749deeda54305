import Type from 'typebox'
import { NAME_PATTERN } from '../people-api.ts'
import { closed, Duration, Id } from '../schema-parts.ts'
import { CATEGORY_NAMES } from './gb18218-table.ts'
import { INSPECTION_KINDS, SOURCE_KINDS } from './inspection-words.ts'

const Person = (description: string) =>
  Type.String({ pattern: NAME_PATTERN, title: 'a name to sign in with', description })

const SubstanceSchema = Type.Object(
  {
    cas: Type.String({
      pattern: '^[1-9][0-9]{1,6}-[0-9]{2}-[0-9]$',
      title: 'a CAS number such as 7782-50-5',
      description: 'By it the substance is found; never by its name.',
    }),
    name: Type.Optional(Type.String({ maxLength: 100, description: 'As people call it.' })),
    category: Type.Optional(
      Type.Enum([...CATEGORY_NAMES], {
        description:
          'Its danger, where the substance is not listed by itself; of several the one with the least threshold.',
      }),
    ),
    form: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Of a substance whose forms are told apart. Default: the most dangerous.',
      }),
    ),
    tonnes: Type.Number({ exclusiveMinimum: 0, maximum: 1e7, description: 'The most by design.' }),
  },
  { ...closed, title: 'stored substance' },
)

const ResponsibleSchema = Type.Object(
  {
    overall: Person('A responder: who answers for the source as a whole.'),
    technical: Person('A responder: who answers for its technology.'),
    operations: Person('A responder: who answers for its operation.'),
    appointed: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
        title: 'a date such as 2026-11-30',
        description: 'The day that they were appointed; it holds for three years.',
      }),
    ),
  },
  { ...closed, title: 'responsible people', description: 'Three different people, by name.' },
)

export const SourceSchema = Type.Object(
  {
    id: Id('Unique among the sources.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    kind: Type.Enum(SOURCE_KINDS, {
      description: 'A production unit between its isolating valves, or a tank area or warehouse.',
    }),
    areas: Type.Array(Id('An area.'), { minItems: 1, description: 'Where it is.' }),
    people500m: Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description: 'People who are usually within 500 m of the border of the plant.',
    }),
    substances: Type.Array(SubstanceSchema, { minItems: 1, maxItems: 200 }),
    responsible: ResponsibleSchema,
  },
  { ...closed, title: 'major-hazard source', description: 'An installation as GB 18218-2018 counts them.' },
)
export type SourceFile = Type.Static<typeof SourceSchema>

const ItemSchema = Type.Object(
  {
    id: Id('Unique in the checklist.'),
    text: Type.String({ minLength: 1, maxLength: 200, description: 'What is looked at.' }),
    guidance: Type.Optional(
      Type.String({ maxLength: 2_000, description: 'How, and when it is as it should be.' }),
    ),
    area: Type.Optional(Id('Where: one of the areas of the plan. Hazards that are found there have it.')),
    mustPhoto: Type.Boolean({ default: false, description: 'A round is not finished without a photo.' }),
  },
  { ...closed, title: 'item of a checklist' },
)

export const InspectionSchema = Type.Object(
  {
    id: Id('Unique among the inspections, and never given to another: its rounds have it.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    kind: Type.Enum(INSPECTION_KINDS, {
      description:
        'patrol: hourly or more often. operations, technical: by who is responsible, weekly and quarterly at least. company: half-yearly at least.',
    }),
    every: Duration('From one round to the next. Whole days keep the time of day.'),
    grace: Type.Optional(
      Duration('So much later is not overdue yet. Default: a tenth of `every`, at most a day.'),
    ),
    source: Type.Optional(Id('Of `sources`: what is inspected.')),
    areas: Type.Optional(Type.Array(Id('An area.'), { minItems: 1, description: 'Instead of a source.' })),
    by: Type.String({
      minLength: 1,
      maxLength: 64,
      title: 'a responsible person, a duty or a role',
      description:
        'Whose work it is: `overall`, `technical` or `operations` of the source; or a duty of the roster; or everybody of a role: `operator`, `engineer` or `admin`.',
    }),
    checklist: Type.Array(ItemSchema, { minItems: 1, maxItems: 200 }),
    hazardWhenMissed: Type.Integer({
      minimum: 0,
      maximum: 1_000,
      default: 1,
      description: 'After so many further periods without a round it is a hazard. 0: never.',
    }),
  },
  { ...closed, title: 'inspection' },
)
export type InspectionFile = Type.Static<typeof InspectionSchema>
