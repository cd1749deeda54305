import Type from 'typebox'
import { ALARM_CONDITIONS, ALARM_EVENTS, ALARM_STATES } from './alarm.ts'
import { SettingChangeSchema } from './alarm-settings.ts'
import { BallotSchema } from './analytics/ballot.ts'
import { CONDITIONS, PRIORITIES, SENSOR_KINDS } from './facility-words.ts'
import { InhibitViewSchema } from './inhibit-api.ts'
import { NoticeEntrySchema } from './notify/entry.ts'
import { QUALITIES } from './quality.ts'
import type { HazardView } from './register/hazard-api.ts'
import type { IncidentView } from './register/incident-api.ts'
import { LoadedConfigSchema } from './reload-api.ts'
import { LocationSchema } from './schema-parts.ts'
import { TestOutcomeSchema } from './test-api.ts'
import type { WaveformView } from './waveform-api.ts'

/**
 * What the HTTP API says (DESIGN section 8). Server and console share these; the OpenAPI document is
 * made from them. Times are ISO 8601 with the offset of the facility.
 */
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const FlagSchema = Type.Object({
  by: Type.String({ description: 'Who, or which rule.' }),
  reason: Type.String(),
  since: Time('When it was set.'),
  until: Nullable(Time('When it ends by itself.')),
  cause: Nullable(
    Type.String({ description: 'The rule, group, test or alarm that alone lifts it; null: a person did.' }),
  ),
  approvedBy: Nullable(Type.String({ description: 'The second person, where it took two.' })),
  oneShot: Type.Boolean({ description: 'Of shelving: it ends with the return of the alarm.' }),
})

export const AlarmViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String({ description: '{sensor}.{key}', examples: ['GT-101.H'] }),
  sensor: Type.String(),
  sensorName: Type.String(),
  area: Type.String(),
  kind: Type.Enum(SENSOR_KINDS),
  unit: Type.String(),
  when: Type.Enum(CONDITIONS),
  priority: Type.Enum(PRIORITIES, { description: 'As it has risen by now.' }),
  class: Type.String({ description: 'Its alarm class.', examples: ['process'] }),
  lifeSafety: Type.Boolean({ description: 'Its class stands apart in a flood.' }),
  group: Nullable(Type.String({ description: 'Group of alarms that one event sets off.' })),
  firstInGroup: Type.Boolean({ description: 'It came first of its group.' }),
  silenced: Type.Boolean({
    description: 'Somebody has stopped its sound; it is to be acknowledged all the same.',
  }),
  state: Type.Enum(ALARM_STATES, { description: 'OOSRV > DSUPR > SHLVD > the live state.' }),
  live: Type.Enum(ALARM_STATES, { description: 'The state beneath the flags.' }),
  condition: Type.Enum(ALARM_CONDITIONS),
  ack: Type.Enum(['acked', 'unacked']),
  latched: Type.Boolean(),
  shelved: Nullable(FlagSchema),
  suppressed: Type.Array(FlagSchema),
  outOfService: Nullable(FlagSchema),
  occurrence: Nullable(Type.String({ description: 'Names this activation; an acknowledgement names it.' })),
  since: Time('When the live state was entered.'),
  raised: Nullable(Time('When this occurrence began.')),
  value: Nullable(Type.Number({ description: 'Value that the last transition was decided on.' })),
  limit: Nullable(Type.Number({ description: 'In force.' })),
  revision: Type.Integer({
    description:
      'Of its settings: how often they were changed at run time; 0: they are those of the facility file.',
  }),
  fileLimit: Nullable(
    Type.Number({ description: 'What the facility file says, where it is another limit.' }),
  ),
  quality: Nullable(Type.Enum(QUALITIES)),
  reason: Nullable(Type.String({ description: 'Reason of that quality.' })),
  ballot: Type.Optional(BallotSchema),
  message: Type.String(),
  acknowledgedBy: Nullable(Type.String()),
  comment: Nullable(Type.String()),
  late: Type.Boolean({
    description:
      'The occurrence was found in readings that came late: to be acknowledged, never annunciated.',
  }),
  journalled: Type.Boolean({ description: 'False when the journal could not be written in time.' }),
})
export type AlarmView = Type.Static<typeof AlarmViewSchema>

