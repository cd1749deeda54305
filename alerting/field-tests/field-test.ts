import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { TestKind } from '../../contracts/test-api.ts'
import type { Flag } from '../alarm-record.ts'
import type { Timer } from '../due-queue.ts'
import type { AlarmChange } from '../lifecycle.ts'
import { type AlarmEvidence, evidenceReading, peakAfter, type SensorEvidence } from './test-evidence.ts'

/** Who tests, why, and from when to when; epoch ms of the server's clock. */
export interface TestTerms {
  /** Counts the tests of a facility. */
  readonly number: number
  readonly kind: TestKind
  /** The area whose sensors these were when it began; null when they were named. */
  readonly area: string | null
  readonly by: string
  /** The second person, where it took two. */
  readonly approvedBy: string | null
  readonly reason: string
  readonly started: number
  /** When it ends by itself. */
  readonly until: number
}

/** A test as it is kept: plain data. */
export interface KeptTest extends TestTerms {
  readonly ended: number | null
  /** Null when its time was over. */
  readonly endedBy: string | null
  /** Counts what has changed: of two copies, the one with more is the later one. */
  readonly changes: number
  /** Number of the last record of the server's log that is in it. */
  readonly position: number
  readonly sensors: readonly SensorEvidence[]
  readonly alarms: readonly AlarmEvidence[]
}

/** What the journal says of an alarm whose test has ended. */
export interface TestWitness {
  readonly terms: TestTerms
  readonly alarm: AlarmEvidence
  readonly readings: SensorEvidence
}

/** A test that runs, in the queue of what falls due: its end. */
export interface RunningTest extends Timer {
  readonly kind: 'test'
  readonly test: FieldTest
}

/** A bump or proof test of some sensors: collects the evidence, and changes nothing else. */
export class FieldTest {
  readonly terms: TestTerms
  /** Of records up to this number of the server's log it has the readings already. */
  readonly keptAt: number
  ended: number | null = null
  endedBy: string | null = null
  /** What is worth a commit: its beginning, its end, and what its alarms did. */
  news = 0
  #changes = 0
  /** Key: sensor id. */
  readonly #sensors: ReadonlyMap<string, SensorEvidence>
  /** Key: alarm id. */
  readonly #alarms: ReadonlyMap<string, AlarmEvidence>

  private constructor(terms: TestTerms, keptAt: number, evidence: Pick<KeptTest, 'sensors' | 'alarms'>) {
    this.terms = terms
    this.keptAt = keptAt
    this.#sensors = new Map(evidence.sensors.map((sensor) => [sensor.sensor, { ...sensor }]))
    this.#alarms = new Map(evidence.alarms.map((alarm) => [alarm.alarm, { ...alarm }]))
  }

  /** Of these alarms, and the sensors that they belong to. */
  static begin(terms: TestTerms, alarms: readonly Pick<AlarmConfig, 'id' | 'sensor'>[]): FieldTest {
    const sensors = [...new Set(alarms.map(({ sensor }) => sensor))]
    const test = new FieldTest(terms, Number.NEGATIVE_INFINITY, {
      sensors: sensors.map((sensor) => ({ sensor, count: 0, first: null, last: null })),
      alarms: alarms.map(({ id, sensor }) => ({
        sensor,
        alarm: id,
        raised: null,
        returned: null,
        peak: null,
      })),
    })
    test.#note()
    return test
  }

  static restore(kept: KeptTest): FieldTest {
    const { ended, endedBy, changes, position, sensors, alarms, ...terms } = kept
    const test = new FieldTest(terms, position, { sensors, alarms })
    test.#changes = changes
    return test
  }

  /** Cause of the flags of its alarms. */
  get cause(): string {
    return `test.${this.terms.number}`
  }

  get flag(): Flag {
    const { kind, by, reason, until, approvedBy } = this.terms
    const second = approvedBy === null ? {} : { approvedBy }
    return { by, cause: this.cause, reason: `${kind} test by ${by}: ${reason}`, until, ...second }
  }

  get sensors(): string[] {
    return [...this.#sensors.keys()]
  }

  get alarms(): string[] {
    return [...this.#alarms.keys()]
  }

  /** A live reading of one of its sensors, whose alarms these are. */
  read(reading: Reading, configs: Iterable<AlarmConfig>): void {
    const sensor = this.#sensors.get(reading.sensor)
    if (sensor === undefined) return
    this.#changes += 1
    const seen = evidenceReading(reading)
    sensor.count += 1
    sensor.first ??= seen
    sensor.last = seen
    for (const config of configs) {
      const alarm = this.#alarms.get(config.id)
      if (alarm !== undefined) alarm.peak = peakAfter(alarm.peak, seen, config)
    }
  }

  /** What one of its alarms did. Answers with the evidence when this ended the test of that alarm. */
  follow(
    alarm: string,
    { event, time, record }: AlarmChange,
    before: readonly Flag[],
  ): TestWitness | undefined {
    const evidence = this.#alarms.get(alarm)
    if (evidence === undefined) return undefined
    if (event === 'raised') {
      evidence.raised ??= time
      evidence.returned = null
      this.#note()
    } else if (event === 'returned') {
      evidence.returned = time
      this.#note()
    }
    const readings = this.#sensors.get(evidence.sensor)
    if (readings === undefined || !this.#isIn(before) || this.#isIn(record.suppressed)) return undefined
    return { terms: this.terms, alarm: { ...evidence }, readings: { ...readings } }
  }

  end(time: number, by: string | null): void {
    this.ended = time
    this.endedBy = by
    this.#note()
  }

  /** Plain data that does not change any more. `position` is the number of the last record of the server's log. */
  keep(position: number): KeptTest {
    return {
      ...this.terms,
      ended: this.ended,
      endedBy: this.endedBy,
      changes: this.#changes,
      position,
      sensors: [...this.#sensors.values()].map((sensor) => ({ ...sensor })),
      alarms: [...this.#alarms.values()].map((alarm) => ({ ...alarm })),
    }
  }

  #isIn(flags: readonly Flag[]): boolean {
    return flags.some(({ cause }) => cause === this.cause)
  }

  #note(): void {
    this.#changes += 1
    this.news += 1
  }
}
