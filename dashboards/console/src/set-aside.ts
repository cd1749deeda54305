import type { AlarmView, JournalItem } from '../../../contracts/api.ts'
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

/** The event that the journal writes when the flag is put there. Key: the kind. */
const EVENTS: Readonly<Record<SetAsideKind, JournalItem['event']>> = {
  shelved: 'shelved',
  suppressed: 'suppressed',
  outOfService: 'out-of-service',
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

/**
 * Since when the flags stand, as far as these entries tell, newest first. Key: {@link setAsideKey}.
 * The alarm itself does not say.
 */
export function flagTimes(items: readonly JournalItem[], entries: readonly SetAside[]): Map<string, string> {
  const times = new Map<string, string>()
  const wanted = new Map(entries.map((entry) => [setAsideKey(entry), entry] as const))
  for (const item of items) {
    for (const kind of SET_ASIDE_KINDS) {
      if (EVENTS[kind] !== item.event) continue
      for (const flag of flagsOf(item.alarm, kind)) {
        const key = setAsideKey({ kind, alarm: item.alarm, flag })
        const entry = wanted.get(key)
        if (entry !== undefined && !times.has(key) && isSame(entry.flag, flag)) times.set(key, item.time)
      }
    }
  }
  return times
}

function flagsOf(alarm: AlarmView, kind: SetAsideKind): readonly Flag[] {
  if (kind === 'suppressed') return alarm.suppressed
  const flag = alarm[kind]
  return flag === null ? [] : [flag]
}

function isSame(a: Flag, b: Flag): boolean {
  return a.by === b.by && a.reason === b.reason && a.until === b.until
}

function endOf({ flag }: SetAside): number {
  return flag.until === null ? Number.MAX_SAFE_INTEGER : Date.parse(flag.until)
}
