import type { AlarmView } from '../../../contracts/api.ts'
import { Words } from './language.ts'
import { noticeChanges, noticeWords } from './notice-changes.ts'
import { recall } from './preferences.ts'
import { formatRoute } from './route.ts'
import { alarmKey, type ConsoleState } from './state.ts'
import type { Store } from './store.ts'
import type { Language } from './texts.ts'

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
    const title = new Words(this.#language()).text('noticeOthers', { count })
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
