import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { derivedDevice } from '../../../contracts/analytics/derived-resolve.ts'
import { SteadyClock } from '../../../contracts/clock.ts'
import type { EvidenceBatch } from '../../../contracts/evidence-batch.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { Reading } from '../../../contracts/reading.ts'
import type { TestSpan } from '../../../contracts/test-words.ts'
import { DerivedIntake, type DerivedSnapshot } from '../../../ingest/intake/derived-intake.ts'
import { LedgerTally } from '../../../ingest/intake/ledger-tally.ts'
import { RecordTaker } from '../../../ingest/intake/record-taker.ts'
import type { BatchRecord, LogRecord } from '../../../ingest/log/log-record.ts'
import { Lags } from '../../../ingest/metrics/lags.ts'
import { SettableClock } from '../../gateway/settable-clock.ts'
import { batchOf, derivedPlant, type Sample } from './derived-plant.ts'

const MEAN = { id: 'A.mean', of: 'A', compute: 'mean', window: '4s', unit: 'ppm' }
const MEAN_OF_MEAN = { id: 'A.mean2', of: 'A.mean', compute: 'mean', window: '2s' }
const GRID = derivedDevice({ everyMs: 1_000, latenessMs: 2_000, clocks: ['g1'] })

/** A log that outlives its server, and the store that it is drained to. */
class House {
  readonly records: BatchRecord[] = []
  readonly clock = new SettableClock(0)
  drained = 0
  isLogWorking = true
  /** What people have set since the file was read. Key: alarm id. */
  readonly setPoints = new Map<string, { limit: number; deadband: number }>()
  /** Key: sensor id. */
  readonly tests = new Map<string, TestSpan[]>()
  readonly facility: Facility

  constructor(facility: Facility) {
    this.facility = facility
  }

  /** What the store holds of a sensor: of one time what was written last. */
  stored(sensor: string): Reading[] {
    const byTime = new Map<number, Reading>()
    for (const { readings } of this.records.slice(0, this.drained))
      for (const reading of readings) if (reading.sensor === sensor) byTime.set(reading.time, reading)
    return [...byTime.values()].sort((a, b) => a.time - b.time)
  }
}

/** A server of that house. */
class Server {
  readonly evaluated: EvidenceBatch[] = []
  readonly taker: RecordTaker
  readonly derived: DerivedIntake
  readonly house: House

  constructor(house: House, kept?: { snapshot: DerivedSnapshot; position: number }) {
    this.house = house
    const { clock, facility } = house
    const log = {
      get last() {
        return house.records.length
      },
      refusal: undefined,
      append: (record: LogRecord) => {
        if (!house.isLogWorking) return undefined
        const number = house.records.push(record as BatchRecord)
        return { number, durable: Promise.resolve() }
      },
    }
    const alarms = {
      evaluate: async (evidence: EvidenceBatch) => void this.evaluated.push(evidence),
      replay: (evidence: EvidenceBatch) => void this.evaluated.push(evidence),
    }
    this.taker = new RecordTaker({
      log,
      alarms,
      ledger: new LedgerTally(),
      lags: new Lags(),
      clock,
      onReadings: () => undefined,
      onTaken: (record) => this.derived.taken(record),
      onReplayed: (record) => this.derived.replayed(record),
    })
    this.derived = new DerivedIntake(
      {
        facility,
        taker: this.taker,
        session: `s${Math.random()}`,
        history: {
          range: async ({ sensor, from, to, limit }) =>
            house
              .stored(sensor)
              .filter(({ time }) => time >= from && time < to)
              .slice(0, limit),
          drained: () => house.drained,
        },
        logged: () => house.records.length,
        live: { limitOf: (alarm) => house.setPoints.get(alarm) },
        tests: async (sensor, since) => (house.tests.get(sensor) ?? []).filter(({ to }) => to > since),
        clock,
        steady: new SteadyClock(clock),
        logger: silentLogger,
      },
      kept?.snapshot,
    )
    if (kept === undefined) return
    for (const [index, record] of house.records.entries())
      if (index >= kept.position) this.taker.replay(record, index + 1)
  }

  take(record: BatchRecord): void {
    this.taker.take(record, 0)
  }

  /** What the alarms have been given of derived sensors. */
  get derivedReadings(): Reading[] {
    return this.evaluated
      .filter(({ gateway }) => gateway === 'derived')
      .flatMap(({ readings }) => [...readings])
  }
}

const second = (value: number, at: number) =>
  batchOf('g1', { samples: [['A', at * 1_000, value]], polled: { d1: at * 1_000 } })

