import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { JournalItem } from '../../contracts/api.ts'
import type { Priority } from '../../contracts/facility-words.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import { AlarmLoad } from './alarm-load.ts'
import { AlarmTrack, type TrackEars } from './alarm-track.ts'
import { Calendar } from './calendar.ts'
import { DurationTally } from './duration-tally.ts'
import { type Flood, FloodDetector } from './flood.ts'
import { kpiView } from './kpi-view.ts'

/** What stood at the end of the window, before it is told. */
export interface KpiSums {
  readonly query: KpiQuery
  readonly calendar: Calendar
  readonly load: AlarmLoad
  /** Floods that reach into the window; `end` is null of the one that goes on. */
  readonly floods: readonly (Omit<Flood, 'end'> & { readonly end: number | null })[]
  readonly detector: FloodDetector
  readonly acknowledge: DurationTally
  readonly comeBack: DurationTally
  readonly priorities: Readonly<Record<Priority, number>>
  readonly tracks: readonly AlarmTrack[]
  /** Annunciated occurrences that a person has to acknowledge. */
  readonly asked: number
  readonly late: number
}

/**
 * The alarm performance of one facility in a window, in one pass over its journal. Its memory grows with the number
 * of alarms and the length of the window, not with the number of entries.
 *
 * Entries are taken in the order of the journal: those of the window; those before it that say how alarms stood
 * when it began ({@link prelude}); and, so that floods and chattering which began before it are whole, those of the
 * day before. Entries of before that are left out change nothing else.
 */
export class AlarmKpiPass {
  readonly #query: KpiQuery
  readonly #calendar: Calendar
  readonly #load: AlarmLoad
  readonly #detector = new FloodDetector()
  readonly #floods: Flood[] = []
  readonly #acknowledge = new DurationTally()
  readonly #comeBack = new DurationTally()
  readonly #priorities = { low: 0, medium: 0, high: 0, critical: 0 }
  /** Key: alarm id. */
  readonly #tracks = new Map<string, AlarmTrack>()
  readonly #ears: TrackEars
  #isInWindow = false
  #asked = 0
  #late = 0

  constructor(query: KpiQuery) {
    this.#query = query
    this.#calendar = new Calendar(query.timezone)
    this.#load = new AlarmLoad(this.#calendar, query)
    this.#ears = {
      annunciated: (time, priority) => {
        this.#load.note(time)
        this.#priorities[priority] += 1
      },
      asked: () => {
        this.#asked += 1
      },
      excused: () => {
        this.#asked -= 1
      },
      acknowledged: (duration) => this.#acknowledge.add(duration),
      returned: (duration) => this.#comeBack.add(duration),
      stale: (track, from, to) => {
        track.staleRows = {
          day: this.#load.days.addStale(from, to, track.staleRows.day),
          shift: this.#load.shifts.addStale(from, to, track.staleRows.shift),
        }
      },
    }
  }

  take(item: JournalItem): void {
    const { facility, area, from, to } = this.#query
    if (item.facility !== facility || (area !== undefined && item.alarm.area !== area)) return
    // That people were told changes nothing, and what the watchdog sets off is for no operator.
    if (item.event === 'notified' || item.alarm.class === WATCHDOG_CLASS) return
    const time = parseIso(item.time)
    if (time === undefined) return
    if (item.event === 'late') {
      this.#takeLate(item, time)
      return
    }
    // Clocks differ by seconds: an entry may be of a time after the window and others of the window follow it.
    if (time >= to) return
    const track = this.#trackOf(item)
    const before = track.annunciations
    track.take(item, time)
    if (track.annunciations === before) return
    if (time >= from && !this.#isInWindow) this.#begin()
    this.#end(this.#detector.note(time))
    if (time >= from) this.#load.noteLast10Minutes(time, this.#detector.state.last10Minutes)
  }

  /** Closes the window; nothing may be taken after it. `journalSince`: the oldest entry there is, epoch ms. */
  result(journalSince: number | null): AlarmKpi {
    const { to } = this.#query
    if (!this.#isInWindow) this.#begin()
    this.#end(this.#detector.advance(to))
    for (const track of this.#tracks.values()) track.finish()
    const current = this.#detector.current
    const floods = [...this.#floods, ...(current === undefined ? [] : [{ ...current, end: null }])]
    for (const { start, end } of floods) {
      const span = [Math.max(start, this.#query.from), end ?? to] as const
      for (const table of [this.#load.days, this.#load.shifts]) table.addFlood(...span)
    }
    return kpiView(
      {
        query: this.#query,
        calendar: this.#calendar,
        load: this.#load,
        floods,
        detector: this.#detector,
        acknowledge: this.#acknowledge,
        comeBack: this.#comeBack,
        priorities: this.#priorities,
        tracks: [...this.#tracks.values()],
        asked: this.#asked,
        late: this.#late,
      },
      journalSince,
    )
  }

  /** Each alarm that has an entry; whole once there is a result. */
  get tracks(): Iterable<AlarmTrack> {
    return this.#tracks.values()
  }

  /** The window begins: what was highest before it is of no interest. */
  #begin(): void {
    this.#isInWindow = true
    this.#end(this.#detector.advance(this.#query.from))
    this.#detector.forget()
  }

  #end(flood: Flood | undefined): void {
    if (flood !== undefined && flood.end > this.#query.from) this.#floods.push(flood)
  }

  #takeLate(item: JournalItem, time: number): void {
    const { from, to } = this.#query
    if (time >= from && time < to) this.#late += 1
    // It was found when it was recorded: from then on somebody may have to acknowledge it.
    if ((parseIso(item.recorded) ?? to) < to) this.#trackOf(item).takeLate(item.alarm)
  }

  #trackOf(item: JournalItem): AlarmTrack {
    const { id } = item.alarm
    let track = this.#tracks.get(id)
    if (track === undefined) {
      track = new AlarmTrack(item.alarm, this.#query, this.#ears)
      this.#tracks.set(id, track)
    }
    return track
  }
}
