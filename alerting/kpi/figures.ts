import type { Figure, FigureId } from '../../contracts/kpi.ts'
import { TARGETS } from '../../contracts/kpi-targets.ts'
import { FIGURE_IDS } from '../../contracts/kpi-words.ts'
import type { KpiSums } from './alarm-kpi.ts'
import type { LoadResult } from './alarm-load.ts'
import { TEN_MINUTES_MS } from './calendar.ts'
import { TOP_TEN_LEAST, verdictOn } from './targets.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

interface Measured {
  readonly value: number | null
  readonly unit: Figure['unit']
  /** Of a peak, epoch ms. */
  readonly at?: number | null
}

/** Every figure beside its target. `iso` tells a time; without `isJudged` there are no verdicts. */
export function figuresOf(
  sums: KpiSums,
  load: LoadResult,
  { iso, isJudged }: { iso: (ms: number) => string; isJudged: boolean },
): Figure[] {
  const measured = measure(sums, load)
  return FIGURE_IDS.map((id): Figure => {
    const { value, unit, at = null } = measured[id]
    const target = TARGETS[id]
    return {
      id,
      value: value === null || Number.isInteger(value) ? value : Number(value.toPrecision(6)),
      unit,
      at: at === null ? null : iso(at),
      target: target?.text ?? null,
      source: target?.source ?? null,
      verdict: isJudged && isMeaningful(id, load) ? verdictOn(id, value) : null,
    }
  })
}

function isMeaningful(id: FigureId, load: LoadResult): boolean {
  return id !== 'topTenShare' || load.annunciated >= TOP_TEN_LEAST
}

function measure(sums: KpiSums, load: LoadResult): Record<FigureId, Measured> {
  const { query, tracks, floods, detector, priorities } = sums
  const { annunciated, peakDay, peakHour, hours, periods } = load
  const window = query.to - query.from
  const alarms = (value: number | null): Measured => ({ value, unit: 'alarms' })
  const percent = (part: number, whole: number): Measured => ({
    value: whole === 0 ? null : (100 * part) / whole,
    unit: '%',
  })
  const seconds = (ms: number | null): Measured => ({ value: ms === null ? null : ms / 1_000, unit: 's' })
  const having = (has: (track: (typeof tracks)[number]) => boolean) => alarms(tracks.filter(has).length)
  const acknowledge = sums.acknowledge.result
  const comeBack = sums.comeBack.result
  const days = sums.load.days.rows
  const inFlood = days.reduce((sum, { flood }) => sum + flood, 0)
  const topTen = tracks
    .map((track) => track.annunciated)
    .sort((a, b) => b - a)
    .slice(0, 10)
    .reduce((sum, count) => sum + count, 0)
  const { count: most, at } = detector.highest
  return {
    alarmsPerDay: alarms((annunciated * DAY_MS) / window),
    peakDay: { ...alarms(peakDay.count), at: peakDay.at },
    alarmsPerHour: alarms((annunciated * HOUR_MS) / window),
    peakHour: { ...alarms(peakHour.count), at: peakHour.at },
    alarmsPer10Minutes: alarms((annunciated * TEN_MINUTES_MS) / window),
    peak10Minutes: { ...alarms(most), at },
    hoursOver30: percent(hours.over, hours.count),
    periodsOver10: percent(periods.over, periods.count),
    timeInFlood: percent(inFlood, window),
    floods: { value: floods.length, unit: 'floods' },
    topTenShare: percent(topTen, annunciated),
    chatteringAlarms: having(({ chatter }) => chatter.episodes > 0),
    fleetingAlarms: having(({ chatter }) => chatter.fleeting > 0),
    staleOnWorstDay: alarms(Math.max(0, ...days.map(({ stale }) => stale))),
    staleAlarms: having(({ stale }) => stale !== undefined),
    standing: having(({ standingSince }) => standingSince !== undefined),
    unacknowledged: having(({ isUnacknowledged }) => isUnacknowledged),
    acknowledgeMedian: seconds(acknowledge.median),
    acknowledgeP90: seconds(acknowledge.p90),
    acknowledgeMax: seconds(acknowledge.max),
    neverAcknowledged: alarms(sums.asked - acknowledge.count),
    returnMedian: seconds(comeBack.median),
    returnP90: seconds(comeBack.p90),
    returnMax: seconds(comeBack.max),
    shareLow: percent(priorities.low, annunciated),
    shareMedium: percent(priorities.medium, annunciated),
    shareHigh: percent(priorities.high, annunciated),
    shareCritical: percent(priorities.critical, annunciated),
    shelved: having(({ hidden }) => hidden.shelved.now !== undefined),
    suppressed: having(({ hidden }) => hidden.suppressed.now !== undefined),
    outOfService: having(({ hidden }) => hidden.outOfService.now !== undefined),
  }
}