describe('derived sensors on their way through the house', () => {
  it('are appended and evaluated in the turn of their input', () => {
    const house = new House(derivedPlant([MEAN]))
    const server = new Server(house)
    for (let at = 1; at <= 5; at++) server.take(second(10 * at, at))
    expect(house.records.map(({ gateway }) => gateway).join(' ')).toBe(
      'g1 g1 derived g1 derived g1 derived g1 derived',
    )
    const last = house.records.at(-1)
    expect(last).toMatchObject({
      isLive: true,
      polled: { [GRID]: 5_000 },
      readings: [{ sensor: 'A.mean', time: 5_000, value: 25 }],
    })
    expect(server.derivedReadings.at(-1)).toMatchObject({ sensor: 'A.mean', value: 25, quality: 'good' })
    expect(server.taker.latest('A.mean')).toMatchObject({ time: 5_000, value: 25 })
  })

  it('tells what is behind a value', () => {
    const server = new Server(new House(derivedPlant([MEAN])))
    for (let at = 1; at <= 4; at++) server.take(second(10, at))
    expect(server.derived.detail('A.mean')).toEqual({
      compute: 'mean',
      of: ['A'],
      everyMs: 1_000,
      latenessMs: 2_000,
      windowMs: 4_000,
      coverage: 0.75,
      backFilling: false,
      tank: null,
      detail: {},
    })
    expect(server.derived.detail('A')).toBeUndefined()
  })

  it('counts as lost what the log cannot take, and evaluates it all the same', async () => {
    const house = new House(derivedPlant([MEAN]))
    const server = new Server(house)
    for (let at = 1; at <= 4; at++) server.take(second(10 * at, at))
    house.isLogWorking = false
    server.take(second(90, 5))
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.derivedReadings.at(-1)).toMatchObject({ sensor: 'A.mean', time: 5_000, value: 25 })
    expect(server.taker.hasGaps).toBe(true)
  })

  it('a start takes what the last run computed and could not log', () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN]))
    const first = new Server(house)
    const begin = { snapshot: JSON.parse(JSON.stringify(first.derived.snapshot())), position: 0 }
    for (let at = 1; at <= 5; at++) first.take(second(10 * at, at))
    // The power went before the last record of derived sensors was on the disk.
    expect(house.records.pop()?.gateway).toBe('derived')
    const again = new Server(house, begin)
    const count = house.records.length
    again.derived.start()
    expect(house.records.slice(count)).toMatchObject([
      { gateway: 'derived', readings: [{ sensor: 'A.mean', time: 5_000, value: 25 }] },
    ])
    vi.useRealTimers()
  })

  it('a restart at any point of the log goes on as if nothing had happened', () => {
    const step = fc.record({
      ms: fc.integer({ min: 200, max: 3_000 }),
      value: fc.integer({ min: 0, max: 50 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), fc.nat(), fc.nat(), (steps, cut, kept) => {
        const facility = derivedPlant([MEAN, MEAN_OF_MEAN])
        let time = 0
        const inputs = steps.map(({ ms, value }) => {
          time += ms
          return batchOf('g1', { samples: [['A', time, value]], polled: { d1: time } })
        })
        const whole = new House(facility)
        const one = new Server(whole)
        for (const input of inputs) one.take(input)

        const house = new House(facility)
        let server = new Server(house)
        const end = cut % inputs.length
        const snapshotAt = kept % (end + 1)
        let checkpoint = { snapshot: server.derived.snapshot(), position: 0 }
        for (const [index, input] of inputs.entries()) {
          if (index === snapshotAt)
            checkpoint = {
              snapshot: JSON.parse(JSON.stringify(server.derived.snapshot())),
              position: house.records.length,
            }
          if (index === end) server = new Server(house, checkpoint)
          server.take(input)
        }
        const bare = ({ epoch: _, seq: __, ...record }: BatchRecord) => record
        expect(house.records.map(bare)).toEqual(whole.records.map(bare))
      }),
    )
  })
})

