import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { TestKind } from '../../contracts/test-api.ts'
import type { Flag } from '../alarm-record.ts'
import type { Timer } from '../due-queue.ts'
import type { AlarmChange } from '../outcome.ts'
import type { AlarmEvidence, SensorEvidence } from './test-evidence.ts'
import { type KeptSensor, TestedSensor } from './tested-sensor.ts'

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
  readonly sensors: readonly KeptSensor[]
}

/** Number of the last record of the server's log that is in it. */
export function positionOf({ sensors }: Pick<KeptTest, 'sensors'>): number {
  return sensors.reduce((last, { position }) => Math.max(last, position), 0)
}

/** What the journal does not have yet of a test. */
export interface UnkeptTest {
  readonly test: FieldTest
  /** As they were then, and how many news they had. */
  readonly sensors: readonly { body: KeptSensor; news: number }[]
  readonly body: Omit<KeptTest, 'sensors'>
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
  ended: number | null
  endedBy: string | null
  /** Key: sensor id. */
  readonly #sensors: ReadonlyMap<string, TestedSensor>
  /** Those with news that are not kept. */
  readonly #unkept = new Set<TestedSensor>()

  constructor({ ended, endedBy, sensors, ...terms }: KeptTest) {
    this.terms = terms
    this.ended = ended
    this.endedBy = endedBy
    this.#sensors = new Map(sensors.map((sensor) => [sensor.sensor, new TestedSensor(sensor)]))
  }

  /** Of these alarms, and the sensors that they belong to. */
  static begin(terms: TestTerms, alarms: readonly Pick<AlarmConfig, 'id' | 'sensor'>[]): FieldTest {
    const bySensor = Map.groupBy(alarms, ({ sensor }) => sensor)
    const sensors = Array.from(bySensor, ([sensor, own]) => ({
      ...{ sensor, count: 0, first: null, last: null, changes: 0, position: Number.NEGATIVE_INFINITY },
      alarms: own.map(({ id }) => ({ alarm: id, raised: null, returned: null, peak: null })),
    }))
    // As they are kept.
    sensors.sort((a, b) => (a.sensor < b.sensor ? -1 : 1))
    const test = new FieldTest({ ...terms, ended: null, endedBy: null, sensors })
    test.#noteAll()
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
    return [...this.#sensors.values()].flatMap(({ alarms }) => alarms)
  }

  /** A live reading of one of its sensors, whose alarms these are; of a record that is replayed, its number. */
  read(reading: Reading, configs: Iterable<AlarmConfig>, replaying: number): void {
    const sensor = this.#sensors.get(reading.sensor)
    if (sensor !== undefined && sensor.keptAt < replaying) sensor.read(reading, configs)
  }

  /** What one of its alarms did. Answers with the evidence when this ended the test of that alarm. */
  follow(
    { id, sensor: of }: Pick<AlarmConfig, 'id' | 'sensor'>,
    change: AlarmChange,
    before: readonly Flag[],
  ): TestWitness | undefined {
    const sensor = this.#sensors.get(of)
    if (sensor?.follow(id, change) === true) this.#unkept.add(sensor)
    const isOver = this.#isIn(before) && !this.#isIn(change.record.suppressed)
    const witness = isOver ? sensor?.witness(id) : undefined
    return witness === undefined ? undefined : { terms: this.terms, ...witness }
  }

  end(time: number, by: string | null): void {
    this.ended = time
    this.endedBy = by
    this.#noteAll()
  }

  /** All of it. `position` is the number of the last record of the server's log. */
  keep(position: number): KeptTest {
    return { ...this.#body(), sensors: Array.from(this.#sensors.values(), (sensor) => sensor.keep(position)) }
  }

  /** What is news in it; undefined when nothing is. */
  unkept(position: number): UnkeptTest | undefined {
    if (this.isKept) return undefined
    const sensors = Array.from(this.#unkept, (sensor) => ({ body: sensor.keep(position), news: sensor.news }))
    return { test: this, sensors, body: this.#body() }
  }

  kept({ sensors }: UnkeptTest): void {
    for (const { body, news } of sensors) {
      const sensor = this.#sensors.get(body.sensor)
      if (sensor?.news === news) this.#unkept.delete(sensor)
    }
  }

  get isKept(): boolean {
    return this.#unkept.size === 0
  }

  #body(): Omit<KeptTest, 'sensors'> {
    return { ...this.terms, ended: this.ended, endedBy: this.endedBy }
  }

  #isIn(flags: readonly Flag[]): boolean {
    return flags.some(({ cause }) => cause === this.cause)
  }

  #noteAll(): void {
    for (const sensor of this.#sensors.values()) {
      sensor.note()
      this.#unkept.add(sensor)
    }
  }
}
