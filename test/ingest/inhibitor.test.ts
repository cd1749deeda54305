import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SteadyClock } from '../../contracts/clock.ts'
import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import { Inhibitor, type InhibitorSnapshot } from '../../ingest/intake/inhibitor.ts'
import { LedgerTally } from '../../ingest/intake/ledger-tally.ts'
import { RecordTaker } from '../../ingest/intake/record-taker.ts'
import type { BatchRecord, LogRecord } from '../../ingest/log/log-record.ts'
import { Lags } from '../../ingest/metrics/lags.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { batchOf, derivedPlant } from './derive/derived-plant.ts'

const facility = derivedPlant([])
const SECOND = 1_000

/** A server between a log and fake alarms; A, B and C go stale after 10 s. */
class House {
  readonly clock = new SettableClock(0)
  readonly steady = new SteadyClock(this.clock)
  records: BatchRecord[] = []
  /** Windows by sensor, the running ones without an end. */
  readonly windows: { sensor: string; since: number; end: number }[] = []
  evaluated: EvidenceBatch[] = []
  taker!: RecordTaker
  inhibitor!: Inhibitor

  constructor() {
    this.start()
  }

  start(kept?: { snapshot: InhibitorSnapshot; latest: Reading[]; position: number }): void {
    const { clock, steady, records, windows } = this
    this.taker = new RecordTaker({
      log: {
        get last() {
          return records.length
        },
        refusal: undefined,
        append: (record: LogRecord) => ({
          number: records.push(record as BatchRecord),
          durable: Promise.resolve(),
        }),
      },
      alarms: {
        evaluate: async (evidence) => void this.evaluated.push(evidence),
        replay: (evidence) => void this.evaluated.push(evidence),
      },
      ledger: new LedgerTally(),
      lags: new Lags(),
      clock,
      onReadings: () => undefined,
      screen: (record) => this.inhibitor.screen(record),
      onReplayed: (record) => this.inhibitor.replayed(record),
    })
    this.inhibitor = new Inhibitor(
      {
        facility: () => facility,
        inhibitions: {
          get isIdle() {
            return windows.length === 0
          },
          isInhibited: (of, time) =>
            windows.some(({ sensor, since, end }) => sensor === of && time >= since && time < end),
          current: () => windows.filter(({ since, end }) => since <= steady.now() && steady.now() < end),
        },
        taker: this.taker,
        session: `s${records.length}`,
        clock,
        steady,
        logger: silentLogger,
      },
      kept?.snapshot,
    )
    if (kept === undefined) return
    this.taker.restore(kept.latest)
    for (const [index, record] of records.entries())
      if (index >= kept.position) this.taker.replay(record, index + 1)
  }

  at(seconds: number): this {
    this.clock.advance(seconds * SECOND - this.steady.now())
    return this
  }

  inhibit(sensor: string): void {
    this.windows.push({ sensor, since: this.steady.now(), end: Number.POSITIVE_INFINITY })
    this.inhibitor.look()
  }

  release(sensor: string): void {
    for (const window of this.windows)
      if (window.sensor === sensor) window.end = Math.min(window.end, this.steady.now())
    this.inhibitor.look()
  }

  /** A reading of now, or of an earlier second. */
  read(sensor: string, value: number, given: { at?: number; late?: boolean; offset?: number } = {}): void {
    const { at = this.steady.now() / SECOND, ...rest } = given
    this.taker.take(batchOf('g1', { samples: [[sensor, at * SECOND, value]], ...rest }), 0)
  }

  /** The device answers, and nothing has changed. */
  poll(): void {
    this.taker.take(batchOf('g1', { samples: [], polled: { d1: this.steady.now() } }), 0)
  }

  /** What stands in the log, as `t value reason`. */
  get logged(): string[] {
    return this.records.flatMap(({ readings }) =>
      readings.map(({ time, value, reason, quality }) => `${time / SECOND} ${value} ${reason ?? quality}`),
    )
  }
}

