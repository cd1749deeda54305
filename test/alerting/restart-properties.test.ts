import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import type { AlarmRecord } from '../../alerting/alarm-record.ts'
import type { EngineSnapshot } from '../../alerting/engine-snapshot.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import { effective, pastOf } from '../../alerting/settings/alarm-settings.ts'
import type { Revision } from '../../alerting/settings/revision.ts'
import { parseDuration } from '../../contracts/duration.ts'
import type { EvidenceBatch, Fork } from '../../contracts/evidence-batch.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch } from './alarm-fixtures.ts'
import { changed } from './settings-fixtures.ts'

const [H, HH] = [
  'when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 3s, priority: high',
  'when: high, limit: 40, latching: true, priority: critical',
]
/** What goes on for a time, and what follows from another alarm or sensor. */
const TIMED = 'reAlarm: 4s, rise: [ { after: 3s, priority: critical } ]'
const BY_DESIGN =
  'suppressWhen: [ { sensor: T-1, when: high, limit: 40, deadband: 2, hold: 2s }, { alarm: T-1.HH } ]'
const facility = parseFacility(
  `
facility: { id: plant }
groups: [ { id: trip, consequences: suppress } ]
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [
          { id: T-1, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 0 }, alarms: { H: { ${H}, ${TIMED}, group: trip }, HH: { ${HH} } } },
          { id: T-2, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 1 }, alarms: { H: { ${H}, ${BY_DESIGN} }, HH: { ${HH}, group: trip } } } ] } ] }
`,
  'restart.yaml',
)

type Step =
  | {
      kind: 'batch'
      after: number
      sensor: string
      value: number
      quality: 'good' | 'uncertain' | 'bad'
      late: number | null
      afterHole: boolean
    }
  | { kind: 'wait'; after: number }
  | { kind: 'acknowledge'; after: number; alarm: string }
  | { kind: 'change'; after: number; alarm: string; limit: number; onDelay: string }

const sensor = fc.constantFrom('T-1', 'T-2')
const after = fc.constantFrom(100, 900, 1_000, 2_100, 3_500)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      after,
      sensor,
      value: fc.constantFrom(5, 19, 25, 45),
      quality: fc.constantFrom('good', 'good', 'good', 'uncertain', 'bad'),
      late: fc.option(fc.constantFrom(1_000, 20_000, 60_000), { nil: null, freq: 3 }),
      afterHole: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), after }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      after,
      alarm: fc.constantFrom('T-1.H', 'T-1.HH', 'T-2.H'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      after,
      alarm: fc.constantFrom('T-1.H', 'T-1.HH', 'T-2.H'),
      limit: fc.constantFrom(18, 22, 30, 44),
      onDelay: fc.constantFrom('0s', '1s', '2s'),
    }),
  },
)

