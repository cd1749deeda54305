import { isActive, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { HiddenKind } from '../../contracts/kpi.ts'
import { HIDDEN_KINDS } from '../../contracts/kpi-words.ts'
import { isAnnunciated } from './annunciation.ts'
import { Chatter } from './chatter.ts'
import { flagsOf, HiddenTime } from './hidden-time.ts'

/** An alarm that is active for longer is stale (ISA-18.2), ms. */
export const STALE_MS = 24 * 3_600_000

/** What the figures of all alarms are told of each. Times are epoch ms. */
export interface TrackEars {
  /** Within the window. */
  annunciated(time: number, priority: AlarmView['priority']): void
  /** And waits for an acknowledgement. */
  asked(): void
  /** Such an occurrence was acknowledged by somebody; ms. */
  acknowledged(duration: number): void
  /** Such an occurrence was acknowledged by its return: nobody had to. */
  excused(): void
  /** A condition that was annunciated in the window has returned; ms. */
  returned(duration: number): void
  /** It was stale from one time to another, cut to the window. */
  stale(track: AlarmTrack, from: number, to: number): void
}

/** One alarm through the window: entries in the order of the journal, those from before it for the state it had. */
export class AlarmTrack {
  readonly #window: { readonly from: number; readonly to: number }
  readonly #ears: TrackEars
  /** The newest entry's. */
  alarm: AlarmView
  readonly chatter = new Chatter()
  readonly hidden: Readonly<Record<HiddenKind, HiddenTime>>
  /** Annunciated, before the window and in it. */
  annunciations = 0
  /** In it. */
  annunciated = 0
  /** The condition is there, whatever flag hides it: since when, and how it was told. */
  #active: { since: number; annunciated: boolean; acknowledged: boolean } | undefined
  /** An operator sees it as active: since when. */
  #shownSince: number | undefined
  /** Annunciated in the window, and nobody has acknowledged it yet. */
  #open: { occurrence: string | null; time: number } | undefined
  /** How often it was stale, and when it was so last. `until` is null while it stands. */
  stale: { count: number; since: number; until: number | null; longest: number } | undefined
  /** The last rows in which it was counted as stale, see {@link PeriodTable.addStale}. */
  staleRows = { day: -1, shift: -1 }

  constructor(alarm: AlarmView, window: { from: number; to: number }, ears: TrackEars) {
    this.alarm = alarm
    this.#window = window
    this.#ears = ears
    const { from } = window
    this.hidden = {
      shelved: new HiddenTime(from),
      suppressed: new HiddenTime(from),
      outOfService: new HiddenTime(from),
    }
  }

  /** Epoch ms; before the end of the window. */
  take(item: JournalItem, time: number): void {
    const { event, alarm } = item
    // Before anything else: what it comes to depends on how the alarm stood until now.
    this.#show(item, time)
    this.#follow(item, time)
    const flags = flagsOf(alarm)
    for (const kind of HIDDEN_KINDS) this.hidden[kind].set(flags[kind], time)
    if (isAnnunciated(item)) this.#annunciate(item, time)
    if (event === 'acknowledged') this.#acknowledge(alarm.occurrence, time)
    if (event === 'returned' && alarm.ack === 'acked') this.#excuse(alarm.occurrence)
    this.alarm = alarm
  }

  /** What late readings left of it: nothing is told, but somebody may have to acknowledge it. */
  takeLate(alarm: AlarmView): void {
    this.alarm = alarm
  }

  /** Closes the window: what stands is counted up to its end. */
  finish(): void {
    if (this.#shownSince !== undefined) this.#countStale(this.#window.to, true)
  }

  /** It stands on the operator's list as active since then, epoch ms; undefined when it does not. */
  get standingSince(): number | undefined {
    return this.#shownSince === undefined ? undefined : this.#active?.since
  }

  get isUnacknowledged(): boolean {
    return isUnacknowledged(this.alarm.state)
  }

  #follow({ event, alarm }: JournalItem, time: number): void {
    if (isActive(alarm.live)) {
      if (this.#active === undefined || event === 'raised') {
        // What the journal does not have from its beginning says itself when it was raised.
        const since = event === 'raised' ? time : (parseIso(alarm.raised ?? '') ?? time)
        this.#active = { since: Math.min(since, time), annunciated: false, acknowledged: false }
        if (this.#shownSince !== undefined) this.#shownSince = Math.min(this.#shownSince, this.#active.since)
      }
      return
    }
    const active = this.#active
    this.#active = undefined
    if (active === undefined || event !== 'returned' || !active.annunciated) return
    const counts = time >= this.#window.from
    this.chatter.returned(active.since, time, { isAcknowledged: active.acknowledged, counts })
    if (active.since >= this.#window.from) this.#ears.returned(time - active.since)
  }

  /** Shown as active or not any more; one that is raised anew begins anew. */
  #show({ event, alarm }: JournalItem, time: number): void {
    const isShown = isActive(alarm.state)
    if (this.#shownSince !== undefined && (!isShown || event === 'raised')) {
      this.#countStale(time, false)
      this.#shownSince = undefined
    }
    if (isShown) this.#shownSince ??= time
  }

  #annunciate({ alarm, event }: JournalItem, time: number): void {
    if (event === 'raised' && this.#active !== undefined) this.#active.annunciated = true
    this.annunciations += 1
    if (time < this.#window.from) return
    this.annunciated += 1
    this.#ears.annunciated(time, alarm.priority)
    // Alarms of some classes acknowledge themselves.
    this.#open = alarm.ack === 'acked' ? undefined : { occurrence: alarm.occurrence, time }
    if (this.#open !== undefined) this.#ears.asked()
  }

  #acknowledge(occurrence: string | null, time: number): void {
    if (this.#active !== undefined) this.#active.acknowledged = true
    if (this.#open === undefined || this.#open.occurrence !== occurrence) return
    this.#ears.acknowledged(Math.max(0, time - this.#open.time))
    this.#open = undefined
  }

  #excuse(occurrence: string | null): void {
    if (this.#open?.occurrence !== occurrence) return
    this.#ears.excused()
    this.#open = undefined
  }

  /** Hiding an alarm does not start its 24 hours anew, but while it is hidden it burdens nobody. */
  #countStale(end: number, stands: boolean): void {
    const since = this.#active?.since
    if (this.#shownSince === undefined || since === undefined) return
    const from = Math.max(this.#shownSince, since + STALE_MS, this.#window.from)
    if (end <= from) return
    const longest = Math.max(this.stale?.longest ?? 0, end - since)
    // Hidden for a while and stale again: that is the same once more.
    const isSame = this.stale?.since === since
    const count = (this.stale?.count ?? 0) + (isSame ? 0 : 1)
    this.stale = { count, since, until: stands ? null : end, longest }
    this.#ears.stale(this, from, end)
  }
}
