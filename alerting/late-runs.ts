import type { Reading } from '../contracts/reading.ts'
import { type AlarmRecord, newAlarm } from './alarm-record.ts'
import { judge, NO_SAMPLE, type Sample, type Verdict } from './evidence.ts'
import { type LateOccurrence, transition } from './lifecycle.ts'
import type { AlarmSlot, SensorEntry } from './sensor-entry.ts'

/** One alarm as it would have been. */
interface Shadow {
  record: AlarmRecord
  /** Of an occurrence that began in late readings: those that were seen live before are known. */
  open: { start: number; peak: Sample } | null
}

/** A hole in what was seen live, and the life that alarms had in it. */
interface Run {
  /** When the live batch after the hole was made, sensor time. */
  until: number
  /** Key: alarm id. Only those that are not simply inactive. */
  shadows: Map<string, Shadow>
  /** What each sensor held last. Key: sensor id. */
  held: Map<string, { time: number; sample: Sample }>
}

/** As it is kept between starts. */
export type LateSnapshot = readonly {
  gateway: string
  until: number
  shadows: [string, Shadow][]
  held: [string, { time: number; sample: Sample }][]
}[]

/** Holes of one gateway that are remembered; the oldest is taken for filled when there are more. */
const MAX_RUNS = 32
/** Nothing is known of an alarm but that it is not active. */
const INACTIVE: AlarmRecord = { ...newAlarm(0), unknown: false }

/**
 * The shadow life of alarms in readings that come late (DESIGN section 5): the same lifecycle, from the state
 * it had before the hole, without a clock of its own. It finds the occurrences that nobody could see.
 */
export class LateRuns {
  /** Key: alarm id. */
  readonly #slots: ReadonlyMap<string, AlarmSlot>
  /** Key: gateway id. In order of time. */
  readonly #runs = new Map<string, Run[]>()

  constructor(slots: ReadonlyMap<string, AlarmSlot>) {
    this.#slots = slots
  }

  /** A hole ends here: what is late from now on and older than `until` goes on from the states of the fork. */
  fork(gateway: string, until: number, fork: Readonly<Record<string, AlarmRecord>>): FoundLate[] {
    const shadows = Object.entries(fork).map(([alarm, record]) => [alarm, { record, open: null }] as const)
    const runs = this.#runs.get(gateway) ?? []
    this.#runs.set(gateway, runs)
    runs.push({ until, shadows: new Map(shadows), held: new Map() })
    runs.sort((a, b) => a.until - b.until)
    return runs.length > MAX_RUNS ? this.#end(runs.splice(0, 1)) : []
  }

  /**
   * An alarm as it is to be kept after it was raised live. The batch that ends a hole repeats readings that come
   * late in their own batches, and so does what it raises.
   */
  raisedLive(record: AlarmRecord, time: number, { alarm, sensor }: AlarmSlot): AlarmRecord {
    const { raises = [], ...kept } = record
    const until = this.#runs.get(sensor.sensor.gateway ?? '')?.at(-1)?.until
    if (until === undefined) return kept
    return { ...kept, raises: time - alarm.config.onDelayMs <= until ? [...raises, time] : raises }
  }

  /** Late readings of a batch made at `sent`, in order. */
  take(
    gateway: string,
    sent: number,
    readings: readonly { reading: Reading; entry: SensorEntry }[],
  ): FoundLate[] {
    const found: FoundLate[] = []
    const run = this.#runOf(gateway, sent)
    for (const { reading, entry } of readings) this.#weigh(run, reading, entry, found)
    return found
  }

  /** Nothing older than `before` will come any more, sensor time. */
  finish(gateway: string, before: number): FoundLate[] {
    const runs = this.#runs.get(gateway) ?? []
    const end = runs.findIndex(({ until }) => until > before)
    return this.#end(runs.splice(0, end === -1 ? runs.length : end))
  }

  /** True while occurrences may be found. */
  isOpen(gateway: string): boolean {
    return (this.#runs.get(gateway)?.length ?? 0) > 0
  }

  snapshot(): LateSnapshot {
    return [...this.#runs].flatMap(([gateway, runs]) =>
      runs.map(({ until, shadows, held }) => ({
        gateway,
        until,
        shadows: [...shadows],
        held: [...held],
      })),
    )
  }

  restore(snapshot: LateSnapshot): void {
    for (const { gateway, until, shadows, held } of snapshot) {
      const runs = this.#runs.get(gateway) ?? []
      this.#runs.set(gateway, runs)
      runs.push({ until, shadows: new Map(shadows), held: new Map(held) })
    }
  }

  /**
   * The hole that a batch belongs into; what stood unsent is cut in one moment with the live batch behind it. One
   * that nobody noticed is as long as the batch.
   */
  #runOf(gateway: string, sent: number): Run {
    const runs = this.#runs.get(gateway) ?? []
    const run = runs.find(({ until }) => until >= sent)
    if (run !== undefined) return run
    const unnoticed: Run = { until: sent, shadows: new Map(), held: new Map() }
    this.#runs.set(gateway, [...runs, unnoticed])
    return unnoticed
  }