/** The alarm as it stood after the event, and what happened to it. */
export const JournalItemSchema = Type.Object({
  seq: Type.Integer({
    description:
      'Position in the journal; also the event id of the stream. 0 while it could not be journalled.',
  }),
  recorded: Time('When it was committed.'),
  time: Time('When it happened.'),
  facility: Type.String(),
  event: Type.Enum(ALARM_EVENTS),
  from: Type.Enum(ALARM_STATES),
  by: Nullable(Type.String({ description: 'The person; null for the system.' })),
  address: Type.Optional(Type.String({ description: 'From where the person did it, with sign-in.' })),
  late: Type.Optional(
    Type.Object(
      {
        start: Time('When it began.'),
        end: Nullable(Time('When it ended; null when it went on in an occurrence that was seen live.')),
        peak: Nullable(Type.Number({ description: 'The value furthest beyond the limit.' })),
      },
      { description: 'Of event late: the occurrence that nobody could see at its time.' },
    ),
  ),
  change: Type.Optional(SettingChangeSchema),
  test: Type.Optional(TestOutcomeSchema),
  notice: Type.Optional(NoticeEntrySchema),
  alarm: AlarmViewSchema,
})
export type JournalItem = Type.Static<typeof JournalItemSchema>

/** How far the chain of a facility's journal goes. */
export const JournalHeadSchema = Type.Object({
  facility: Type.String(),
  n: Type.Integer({ description: 'Entries of the facility, those that retention has dropped too.' }),
  head: Type.String({
    description: 'n, a colon and the hash of everything up to there: what `journal verify --anchor` takes.',
  }),
  time: Nullable(Time('When the last of them was recorded; null when that is not known.')),
})
export type JournalHeadView = Type.Static<typeof JournalHeadSchema>

export const ReadingViewSchema = Type.Object({
  facility: Type.String(),
  sensor: Type.String(),
  time: Time('When it was sampled at the device.'),
  value: Nullable(Type.Number()),
  quality: Type.Enum(QUALITIES),
  reason: Nullable(Type.String()),
})
export type ReadingView = Type.Static<typeof ReadingViewSchema>

export const SensorViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(SENSOR_KINDS),
  unit: Type.String(),
  quantity: Type.String(),
  area: Type.String(),
  gateway: Type.String(),
  bus: Type.String(),
  device: Type.String(),
  range: Nullable(Type.Array(Type.Number())),
  limits: Type.Array(
    Type.Object({
      alarm: Type.String(),
      key: Type.String(),
      when: Type.Enum(CONDITIONS),
      limit: Nullable(Type.Number({ description: 'In force.' })),
      revision: Type.Integer({ description: 'As of the alarm.' }),
      fileLimit: Nullable(Type.Number({ description: 'As of the alarm.' })),
      priority: Type.Enum(PRIORITIES),
    }),
    { description: 'Its alarms and their set points.' },
  ),
  reading: Nullable(ReadingViewSchema),
  inhibit: Nullable(InhibitViewSchema),
  derived: Nullable(
    Type.Object({
      compute: Type.String({ description: 'Name of the computation, see docs/reference/analytics.md.' }),
      of: Type.Array(Type.String(), { description: 'Its inputs: sensors, or alarms of a vote.' }),
    }),
  ),
})
export type SensorView = Type.Static<typeof SensorViewSchema>

export const GatewayViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum(['online', 'lost', 'offline', 'unknown'], {
    description: 'unknown: not heard since the server started.',
  }),
  since: Nullable(Time('Since when.')),
  lastHeard: Nullable(Time('When the last live batch came.')),
  version: Nullable(Type.String()),
  configMatches: Nullable(Type.Boolean({ description: "Its facility file says the same as the server's." })),
  skewMs: Nullable(
    Type.Number({ description: 'Clock of the server minus clock of the gateway, with the way between.' }),
  ),
  counters: Type.Object({
    batches: Type.Integer(),
    readings: Type.Integer(),
    late: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Integer(),
    missing: Type.Integer({ description: 'Batches of the live sequence that have not arrived.' }),
    lost: Type.Integer({ description: 'Readings that the gateway reported as dropped.' }),
  }),
  health: Type.Unknown({ description: 'The last health message, as it came.' }),
})
export type GatewayView = Type.Static<typeof GatewayViewSchema>

export const LedgerGapSchema = Type.Object({
  epoch: Type.String({ description: 'Run of the gateway in which the batches were made.' }),
  seqs: Type.Array(Type.Array(Type.Integer()), { description: 'Closed ranges of batches.' }),
  count: Type.Integer({ description: 'Readings.' }),
  from: Time('Sample times between which they lie.'),
  to: Time('As from.'),
  reason: Type.String({ examples: ['full', 'expired', 'restart', 'damaged'] }),
  told: Time('When the gateway first told of it.'),
})

