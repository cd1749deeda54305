import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { FigureId, KpiQuery } from '../../contracts/kpi.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { AlarmLoadRow, WhatIfLoad, WhatIfWindow } from '../../contracts/what-if.ts'
import { journalItem } from '../alarm-view.ts'
import type { Transition } from '../evaluation.ts'
import { AlarmKpiPass } from '../kpi/alarm-kpi.ts'
import type { AlarmTrack } from '../kpi/alarm-track.ts'
import { Occurrences } from './occurrences.ts'
import { ReplayedSide } from './replayed-side.ts'

/** One side of a comparison, replayed and counted as alarm performance is counted everywhere. */
export class CountedSide {
  readonly #facility: Facility
  readonly #window: WhatIfWindow
  readonly #side: ReplayedSide
  readonly #pass: AlarmKpiPass
  readonly occurrences = new Occurrences()
  /** Sensors that were silent in the window, at its beginning or later. */
  readonly silent = new Set<string>()
  /** Key: alarm id; whole after {@link finish}. */
  #tracks: ReadonlyMap<string, AlarmTrack> = new Map()
  #seq = 0

  constructor(facility: Facility, window: WhatIfWindow, acknowledgeAfterMs: number | null) {
    const { id, timezone, shifts } = facility
    const query: KpiQuery = { facility: id, timezone, shifts, from: window.from, to: window.to }
    this.#facility = facility
    this.#window = window
    this.#pass = new AlarmKpiPass(query)
    this.#side = new ReplayedSide(window.from - window.warmUpMs, {
      facility,
      acknowledgeAfterMs,
      onTransition: (transition) => this.#count(transition),
    })
  }

  take(reading: Reading): void {
    this.#side.take(reading)
  }

  finish(): WhatIfLoad {
    const { from, to, warmUpMs } = this.#window
    this.#side.finish(to)
    const kpi = this.#pass.result(from - warmUpMs)
    this.#tracks = new Map(Array.from(this.#pass.tracks, (track) => [track.alarm.id, track]))
    const figure = (id: FigureId) => kpi.figures.find((found) => found.id === id)
    const value = (id: FigureId) => figure(id)?.value ?? 0
    return {
      alarms: kpi.annunciated,
      peak10Minutes: value('peak10Minutes'),
      peakAt: figure('peak10Minutes')?.at ?? null,
      floods: value('floods'),
      timeInFlood: kpi.days.reduce((sum, { flood }) => sum + flood, 0),
      standing: value('standing'),
      unacknowledged: value('unacknowledged'),
      chatteringAlarms: value('chatteringAlarms'),
      fleetingAlarms: value('fleetingAlarms'),
      priorities: kpi.priorities,
    }
  }

  /** After {@link finish}. */
  row(alarm: string): AlarmLoadRow {
    const { from, to } = this.#window
    const track = this.#tracks.get(alarm)
    return {
      annunciated: track?.annunciated ?? 0,
      activeMs: this.occurrences.activeMs(alarm, from, to),
      chattering: track?.chatter.cycles ?? 0,
      fleeting: track?.chatter.fleeting ?? 0,
    }
  }

  #count(transition: Transition): void {
    if (transition.time >= this.#window.to) return
    this.occurrences.take(transition)
    const { id } = transition.sensor
    if (this.#side.isSilence(transition)) this.silent.add(id)
    else if (transition.time <= this.#window.from && !this.#side.isStale(id)) this.silent.delete(id)
    this.#seq += 1
    // Nothing of a replay is recorded later than it happened.
    const recorded = formatIso(transition.time, this.#facility.timezone)
    this.#pass.take({ ...journalItem(this.#facility, transition), seq: this.#seq, recorded })
  }
}
