import { isUnacknowledged } from '../../../contracts/alarm.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import { say } from './language.ts'
import { limitText, looseNumber, unitSign } from './number-text.ts'
import { recall } from './preferences.ts'
import { formatRoute } from './route.ts'
import { alarmKey, type ConsoleState, occurrenceKey } from './state.ts'
import type { Store } from './store.ts'
import { type Language, PRIORITY_TEXTS, TEXTS } from './texts.ts'

/** In a flood no more than these are shown one by one, life safety always. */
const MOST_AT_ONCE = 5

/** What is to be shown and taken away; pure, so that it can be tested without a browser. */
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

/** What the browser says about messages of this page. */
export type NoticePermission = 'unsupported' | NotificationPermission

export function noticePermission(): NoticePermission {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission
}

/** Somebody chose it at this browser, and the browser lets them. */
export function isNoticed(): boolean {
  return recall('notices') === 'on' && noticePermission() === 'granted'
}

/** Messages of the browser for whoever has another window before them. */
export class DesktopNotices {
  readonly #store: Store
  readonly #language: () => Language
  /** Key: alarm. */
  readonly #shown = new Map<string, Notification>()
  #known: ReadonlySet<string> | undefined
  #alarms: ConsoleState['alarms'] | undefined

  constructor(store: Store, language: () => Language) {
    this.#store = store
    this.#language = language
  }

  start(): void {
    this.#store.subscribe(() => this.#follow())
    // What nobody keeps up to date must not stand there.
    addEventListener('pagehide', () => {
      for (const notification of this.#shown.values()) notification.close()
    })
  }

  #follow(): void {
    const { alarms, generation } = this.#store.state
    if (generation === 0 || alarms === this.#alarms) return
    this.#alarms = alarms
    const changes = noticeChanges(alarms, this.#known, this.#shown.keys())
    this.#known = changes.known
    for (const key of changes.close) {
      this.#shown.get(key)?.close()
      this.#shown.delete(key)
    }
    if (!document.hidden || !isNoticed()) return
    for (const alarm of changes.show) this.#show(alarm)
    if (changes.others > 0) this.#showOthers(changes.others)
  }

  #show(alarm: AlarmView): void {
    const { title, body } = noticeWords(alarm, this.#language())
    const notification = notify(title, {
      body,
      tag: alarmKey(alarm),
      requireInteraction: alarm.lifeSafety,
    })
    if (notification === undefined) return
    this.#shown.set(alarmKey(alarm), notification)
    notification.addEventListener('click', () => {
      focus()
      location.hash = formatRoute({ page: 'alarm', facility: alarm.facility, alarm: alarm.id })
    })
  }

  #showOthers(count: number): void {
    const title = say(this.#language(), TEXTS.noticeOthers, { count })
    notify(title, { tag: 'davylamp' })?.addEventListener('click', () => {
      focus()
      location.hash = formatRoute({ page: 'alarms' })
    })
  }
}

function notify(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options)
  } catch {
    // Some browsers of phones know the word and take it from service workers only.
    return undefined
  }
}
