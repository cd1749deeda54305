import { plantTimeIso } from './plant-time.ts'

export const PERIOD_KINDS = ['day', 'week', 'month'] as const
export type PeriodKind = (typeof PERIOD_KINDS)[number]

/** A stretch of the plant's calendar. Dates are `yyyy-mm-dd`. */
export interface Period {
  kind: PeriodKind
  /** Its first day. */
  first: string
  /** The day after its last one. */
  end: string
}

const DAY_MS = 86_400_000

/** The one that holds the day; weeks begin on Monday. */
export function periodOf(kind: PeriodKind, day: string): Period {
  switch (kind) {
    case 'day':
      return { kind, first: day, end: plusDays(day, 1) }
    case 'week': {
      const sinceMonday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7
      const first = plusDays(day, -sinceMonday)
      return { kind, first, end: plusDays(first, 7) }
    }
    case 'month': {
      const first = `${day.slice(0, 7)}-01`
      return { kind, first, end: `${plusDays(first, 31).slice(0, 7)}-01` }
    }
  }
}

export function periodBefore({ kind, first }: Period): Period {
  return periodOf(kind, plusDays(first, -1))
}

export function periodAfter({ kind, end }: Period): Period {
  return periodOf(kind, end)
}

/** As people read it: the day, the first and the last day, or the month. */
export function periodText({ kind, first, end }: Period): string {
  if (kind === 'day') return first
  return kind === 'month' ? first.slice(0, 7) : `${first} – ${plusDays(end, -1)}`
}

/** As the API takes it. */
export function windowOf({ first, end }: Period, timezone: string): { from: string; to: string } | undefined {
  const [from, to] = [plantTimeIso(`${first}T00:00`, timezone), plantTimeIso(`${end}T00:00`, timezone)]
  return from === undefined || to === undefined ? undefined : { from, to }
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}