describe('a detector that somebody works on', () => {
  it('is inhibited at once, with the value that it holds, and so is what it reports', () => {
    const house = new House()
    house.read('A', 5)
    house.at(2).inhibit('A')
    house.at(3).read('A', 60)
    house.at(4).read('B', 7)
    expect(house.logged).toEqual(['0 5 good', '2 5 inhibited', '3 60 inhibited', '4 7 good'])
    expect(house.taker.latest('A')).toMatchObject({ value: 60, quality: 'bad', reason: 'inhibited' })
    expect(house.evaluated.flatMap(({ readings }) => readings.map(({ quality }) => quality))).toEqual([
      'good',
      'bad',
      'bad',
      'good',
    ])
  })

  it('holds again what it reported meanwhile, as soon as it is released', () => {
    const house = new House()
    house.read('A', 5)
    house.at(2).inhibit('A')
    house.at(3).read('A', 60)
    house.at(6).release('A')
    house.at(7)
    house.inhibitor.look()
    expect(house.logged.slice(3)).toEqual(['6 60 good'])
  })

  it('holds again what it held before when it reported nothing and its device lives', () => {
    const house = new House()
    house.read('A', 5)
    house.at(1).inhibit('A')
    for (let at = 2; at <= 30; at++) {
      house.at(at).poll()
      house.inhibitor.look()
    }
    house.release('A')
    expect(house.logged.at(-1)).toBe('30 5 good')
  })

  it('says nothing of its own when its device has been silent for too long', () => {
    const house = new House()
    house.read('A', 5)
    house.at(1).inhibit('A')
    for (let at = 2; at <= 30; at++) {
      house.at(at)
      house.inhibitor.look()
    }
    house.release('A')
    expect(house.logged.at(-1)).toMatch(/inhibited$/)
    // Marks came often enough that nobody took it for silent.
    const marks = house.records
      .filter(({ gateway }) => gateway === 'inhibit')
      .map(({ sent }) => sent / SECOND)
    expect(marks).toEqual([1, 6, 11, 16, 21, 26])
  })

  it('has no value to keep when it never reported', () => {
    const house = new House()
    house.at(1).inhibit('A')
    house.at(2).release('A')
    expect(house.logged).toEqual(['1 undefined inhibited'])
  })

  it('judges what comes late by when it was sampled', () => {
    const house = new House()
    house.at(10).inhibit('A')
    house.at(20).release('A')
    house.at(30).read('A', 9)
    house.at(40)
    for (const at of [5, 15, 25]) house.read('A', at, { at, late: true })
    expect(house.logged.slice(-4)).toEqual(['30 9 good', '5 5 good', '15 15 inhibited', '25 25 good'])
  })

  it('and whose gateway was cut off until after its end reports what it holds since', () => {
    const house = new House()
    house.at(10).inhibit('A')
    house.at(20).release('A')
    house.at(21).read('A', 60, { at: 19 })
    house.inhibitor.look()
    expect(house.logged.slice(-2)).toEqual(['19 60 inhibited', '21 60 good'])
  })

  it('is told by the clock of the server, however far off that of its gateway is', () => {
    const house = new House()
    // Its clock is 100 s behind.
    house.at(200).read('A', 1, { at: 100, offset: 100 * SECOND })
    house.at(201).inhibit('A')
    house.at(202).read('A', 2, { at: 102, offset: 100 * SECOND })
    house.at(203).release('A')
    house.at(204).read('A', 4, { at: 104, offset: 100 * SECOND })
    expect(house.logged).toEqual([
      '100 1 good',
      '101 1 inhibited',
      '102 2 inhibited',
      '103 2 good',
      '104 4 good',
    ])
  })

  it('is told by that clock, too, when it is ahead', () => {
    const house = new House()
    const ahead = (at: number) => ({ at: at + 30, offset: -30 * SECOND })
    house.at(200).read('A', 1, ahead(200))
    house.at(201).inhibit('A')
    for (let at = 202; at <= 207; at++) house.at(at).inhibitor.look()
    expect(house.logged).toEqual(['230 1 good', '231 1 inhibited', '236 1 inhibited'])
    expect(house.taker.latest('A')).toMatchObject({ time: 236 * SECOND })
    expect(house.evaluated.flatMap(({ readings }) => readings.map(({ time }) => time / SECOND))).toEqual([
      230, 231, 236,
    ])
  })

  it('is as it was after a restart, from the log alone', () => {
    const house = new House()
    const empty = { snapshot: { underlying: [] }, latest: [], position: 0 }
    house.read('A', 5)
    house.at(1).inhibit('A')
    house.at(2).read('A', 60)
    const before = house.evaluated.splice(0)
    house.start(empty)
    expect(house.evaluated).toEqual(before)
    expect(house.taker.latest('A')).toMatchObject({ value: 60, reason: 'inhibited' })
    house.at(3).release('A')
    expect(house.logged.slice(3)).toEqual(['3 60 good'])
    house.at(4).read('A', 8)
    expect(house.logged.at(-1)).toBe('4 8 good')
  })

  it('holds again after kill -9 what it held before, as bad as that was', () => {
    const house = new House()
    house.read('A', 5)
    house.at(1).inhibit('A')
    house.start({ snapshot: { underlying: [] }, latest: [], position: 0 })
    house.at(2).release('A')
    expect(house.logged.slice(2)).toEqual(['2 5 good'])
    house.at(3).inhibit('A')
    house.at(4)
    const samples = [['A', 4 * SECOND, undefined]] as const
    house.taker.take(batchOf('g1', { samples }), 0)
    house.start({ snapshot: { underlying: [] }, latest: [], position: 0 })
    house.at(5).release('A')
    expect(house.logged.slice(4)).toEqual(['4 undefined inhibited', '5 undefined timeout'])
  })

  it('never shares a time with what it reported', () => {
    const house = new House()
    house.read('A', 5)
    house.inhibit('A')
    house.release('A')
    expect(house.records.flatMap(({ readings }) => readings.map(({ time }) => time))).toEqual([0, 1, 2])
  })

  it('knows after a start how far off the clock of its gateway is, before that is heard', () => {
    const house = new House()
    house.at(200).read('A', 1, { at: 100, offset: 100 * SECOND })
    const snapshot = JSON.parse(JSON.stringify(house.inhibitor.snapshot())) as InhibitorSnapshot
    house.start({ snapshot, latest: house.taker.snapshot().latest, position: house.records.length })
    house.at(201).inhibit('A')
    expect(house.logged.at(-1)).toBe('101 1 inhibited')
  })

  it('holds again what it held when a checkpoint has it', () => {
    const house = new House()
    house.read('A', 5)
    house.at(1).inhibit('A')
    house.at(2).read('A', 60)
    const snapshot = JSON.parse(JSON.stringify(house.inhibitor.snapshot())) as InhibitorSnapshot
    house.start({ snapshot, latest: house.taker.snapshot().latest, position: house.records.length })
    house.at(3).release('A')
    expect(house.logged.at(-1)).toBe('3 60 good')
  })

  it('is marked by a start that comes before anything was noted', () => {
    const house = new House()
    house.read('A', 5)
    house.at(1)
    house.windows.push({ sensor: 'A', since: SECOND, end: 5 * SECOND })
    house.start({ snapshot: { underlying: [] }, latest: [], position: 0 })
    house.inhibitor.look()
    expect(house.logged).toEqual(['0 5 good', '1 5 inhibited'])
  })
})

