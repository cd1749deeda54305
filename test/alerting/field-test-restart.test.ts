import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { type AlarmRecord, shownState } from '../../alerting/alarm-record.ts'
import type { EngineSnapshot } from '../../alerting/engine-snapshot.ts'
import { Changes, type Evaluation } from '../../alerting/evaluation.ts'
import type { KeptTest, UnkeptTest } from '../../alerting/field-tests/field-test.ts'
import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { evidenceBatch } from './alarm-fixtures.ts'
import { MINUTE, order } from './field-test-scene.ts'

const ALARMS =
  '{ H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 3s }, HH: { when: high, limit: 40, latching: true } }'
// A restart counts silence anew, so nobody is silent for long enough.
const facility = parseFacility(
  `facility: { id: plant }
server: { auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [
          { id: T-1, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 0 }, alarms: ${ALARMS} },
          { id: T-2, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 1 }, alarms: ${ALARMS} } ] } ] }
`,
  'restart.yaml',
)

type Step =
  | { kind: 'read'; after: number; sensor: string; value: number; isLate: boolean }
  | { kind: 'wait'; after: number }
  | { kind: 'start'; after: number; sensors: readonly string[]; forMs: number }
  /** Of those that run, the newest or one before. */
  | { kind: 'end'; after: number; back: number }

const after = fc.constantFrom(100, 900, 2_100, 3_500)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      after,
      sensor: fc.constantFrom('T-1', 'T-2'),
      value: fc.constantFrom(5, 19, 25, 45),
      isLate: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  fc.record({ kind: fc.constant('wait' as const), after: fc.constantFrom(2_000, 40_000) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      after,
      sensors: fc.constantFrom(['T-1'], ['T-2'], ['T-1', 'T-2']),
      forMs: fc.constantFrom(MINUTE, 10 * MINUTE),
    }),
  },
  fc.record({ kind: fc.constant('end' as const), after, back: fc.constantFrom(1, 2) }),
)