/** A server as far as its alarms go: log, kept records, journal and checkpoint. */
class Server {
  now = 1_000_000
  engine: AlarmEngine = new AlarmEngine({ facility, now: this.now })
  /** Key: deterministic key of a transition. */
  readonly journal = new Map<string, string>()
  readonly #log: { batch: EvidenceBatch; now: number }[] = []
  readonly #kept = new Map<string, { record: AlarmRecord; position: number }>()
  readonly #settings = new Map<string, readonly Revision[]>()
  #uncommitted: { evaluation: Evaluation; records: Map<string, AlarmRecord>; position: number }[] = []
  #checkpoint: { position: number; snapshot: string } = {
    position: 0,
    snapshot: JSON.stringify(this.engine.snapshot()),
  }

  perform(item: Step): void {
    this.now += item.after
    if (item.kind === 'wait') this.#note(this.engine.advance(this.now))
    if (item.kind === 'batch') {
      this.#note(this.engine.advance(this.now))
      const batch = batchOf(item, this.now, item.afterHole ? structuredClone(this.engine.fork('gw-1')) : null)
      this.#log.push({ batch, now: this.now })
      this.#note(this.engine.evaluate(batch, this.now))
    }
    if (item.kind === 'change') this.#change(item)
    if (item.kind === 'acknowledge') {
      const input = {
        kind: 'acknowledge',
        time: this.now,
        occurrence: null,
        by: 'op',
        comment: null,
      } as const
      try {
        this.#note(this.engine.act(item.alarm, input, this.now))
      } catch (error) {
        // What had fallen due before the refusal happened all the same.
        this.#note((error as { evaluation: Evaluation }).evaluation)
      }
      // A person is told only when it stands in the journal.
      this.commit()
    }
  }

  /** A change is in force once it is committed, and then judges what is held. */
  #change({ alarm, limit, onDelay }: Step & { kind: 'change' }): void {
    this.#note(this.engine.advance(this.now))
    const entry = this.engine.entry(alarm)
    const file = entry?.sensor.alarms.find(({ id }) => id === alarm)
    if (entry === undefined || file === undefined) throw new Error(`no ${alarm}`)
    const revisions = this.#settings.get(alarm) ?? []
    const before = { file, unit: entry.sensor.unit, revisions }
    if (entry.config.limit === limit && entry.config.onDelayMs === parseDuration(onDelay)) return
    const next = changed(before, { limit, onDelay }, this.now)
    this.commit()
    this.#settings.set(alarm, next.revisions)
    this.#kept.set(alarm, { record: structuredClone(entry.record), position: this.#log.length })
    const to = { config: effective(next), past: pastOf(next) }
    this.#note(this.engine.reconfigure(alarm, to, this.now))
    this.commit()
  }

  #note(evaluation: Evaluation): void {
    const records = new Map(evaluation.touched.map(({ config, record }) => [config.id, record]))
    this.#uncommitted.push({ evaluation, records, position: this.#log.length })
  }

  /** All but the newest `but` evaluations. */
  commit(but = 0): void {
    const committed = this.#uncommitted.splice(0, Math.max(0, this.#uncommitted.length - but))
    for (const { evaluation, records, position } of committed) {
      for (const { config, record, event, time, late } of evaluation.transitions) {
        const key = `${config.id}#${record.transitions}`
        expect(this.journal.has(key), `${key} twice`).toBe(false)
        this.journal.set(key, JSON.stringify({ event, time, late }))
      }
      for (const [id, record] of records) this.#kept.set(id, { record: structuredClone(record), position })
    }
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
    this.engine = new AlarmEngine({
      facility,
      now: snapshot.now,
      records: this.#kept,
      settings: this.#settings,
      snapshot,
    })
    for (const [index, { batch, now }] of this.#log.entries()) {
      const position = index + 1
      if (position <= this.#checkpoint.position) continue
      const evaluation = this.engine.replay(batch, { now, position })
      const records = new Map(evaluation.touched.map(({ config, record }) => [config.id, record]))
      this.#uncommitted.push({ evaluation, records, position })
    }
    this.#note(this.engine.live(this.now))
    this.#note(this.engine.advance(this.now))
    this.commit()
  }

  get states(): Record<string, AlarmRecord> {
    // An alarm that was never raised is normal since the start, whichever that was.
    return Object.fromEntries(
      [...this.engine.entries()].map(({ config, record }) => [
        config.id,
        record.raised === null ? { ...record, since: 0 } : record,
      ]),
    )
  }
}

function batchOf(item: Step & { kind: 'batch' }, now: number, fork: Fork | null): EvidenceBatch {
  const { sensor: id, value, quality, late } = item
  const time = now - (late ?? 0)
  const reading: Reading = {
    sensor: id,
    time,
    value,
    quality,
    ...(quality === 'bad' ? { reason: 'timeout' } : quality === 'uncertain' ? { reason: 'clock' } : {}),
  }
  return late === null
    ? evidenceBatch({ sent: time, readings: [reading], fork })
    : evidenceBatch({ sent: time, late: [reading], isLive: false })
}

it('a crash anywhere forgets nothing and annunciates nothing twice', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.nat(40),
      fc.nat(40),
      fc.nat(4),
      (steps, checkpointAt, crashAt, behind) => {
        const whole = new Server()
        for (const item of steps) whole.perform(item)
        whole.commit()
        const broken = new Server()
        for (const [index, item] of steps.entries()) {
          broken.perform(item)
          if (index === checkpointAt % steps.length) broken.checkpoint()
          if (index === crashAt % steps.length) {
            broken.commit(behind)
            broken.crash()
          }
        }
        broken.commit()
        expect(Object.fromEntries(broken.journal)).toEqual(Object.fromEntries(whole.journal))
        expect(broken.states).toEqual(whole.states)
      },
    ),
    { numRuns: 300 },
  )
})
