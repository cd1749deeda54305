import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Reading } from '../../contracts/reading.ts'
import type {
  AcknowledgePolicy,
  AlarmLoadRow,
  ComparedAlarm,
  LoneOccurrence,
  WhatIfReport,
  WhatIfWindow,
} from '../../contracts/what-if.ts'
import { changedSettings } from './changed-settings.ts'
import { CountedSide } from './counted-side.ts'
import { type ReplayedOccurrence, unpaired } from './occurrences.ts'

export interface TrialPlan {
  /** As the file says. */
  readonly file: Facility
  /** As it would be. */
  readonly set: Facility
  readonly window: WhatIfWindow
  readonly acknowledge: AcknowledgePolicy
}

/** Stored readings through two settings of the same plant, side by side, by the code that runs live. */
export class WhatIfTrial {
  readonly #plan: TrialPlan
  readonly #file: CountedSide
  readonly #set: CountedSide
  #readings = 0

  constructor(plan: TrialPlan) {
    const { file, set, window, acknowledge } = plan
    this.#plan = plan
    this.#file = new CountedSide(file, window, acknowledge.afterMs)
    this.#set = new CountedSide(set, window, acknowledge.afterMs)
  }

  /** In order of time, from the beginning of the warm-up to the end of the window. */
  take(reading: Reading): void {
    this.#readings += 1
    this.#file.take(reading)
    this.#set.take(reading)
  }

  /** Nothing may be taken after it. */
  report(): WhatIfReport {
    const { file, set, window, acknowledge } = this.#plan
    const iso = (ms: number) => formatIso(ms, file.timezone)
    const [before, after] = [this.#file.finish(), this.#set.finish()]
    const { disappear, appear } = this.#lone(iso)
    return {
      facility: file.id,
      from: iso(window.from),
      to: iso(window.to),
      warmUpMs: window.warmUpMs,
      readings: this.#readings,
      acknowledge,
      silentSensors: this.#file.silent.size,
      changed: changedSettings(file, set),
      file: before,
      set: after,
      alarms: this.#compared(),
      disappear,
      appear,
    }
  }

  #compared(): ComparedAlarm[] {
    const places = new Map(
      [this.#plan.set, this.#plan.file].flatMap(({ sensors }) =>
        [...sensors.values()].flatMap(({ name, area, alarms }) =>
          alarms.map(({ id }) => [id, { sensorName: name, area }] as const),
        ),
      ),
    )
    return this.#alarms()
      .map((alarm) => ({
        alarm,
        ...(places.get(alarm) ?? { sensorName: '', area: '' }),
        file: this.#file.row(alarm),
        set: this.#set.row(alarm),
      }))
      .filter(({ file, set }) => KEYS.some((key) => file[key] !== set[key]))
      .sort((a, b) => weight(b) - weight(a) || excess(b) - excess(a) || (a.alarm < b.alarm ? -1 : 1))
  }

  #lone(iso: (ms: number) => string): Pick<WhatIfReport, 'disappear' | 'appear'> {
    const { from } = this.#plan.window
    const disappear: ReplayedOccurrence[] = []
    const appear: ReplayedOccurrence[] = []
    for (const alarm of this.#alarms()) {
      const lone = unpaired(this.#file.occurrences.told(alarm), this.#set.occurrences.told(alarm))
      disappear.push(...lone.disappear)
      appear.push(...lone.appear)
    }
    const shown = (list: readonly ReplayedOccurrence[]): LoneOccurrence[] =>
      list
        .filter(({ raised }) => raised >= from)
        .sort((a, b) => a.raised - b.raised || (a.alarm < b.alarm ? -1 : 1))
        .map(({ alarm, priority, raised, returned, value }) => ({
          alarm,
          priority,
          raised: iso(raised),
          returned: returned === Number.POSITIVE_INFINITY ? null : iso(returned),
          value,
        }))
    return { disappear: shown(disappear), appear: shown(appear) }
  }

  #alarms(): string[] {
    return [...new Set([...this.#file.occurrences.alarms, ...this.#set.occurrences.alarms])]
  }
}

const KEYS = ['annunciated', 'activeMs', 'chattering', 'fleeting'] as const satisfies (keyof AlarmLoadRow)[]

function weight({ file, set }: ComparedAlarm): number {
  return Math.abs(set.annunciated - file.annunciated)
}

function excess({ file, set }: ComparedAlarm): number {
  return Math.abs(set.activeMs - file.activeMs)
}
