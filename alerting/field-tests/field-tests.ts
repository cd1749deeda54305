import { CodedError } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import type { DesignSuppression } from '../design-suppression.ts'
import { idle } from '../due-queue.ts'
import type { Changes } from '../evaluation.ts'
import type { AlarmInput } from '../lifecycle.ts'
import type { AlarmChange } from '../outcome.ts'
import type { AlarmSlot, SensorEntry } from '../sensor-entry.ts'
import type { SensorTimes } from '../sensor-times.ts'
import { FieldTest, type KeptTest, type RunningTest, type UnkeptTest } from './field-test.ts'
import { checkOrder, sensorsOf, type TestOrder } from './test-order.ts'

/** What was kept of the tests of a facility: plain data. */
export interface KeptTests {
  /** Number of the newest one ever; 0 before the first. */
  newest: number
  running: readonly KeptTest[]
}

export interface FieldTestsOptions {
  /** Key: sensor id. */
  sensors: ReadonlyMap<string, SensorEntry>
  /** Key: alarm id. */
  alarms: ReadonlyMap<string, AlarmSlot>
  times: SensorTimes
  suppression: DesignSuppression
  apply: (slot: AlarmSlot, input: AlarmInput, changes: Changes) => void
  /** With the journal; without it, what the snapshot has is all there is. */
  kept?: KeptTests | undefined
  /** At the last checkpoint, as running then. */
  snapshot?: KeptTests | undefined
  /** Those of an engine before this one: they go on here as they are. */
  before?: FieldTests | undefined
}

/**
 * The bump and proof tests of one facility. While one runs, every alarm of its sensors is suppressed with its cause
 * and goes on beneath; a sensor under test decides nothing about alarms of others.
 */
export class FieldTests {
  readonly #options: FieldTestsOptions
  /** Key: number of the test. */
  readonly #running = new Map<number, RunningTest>()
  /** What the journal has to keep, ended or not. Key: number of the test. */
  readonly #unkept = new Map<number, FieldTest>()
  #newest = 0

