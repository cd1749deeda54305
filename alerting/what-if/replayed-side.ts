import { isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import { shownState } from '../alarm-record.ts'
import { DueQueue, idle, type Timer } from '../due-queue.ts'
import type { AlarmEntry, Transition } from '../evaluation.ts'
import { STALE } from '../evidence.ts'
import { Replay, type ReplayLine } from '../replay.ts'
import { isPolled, withStoredSilence } from './stored-silence.ts'

/** Who acknowledges in a replay. */
const OPERATOR = 'what-if'

interface Task extends Timer {
  readonly kind: 'acknowledge' | 'look'
  readonly config: AlarmConfig
}

const NEVER = Number.POSITIVE_INFINITY

export interface SideOptions {
  facility: Facility
  /** How long an alarm is unacknowledged before somebody acknowledges it, ms, more than 0; null: nobody does. */
  acknowledgeAfterMs: number | null
  /** Called in order. */
  onTransition: (transition: Transition) => void
}

/**
 * One side of a comparison: stored readings through the code that runs live, with what a store does not have. Somebody
 * acknowledges what has been shown as unacknowledged for its time. And a sensor that returned was still polled when its
 * off-delay ended: that needs good evidence, which live comes with the next poll and in a store with the next report.
 */
export class ReplayedSide {
  readonly #replay: Replay
  readonly #facility: Facility
  readonly #options: SideOptions
  readonly #tasks = new DueQueue<Task>()
  /** Key: alarm id. */
  readonly #acknowledging = new Map<string, Task>()
  readonly #looks = new Map<string, Task>()
  /** What each sensor reported last. Key: sensor id. */
  readonly #last = new Map<string, Reading>()
  #now: number

  /** `start`: when the replay begins, epoch ms. */
  constructor(start: number, options: SideOptions) {
    this.#facility = withStoredSilence(options.facility)
    this.#replay = new Replay(this.#facility)
    this.#options = options
    this.#now = start
    this.#apply({ kind: 'advance', clock: start })
  }

  /** The next reading in order of time; one of a sensor that this side does not have only moves the clock. */
  take(reading: Reading): void {
    this.advance(reading.time)
    if (!this.#facility.sensors.has(reading.sensor)) return
    this.#last.set(reading.sensor, reading)
    this.#apply({ kind: 'reading', clock: this.#now, reading })
  }

  /** Moves the clock; epoch ms. What somebody does at that very moment comes after its readings. */
  advance(to: number): void {
    const { acknowledgeAfterMs } = this.#options
    // What is found within a step is acknowledged after it.
    const step = acknowledgeAfterMs ?? NEVER
    while (this.#now < to) {
      const next = Math.min(to, this.#now + step)
      for (let due = this.#tasks.take(next - 1); due !== undefined; due = this.#tasks.take(next - 1))
        for (const task of due.timers) this.#perform(task, due.at)
      this.#now = next
      if (next < to) this.#apply({ kind: 'advance', clock: next })
    }
  }

  /** The end: what falls due by then has happened. */
  finish(to: number): void {
    this.advance(to)
    this.#apply({ kind: 'advance', clock: to })
  }

  /** Nothing came of this sensor for longer than it may be silent. */
  isStale(sensor: string): boolean {
    return this.#replay.isStale(sensor)
  }

  /** It was decided on that, and not on a reading that says so. */
  isSilence({ record, sensor }: Transition): boolean {
    return record.sample.reason === STALE.reason && this.#last.get(sensor.id)?.reason !== STALE.reason
  }

  #perform({ kind, config }: Task, at: number): void {
    if (kind === 'acknowledge') {
      const request = { action: 'acknowledge', by: OPERATOR } as const
      this.#apply({ kind: 'action', clock: at, alarm: config.id, request })
      return
    }
    const last = this.#last.get(config.sensor)
    if (last === undefined || this.#replay.isStale(config.sensor)) return
    this.#apply({ kind: 'held', clock: at, reading: { ...last, time: at } })
  }

  #apply(line: ReplayLine): void {
    const { evaluation } = this.#replay.apply(line)
    for (const transition of evaluation.transitions) {
      this.#options.onTransition(transition)
      this.#planAcknowledging(transition, line.clock)
    }
    for (const alarm of evaluation.touched) this.#planLook(alarm)
  }

  /** Where its off-delay has just begun: the latest that the first poll can come after its end. */
  #planLook(alarm: AlarmEntry): void {
    const { phase, due } = alarm.record
    const sensor = this.#facility.sensors.get(alarm.sensor.id)
    const isDue = phase === 'pendingOff' && due !== null && sensor !== undefined && isPolled(sensor)
    this.#plan(this.#looks, { kind: 'look', ...alarm }, isDue ? due + sensor.pollMs - 1 : NEVER)
  }

  /** From when it is first shown as unacknowledged; what occurs meanwhile is acknowledged with it. */
  #planAcknowledging({ config, order, record, time }: Transition, now: number): void {
    const { acknowledgeAfterMs } = this.#options
    if (acknowledgeAfterMs === null) return
    const isWanted = isUnacknowledged(shownState(record))
    if (isWanted && (this.#acknowledging.get(config.id)?.at ?? NEVER) !== NEVER) return
    const at = isWanted ? Math.max(now, time + acknowledgeAfterMs) : NEVER
    this.#plan(this.#acknowledging, { kind: 'acknowledge', config, order }, at)
  }

  #plan(
    tasks: Map<string, Task>,
    { kind, config, order }: Omit<Task, keyof Timer> & { order: number },
    at: number,
  ): void {
    let task = tasks.get(config.id)
    if (task === undefined) {
      if (at === NEVER) return
      task = { kind, config, ...idle(order) }
      tasks.set(config.id, task)
    }
    this.#tasks.set(task, at)
  }
}
