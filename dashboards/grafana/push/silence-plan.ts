import type { AlarmView } from '../../../contracts/api.ts'
import { splitAlarmId } from '../../../contracts/ids.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import type { FoundSilence, Matcher, Silence } from './grafana-api.ts'

/** Whose silences are ours. */
export const CREATED_BY = 'davylamp'
/** What has no end is silenced for so long, and renewed in time, ms. */
const ROLLING_MS = 3_600_000
/** Ends that differ by less are the same, ms. */
const TOLERANCE_MS = 30_000

export interface SilencePlan {
  /** To be made, or changed where they have an id. */
  readonly put: readonly Silence[]
  /** Ids of those that are over. */
  readonly end: readonly string[]
}

/**
 * What makes the silences of Grafana fit the alarms that are shelved or out of service. It is decided on what is there
 * alone, so that nothing is doubled after a crash; and a command that ended leaves silences that end by themselves.
 */
export function silencePlan(
  {
    alarms,
    silences,
    facilities,
  }: {
    alarms: readonly AlarmView[]
    silences: readonly FoundSilence[]
    /** Silences of others are not touched. */
    facilities: ReadonlySet<string>
  },
  now: number,
): SilencePlan {
  const ours = silences.filter(
    ({ createdBy, matchers }) =>
      createdBy === CREATED_BY &&
      facilities.has(matchers.find(({ name }) => name === 'facility')?.value ?? ''),
  )
  const there = Map.groupBy(ours, ({ matchers }) => keyOf(matchers))
  const put: Silence[] = []
  const end = new Set(ours.map(({ id }) => id))
  for (const alarm of alarms) {
    const wanted = facilities.has(alarm.facility) ? silenceOf(alarm, now) : undefined
    if (wanted === undefined) continue
    const [found] = there.get(keyOf(wanted.matchers)) ?? []
    if (found !== undefined) end.delete(found.id)
    if (found === undefined) put.push(wanted)
    else if (!isFitting(found, wanted, now)) put.push({ ...wanted, id: found.id, startsAt: found.startsAt })
  }
  return { put, end: [...end] }
}

/** Undefined for an alarm that people are to hear of. */
function silenceOf(alarm: AlarmView, now: number): Silence | undefined {
  const flags = [
    { flag: alarm.outOfService, word: 'out of service' },
    { flag: alarm.shelved, word: 'shelved' },
  ].flatMap(({ flag, word }) => (flag === null ? [] : [{ ...flag, word }]))
  const [first] = flags
  const key = splitAlarmId(alarm.id)?.key
  if (first === undefined || key === undefined) return undefined
  const ends = flags.map(({ until }) => (until === null ? undefined : parseIso(until)) ?? now + ROLLING_MS)
  // One that is over in a moment is not begun: Grafana refuses what ends before it starts.
  const endsAt = Math.max(...ends)
  if (endsAt <= now + TOLERANCE_MS / 10) return undefined
  const equal = (name: string, value: string): Matcher => ({ name, value, isRegex: false, isEqual: true })
  return {
    matchers: [equal('facility', alarm.facility), equal('sensor', alarm.sensor), equal('key', key)],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    createdBy: CREATED_BY,
    comment: `${alarm.id} is ${first.word} by ${first.by}: ${first.reason}`,
  }
}

/** One that is renewed again and again may be up to half of its time short. */
function isFitting(found: FoundSilence, wanted: Silence, now: number): boolean {
  const [has, wants] = [Date.parse(found.endsAt), Date.parse(wanted.endsAt)]
  if (wants === now + ROLLING_MS) return has >= now + ROLLING_MS / 2 && has <= wants + TOLERANCE_MS
  return Math.abs(has - wants) <= TOLERANCE_MS
}

function keyOf(matchers: readonly Matcher[]): string {
  return JSON.stringify(
    matchers
      .map(({ name, value, isRegex, isEqual }) => [name, value, isRegex, isEqual])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )
}
