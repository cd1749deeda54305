import { formatIso } from '../../contracts/iso-time.ts'
import type { AlarmKpi, Figure } from '../../contracts/kpi.ts'
import { FACILITY, iso, TIMEZONE } from './fake-plant.ts'

const DAY_MS = 86_400_000

function figure(id: Figure['id'], value: number | null, more: Partial<Figure> = {}): Figure {
  return { id, value, unit: 'alarms', at: null, target: null, source: null, verdict: null, ...more }
}

/** A plant with one noisy sensor, some floods and an alarm that nobody took out of service. */
export function kpiOf(from: number, to: number): AlarmKpi {
  const days = Math.max(1, Math.round((to - from) / DAY_MS))
  const judged = days >= 28
  const verdict = (word: Figure['verdict']) => (judged ? word : null)
  const counts = Array.from({ length: days }, (_, day) => 20 + ((day * 37) % 61) + (day % 9 === 4 ? 290 : 0))
  const isa = (target: string, word: Figure['verdict']) => ({
    target,
    source: 'ISA-18.2',
    verdict: verdict(word),
  })
  const name = (alarm: string, priority: 'low' | 'high' | 'critical' = 'high') => ({
    alarm,
    sensorName: 'Methane, pump bay',
    area: 'tank-farm',
    priority,
  })
  const total = counts.reduce((sum, count) => sum + count, 0)
  return {
    facility: FACILITY,
    area: null,
    from: iso(from),
    to: iso(to),
    journalSince: iso(from + DAY_MS / 2),
    judged,
    annunciated: total,
    late: 2,
    now: { last10Minutes: 3, lastHour: 11, inFlood: false },
    figures: [
      figure('alarmsPerDay', total / days, isa('about 150, at most 300', 'good')),
      figure('peakDay', Math.max(...counts), { at: iso(from) }),
      figure('peak10Minutes', 34, {
        target: 'at most 10',
        source: 'EEMUA 191',
        verdict: verdict('over'),
        at: iso(from + 3_600_000),
      }),
      figure('timeInFlood', 0.32, { unit: '%', ...isa('under 1 %', 'good') }),
      figure('topTenShare', 4.11, { unit: '%', ...isa('under 1 %, at most 5 %', 'manageable') }),
      figure('chatteringAlarms', 12, isa('0', 'over')),
      figure('staleOnWorstDay', null, isa('fewer than 5 on any day', null)),
      figure('acknowledgeMedian', 56, { unit: 's' }),
      figure('acknowledgeP90', 395, { unit: 's' }),
      figure('shareHigh', 13.43, {
        unit: '%',
        target: 'about 5 %',
        source: 'ISA-18.2, tolerance own',
        verdict: verdict('over'),
      }),
      figure('shelved', 1),
    ],
    floods: [{ start: iso(from + 3_600_000), end: iso(from + 4_500_000), alarms: 41, peak: 34 }],
    topTen: Array.from({ length: 10 }, (_, rank) => ({
      ...name(`GT-10${(rank % 8) + 1}.${rank < 8 ? 'H' : 'HH'}`, rank < 3 ? 'low' : 'high'),
      count: 269 - rank * 25,
      share: 18.72 - rank * 1.7,
    })),
    chattering: [{ ...name('GT-102.H'), episodes: 23, cycles: 92, last: iso(to - 3_600_000) }],
    fleeting: [{ ...name('GT-103.HH', 'critical'), count: 15 }],
    stale: [{ ...name('LT-201.H', 'low'), count: 1, since: iso(from), until: null, longest: 1.9 * DAY_MS }],
    standing: [{ ...name('LT-201.H', 'low'), since: iso(from), acknowledged: false, duration: 1.9 * DAY_MS }],
    acknowledge: { count: 100, median: 56_000, p90: 395_000, max: 604_000 },
    return: { count: 100, median: 622_000, p90: 2_290_000, max: 1.9 * DAY_MS },
    priorities: { low: 100, medium: 20, high: 10, critical: 2 },
    shelved: [
      {
        ...name('GT-103.H'),
        times: 6,
        duration: 1.9 * DAY_MS,
        now: {
          since: iso(to - 7_200_000),
          by: 'Li Wei',
          reason: 'Hot work permit 4711',
          until: iso(to + 7_200_000),
        },
      },
    ],
    suppressed: [],
    outOfService: [{ ...name('LT-201.H', 'low'), times: 1, duration: 3 * DAY_MS, now: null }],
    days: counts.map((annunciated, day) => ({
      date: formatIso(from + day * DAY_MS, TIMEZONE).slice(0, 10),
      from: iso(from + day * DAY_MS),
      to: iso(from + (day + 1) * DAY_MS),
      annunciated,
      peak10Minutes: annunciated > 200 ? 34 : 5,
      hoursOver30: annunciated > 200 ? 1 : 0,
      periodsOver10: 0,
      flood: annunciated > 200 ? 900_000 : 0,
      stale: day % 3,
    })),
    shifts: counts.slice(0, 2).map((annunciated, day) => ({
      date: formatIso(from + day * DAY_MS, TIMEZONE).slice(0, 10),
      shift: '08:00',
      from: iso(from + day * DAY_MS),
      to: iso(from + (day + 1) * DAY_MS),
      annunciated,
      peak10Minutes: 5,
      hoursOver30: 0,
      periodsOver10: 0,
      flood: 0,
      stale: 0,
    })),
  }
}
