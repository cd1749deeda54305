import type { BatchName, BatchPlace } from '../contracts/evidence-batch.ts'
import type { AlarmConfig } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import { type AlarmRecord, newAlarm } from './alarm-record.ts'
import { isCalmSample } from './calm.ts'
import { judge, NO_SAMPLE, type Sample, sampleOf, type Verdict } from './evidence.ts'
import { transition } from './lifecycle.ts'
import type { AlarmChange, LateOccurrence, Outcome } from './outcome.ts'
import type { AlarmSlot, SensorEntry } from './sensor-entry.ts'
import { changesBetween, configAt } from './settings/alarm-settings.ts'
import { adjusted } from './settings/reconfiguration.ts'

/** One alarm as it would have been. */
interface Shadow {
  record: AlarmRecord
  /** Of an occurrence that began in late readings: those that were seen live before are known. */
  open: { start: number; peak: Sample } | null
}

/** Place of a reading in a run: epochs in the order in which they came, then its time. */
interface Place {
  /** Index among {@link Run.epochs}. */
  epoch: number
  /** Sensor time. */
  time: number
}

/** A hole in what was seen live, and the life that alarms had in it. */
interface Run {
  /** The live batch that ended the hole. */
  epoch: string
  seq: number
  /** When that batch was made, sensor time. */
  until: number
  /** No live batch ended it: it grows with what comes. */
  isUnnoticed: boolean
  /** Epochs of what has come of it. */
  epochs: string[]
  /** Key: alarm id. Only those that are not simply inactive. */
  shadows: Map<string, Shadow>
  /** What each sensor held last. Key: sensor id. */
  held: Map<string, Place & { sample: Sample }>
}

/** What is remembered of one gateway. */
interface History {
  /** Its epochs in the order in which they were heard live. */
  epochs: string[]
  /** In the order in which the holes ended. */
  runs: Run[]
}

/** As it is kept between starts. */
export type LateSnapshot = readonly {
  gateway: string
  epochs: string[]
  runs: (Omit<Run, 'shadows' | 'held'> & {
    shadows: [string, Shadow][]
    held: [string, Place & { sample: Sample }][]
  })[]
}[]

/** Holes of one gateway that are remembered; the oldest is taken for filled when there are more. */
const MAX_RUNS = 32
/** Epochs whose order is remembered. */
const MAX_EPOCHS = 64
/** Occurrences that are remembered of one alarm. */
const MAX_TOLD = 64
/** Nothing is known of an alarm but that it is not active. */
const NO_SHADOW: Shadow = { record: { ...newAlarm(0), unknown: false }, open: null }

/**
 * The shadow life of alarms in readings that come late (DESIGN section 5): the same lifecycle, from the state
 * it had before the hole, without a clock of its own. It finds the occurrences that nobody could see. Where a
 * reading belongs is told by epoch and number of its batch: a clock that was set back gives the same times twice.
 */
export class LateRuns {
  /** Key: alarm id. */
  readonly #slots: ReadonlyMap<string, AlarmSlot>
  /** Key: gateway id. */
  readonly #histories = new Map<string, History>()

  constructor(slots: ReadonlyMap<string, AlarmSlot>) {
    this.#slots = slots
  }

  /** A hole ends with this live batch: what is late from now on and older goes on from the states of the fork. */
  fork(gateway: string, batch: BatchPlace, fork: Readonly<Record<string, AlarmRecord>>): FoundLate[] {
    const { runs } = this.#historyOf(gateway)
    // It comes again when the log could not keep it.
    if (runs.some(({ epoch, seq }) => epoch === batch.epoch && seq === batch.seq)) return []
    const shadows = Object.entries(fork).map(([alarm, record]) => [alarm, { record, open: null }] as const)
    return this.#add(gateway, newRun(batch, new Map(shadows)))
  }