/** What became of the readings of one gateway in a window. */
export const LedgerItemSchema = Type.Object({
  facility: Type.String(),
  gateway: Type.String(),
  from: Time('Of the window, inclusive: batches made in whole minutes from then on.'),
  to: Time('Of the window, exclusive.'),
  sent: Type.Integer({ description: 'Readings made by the gateway, as it counts them.' }),
  received: Type.Integer({ description: 'Taken, and durable in the log of the server; the late ones too.' }),
  stored: Type.Integer({
    description:
      'Of those received, written to the time-series store. It is kept every second, the others every five: for that long it may be ahead.',
  }),
  duplicate: Type.Integer({ description: 'Came again, and were not taken twice.' }),
  late: Type.Integer({ description: 'Of those received, came after a newer one of their sensor.' }),
  refused: Type.Integer({ description: 'Refused for good, and kept as dead letters.' }),
  dropped: Type.Integer({
    description: 'Dropped by the gateway, as it told; gaps that reach in count whole.',
  }),
  missing: Type.Integer({
    description: 'Sent, and neither received, refused nor dropped: under way, or still in the outbox.',
  }),
  gaps: Type.Array(LedgerGapSchema, { description: 'What was dropped: the newest 1,000.' }),
})
export type LedgerItem = Type.Static<typeof LedgerItemSchema>

export const DeviceViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  gateway: Type.String(),
  bus: Type.String(),
  sensors: Type.Array(Type.String()),
})

export const FacilitySummarySchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  timezone: Type.String(),
  location: Nullable(LocationSchema),
  sensors: Type.Integer(),
  activeAlarms: Type.Integer({ description: 'Alarms whose state is neither NORM nor hidden by a flag.' }),
})
export type FacilitySummary = Type.Static<typeof FacilitySummarySchema>

export const FacilityTreeSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  timezone: Type.String(),
  location: Nullable(LocationSchema),
  areas: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), location: Nullable(LocationSchema) }),
  ),
  gateways: Type.Array(GatewayViewSchema),
  devices: Type.Array(DeviceViewSchema),
  sensors: Type.Array(SensorViewSchema),
})
export type FacilityTree = Type.Static<typeof FacilityTreeSchema>

export const HistoryPointSchema = Type.Object({
  time: Time('Start of the bucket, or the time of the sample.'),
  min: Nullable(Type.Number()),
  mean: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  count: Type.Integer({ description: 'Readings in the bucket.' }),
  quality: Type.Enum(QUALITIES, { description: 'The worst in the bucket.' }),
  reason: Nullable(Type.String({ description: 'A reason of that worst quality.' })),
})
export type HistoryPoint = Type.Static<typeof HistoryPointSchema>

/** RFC 9457. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable; docs/reference/errors.md.' }),
  detail: Type.String(),
  remedy: Type.String(),
  problems: Type.Optional(
    Type.Array(
      Type.Object({
        file: Type.String(),
        line: Type.Integer(),
        column: Type.Integer(),
        path: Type.String({ examples: ['gateways[0].id'] }),
        message: Type.String(),
      }),
      { description: 'Of facility files: everything that is wrong with them.' },
    ),
  ),
})
export type Problem = Type.Static<typeof ProblemSchema>

export const ActionResultSchema = Type.Object({
  facility: Type.String(),
  alarm: Type.String(),
  ok: Type.Boolean(),
  problem: Nullable(ProblemSchema),
  state: Nullable(AlarmViewSchema),
})
export type ActionResult = Type.Static<typeof ActionResultSchema>

const CertificateViewSchema = Type.Object({
  what: Type.String({ description: 'Its place in the facility file, such as server.tls.cert.' }),
  file: Type.String(),
  subject: Type.String(),
  until: Time('When it ends.'),
  state: Type.Enum(['valid', 'expiring', 'expired', 'not-yet-valid'], {
    description: '`expiring` in its last 30 days.',
  }),
})

export const ServerInfoSchema = Type.Object({
  version: Type.String(),
  auth: Type.Enum(['off', 'required']),
  time: Time('Clock of the server.'),
  started: Time('When it started.'),
  certificates: Type.Optional(
    Type.Array(CertificateViewSchema, { description: 'Certificates that somebody has to renew one day.' }),
  ),
  config: Type.Array(LoadedConfigSchema),
})
export type ServerInfo = Type.Static<typeof ServerInfoSchema>

export const FloodViewSchema = Type.Object({
  facility: Type.String(),
  isFlood: Type.Boolean(),
  since: Nullable(Time('When the flood began; null without one.')),
  last10Minutes: Type.Integer({ description: 'Alarms that were annunciated in the last 10 minutes.' }),
  peak: Type.Integer({
    description: 'The most in any 10 minutes of the flood; without one, as last10Minutes.',
  }),
})
export type FloodView = Type.Static<typeof FloodViewSchema>

/** Server-sent events of GET /api/v1/stream. Key: event name. */
export interface StreamEvents {
  reading: ReadingView
  alarm: JournalItem
  gateway: GatewayView
  flood: FloodView
  hazard: HazardView
  incident: IncidentView
  /** A seismic event is durable at the server, and can be looked at. */
  waveform: WaveformView
  /** Every 2 s, so that silence means a cut line. */
  heartbeat: { time: string }
}
