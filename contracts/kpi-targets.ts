import type { FigureId } from './kpi.ts'

/** What a figure has to keep. */
export type Bound = { readonly atMost: number } | { readonly under: number } | { readonly atLeast: number }

/** Where a target comes from; `own` is ours, where the standards give a rough figure or none. */
type Source = 'ISA-18.2' | 'EEMUA 191' | 'ISA-18.2, tolerance own'

export interface Target {
  readonly text: string
  readonly source: Source
  readonly good: Bound
  /** Absent: what is not good is over. */
  readonly manageable?: Bound
}

/** For one operator position. What stands here without a target has none. */
export const TARGETS: { readonly [Id in FigureId]?: Target } = {
  alarmsPerDay: {
    text: 'about 150, at most 300',
    source: 'ISA-18.2',
    good: { atMost: 150 },
    manageable: { atMost: 300 },
  },
  alarmsPerHour: {
    text: 'about 6, at most 12',
    source: 'ISA-18.2',
    good: { atMost: 6 },
    manageable: { atMost: 12 },
  },
  alarmsPer10Minutes: {
    text: 'about 1, at most 2',
    source: 'EEMUA 191',
    good: { atMost: 1 },
    manageable: { atMost: 2 },
  },
  peak10Minutes: { text: 'at most 10', source: 'EEMUA 191', good: { atMost: 10 } },
  hoursOver30: { text: 'under 1 %', source: 'ISA-18.2', good: { under: 1 } },
  periodsOver10: { text: 'under 1 %', source: 'ISA-18.2', good: { under: 1 } },
  timeInFlood: { text: 'under 1 %', source: 'ISA-18.2', good: { under: 1 } },
  topTenShare: {
    text: 'under 1 %, at most 5 %',
    source: 'ISA-18.2',
    good: { under: 1 },
    manageable: { atMost: 5 },
  },
  chatteringAlarms: { text: '0', source: 'ISA-18.2', good: { atMost: 0 } },
  fleetingAlarms: { text: '0', source: 'ISA-18.2', good: { atMost: 0 } },
  staleOnWorstDay: { text: 'fewer than 5 on any day', source: 'ISA-18.2', good: { under: 5 } },
  shareLow: {
    text: 'about 80 %',
    source: 'ISA-18.2, tolerance own',
    good: { atLeast: 75 },
    manageable: { atLeast: 60 },
  },
  shareMedium: {
    text: 'about 15 %',
    source: 'ISA-18.2, tolerance own',
    good: { atMost: 20 },
    manageable: { atMost: 30 },
  },
  shareHigh: {
    text: 'about 5 %',
    source: 'ISA-18.2, tolerance own',
    good: { atMost: 6 },
    manageable: { atMost: 10 },
  },
  shareCritical: {
    text: 'under 1 %',
    source: 'ISA-18.2, tolerance own',
    good: { under: 1 },
    manageable: { atMost: 2 },
  },
}

export function keeps(bound: Bound, value: number): boolean {
  if ('atMost' in bound) return value <= bound.atMost
  return 'under' in bound ? value < bound.under : value >= bound.atLeast
}
