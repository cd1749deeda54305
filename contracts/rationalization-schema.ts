import Type from 'typebox'
import { ALARM_STATUSES, OEL_BASES, SEVERITIES } from './facility-words.ts'
import { closed, Duration } from './schema-parts.ts'

/** A table of alarms has one item of a list to a line. */
const LINE = { minLength: 1, maxLength: 500, pattern: '^[^\\r\\n]+$', title: 'text of one line' }
const Line = () => Type.String(LINE)
const Text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description }))
const Name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }))
const Severity = (description: string) => Type.Optional(Type.Enum(SEVERITIES, { description }))

const SeveritySchema = Type.Object(
  {
    people: Severity('Injury or illness.'),
    environment: Severity('Release to air, water or ground.'),
    assets: Severity('Plant and production.'),
  },
  { ...closed, title: 'severity', description: 'How bad it gets when nobody responds.' },
)

const OelSchema = Type.Object(
  {
    basis: Type.Enum(OEL_BASES, {
      description: 'Which limit: ceiling, 8-hour average or 15-minute average.',
    }),
    value: Type.Number({ exclusiveMinimum: 0, description: 'In the unit of the sensor.' }),
  },
  {
    ...closed,
    title: 'occupational exposure limit',
    description: 'Of a toxic gas: what 100 % is. Level 1 is at most 100 %, level 2 at most 200 % of it.',
  },
)

/**
 * Why an alarm is one, and what the operator does about it: its entry in the master alarm database (ISA-18.2).
 * Nothing of it is required; `npm run ingest -- check` says what is missing.
 */
export const RationalizationSchema = Type.Object(
  {
    action: Text('What the operator does; shown first.'),
    causes: Type.Optional(
      Type.Array(Line(), { minItems: 1, maxItems: 20, description: 'What can have set it off.' }),
    ),
    consequence: Text('What happens when nobody responds.'),
    confirmation: Text('How the operator makes sure that it is real.'),
    respondWithin: Type.Optional(
      Duration('Time from the alarm to when the consequence can no longer be averted.'),
    ),
    severity: Type.Optional(SeveritySchema),
    basis: Text('Why the set point is where it is.'),
    oel: Type.Optional(OelSchema),
    idlh: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'Of a toxic gas that no detector measures down to its OEL, instead of oel, in the unit of the sensor: level 1 is at most 5 %, level 2 at most 10 % of it.',
      }),
    ),
    testInterval: Type.Optional(Duration('How often it is tested.')),
    references: Type.Optional(
      Type.Array(Line(), { minItems: 1, maxItems: 50, description: 'P&ID, HAZOP node, study, procedure.' }),
    ),
    owner: Name('Who answers for it.'),
    status: Type.Optional(
      Type.Enum(ALARM_STATUSES, { description: 'candidate until it is approved. Not given: candidate.' }),
    ),
    approvedBy: Name('Who approved it.'),
    approvedAt: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
        title: 'a date such as 2026-11-21',
        description: 'When it was approved.',
      }),
    ),
    revision: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Counted up with every change.' }),
    ),
  },
  {
    ...closed,
    title: 'rationalization',
    description: 'Why it is an alarm and what the operator does: docs/alarm-philosophy.md.',
  },
)

/** As the file has it; alarms that have it from one template share one object. */
export type Rationalization = Type.Static<typeof RationalizationSchema>
