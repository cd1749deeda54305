import type { FigureId, Verdict } from '../../contracts/kpi.ts'

/** Where a target comes from; `own` is ours, where the standards give a rough figure or none. */
type Source = 'ISA-18.2' | 'EEMUA 191' | 'ISA-18.2, tolerance own'

interface Target {
  readonly text: string
  readonly source: Source
  readonly isGood: (value: number) => boolean
  /** Absent: what is not good is over. */
  readonly isManageable?: (value: number) => boolean
}

const atMost = (limit: number) => (value: number) => value <= limit
const under = (limit: number) => (value: number) => value < limit
const atLeast = (limit: number) => (value: number) => value >= limit

/** For one operator position. What stands here without a target has none. */
export const TARGETS: { readonly [Id in FigureId]?: Target } = {
  alarmsPerDay: {
    text: 'about 150, at most 300',
    source: 'ISA-18.2',
    isGood: atMost(150),
    isManageable: atMost(300),
  },
  alarmsPerHour: {
    text: 'about 6, at most 12',
    source: 'ISA-18.2',
    isGood: atMost(6),
    isManageable: atMost(12),
  },
  alarmsPer10Minutes: {
    text: 'about 1, at most 2',
    source: 'EEMUA 191',
    isGood: atMost(1),
    isManageable: atMost(2),
  },
  peak10Minutes: { text: 'at most 10', source: 'EEMUA 191', isGood: atMost(10) },
  hoursOver30: { text: 'under 1 %', source: 'ISA-18.2', isGood: under(1) },
  periodsOver10: { text: 'under 1 %', source: 'ISA-18.2', isGood: under(1) },
  timeInFlood: { text: 'under 1 %', source: 'ISA-18.2', isGood: under(1) },
  topTenShare: {
    text: 'under 1 %, at most 5 %',
    source: 'ISA-18.2',
    isGood: under(1),
    isManageable: atMost(5),
  },
  chatteringAlarms: { text: '0', source: 'ISA-18.2', isGood: atMost(0) },
  fleetingAlarms: { text: '0', source: 'ISA-18.2', isGood: atMost(0) },
  staleOnWorstDay: { text: 'fewer than 5 on any day', source: 'ISA-18.2', isGood: under(5) },
  shareLow: {
    text: 'about 80 %',
    source: 'ISA-18.2, tolerance own',
    isGood: atLeast(75),
    isManageable: atLeast(60),
  },
  shareMedium: {
    text: 'about 15 %',
    source: 'ISA-18.2, tolerance own',
    isGood: atMost(20),
    isManageable: atMost(30),
  },
  shareHigh: {
    text: 'about 5 %',
    source: 'ISA-18.2, tolerance own',
    isGood: atMost(6),
    isManageable: atMost(10),
  },
  shareCritical: {
    text: 'under 1 %',
    source: 'ISA-18.2, tolerance own',
    isGood: under(1),
    isManageable: atMost(2),
  },
}

/** Ten of fewer alarms than this are 5 % of them by arithmetic alone: their share says nothing. */
export const TOP_TEN_LEAST = 200

/** Null without a target or a value. */
export function verdictOn(id: FigureId, value: number | null): Verdict | null {
  const target = TARGETS[id]
  if (target === undefined || value === null) return null
  if (target.isGood(value)) return 'good'
  return target.isManageable?.(value) ? 'manageable' : 'over'
}