  /**
   * An alarm as it is to be kept after an occurrence was told. The batch that ends a hole repeats readings that
   * come late in their own batches: what it raises may have begun with them.
   */
  told(
    record: AlarmRecord,
    { event, time }: Pick<AlarmChange, 'event' | 'time'>,
    slot: AlarmSlot,
  ): AlarmRecord {
    const run = this.#histories.get(slot.sensor.sensor.gateway ?? '')?.runs.at(-1)
    const isOfHole =
      event === 'raised' && run !== undefined && time - slot.alarm.config.onDelayMs <= run.until
    const occurrence = isOfHole ? { time, hole: holeOf(run) } : { time }
    return { ...record, told: [...(record.told ?? []), occurrence].slice(-MAX_TOLD) }
  }

  /**
   * Readings that were weighed live though their batch belongs into a hole: nothing newer of their sensors was known
   * yet. What comes late of these goes on from there.
   */
  follow(gateway: string, batch: BatchPlace, readings: Iterable<KnownReading>): void {
    const history = this.#histories.get(gateway)
    const run = history?.runs[placeIn(history, batch)]
    if (run === undefined) return
    const epoch = epochIn(run, batch)
    for (const { reading, entry } of readings) {
      run.held.set(entry.sensor.id, { epoch, time: reading.time, sample: entry.held })
      for (const { alarm } of entry.alarms) {
        if (alarm.record.phase === 'inactive') run.shadows.delete(alarm.config.id)
        else run.shadows.set(alarm.config.id, { record: alarm.record, open: null })
      }
    }
  }

  /** Late readings of a batch, in order. */
  take(gateway: string, batch: BatchPlace, readings: Iterable<KnownReading>): FoundLate[] {
    const { run, found } = this.#runOf(gateway, batch)
    const epoch = epochIn(run, batch)
    for (const { reading, entry } of readings) this.#weigh(run, { reading, epoch, entry, found })
    return found
  }

  /** Nothing older than this batch will come any more; nothing at all when there is none. */
  finish(gateway: string, first: BatchName | undefined): FoundLate[] {
    const history = this.#histories.get(gateway)
    if (history === undefined) return []
    const { runs, epochs } = history
    if (first === undefined) return this.#end(runs.splice(0))
    // Of an epoch that was never heard live nobody can say what is older.
    return epochs.includes(first.epoch) ? this.#end(runs.splice(0, placeIn(history, first))) : []
  }