/** `arrives` says when a reading of that second arrives, s: in the end the store has what it would have without delays. */
async function expectWhole(chain: readonly object[], arrives: (at: number) => number): Promise<void> {
  const run = async (arrival: (at: number) => number) => {
    const house = new House(derivedPlant(chain))
    house.clock.advance(1_000)
    const server = new Server(house)
    server.derived.start()
    const logged: number[] = []
    const samples = (at: number): Sample[] => [
      ['A', at * 1_000, 100 * Math.sin(at / 9)],
      ['B', at * 1_000, 1],
    ]
    for (let now = 1; now <= 280; now++) {
      if (arrival(now) === now)
        server.take(batchOf('g1', { samples: samples(now), polled: { d1: now * 1_000 } }))
      for (let at = now - 10; at < now; at++)
        if (arrival(at) === now)
          server.take(batchOf('g1', { samples: samples(at), late: true, isLive: false }))
      // The store is some seconds behind the log.
      logged.push(house.records.length)
      house.drained = logged.at(-4) ?? 0
      house.clock.advance(1_000)
      await vi.advanceTimersByTimeAsync(1_000)
    }
    house.drained = house.records.length
    await server.derived.stop()
    return house
  }
  const [whole, late] = [await run((at) => at), await run(arrives)]
  for (const { id } of whole.facility.derived) {
    const [sound, mended] = [whole.stored(id), late.stored(id)]
    // What a reader sees at a point of the grid is what was stored last before it.
    const at = (stored: readonly Reading[], time: number) =>
      stored.findLast((reading) => reading.time <= time)?.value ?? -1
    for (let time = 5_000; time <= 240_000; time += 1_000)
      expect(at(mended, time), `${id} at ${time}`).toBeCloseTo(at(sound, time), 9)
  }
}