  #weigh(run: Run, { time, value, quality, reason }: Reading, entry: SensorEntry, found: FoundLate[]): void {
    const before = run.held.get(entry.sensor.id)
    // What comes out of order even among the late is stored, and proves nothing.
    if (before !== undefined && time <= before.time) return
    const sample: Sample = { value: value ?? null, quality, reason: reason ?? null }
    run.held.set(entry.sensor.id, { time, sample })
    const held = before?.sample ?? NO_SAMPLE
    for (const slot of entry.alarms) {
      const { config } = slot.alarm
      // Silence is judged when it is, never afterwards.
      if (config.when === 'stale') continue
      const verdict = judge(config, sample)
      const shadow = run.shadows.get(config.id)
      if (shadow === undefined && verdict.says !== 'beyond') continue
      const moved = this.#move(shadow ?? { record: INACTIVE, open: null }, {
        slot,
        time,
        verdict,
        sample,
        held,
        told: (occurrence) => {
          if (!isKnown(slot, occurrence.start)) found.push({ alarm: config.id, occurrence })
        },
      })
      if (moved.record.phase === 'inactive') run.shadows.delete(config.id)
      else run.shadows.set(config.id, moved)
    }
  }

  #move(shadow: Shadow, seen: Seen): Shadow {
    const { slot, time, verdict, sample, held, told } = seen
    const input = { kind: 'evidence', time, verdict, sample, held } as const
    const { record, changes } = transition(shadow.record, input, slot.alarm.config)
    let { open } = shadow
    for (const change of changes) {
      if (change.event === 'raised') open = { start: change.time, peak: change.record.sample }
      else if (change.event === 'returned' && open !== null) {
        told({ ...open, end: change.time })
        open = null
      }
    }
    if (open !== null && verdict.says === 'beyond' && isFurther(sample, open.peak, slot))
      open = { ...open, peak: sample }
    return { record, open }
  }

  /** A delay that ran out in the hole has run out; what stood when the hole ended is told by its end. */
  #end(runs: readonly Run[]): FoundLate[] {
    return runs.flatMap((run) =>
      [...run.shadows].flatMap(([alarm, shadow]): FoundLate[] => {
        const slot = this.#slots.get(alarm)
        if (slot === undefined) return []
        const sample = run.held.get(slot.sensor.sensor.id)?.sample ?? NO_SAMPLE
        const input = { kind: 'clock', time: run.until, held: sample } as const
        const [raised] = transition(shadow.record, input, slot.alarm.config).changes
        const open = raised === undefined ? shadow.open : { start: raised.time, peak: raised.record.sample }
        if (open === null || isKnown(slot, open.start)) return []
        // Raised by what was seen live when the hole ended, it is the same occurrence.
        const { onDelayMs } = slot.alarm.config
        const wentOn = liveRaises(slot).some((time) => time > open.start && time - onDelayMs <= run.until)
        return [{ alarm, occurrence: { ...open, end: wentOn ? null : run.until } }]
      }),
    )
  }
}

/** What was annunciated live, or told late before, is known: it began at the very same time. */
function isKnown(slot: AlarmSlot, start: number): boolean {
  return slot.alarm.record.raised === start || liveRaises(slot).includes(start)
}

function liveRaises({ alarm }: AlarmSlot): readonly number[] {
  const { raised, late, raises = [] } = alarm.record
  return raised === null || late ? raises : [...raises, raised]
}

/** What is seen of one alarm in one late reading. */
interface Seen {
  slot: AlarmSlot
  time: number
  verdict: Verdict
  sample: Sample
  held: Sample
  told: (occurrence: LateOccurrence) => void
}

export interface FoundLate {
  alarm: string
  occurrence: LateOccurrence
}

function isFurther(sample: Sample, peak: Sample, slot: AlarmSlot): boolean {
  if (sample.value === null) return false
  if (peak.value === null) return true
  return slot.alarm.config.when === 'low' ? sample.value < peak.value : sample.value > peak.value
}
