import { expect, test } from 'vitest'
import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { ForeignDevices } from '../../ingest/foreign/foreign-devices.ts'
import { ForeignIntake } from '../../ingest/intake/foreign-intake.ts'
import { LedgerTally } from '../../ingest/intake/ledger-tally.ts'
import { RecordTaker } from '../../ingest/intake/record-taker.ts'
import type { BatchRecord, LogRecord } from '../../ingest/log/log-record.ts'
import { Lags } from '../../ingest/metrics/lags.ts'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { foreignPlant } from './foreign-plant.ts'

const START = 1_795_219_200_000
const TOPIC = 'davylamp/v1/plant/foreign/shed/1'

/** One device that dates what it says, between a log and alarms that write down what they are given. */
class Scene {
  readonly clock = new SettableClock(START)
  readonly deadLetters = new DeadLetters()
  readonly ledger = new LedgerTally()
  readonly records: BatchRecord[] = []
  readonly evaluated: EvidenceBatch[] = []
  log: 'works' | 'full' | 'fails' = 'works'
  readonly foreign: ForeignIntake
  readonly taker: RecordTaker

  constructor() {
    const { clock, ledger, deadLetters } = this
    const steady = new SteadyClock(clock)
    const sensors = [{ id: 'A', kind: 'gas', unit: 'ppm', path: '$.v' }]
    const facility = foreignPlant([{ topic: 'shed/1', sensors, time: { path: '$.t' } }])
    const scene = this
    const log = {
      get last() {
        return scene.records.length
      },
      get refusal() {
        return scene.log === 'full' ? ('LOG_FULL' as const) : undefined
      },
      append: (record: LogRecord) => this.#append(record as BatchRecord),
    }
    const alarms = {
      evaluate: (evidence: EvidenceBatch) => {
        this.evaluated.push(evidence)
        return Promise.resolve()
      },
      replay: (evidence: EvidenceBatch) => void this.evaluated.push(evidence),
    }
    this.taker = new RecordTaker({
      log,
      alarms,
      ledger,
      lags: new Lags(),
      clock,
      onReadings: () => undefined,
    })
    this.foreign = new ForeignIntake({
      facility: 'plant',
      devices: new ForeignDevices(facility),
      taker: this.taker,
      deadLetters,
      session: 's1',
      clock,
      steady,
      logger: silentLogger,
    })
  }

  async say(message: object, retain = false): Promise<boolean> {
    const isOurs = this.foreign.message(TOPIC, { payload: Buffer.from(JSON.stringify(message)), retain })
    await new Promise((resolve) => setImmediate(resolve))
    return isOurs
  }

  #append(record: BatchRecord) {
    if (this.log === 'full') return undefined
    this.records.push(record)
    const error = new CodedError('LOG_UNWRITABLE', 'as told')
    return {
      number: this.records.length,
      durable: this.log === 'fails' ? Promise.reject(error) : Promise.resolve(),
    }
  }
}

test('what a device says is logged, evaluated, and counted as received', async () => {
  const scene = new Scene()
  expect(await scene.say({ v: 7, t: START })).toBe(true)
  expect(scene.records).toMatchObject([
    {
      gateway: 'foreign',
      epoch: 's1',
      seq: 1,
      isLive: true,
      readings: [{ sensor: 'A', value: 7, late: false }],
    },
  ])
  expect(scene.evaluated).toMatchObject([
    { gateway: 'foreign', readings: [{ sensor: 'A', value: 7 }], late: [] },
  ])
  expect(scene.taker.latest('A')).toMatchObject({ value: 7 })
  expect(scene.ledger.take()).toMatchObject([{ gateway: 'foreign', received: 1, late: 0 }])
  expect(
    scene.foreign.message('davylamp/v1/plant/foreign/other', { payload: Buffer.from('1'), retain: false }),
  ).toBe(false)
})

test('an older time is late, the same time again is nothing', async () => {
  const scene = new Scene()
  scene.clock.advance(60_000)
  await scene.say({ v: 1, t: START + 2_000 })
  await scene.say({ v: 1, t: START + 2_000 })
  await scene.say({ v: 9, t: START + 1_000 })
  expect(scene.evaluated.map(({ readings, late }) => [readings.length, late.length])).toEqual([
    [1, 0],
    [0, 1],
  ])
  expect(scene.foreign.duplicates).toBe(1)
  expect(scene.taker.latest('A')).toMatchObject({ value: 1 })
})

test('when the clock of the server was stepped, the next time is current whatever it is', async () => {
  const scene = new Scene()
  scene.clock.advance(60_000)
  await scene.say({ v: 1, t: START + 50_000 })
  scene.foreign.clockStepped(['A'])
  await scene.say({ v: 2, t: START + 10_000 })
  await scene.say({ v: 3, t: START + 9_000 })
  expect(scene.records.map(({ stepped }) => stepped)).toEqual([false, true, false])
  expect(scene.evaluated.map(({ readings, late }) => [readings.length, late.length])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
  ])
})

test.each(['full', 'fails'] as const)('a log that is %s: evaluated, and counted as dropped', async (mood) => {
  const scene = new Scene()
  scene.log = mood
  await scene.say({ v: 7, t: START })
  scene.clock.advance(1_000)
  await scene.say({ v: 8, t: START + 5 })
  expect(scene.evaluated).toHaveLength(2)
  expect(scene.taker.hasGaps).toBe(true)
  expect(scene.taker.snapshot().gaps).toMatchObject([
    { gateway: 'foreign', epoch: 's1', seqs: [[1, 2]], count: 2, from: START, to: START + 5, reason: 'log' },
  ])
  expect(scene.taker.snapshot().gaps).toEqual([])
  const received = scene.ledger.take().reduce((sum, row) => sum + row.received, 0)
  expect(received).toBe(0)
})

test('what cannot be read is refused with its payload, and the rest goes on', async () => {
  const scene = new Scene()
  await scene.say({ v: 'much', t: START })
  await scene.say({ v: 4, t: START + 1 })
  expect([...scene.deadLetters.counts.values()]).toEqual([1])
  expect(scene.records).toHaveLength(1)
})

test('what the broker had kept is no sign of life', async () => {
  const scene = new Scene()
  await scene.say({ v: 4, t: START }, true)
  expect(scene.records).toMatchObject([{ isLive: false }])
})
