import Type from 'typebox'
import { PRIORITIES } from './facility-words.ts'
import { FIGURE_IDS, type HIDDEN_KINDS } from './kpi-words.ts'

/**
 * Alarm performance by ISA-18.2 and EEMUA 191, as the API gives it and as reports are made of it. Times are
 * ISO 8601 with the offset of the facility. docs/alarm-performance.md says what each figure means.
 */
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = (description: string) => Type.Integer({ description })
const Ms = (description: string) => Type.Number({ description: `${description} Milliseconds.` })

export type FigureId = (typeof FIGURE_IDS)[number]

export const VERDICTS = ['good', 'manageable', 'over'] as const
export type Verdict = (typeof VERDICTS)[number]

export const FIGURE_UNITS = ['alarms', '%', 's', 'floods'] as const

export const FigureSchema = Type.Object({
  id: Type.Enum(FIGURE_IDS),
  value: Nullable(Type.Number({ description: 'Null when there is nothing to measure.' })),
  unit: Type.Enum(FIGURE_UNITS),
  at: Nullable(Time('Of a peak: when the day or hour begins; for 10 minutes when it was reached.')),
  target: Nullable(Type.String({ description: 'In words; null when there is none.' })),
  source: Nullable(Type.String({ description: 'Where the target comes from.', examples: ['ISA-18.2'] })),
  verdict: Nullable(
    Type.Enum(VERDICTS, { description: 'Null without a target, and when the window is too short to judge.' }),
  ),
})
export type Figure = Type.Static<typeof FigureSchema>

export const FloodSchema = Type.Object({
  start: Time('When the 10 minutes before it first held more than 10.'),
  end: Nullable(Time('When the 10 minutes before it held fewer than 5 again; null while it goes on.')),
  alarms: Count('Annunciated from 10 minutes before its start to its end.'),
  peak: Count('Most annunciated in any 10 minutes of it.'),
})
export type FloodView = Type.Static<typeof FloodSchema>

const AlarmName = {
  alarm: Type.String({ examples: ['GT-101.H'] }),
  sensorName: Type.String(),
  area: Type.String(),
  priority: Type.Enum(PRIORITIES),
}

export const FrequentSchema = Type.Object({
  ...AlarmName,
  count: Count('How often it was annunciated.'),
  share: Type.Number({ description: 'Of all annunciated alarms, percent.' }),
})

export const ChatteringSchema = Type.Object({
  ...AlarmName,
  episodes: Count('How often it began to chatter.'),
  cycles: Count('Raised and returned, while it did.'),
  last: Time('End of the last such cycle.'),
})

export const FleetingSchema = Type.Object({ ...AlarmName, count: Count('How often it was fleeting.') })

export const StaleSchema = Type.Object({
  ...AlarmName,
  count: Count('How often it became or was stale.'),
  since: Time('When it became active, the last time.'),
  until: Nullable(Time('When that ended; null while it stands.')),
  longest: Ms('The longest that it was active, the time before the window included.'),
})

export const StandingSchema = Type.Object({
  ...AlarmName,
  since: Time('When it became active.'),
  acknowledged: Type.Boolean(),
  duration: Ms('Until the end of the window.'),
})

export const HiddenSchema = Type.Object({
  ...AlarmName,
  times: Count('How often that began in the window.'),
  duration: Ms('How long it was so within the window.'),
  now: Nullable(
    Type.Object(
      {
        since: Time('Since when.'),
        by: Type.String({ description: 'Who, or which rule.' }),
        reason: Type.String(),
        until: Nullable(Time('When it ends by itself.')),
      },
      { description: 'At the end of the window; null when it is not so any more.' },
    ),
  ),
})

export type HiddenKind = (typeof HIDDEN_KINDS)[number]

const PeriodFields = {
  from: Time('Inclusive.'),
  to: Time('Exclusive; the end of the window where that comes first.'),
  annunciated: Count('Alarms.'),
  peak10Minutes: Count('The most in any 10 minutes that ended in it.'),
  hoursOver30: Count('Hours of the clock with more than 30.'),
  periodsOver10: Count('Periods of 10 minutes of the clock with more than 10.'),
  flood: Ms('Time in flood.'),
  stale: Count('Alarms that were stale at some time of it.'),
}
export const DaySchema = Type.Object({
  date: Type.String({ examples: ['2026-11-21'] }),
  ...PeriodFields,
})
export const ShiftSchema = Type.Object({
  date: Type.String({ description: 'The day on which it begins.', examples: ['2026-11-21'] }),
  shift: Type.String({ description: 'When it begins.', examples: ['08:00'] }),
  ...PeriodFields,
})

const DurationsSchema = Type.Object({
  count: Count('How many were measured.'),
  median: Nullable(Ms('To three digits.')),
  p90: Nullable(Ms('To three digits.')),
  max: Nullable(Ms('Exact.')),
})

export const AlarmKpiSchema = Type.Object({
  facility: Type.String(),
  area: Nullable(Type.String({ description: 'The only one that is counted; null for all.' })),
  from: Time('Of the window, inclusive.'),
  to: Time('Of the window, exclusive; never in the future.'),
  journalSince: Nullable(
    Time('Of the oldest entry of the facility: before it nothing is known. Null for an empty journal.'),
  ),
  judged: Type.Boolean({
    description: 'The window is long enough for verdicts: 30 days, or a whole month of the calendar.',
  }),
  annunciated: Count('Alarms that were annunciated in the window.'),
  late: Count('Occurrences found in readings that came late: never annunciated, not counted above.'),
  now: Type.Object(
    {
      last10Minutes: Count('Annunciated.'),
      lastHour: Count('Annunciated.'),
      inFlood: Type.Boolean(),
    },
    { description: 'At the end of the window.' },
  ),
  figures: Type.Array(FigureSchema, { description: 'Each beside its target.' }),
  floods: Type.Array(FloodSchema, { description: 'The newest 1,000.' }),
  topTen: Type.Array(FrequentSchema, { description: 'The ten most frequent alarms.' }),
  chattering: Type.Array(ChatteringSchema, {
    description: 'Raised and returned three times within a minute; the worst 100.',
  }),
  fleeting: Type.Array(FleetingSchema, {
    description: 'Returned within a minute and before anybody acknowledged; the worst 100.',
  }),
  stale: Type.Array(StaleSchema, { description: 'Active for more than 24 hours; the longest 100.' }),
  standing: Type.Array(StandingSchema, { description: 'Active at the end of the window; the oldest 100.' }),
  acknowledge: DurationsSchema,
  return: DurationsSchema,
  priorities: Type.Object({
    low: Type.Integer(),
    medium: Type.Integer(),
    high: Type.Integer(),
    critical: Type.Integer(),
  }),
  shelved: Type.Array(HiddenSchema, {
    description: 'The 100 that were so for longest, those that are first.',
  }),
  suppressed: Type.Array(HiddenSchema, { description: 'As shelved.' }),
  outOfService: Type.Array(HiddenSchema, { description: 'As shelved.' }),
  days: Type.Array(DaySchema, { description: 'Days of the facility; one of 23 or 25 hours is one.' }),
  shifts: Type.Array(ShiftSchema, { description: 'Shifts by facility.shifts.' }),
})
export type AlarmKpi = Type.Static<typeof AlarmKpiSchema>

/** What to compute. */
export interface KpiQuery {
  readonly facility: string
  readonly timezone: string
  /** As in the facility file. */
  readonly shifts: readonly string[]
  /** One area of the facility alone. */
  readonly area?: string
  /** Inclusive, epoch ms. */
  readonly from: number
  /** Exclusive, epoch ms. */
  readonly to: number
}