it('never lets a value through that was sampled in its time, and never keeps one back that was not', () => {
  const event = fc.oneof(
    fc.record({ does: fc.constant('read' as const), age: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ does: fc.constantFrom('inhibit' as const, 'release' as const, 'look' as const) }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const house = new House()
      let at = 10
      let isRunning = false
      for (const given of events) {
        at += 1
        house.at(at)
        if (given.does === 'read') house.read('A', at, { at: at - given.age, late: given.age > 0 })
        else if (given.does === 'look') house.inhibitor.look()
        else if ((given.does === 'inhibit') !== isRunning) {
          isRunning = !isRunning
          house[given.does]('A')
        }
      }
      for (const { gateway, readings } of house.records) {
        if (gateway !== 'g1') continue
        for (const { time, value, quality } of readings) {
          const isCovered = house.windows.some(({ since, end }) => time >= since && time < end)
          expect(value).toBeDefined()
          expect(quality).toBe(isCovered ? 'bad' : 'good')
        }
      }
    }),
  )
})

it('is the same after kill -9 as without one', () => {
  const event = fc.constantFrom('read', 'bad', 'poll', 'inhibit', 'release', 'look')
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), fc.nat(25), (events, killed) => {
      const logs = [killed, Number.POSITIVE_INFINITY].map((at) => {
        const house = new House()
        let isRunning = false
        for (const [index, given] of events.entries()) {
          house.at(1 + index)
          if (index === at) house.start({ snapshot: { underlying: [] }, latest: [], position: 0 })
          if (given === 'read') house.read('A', index)
          else if (given === 'bad')
            house.taker.take(
              batchOf('g1', {
                samples: [['A', house.steady.now(), undefined]],
                polled: { d1: house.steady.now() },
              }),
              0,
            )
          else if (given === 'poll') house.poll()
          else if (given === 'look') house.inhibitor.look()
          else if ((given === 'inhibit') !== isRunning) {
            isRunning = !isRunning
            house[given]('A')
          }
        }
        return house.logged
      })
      expect(logs[0]).toEqual(logs[1])
    }),
  )
})