  /** True while occurrences may be found. */
  isOpen(gateway: string): boolean {
    return (this.#histories.get(gateway)?.runs.length ?? 0) > 0
  }

  snapshot(): LateSnapshot {
    return Array.from(this.#histories, ([gateway, { epochs, runs }]) => ({
      gateway,
      epochs: [...epochs],
      runs: runs.map((run) => ({
        ...run,
        epochs: [...run.epochs],
        shadows: [...run.shadows],
        held: [...run.held],
      })),
    }))
  }

  restore(snapshot: LateSnapshot): void {
    for (const { gateway, epochs, runs } of snapshot) {
      this.#histories.set(gateway, {
        epochs: [...epochs],
        runs: runs.map((run) => ({
          ...run,
          epochs: [...run.epochs],
          shadows: new Map(run.shadows),
          held: new Map(run.held),
        })),
      })
    }
  }

  /** The hole that a batch belongs into. One that nobody noticed is as long as what has come of it. */
  #runOf(gateway: string, batch: BatchPlace): { run: Run; found: FoundLate[] } {
    const history = this.#historyOf(gateway)
    const run = history.runs[placeIn(history, batch)]
    if (run !== undefined) return { run, found: [] }
    const after = { epoch: batch.epoch, seq: batch.seq + 1, until: batch.sent }
    const last = history.runs.at(-1)
    if (last?.isUnnoticed === true && last.epoch === batch.epoch)
      return { run: Object.assign(last, after), found: [] }
    const unnoticed: Run = { ...newRun(batch), ...after, isUnnoticed: true }
    return { run: unnoticed, found: this.#add(gateway, unnoticed) }
  }

  #add(gateway: string, run: Run): FoundLate[] {
    const history = this.#historyOf(gateway)
    const { epochs, runs } = history
    if (!epochs.includes(run.epoch)) epochs.push(run.epoch)
    if (epochs.length > MAX_EPOCHS) epochs.shift()
    // At the end, unless the log could not keep the batch that ended it and has it only now.
    runs.splice(placeIn(history, run), 0, run)
    return runs.length > MAX_RUNS ? this.#end(runs.splice(0, 1)) : []
  }

  #historyOf(gateway: string): History {
    const history = this.#histories.get(gateway) ?? { epochs: [], runs: [] }
    this.#histories.set(gateway, history)
    return history
  }

  #weigh(run: Run, { reading, epoch, entry, found }: Weighed): void {
    const { time } = reading
    const before = run.held.get(entry.sensor.id)
    // What comes out of order even among the late is stored, and proves nothing.
    if (before !== undefined && (epoch - before.epoch || time - before.time) <= 0) return
    const sample = sampleOf(reading)
    run.held.set(entry.sensor.id, { epoch, time, sample })
    // Nearly all of them: see calmRange.
    const isUnchanged = Math.min(time, before?.time ?? time) >= entry.calmSince
    if (isUnchanged && isCalmSample(entry.calm, sample) && !hasShadow(run, entry)) return
    const held = before?.sample ?? NO_SAMPLE
    for (const slot of entry.alarms) {
      const config = configAt(slot.alarm, time)
      // Silence is judged when it is, never afterwards.
      if (config.when === 'stale') continue
      const told = (occurrence: LateOccurrence) => {
        if (!isKnown(slot, occurrence.start)) found.push({ alarm: config.id, occurrence })
      }
      const since = before?.epoch === epoch ? before.time : time
      const left = carriedOver(run.shadows.get(config.id) ?? NO_SHADOW, before, time)
      const shadow = this.#anew(left, { slot, held, told }, [since, time])
      const verdict = judge(config, sample)
      const isNews = shadow !== NO_SHADOW || verdict.says === 'beyond'
      const moved = isNews ? this.#move(shadow, { slot, config, time, verdict, sample, held, told }) : shadow
      if (moved.record.phase === 'inactive') run.shadows.delete(config.id)
      else run.shadows.set(config.id, moved)
    }
  }

  /** Where settings were changed, what was held is judged by them, at the time of the change. */
  #anew(shadow: Shadow, { slot, held, told }: Held, span: readonly [number, number]): Shadow {
    if (slot.alarm.past === undefined) return shadow
    let current = shadow
    for (const { time, before, config } of changesBetween(slot.alarm, span)) {
      // An on-delay that was over by then had raised by the settings of then.
      const ran = followed(current, transition(current.record, { kind: 'clock', time, held }, before), told)
      const verdict = judge(config, held)
      const record = adjusted(ran.record, { time, verdict }, { before, config })
      current = record === ran.record ? ran : { ...ran, record }
      if (record.phase === 'pendingOff' || (current === NO_SHADOW && verdict.says !== 'beyond')) continue
      current = this.#move(current, { slot, config, time, verdict, sample: held, held, told })
    }
    return current
  }

  #move(shadow: Shadow, seen: Seen): Shadow {
    const { slot, config, time, verdict, sample, held, told } = seen
    const input = { kind: 'evidence', time, verdict, sample, held } as const
    const { record, open } = followed(shadow, transition(shadow.record, input, config), told)
    return open !== null && verdict.says === 'beyond' && isFurther(sample, open.peak, slot)
      ? { record, open: { ...open, peak: sample } }
      : { record, open }
  }

  /** A delay that ran out in the hole has run out; what stood when the hole ended is told by its end. */
  #end(runs: readonly Run[]): FoundLate[] {
    return runs.flatMap((run) =>
      [...run.shadows].flatMap(([alarm, left]): FoundLate[] => {
        const slot = this.#slots.get(alarm)
        if (slot === undefined) return []
        const last = run.held.get(slot.sensor.sensor.id)
        const held = last?.sample ?? NO_SAMPLE
        const found: FoundLate[] = []
        const told = (occurrence: LateOccurrence) => {
          if (!isKnown(slot, occurrence.start)) found.push({ alarm, occurrence })
        }
        const span = [last?.time ?? run.until, run.until] as const
        const shadow = this.#anew(carriedOver(left, last, run.until), { slot, held, told }, span)
        const input = { kind: 'clock', time: run.until, held } as const
        const { changes } = transition(shadow.record, input, configAt(slot.alarm, run.until))
        const raised = changes.find(({ event }) => event === 'raised')
        const open = raised === undefined ? shadow.open : { start: raised.time, peak: raised.record.sample }
        // Raised by what was seen live when the hole ended, it is the same occurrence.
        const wentOn = slot.alarm.record.told?.some(({ hole }) => hole === holeOf(run)) ?? false
        if (open !== null) told({ ...open, end: wentOn ? null : run.until })
        return found
      }),
    )
  }
}

