import type { AlarmView } from '../../../contracts/api.ts'
import { alarmKey } from './state.ts'

export type Flag = NonNullable<AlarmView['shelved']>

/** The three ways in which an alarm is taken off the list, in the order of the page. */
export const SET_ASIDE_KINDS = ['shelved', 'suppressed', 'outOfService'] as const
export type SetAsideKind = (typeof SET_ASIDE_KINDS)[number]

/** One flag of one alarm. An alarm that is both shelved and suppressed stands in both lists. */
export interface SetAside {
  kind: SetAsideKind
  alarm: AlarmView
  flag: Flag
}

/** All flags of a kind, the first to end first, those without an end last. */
export function setAside(alarms: Iterable<AlarmView>, kind: SetAsideKind): SetAside[] {
  const entries = [...alarms].flatMap((alarm) =>
    flagsOf(alarm, kind).map((flag): SetAside => ({ kind, alarm, flag })),
  )
  return entries.sort((a, b) => endOf(a) - endOf(b) || (a.alarm.id < b.alarm.id ? -1 : 1))
}

/** What one cause suppresses: a lost gateway may hide a hundred alarms, which are one thing to look at. */
export interface CauseGroup {
  /** Null: people, each for a reason of their own. */
  cause: string | null
  entries: SetAside[]
}

/** Those of people first, then cause by cause, the largest last. */
export function byCause(entries: readonly SetAside[]): CauseGroup[] {
  const groups = new Map<string | null, SetAside[]>()
  for (const entry of entries) {
    const { cause } = entry.flag
    groups.set(cause, [...(groups.get(cause) ?? []), entry])
  }
  return [...groups]
    .map(([cause, members]) => ({ cause, entries: members }))
    .sort(
      (a, b) => Number(a.cause !== null) - Number(b.cause !== null) || a.entries.length - b.entries.length,
    )
}

/** Names one flag. */
export function setAsideKey({ kind, alarm, flag }: SetAside): string {
  return `${alarmKey(alarm)} ${kind} ${flag.cause ?? ''}`
}

function flagsOf(alarm: AlarmView, kind: SetAsideKind): readonly Flag[] {
  if (kind === 'suppressed') return alarm.suppressed
  const flag = alarm[kind]
  return flag === null ? [] : [flag]
}

function endOf({ flag }: SetAside): number {
  return flag.until === null ? Number.MAX_SAFE_INTEGER : Date.parse(flag.until)
}