describe('what comes late', () => {
  it('is in what is computed afterwards as well, in the store, as long as that would remember it', async () => {
    vi.useFakeTimers()
    const total = { id: 'A.dose', of: 'A', compute: 'total', reset: 'day', unit: 'ppm.h', minCoverage: 0 }
    const long = { id: 'A.long', of: 'A', compute: 'mean', window: '120s', minCoverage: 0 }
    const house = new House(derivedPlant([total, long]))
    const server = new Server(house)
    server.derived.start()
    const pass = async (from: number, to: number) => {
      for (let at = from; at <= to; at++) {
        server.take(second(3_600, at))
        house.drained = house.records.length
        await vi.advanceTimersByTimeAsync(1_000)
      }
    }
    await pass(1, 20)
    await vi.advanceTimersByTimeAsync(20_000)
    await pass(41, 50)
    const missed = Array.from({ length: 20 }, (_, index) => (21 + index) * 1_000)
    server.take(batchOf('g1', { samples: missed.map((at) => ['A', at, 7_200]), late: true, isLive: false }))
    const told = server.taker.latest('A.dose')?.value
    await pass(51, 300)
    // Live it is what it was.
    expect(told).toBeLessThan(49 - 5)
    expect(server.taker.latest('A.dose')?.value).toBeLessThan(299 - 5)
    const at = (sensor: string, time: number) => house.stored(sensor).find((one) => one.time === time)?.value
    // One ppm.h in every second since the first.
    expect(at('A.dose', 50_000)).toBeCloseTo(49 + 20, 6)
    // Of 99 seconds 20 were twice as much.
    expect(at('A.long', 100_000)).toBeCloseTo((3_600 * (79 + 2 * 20)) / 99, 6)
    expect(house.stored('A.long').at(-1)?.value).toBeCloseTo(3_600, 6)
    expect(server.derived.detail('A.dose')?.backFilling).toBe(false)
    // A day is not over, a window of two minutes is.
    expect(Object.keys(server.derived.snapshot().backFill)).toEqual(['A.dose'])
    await server.derived.stop()
    vi.useRealTimers()
  })

  it('is computed anew into the store once it is there, and nobody is told', async () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN, MEAN_OF_MEAN]))
    const server = new Server(house)
    server.derived.start()
    for (let at = 1; at <= 10; at++) if (at <= 4 || at >= 8) server.take(second(10, at))
    const told = server.derivedReadings.length
    server.take(
      batchOf('g1', {
        samples: [
          ['A', 5_000, 50],
          ['A', 6_000, 50],
          ['A', 7_000, 50],
        ],
        late: true,
        isLive: false,
      }),
    )
    expect(server.derived.detail('A.mean')?.backFilling).toBe(true)
    await vi.advanceTimersByTimeAsync(5_000)
    // Not drained yet.
    expect(server.derived.detail('A.mean')?.backFilling).toBe(true)
    house.drained = house.records.length
    await vi.advanceTimersByTimeAsync(5_000)
    house.drained = house.records.length
    await vi.advanceTimersByTimeAsync(5_000)
    house.drained = house.records.length
    expect(server.derived.detail('A.mean2')?.backFilling).toBe(false)
    const means = new Map(house.stored('A.mean').map(({ time, value }) => [time, value]))
    // From 4 s to 8 s: ten for the first second, fifty for three.
    expect(means.get(8_000)).toBe(40)
    expect(means.get(9_000)).toBe(40)
    expect(means.get(10_000)).toBe(30)
    expect(new Map(house.stored('A.mean2').map(({ time, value }) => [time, value])).get(10_000)).toBe(40)
    expect(server.derivedReadings.length).toBe(told)
    expect(house.records.filter(({ again }) => again).length).toBeGreaterThan(0)
    await server.derived.stop()
    vi.useRealTimers()
  })

  it('reaches all that is computed from it, also while what is computed live does not know of it', async () => {
    vi.useFakeTimers()
    const chain = [
      { id: 'A1', of: 'A', compute: 'mean', window: '10s', minCoverage: 0 },
      { id: 'A2', of: 'A1', compute: 'rate', window: '10s', minCoverage: 0 },
      { id: 'A3', of: 'A2', compute: 'max', window: '10s', minCoverage: 0 },
      { id: 'A4', of: ['A3', 'B'], compute: 'linear', weights: [1, 1], unit: 'ppm' },
    ]
    await expectWhole(chain, (at) => (at > 30 && at <= 38 ? at + 2 : at))
    vi.useRealTimers()
  })

  it('is not taken for known where for once it makes no difference', async () => {
    vi.useFakeTimers()
    const many = [
      { id: 'A.min', of: 'A', compute: 'min', window: '20s', minCoverage: 0 },
      { id: 'A.med', of: 'A', compute: 'median', window: '20s', minCoverage: 0 },
      { id: 'A.slow', of: ['A', 'B'], compute: 'linear', weights: [1, 1], every: '5s' },
    ]
    // Of a wave of a minute: once falling and once rising, all of it when somebody listens again.
    for (const cut of [21, 33, 48])
      await expectWhole(many, (at) => (at > cut && at <= cut + 8 ? cut + 9 : at))
    vi.useRealTimers()
  })

  it('leaves no hole between what was computed before a kill and what came late after it', async () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN]))
    const first = new Server(house)
    const begin = { snapshot: JSON.parse(JSON.stringify(first.derived.snapshot())), position: 0 }
    const sample = (at: number) => ['A', at * 1_000 - 100, at] as const
    // The last reading is there, and nobody knows yet that it holds at the next point.
    for (let at = 1; at <= 10; at++) first.take(batchOf('g1', { samples: [sample(at)] }))
    expect(house.stored('A.mean')).toEqual([])
    house.drained = house.records.length
    expect(house.stored('A.mean').at(-1)?.time).toBe(9_000)
    house.clock.advance(20_000)
    const again = new Server(house, begin)
    again.derived.start()
    const missed = Array.from({ length: 10 }, (_, at) => sample(at + 11))
    again.take(batchOf('g1', { samples: missed, late: true, isLive: false }))
    for (let at = 21; at <= 24; at++) again.take(batchOf('g1', { samples: [sample(at)] }))
    house.drained = house.records.length
    await vi.advanceTimersByTimeAsync(5_000)
    house.drained = house.records.length
    const means = new Map(house.stored('A.mean').map(({ time, value }) => [time, value]))
    // Of 6 s to 10 s: held from 100 ms before each second on.
    expect(means.get(10_000)).toBeCloseTo((6 * 0.9 + 7 + 8 + 9 + 10 * 0.1) / 4, 9)
    expect(means.get(11_000)).toBeCloseTo((7 * 0.9 + 8 + 9 + 10 + 11 * 0.1) / 4, 9)
    await again.derived.stop()
    vi.useRealTimers()
  })

  it('has the points over which a start went, also of a sensor that had nothing to report meanwhile', async () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN]))
    const first = new Server(house)
    const run = async (server: Server, from: number, to: number) => {
      for (let at = from; at <= to; at++) {
        // Its value is another every eight seconds, and is reported no more often.
        const samples: Sample[] = at % 8 === 0 ? [['A', at * 1_000, at]] : []
        server.take(batchOf('g1', { samples, polled: { d1: at * 1_000 } }))
        house.drained = house.records.length
        house.clock.advance(1_000)
        await vi.advanceTimersByTimeAsync(1_000)
      }
    }
    await run(first, 1, 17)
    const kept = {
      snapshot: JSON.parse(JSON.stringify(first.derived.snapshot())),
      position: house.records.length,
    }
    house.clock.advance(5_000)
    const again = new Server(house, kept)
    again.derived.start()
    await run(again, 23, 110)
    const means = new Map(house.stored('A.mean').map(({ time, value }) => [time, value]))
    for (const [at, mean] of [
      [18, 12],
      [19, 14],
      [20, 16],
    ] as const)
      expect(means.get(at * 1_000), `${at} s`).toBe(mean)
    expect(again.derived.snapshot().backFill).toEqual({})
    await again.derived.stop()
    vi.useRealTimers()
  })

  it('does not wait for another that is always late', async () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN, { ...MEAN, id: 'C.mean', of: 'C' }]))
    const server = new Server(house)
    server.derived.start()
    for (let at = 1; at <= 10; at++) {
      server.take(second(10, at))
      server.take(batchOf('g2', { samples: [['C', at * 1_000, 10]], polled: { d2: at * 1_000 } }))
    }
    const late = (gateway: string, sensor: string) =>
      server.take(batchOf(gateway, { samples: [[sensor, 7_500, 50]], late: true, isLive: false }))
    late('g2', 'C')
    house.drained = house.records.length
    // The store is never as far as the last of these.
    late('g1', 'A')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.derived.detail('A.mean')?.backFilling).toBe(true)
    expect(server.derived.detail('C.mean')?.backFilling).toBe(false)
    await server.derived.stop()
    vi.useRealTimers()
  })

  it('leaves nothing in the log of who had a say: nobody is told, and thousands of points are one record', async () => {
    vi.useFakeTimers()
    const quake = { id: 'QUAKE', of: ['A', 'B'], compute: 'coincidence', need: 2, limit: 25, window: '2s' }
    const house = new House(derivedPlant([quake], {}, { kind: 'seismic', unit: 'Gal' }))
    const server = new Server(house)
    server.derived.start()
    const both = (at: number, value: number): Sample[] => [
      ['A', at * 1_000, value],
      ['B', at * 1_000, value],
    ]
    for (let at = 1; at <= 20; at++)
      if (at < 8 || at > 10) server.take(batchOf('g1', { samples: both(at, 1), polled: { d1: at * 1_000 } }))
    const samples = [8, 9, 10].flatMap((at) => both(at, 30))
    server.take(batchOf('g1', { samples, late: true, isLive: false }))
    house.drained = house.records.length
    await vi.advanceTimersByTimeAsync(5_000)
    const anew = house.records.filter(({ again }) => again).flatMap(({ readings }) => [...readings])
    expect(anew.find(({ time }) => time === 9_000)).toMatchObject({ sensor: 'QUAKE', value: 1 })
    for (const reading of anew) expect(reading).not.toHaveProperty('ballot')
    expect(server.derivedReadings.at(-1)?.ballot?.live).toBe('2oo2')
    await server.derived.stop()
    vi.useRealTimers()
  })

  it('is held against the set points that people have set, as it is live', async () => {
    vi.useFakeTimers()
    const H = { when: 'high', limit: 40, priority: 'high' }
    const max = { id: 'A.max', of: 'A', compute: 'max', window: '8s', alarms: { H } }
    const house = new House(derivedPlant([max]))
    house.setPoints.set('A.max.H', { limit: 20, deadband: 1 })
    const server = new Server(house)
    server.derived.start()
    for (let at = 1; at <= 20; at++) if (at <= 4 || at >= 13) server.take(second(at === 4 ? 30 : 5, at))
    const failed = Array.from({ length: 8 }, (_, at): Sample => ['A', (5 + at) * 1_000, undefined])
    server.take(batchOf('g1', { samples: failed, late: true, isLive: false }))
    house.drained = house.records.length
    const stored = () => house.stored('A.max').find(({ time }) => time === 11_000)
    await vi.advanceTimersByTimeAsync(5_000)
    house.drained = house.records.length
    // Of eight seconds two were usable, and within them 30.
    expect(stored()).toMatchObject({ value: 30, quality: 'uncertain', reason: 'imprecise' })
    await server.derived.stop()
    vi.useRealTimers()
  })

  it('is computed anew without what was read in a test, long after that has ended', async () => {
    vi.useFakeTimers()
    const house = new House(derivedPlant([MEAN]))
    house.tests.set('A', [{ from: 4_000, to: 5_000 }])
    const server = new Server(house)
    server.derived.start()
    for (let at = 1; at <= 10; at++) server.take(second(at === 5 ? 90 : 10, at))
    server.take(batchOf('g1', { samples: [['A', 7_500, 30]], late: true, isLive: false }))
    house.drained = house.records.length
    await vi.advanceTimersByTimeAsync(5_000)
    house.drained = house.records.length
    const means = new Map(house.stored('A.mean').map(({ time, value }) => [time, value]))
    // From 4 s to 8 s: the first second is no part of it, thirty for the last half.
    expect(means.get(8_000)).toBeCloseTo((90 + 10 + 10 * 0.5 + 30 * 0.5) / 3, 9)
    await server.derived.stop()
    vi.useRealTimers()
  })
})
