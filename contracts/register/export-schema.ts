import Type from 'typebox'
import { MatchSchema } from '../notify/schema.ts'
import { closed, Duration, Id } from '../schema-parts.ts'
import { EXPORT_KINDS } from './export-words.ts'
import { HAZARD_GRADES, HAZARD_STATUSES } from './words.ts'

const Path = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

const HazardFilterSchema = Type.Object(
  {
    grades: Type.Optional(
      Type.Array(Type.Enum(HAZARD_GRADES), { minItems: 1, description: 'Any of these.' }),
    ),
    statuses: Type.Optional(
      Type.Array(Type.Enum(HAZARD_STATUSES), { minItems: 1, description: 'Any of these.' }),
    ),
  },
  {
    ...closed,
    title: 'filter of hazards',
    description: 'All that is given has to hold; one that leaves it is sent once more, as it is then.',
  },
)

/** An outside register, such as the platform of a city. */
export const ExportSchema = Type.Object(
  {
    id: Id('Unique among the exports. Its failure is the alarm sys.export.{id}.FAIL.'),
    kind: Type.Enum(EXPORT_KINDS, { description: 'An HTTP request, or files in a folder.' }),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]',
        title: 'an http:// or https:// URL',
        description: 'webhook: where it is sent; http:// on a loopback address only.',
      }),
    ),
    secretFile: Path(
      'webhook: file with the secret that signs it with the header Davylamp-Signature, relative to this file.',
    ),
    headersFile: Path(
      'webhook: file with headers that are sent too, one `Name: value` a line, such as Authorization; relative to this file.',
    ),
    ca: Path('webhook: PEM file of the CA that is trusted instead of those of the system.'),
    folder: Path('file: folder that is there, relative to this file.'),
    timeout: Duration('webhook: what is not answered within so long has failed, and is tried again.', '10s'),
    hazards: Type.Optional(
      Type.Union([Type.Literal(true), HazardFilterSchema], {
        title: '`true`, or a filter: `grades`, `statuses`',
        description:
          'Hazards that are sent: `true` for all, or those with any of `grades` and any of `statuses`. One that leaves the filter is sent once more, as it is then. Default: none.',
      }),
    ),
    alarms: Type.Optional(
      Type.Object(
        { match: MatchSchema },
        {
          ...closed,
          title: 'alarms of an export',
          description: 'Transitions of alarms that are sent. Default: none.',
        },
      ),
    ),
    maxAge: Duration('What could not be sent within so long is given up, counted and shown.', '30d'),
    batch: Type.Integer({
      minimum: 1,
      maximum: 200,
      default: 50,
      description: 'Items of a request, at most.',
    }),
  },
  { ...closed, title: 'export', description: 'An outside register (docs/outbound.md).' },
)
export type ExportFile = Type.Static<typeof ExportSchema>