/** A server as far as its alarms and tests go: log, state database and checkpoint. */
class Server {
  now = 1_000_000
  engine = new AlarmEngine({ facility, now: this.now })
  /** Key: deterministic key of a transition. */
  readonly journal = new Map<string, string>()
  readonly tests = new Map<number, KeptTest>()
  readonly #log: { batch: EvidenceBatch; now: number }[] = []
  readonly #kept = new Map<string, { record: AlarmRecord; position: number }>()
  /** With the tests as they were to be kept then. */
  #uncommitted: {
    evaluation: Evaluation
    records: Map<string, AlarmRecord>
    position: number
    tests: UnkeptTest[]
  }[] = []
  #checkpoint = { position: 0, snapshot: JSON.stringify(this.engine.snapshot()) }

  perform(item: Step): void {
    this.now += item.after
    this.#note(this.engine.advance(this.now))
    if (item.kind === 'read') {
      const { sensor, value, isLate } = item
      const readings = [{ sensor, time: this.now - (isLate ? 60_000 : 0), value, quality: 'good' as const }]
      const batch = evidenceBatch(isLate ? { late: readings, isLive: false } : { readings })
      this.#log.push({ batch, now: this.now })
      this.#note(this.engine.evaluate(batch, this.now))
    }
    if (item.kind === 'start' || item.kind === 'end') {
      const changes = new Changes('plant')
      try {
        if (item.kind === 'end')
          this.engine.tests.end(this.#running.at(-item.back) ?? 0, 'li', this.now, changes)
        else this.engine.tests.start(order({ sensors: item.sensors, forMs: item.forMs }), this.now, changes)
      } catch {
        return // Under test already, or not.
      }
      this.#note(changes)
      // A person is told only when it stands in the journal.
      this.commit()
    }
  }

  get #running(): number[] {
    return [...this.engine.tests.current()]
      .filter(({ ended }) => ended === null)
      .map(({ terms }) => terms.number)
  }

  #note(evaluation: Evaluation): void {
    const records = new Map(evaluation.touched.map(({ config, record }) => [config.id, record]))
    const position = this.#log.length
    this.#uncommitted.push({ evaluation, records, position, tests: this.engine.tests.unkept(position) })
  }

  /** All but the newest `but` evaluations: a commit takes the tests as they are when it is put together. */
  commit(but = 0): void {
    const committed = this.#uncommitted.splice(0, Math.max(0, this.#uncommitted.length - but))
    for (const { evaluation, records, position } of committed) {
      for (const { config, record, event, time, test: witness } of evaluation.transitions) {
        const key = `${config.id}#${record.transitions}`
        expect(this.journal.has(key), `${key} twice`).toBe(false)
        this.journal.set(key, JSON.stringify({ event, time, witness }))
      }
      for (const [id, record] of records) this.#kept.set(id, { record: structuredClone(record), position })
    }
    const tests = committed.at(-1)?.tests ?? []
    for (const { body, sensors } of tests) {
      const kept = new Map(this.tests.get(body.number)?.sensors.map((sensor) => [sensor.sensor, sensor]))
      for (const { body: sensor } of sensors) kept.set(sensor.sensor, structuredClone(sensor))
      this.tests.set(body.number, { ...body, sensors: [...kept.values()] })
    }
    this.engine.tests.kept(tests)
  }

  checkpoint(): void {
    const snapshot = JSON.stringify(this.engine.snapshot())
    this.commit()
    this.#checkpoint = { position: this.#log.length, snapshot }
  }

  /** kill -9, and a start. */
  crash(): void {
    this.#uncommitted = []
    const snapshot = JSON.parse(this.#checkpoint.snapshot) as EngineSnapshot
    const running = [...this.tests.values()].filter(({ ended }) => ended === null)
    const tests = { newest: Math.max(0, ...this.tests.keys()), running }
    this.engine = new AlarmEngine({ facility, now: snapshot.now, records: this.#kept, snapshot, tests })
    for (const [index, { batch, now }] of this.#log.entries()) {
      const position = index + 1
      if (position <= this.#checkpoint.position) continue
      const evaluation = this.engine.replay(batch, { now, position })
      const records = new Map(evaluation.touched.map(({ config, record }) => [config.id, record]))
      this.#uncommitted.push({ evaluation, records, position, tests: this.engine.tests.unkept(position) })
    }
    this.#note(this.engine.live(this.now))
    this.#note(this.engine.advance(this.now))
    this.commit()
  }

  /** Of all tests, what people see; and what alarms show. */
  get seen(): object {
    const tests = new Map(this.tests)
    for (const running of this.engine.tests.current()) tests.set(running.terms.number, running.keep(0))
    return {
      tests: Array.from(tests.values(), ({ sensors, ...kept }) => {
        const bySensor = sensors.map(({ position: _, changes: _c, ...sensor }) => [sensor.sensor, sensor])
        return { ...kept, sensors: Object.fromEntries(bySensor) }
      }),
      states: [...this.engine.entries()].map(({ config, record }) => [config.id, shownState(record)]),
    }
  }
}

test('a crash anywhere loses no test, none of its evidence and not its end, and counts nothing twice', () => {
  let ended = 0
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 10, maxLength: 40 }),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
      fc.nat(4),
      (steps, checkpoints, crashes, behind) => {
        const whole = new Server()
        for (const item of steps) whole.perform(item)
        whole.commit()
        const broken = new Server()
        const at = (places: readonly number[], index: number) =>
          places.some((place) => place % steps.length === index)
        for (const [index, item] of steps.entries()) {
          broken.perform(item)
          if (at(checkpoints, index)) broken.checkpoint()
          if (at(crashes, index)) {
            broken.commit(behind)
            broken.crash()
          }
        }
        broken.commit()
        expect(broken.seen).toEqual(whole.seen)
        expect(Object.fromEntries(broken.journal)).toEqual(Object.fromEntries(whole.journal))
        ended += [...whole.tests.values()].filter((kept) => kept.ended !== null).length
      },
    ),
    { numRuns: 150 },
  )
  expect(ended).toBeGreaterThan(75)
})
