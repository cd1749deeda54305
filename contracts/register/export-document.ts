import Type from 'typebox'
import { ALARM_STATES } from '../alarm.ts'
import { PRIORITIES } from '../facility-words.ts'
import { type JsonSchema, plain } from '../json-schema.ts'
import { QUALITIES } from '../quality.ts'
import { LocationSchema } from '../schema-parts.ts'
import { EXPORTED_EVENTS } from './export-words.ts'
import { Nullable, RiskSchema, Time } from './hazard-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_SOURCES, HAZARD_STATUSES } from './words.ts'

/** What is sent is one of these. */
export const EXPORT_FORMAT = 'davylamp-register'
/** Raised when a receiver that knows an older one could misread a newer one. */
export const EXPORT_VERSION = 1

const Done = Type.Object({ by: Type.String(), time: Time('When.') })

/** A hazard as it stands: what an outside register may rely on. Nobody's addresses are in it. */
export const ExportedHazardSchema = Type.Object({
  number: Type.Integer({ minimum: 1, description: 'Of the register that sends, never given again.' }),
  area: Nullable(Type.String()),
  source: Type.Enum(HAZARD_SOURCES, { description: 'From what it came to be known.' }),
  sensor: Nullable(Type.String()),
  alarm: Nullable(Type.String({ description: 'What it came of.' })),
  title: Type.String(),
  description: Type.String(),
  kind: Type.Enum(HAZARD_KINDS),
  grade: Type.Enum(HAZARD_GRADES),
  needsShutdown: Type.Boolean(),
  risk: Nullable(RiskSchema),
  status: Type.Enum(HAZARD_STATUSES),
  found: Time('When it was found.'),
  measures: Nullable(Type.String({ description: 'Of the five items.' })),
  responsible: Nullable(Type.String({ description: 'Of the five items: who puts it right.' })),
  funds: Nullable(Type.Number({ description: 'Of the five items, CNY.' })),
  deadline: Nullable(Time('Of the five items. Not closed by then, it is overdue.')),
  contingency: Nullable(Type.String({ description: 'Of the five items.' })),
  leader: Nullable(Type.String({ description: 'Of major hazards: who leads.' })),
  rectified: Nullable(Done),
  verified: Nullable(Done),
  closed: Nullable(Done),
  supervised: Nullable(
    Type.Object({ authority: Type.String(), since: Time('Since when it is listed for supervision.') }),
  ),
  reopens: Nullable(Type.Integer({ description: 'The closed hazard that came again as this one.' })),
  reopenedAs: Nullable(Type.Integer({ description: 'The hazard that this closed one came again as.' })),
  occurrences: Type.Integer({ minimum: 0, description: 'Occurrences of alarms that belong to it.' }),
})
export type ExportedHazard = Type.Static<typeof ExportedHazardSchema>

/** One transition of an alarm. */
export const ExportedAlarmSchema = Type.Object({
  alarm: Type.String({ examples: ['GT-101.H'] }),
  sensor: Type.String(),
  sensorName: Type.String(),
  area: Type.String(),
  event: Type.Enum(EXPORTED_EVENTS, { description: 'What happened to it.' }),
  from: Type.Enum(ALARM_STATES),
  state: Type.Enum(ALARM_STATES, { description: 'After the event.' }),
  occurrence: Nullable(Type.String({ description: 'Names the activation that it belongs to.' })),
  priority: Type.Enum(PRIORITIES),
  class: Type.String(),
  lifeSafety: Type.Boolean(),
  time: Time('When it happened.'),
  by: Nullable(Type.String({ description: 'The person; null for the system.' })),
  value: Nullable(Type.Number()),
  unit: Type.String(),
  limit: Nullable(Type.Number()),
  quality: Nullable(Type.Enum(QUALITIES)),
  message: Type.String(),
})
export type ExportedAlarm = Type.Static<typeof ExportedAlarmSchema>

const Item = {
  sequence: Type.Integer({
    minimum: 1,
    description: 'Rises with every item of the register that sends; items are left out.',
  }),
  id: Type.String({
    pattern: '^[A-Za-z0-9._-]{1,100}$',
    description: 'What it is about: the same for every state of one hazard; of each transition its own.',
    examples: ['hazard-17', 'alarm-1764400000000-5123'],
  }),
  version: Type.Integer({
    minimum: 1,
    description:
      'Goes up with every change. Keep the highest of an id, and ignore a lower one that comes late.',
  }),
  changed: Time('When it became so.'),
}

export const ExportItemSchema = Type.Union([
  Type.Object({ ...Item, kind: Type.Literal('hazard'), hazard: ExportedHazardSchema }),
  Type.Object({ ...Item, kind: Type.Literal('alarm'), alarm: ExportedAlarmSchema }),
])
export type ExportItem = Type.Static<typeof ExportItemSchema>

/** What an outside register is sent. Fields may be added within a version; none changes its meaning. */
export const ExportDocumentSchema = Type.Object({
  format: Type.Literal(EXPORT_FORMAT),
  version: Type.Literal(EXPORT_VERSION),
  id: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'The same when the same items are sent again; also in the header Idempotency-Key.',
  }),
  facility: Type.Object({
    id: Type.String(),
    name: Type.String(),
    region: Nullable(
      Type.String({
        description: 'Node of the region tree, from the widest level.',
        examples: ['Heze/Juancheng/Chengguan'],
      }),
    ),
    location: Nullable(LocationSchema),
  }),
  sent: Time('When this attempt was made.'),
  items: Type.Array(ExportItemSchema, { minItems: 1, maxItems: 200, description: 'Oldest first.' }),
})
export type ExportDocument = Type.Static<typeof ExportDocumentSchema>

/** What an outside register answers, or leaves in `receipts` of the folder. */
export const ExportAnswerSchema = Type.Object({
  receipt: Type.Optional(Type.String({ description: 'Of all that it took; 200 characters of it are kept.' })),
  results: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String({ description: 'Of the item.' }),
        version: Type.Optional(
          Type.Integer({ description: 'Of the item; in files, where several may have been left.' }),
        ),
        ok: Type.Boolean({ description: 'False: it refuses the item, and it is not sent again by itself.' }),
        receipt: Type.Optional(Type.String({ description: 'Of the item.' })),
        error: Type.Optional(Type.String({ description: 'Why it refuses it.' })),
      }),
      {
        maxItems: 1_000,
        description: 'Without them all items are taken. One that is left out is sent again.',
      },
    ),
  ),
})
export type ExportAnswer = Type.Static<typeof ExportAnswerSchema>

/** contracts/hazard-export.schema.json: what is sent, and under `$defs.answer` what is answered. */
export function exportDocumentSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:davylamp:register-export',
    title: 'Davylamp: hazards and alarms for an outside register',
    ...plain(ExportDocumentSchema),
    $defs: { answer: plain(ExportAnswerSchema) },
  }
}