  constructor(options: FieldTestsOptions) {
    this.#options = options
    const { kept, snapshot, before } = options
    if (before !== undefined) {
      this.#newest = before.#newest
      for (const [number, test] of before.#unkept) this.#unkept.set(number, test)
      for (const { test } of before.#running.values()) this.#attach(test)
      return
    }
    this.#newest = Math.max(kept?.newest ?? 0, snapshot?.newest ?? 0)
    const earlier = new Map(snapshot?.running.map((test) => [test.number, test]))
    for (const test of kept?.running ?? snapshot?.running ?? [])
      this.#attach(new FieldTest(latest(test, earlier.get(test.number))))
  }

  /** Those that run, and those that the journal does not have as they are now. */
  *current(): Generator<FieldTest> {
    for (const { test } of this.#running.values()) yield test
    for (const test of this.#unkept.values()) if (!this.#running.has(test.terms.number)) yield test
  }

  isTested(sensor: string): boolean {
    return this.#options.sensors.get(sensor)?.test !== undefined
  }

  /** Begins at `now`, when all that fell due before has happened. @throws CodedError when refused; nothing changed then */
  start(order: TestOrder, now: number, changes: Changes): FieldTest {
    const { sensors, apply, suppression } = this.#options
    const entries = sensorsOf(order, sensors)
    const approvedBy = checkOrder(order, entries)
    const { kind, area = null, by, reason, forMs } = order
    const number = this.#newest + 1
    const terms = { number, kind, area, by, approvedBy, reason, started: now, until: now + forMs }
    const slots = inOrder(entries.flatMap(({ alarms }) => alarms))
    const test = FieldTest.begin(
      terms,
      slots.map(({ alarm }) => alarm.config),
    )
    this.#newest = number
    this.#unkept.set(number, test)
    this.#attach(test)
    const { flag } = test
    for (const slot of slots) apply(slot, { kind: 'suppress', time: now, flag, by }, changes)
    for (const entry of entries) suppression.followSample(entry, entry.held, now, changes)
    return test
  }

  /** Ends it before its time. @throws CodedError TEST_UNKNOWN or TEST_ENDED */
  end(number: number, by: string, now: number, changes: Changes): FieldTest {
    const running = this.#running.get(number)
    if (running === undefined) {
      const isPast = number >= 1 && number <= this.#newest
      throw new CodedError(isPast ? 'TEST_ENDED' : 'TEST_UNKNOWN', `test ${number}`)
    }
    this.#finish(running, now, by, changes)
    return running.test
  }

  /** Its time is over. */
  expire(running: RunningTest, at: number, changes: Changes): void {
    this.#finish(running, at, null, changes)
  }

  snapshot(): KeptTests {
    return {
      newest: this.#newest,
      running: Array.from(this.#running.values(), ({ test }) => test.keep(0)),
    }
  }

  /** What a commit is to hold, and is told with {@link kept} once it stands; `position` as in {@link KeptTest}. */
  unkept(position: number): UnkeptTest[] {
    return [...this.#unkept.values()].flatMap((test) => test.unkept(position) ?? [])
  }

  kept(tests: readonly UnkeptTest[]): void {
    for (const unkept of tests) {
      const { test } = unkept
      test.kept(unkept)
      if (test.isKept) this.#unkept.delete(test.terms.number)
    }
  }

  /** A live reading. Of a record that is replayed, its number: what was kept may have the reading already. */
  read({ test, alarms }: SensorEntry, reading: Reading, replaying: number): void {
    test?.read(
      reading,
      alarms.map(({ alarm }) => alarm.config),
      replaying,
    )
  }

  /** Takes down what an alarm under test did, and gives it as it is to be told. */
  witness({ alarm, sensor }: AlarmSlot, change: AlarmChange, before: AlarmRecord): AlarmChange {
    const { test } = sensor
    if (test === undefined) return change
    const witness = test.follow(alarm.config, change, before.suppressed)
    if (!test.isKept) this.#unkept.set(test.terms.number, test)
    return witness === undefined ? change : { ...change, test: witness }
  }

  #attach(test: FieldTest): void {
    const { sensors, alarms, times } = this.#options
    const { number, until } = test.terms
    // After the flags of the same instant, which end by themselves.
    const running: RunningTest = { kind: 'test', ...idle(alarms.size + 1), test }
    this.#running.set(number, running)
    times.set(running, until)
    for (const id of test.sensors) {
      const entry = sensors.get(id)
      if (entry !== undefined) entry.test = test
    }
  }

  #finish(running: RunningTest, time: number, by: string | null, changes: Changes): void {
    const { test } = running
    const { sensors, alarms, apply, suppression, times } = this.#options
    test.end(time, by)
    this.#unkept.set(test.terms.number, test)
    times.set(running, Number.POSITIVE_INFINITY)
    this.#running.delete(test.terms.number)
    const tested = inOrder(test.alarms.flatMap((id) => alarms.get(id) ?? []))
    const { cause } = test
    for (const slot of tested)
      if (slot.alarm.record.suppressed.some((flag) => flag.cause === cause))
        apply(slot, { kind: 'unsuppress', time, cause, by }, changes)
    const entries = test.sensors.flatMap((id) => sensors.get(id) ?? [])
    for (const entry of entries) entry.test = undefined
    // What they decide about others counts again, as things are now.
    for (const slot of tested) suppression.followAlarm(slot, time, changes)
    for (const entry of entries) suppression.followSample(entry, entry.held, time, changes)
  }
}

/** Sensor by sensor, the later of two copies: the checkpoint is what the log is replayed from, so all that comes of it is news. */
function latest(kept: KeptTest, snapshot: KeptTest | undefined): KeptTest {
  const earlier = new Map(snapshot?.sensors.map((sensor) => [sensor.sensor, sensor]))
  const sensors = kept.sensors.map((sensor) => {
    const other = earlier.get(sensor.sensor)
    return other !== undefined && other.changes >= sensor.changes ? { ...other, position: 0 } : sensor
  })
  return { ...kept, sensors }
}

/** By severity, then as in the file. */
function inOrder(slots: readonly AlarmSlot[]): AlarmSlot[] {
  return slots.toSorted((a, b) => a.alarm.order - b.alarm.order)
}
