import { isUnacknowledged } from '../../../contracts/alarm.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import { say } from './language.ts'
import { limitText, looseNumber, unitSign } from './number-text.ts'
import { alarmKey, occurrenceKey } from './state.ts'
import { type Language, PRIORITY_TEXTS, TEXTS } from './texts.ts'

/** In a flood no more than these are shown one by one, life safety always. */
const MOST_AT_ONCE = 5

/** What is to be shown and taken away. */
export interface NoticeChanges {
  show: readonly AlarmView[]
  /** New ones that are only counted. */
  others: number
  /** Keys of alarms that no longer wait. */
  close: readonly string[]
  /** Occurrences that are known from now on. */
  known: ReadonlySet<string>
}

/**
 * What a change of the alarms means for somebody who looks elsewhere. What stood there when the page was
 * opened is not new.
 * @param known occurrences that waited before; undefined at the first load
 * @param shown keys of the alarms that are shown
 */
export function noticeChanges(
  alarms: ReadonlyMap<string, AlarmView>,
  known: ReadonlySet<string> | undefined,
  shown: Iterable<string>,
): NoticeChanges {
  const waiting = [...alarms.values()].filter((alarm) => isUnacknowledged(alarm.state) && !alarm.late)
  const fresh = known === undefined ? [] : waiting.filter((alarm) => !known.has(occurrenceKey(alarm)))
  const urgent = fresh.filter((alarm) => alarm.lifeSafety)
  const rest = fresh.filter((alarm) => !alarm.lifeSafety)
  const single = rest.slice(0, Math.max(0, MOST_AT_ONCE - urgent.length))
  const left = new Set(waiting.map(alarmKey))
  return {
    show: [...urgent, ...single],
    others: rest.length - single.length,
    close: [...shown].filter((key) => !left.has(key)),
    known: new Set(waiting.map(occurrenceKey)),
  }
}

/** Title and text of the message of one alarm. */
export function noticeWords(alarm: AlarmView, language: Language): { title: string; body: string } {
  const { value, limit } = alarm
  const unit = unitSign(alarm.unit)
  const numbers = [
    value === null ? '' : `${looseNumber(value)} ${unit}`.trim(),
    limit === null ? '' : `${say(language, TEXTS.limit)} ${`${limitText(limit)} ${unit}`.trim()}`,
  ].filter((part) => part !== '')
  return {
    title: `${say(language, PRIORITY_TEXTS[alarm.priority])}: ${alarm.id} ${alarm.sensorName}`,
    body: [numbers.join(', '), alarm.message].filter((part) => part !== '').join('\n'),
  }
}