/** What happened to an alarm as it would have been: an occurrence that is over is told. */
function followed(shadow: Shadow, { record, changes }: Outcome, told: Held['told']): Shadow {
  if (record === shadow.record) return shadow
  let { open } = shadow
  for (const change of changes) {
    if (change.event === 'raised') open = { start: change.time, peak: change.record.sample }
    else if (change.event === 'returned' && open !== null) {
      told({ ...open, end: change.time })
      open = null
    }
  }
  return { record, open }
}

function newRun({ epoch, seq, sent }: BatchPlace, shadows: Run['shadows'] = new Map()): Run {
  return { epoch, seq, until: sent, isUnnoticed: false, epochs: [], shadows, held: new Map() }
}

/** Index of the epoch of a batch among those of a run. */
function epochIn({ epochs }: Run, { epoch }: BatchPlace): number {
  if (!epochs.includes(epoch)) epochs.push(epoch)
  return epochs.indexOf(epoch)
}

function hasShadow({ shadows }: Run, { alarms }: SensorEntry): boolean {
  return shadows.size > 0 && alarms.some(({ alarm }) => shadows.has(alarm.config.id))
}

function holeOf({ epoch, seq }: Run): string {
  return `${epoch} ${seq}`
}

/** Index of the run that a batch belongs into; their number when it is behind all of them. */
function placeIn({ epochs, runs }: History, { epoch, seq }: BatchName): number {
  const order = epochs.indexOf(epoch)
  if (order !== -1) {
    const own = runs.findIndex((run) => {
      const other = epochs.indexOf(run.epoch)
      return other > order || (other === order && run.seq > seq)
    })
    return own === -1 ? runs.length : own
  }
  // It was over before it was heard live. History comes oldest first: it is newer than what has come by now.
  const filling = runs.findLastIndex((run) => run.epochs.length > 0)
  const come = runs[filling]?.epochs ?? []
  if (come.includes(epoch)) return filling
  const newest = come.reduce((most, other) => Math.max(most, epochs.indexOf(other)), -1)
  const least = filling === -1 ? epochs.indexOf(runs.at(-1)?.epoch ?? '') : newest + 1
  const next = runs.findIndex((run, at) => at >= filling && epochs.indexOf(run.epoch) >= least)
  return next !== -1 ? next : filling !== -1 ? filling : runs.length
}

/** Where the clock was set back behind the last sample, a running delay keeps what remained of it. */
function carriedOver(shadow: Shadow, last: Place | undefined, time: number): Shadow {
  const { due } = shadow.record
  if (due === null || last === undefined || time >= last.time) return shadow
  return { ...shadow, record: { ...shadow.record, due: due + time - last.time } }
}

/** What was annunciated live, or told late before, is known: it began at the very same time. */
function isKnown({ alarm: { record } }: AlarmSlot, start: number): boolean {
  return record.told?.some(({ time }) => time === start) ?? false
}

/** A reading of a sensor that is evaluated. */
export interface KnownReading {
  reading: Reading
  entry: SensorEntry
}

/** A reading that is to be weighed in a run. */
interface Weighed extends KnownReading {
  /** Of its batch: index among the epochs of the run. */
  epoch: number
  found: FoundLate[]
}

/** One alarm, and what was known of its sensor. */
interface Held {
  slot: AlarmSlot
  held: Sample
  told: (occurrence: LateOccurrence) => void
}

/** What is seen of one alarm in one late reading. */
interface Seen extends Held {
  /** As it was then. */
  config: AlarmConfig
  time: number
  verdict: Verdict
  sample: Sample
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
