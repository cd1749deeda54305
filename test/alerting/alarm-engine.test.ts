import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { type AlarmRecord, newAlarm, shownState } from '../../alerting/alarm-record.ts'
import { type Evaluation, RefusedAction } from '../../alerting/evaluation.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

const delayed = smallFacility('{ H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 5s } }')
const plain = smallFacility()

function reading(time: number, value: number, sensor = 'T-1'): Reading {
  return { sensor, time, value, quality: 'good' }
}

interface Feed {
  readings?: Reading[]
  polled?: Record<string, number>
  offset?: number
  stepped?: boolean
  isLive?: boolean
  gateway?: string
}

function feed(
  engine: AlarmEngine,
  now: number,
  { readings = [], offset = 0, stepped = false, isLive = true, gateway = 'gw-1', polled }: Feed,
) {
  return engine.evaluate(
    evidenceBatch({
      gateway,
      offset,
      stepped,
      readings,
      isLive,
      ...(polled === undefined ? {} : { polled }),
    }),
    now,
  )
}

function brief({ transitions }: Evaluation): string[] {
  return transitions.map(
    ({ time, config, event, record }) => `${time} ${config.id} ${event} ${shownState(record)}`,
  )
}

describe('polled', () => {
  test('holds what was reported and ends an off-delay', () => {
    const engine = new AlarmEngine({ facility: delayed, now: 0 })
    feed(engine, 0, { readings: [reading(0, 25)] })
    feed(engine, 3_000, { readings: [reading(3_000, 5)] })
    expect(brief(engine.advance(8_500))).toEqual([])
    expect(brief(feed(engine, 8_600, { polled: { panel: 8_500 } }))).toEqual(['8000 T-1.H returned RTNUN'])
  })

  test('keeps a silent sensor from going stale, and says nothing for one that never reported', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5)] })
    for (let now = 1_000; now <= 30_000; now += 1_000) feed(engine, now, { polled: { panel: now } })
    expect(engine.isStale('T-1')).toBe(false)
    expect(engine.isStale('T-2')).toBe(true)
  })

  test('of the backlog is no sign of life', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5)] })
    feed(engine, 9_000, { readings: [reading(8_000, 5)], isLive: false })
    engine.advance(10_000)
    expect(engine.isStale('T-1')).toBe(true)
  })

  test('brings a stale sensor back with what it held', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5)] })
    expect(brief(engine.advance(10_000)).filter((line) => line.includes('T-1'))).toEqual([
      '10000 T-1.FAULT raised UNACK',
    ])
    const back = feed(engine, 20_000, { polled: { panel: 19_900 } })
    expect(engine.isStale('T-1')).toBe(false)
    expect(brief(back)).toEqual(['19900 T-1.FAULT returned RTNUN'])
  })
})

describe('a lost gateway', () => {
  test('is one alarm; the faults that follow are suppressed and lifted when it is heard', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 25), reading(0, 5, 'T-2')] })
    expect(brief(engine.gatewayLost('gw-1', 6_000))).toEqual(['6000 sys.gw-1.link.LOST raised UNACK'])
    expect(brief(engine.advance(10_000)).filter((line) => !line.includes('T-3'))).toEqual([
      '10000 T-1.FAULT suppressed DSUPR',
      '10000 T-1.FAULT raised DSUPR',
      '10000 T-2.FAULT suppressed DSUPR',
      '10000 T-2.FAULT raised DSUPR',
    ])
    expect(engine.entry('T-1.H')?.record).toMatchObject({ phase: 'active', unknown: true })
    feed(engine, 20_000, { readings: [reading(20_000, 25), reading(20_000, 5, 'T-2')] })
    expect(brief(engine.gatewayHeard('gw-1', 20_000))).toEqual([
      '20000 sys.gw-1.link.LOST returned RTNUN',
      '20000 T-1.FAULT unsuppressed NORM',
      '20000 T-2.FAULT unsuppressed NORM',
    ])
  })

  test('a sensor that is still faulty afterwards is annunciated then', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5), reading(0, 5, 'T-2')] })
    engine.gatewayLost('gw-1', 6_000)
    engine.advance(10_000)
    feed(engine, 20_000, { readings: [reading(20_000, 5)] })
    expect(brief(engine.gatewayHeard('gw-1', 20_000))).toContain('20000 T-2.FAULT unsuppressed UNACK')
  })

  test('suppresses the faults of sensors that fell silent before it was noticed', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [{ sensor: 'T-2', time: 0, quality: 'bad', reason: 'timeout' }] })
    engine.advance(10_000)
    expect(brief(engine.gatewayLost('gw-1', 11_000))).toEqual([
      '11000 sys.gw-1.link.LOST raised UNACK',
      '11000 T-1.FAULT suppressed DSUPR',
      '11000 T-2.FAULT suppressed DSUPR',
    ])
  })

  test('suppresses a fault that a person suppressed before', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5)] })
    const flag = { by: 'li', cause: null, reason: 'works', until: null }
    engine.act('T-1.FAULT', { kind: 'suppress', time: 1_000, by: 'li', flag }, 1_000)
    engine.gatewayLost('gw-1', 6_000)
    engine.advance(10_000)
    const lifted = engine.act(
      'T-1.FAULT',
      { kind: 'unsuppress', time: 11_000, cause: null, by: 'wang' },
      11_000,
    )
    expect(brief(lifted)).toEqual(['11000 T-1.FAULT unsuppressed DSUPR'])
  })

  test('is remembered over a restart even before anything followed from it', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    engine.gatewayLost('gw-1', 6_000)
    const records = new Map(
      [...engine.entries()].map(({ config, record }) => [config.id, { record, position: 0 }]),
    )
    const again = new AlarmEngine({ facility: plain, now: 7_000, records })
    expect(brief(again.advance(17_000)).filter((line) => line.includes('T-1'))).toEqual([
      '17000 T-1.FAULT suppressed DSUPR',
      '17000 T-1.FAULT raised DSUPR',
    ])
  })

  test('is remembered over a restart', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5)] })
    engine.gatewayLost('gw-1', 6_000)
    engine.advance(10_000)
    const records = new Map(
      [...engine.entries()].map(({ config, record }) => [config.id, { record, position: 0 }]),
    )
    const again = new AlarmEngine({ facility: plain, now: 11_000, records })
    feed(again, 12_000, { readings: [reading(12_000, 5), reading(12_000, 5, 'T-2')] })
    expect(brief(again.gatewayHeard('gw-1', 12_000))).toContain('12000 T-1.FAULT unsuppressed NORM')
  })

  test('leaves the sensors of other gateways alone', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    engine.gatewayLost('gw-1', 6_000)
    expect(brief(engine.advance(10_000))).toContain('10000 T-3.FAULT raised UNACK')
  })
})

describe('order', () => {
  /** Five sensors, each with two alarms of one delay; FAULT of the last is the most severe. */
  const many = parseFacility(
    `{ facility: { id: p }, gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [${[
      1, 2, 3, 4, 5,
    ]
      .map(
        (n) =>
          `{ id: S-${n}, kind: gas, unit: ppm, register: { address: ${n} }, alarms: {
             B: { when: high, limit: 20, onDelay: 10s, priority: low },
             A: { when: high, limit: 20, onDelay: 10s, priority: low }
             ${n === 5 ? ', FAULT: { when: fault, priority: critical }' : ''} } }`,
      )
      .join(',')}] } ] } ] } ] }`,
    'many.yaml',
  )

  test('of one instant is that of severity, then of the file, whatever began first', () => {
    const engine = new AlarmEngine({ facility: many, now: 0 })
    const readings = [4, 2, 5, 1, 3].map((n) => reading(0, 25, `S-${n}`))
    feed(engine, 0, { gateway: 'g', readings })
    const fired = engine.advance(10_000).transitions
    expect(fired.map(({ config }) => config.id)).toEqual([
      'S-5.FAULT',
      ...[1, 2, 3, 4].map((n) => `S-${n}.FAULT`),
      ...[1, 2, 3, 4, 5].flatMap((n) => [`S-${n}.B`, `S-${n}.A`]),
    ])
  })
})

describe('silence', () => {
  test('is not ended by a reading that was on its way for too long', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    feed(engine, 0, { readings: [reading(0, 5), reading(0, 5, 'T-2')] })
    engine.advance(10_000)
    // Eleven seconds old at arrival: true of its time, and as stale as no reading.
    expect(brief(feed(engine, 20_000, { readings: [reading(9_000, 25)] }))).toEqual([
      '9000 T-1.H raised UNACK',
    ])
    expect(engine.isStale('T-1')).toBe(true)
    expect(engine.entry('T-1.H')?.record).toMatchObject({ phase: 'active', unknown: true })
    expect(brief(engine.advance(30_000))).toEqual([])
    expect(brief(feed(engine, 30_000, { readings: [reading(29_000, 25)] }))).toEqual([
      '29000 T-1.FAULT returned RTNUN',
    ])
    expect(engine.entry('T-1.H')?.record.unknown).toBe(false)
  })

  test('is not ended by history', () => {
    const engine = new AlarmEngine({ facility: plain, now: 0 })
    engine.advance(10_000)
    expect(brief(feed(engine, 11_000, { readings: [reading(10_500, 5)], isLive: false }))).toEqual([])
    expect(engine.entry('T-1.FAULT')?.record.phase).toBe('active')
  })
})

describe('clocks', () => {
  test('delays run in sensor time whatever the skew', () => {
    const engine = new AlarmEngine({ facility: delayed, now: 100_000 })
    feed(engine, 100_000, { readings: [reading(60_000, 25)], offset: 40_000 })
    expect(brief(engine.advance(101_999))).toEqual([])
    expect(brief(engine.advance(102_000))).toEqual(['62000 T-1.H raised UNACK'])
  })

  test('silence is counted with the skew', () => {
    const engine = new AlarmEngine({ facility: plain, now: 100_000 })
    feed(engine, 100_000, { readings: [reading(60_000, 5), reading(60_000, 5, 'T-2')], offset: 40_000 })
    expect(brief(engine.advance(109_999)).filter((line) => !line.includes('T-3'))).toEqual([])
    expect(brief(engine.advance(110_000)).filter((line) => line.includes('T-1'))).toEqual([
      '70000 T-1.FAULT raised UNACK',
    ])
  })

  test('a step of the gateway keeps what remained of a delay', () => {
    const engine = new AlarmEngine({ facility: delayed, now: 0 })
    feed(engine, 0, { readings: [reading(0, 25)] })
    // One second later the gateway says it is an hour later.
    const stepped = feed(engine, 1_000, { readings: [], offset: -3_599_000, stepped: true })
    expect(stepped.touched.map(({ config, record }) => [config.id, record.due])).toEqual([
      ['T-1.H', 3_601_000],
    ])
    expect(brief(engine.advance(1_999))).toEqual([])
    expect(brief(engine.advance(2_000))).toEqual(['3601000 T-1.H raised UNACK'])
  })

  test('a step of the server moves no delay and makes nothing stale', () => {
    const engine = new AlarmEngine({ facility: delayed, now: 0 })
    feed(engine, 0, { readings: [reading(0, 25)] })
    engine.clockStepped(3_600_000)
    expect(brief(engine.advance(3_601_999))).toEqual([])
    expect(brief(engine.advance(3_602_000))).toEqual(['2000 T-1.H raised UNACK'])
    expect(engine.isStale('T-1')).toBe(false)
    engine.advance(3_610_000)
    expect(engine.isStale('T-1')).toBe(true)
  })

  test('a step back of the server is lived through as well', () => {
    const engine = new AlarmEngine({ facility: delayed, now: 10_000_000 })
    feed(engine, 10_000_000, { readings: [reading(10_000_000, 25)] })
    engine.clockStepped(-3_600_000)
    expect(brief(engine.advance(6_402_000))).toEqual(['10002000 T-1.H raised UNACK'])
  })
})

test('the same stream in any batching gives the same states', () => {
  const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(values, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (list, sizes) => {
      let time = 0
      const stream = list.map(([gap, value]) => {
        time += gap
        return reading(time, value)
      })
      const one = new AlarmEngine({ facility: delayed, now: 0 })
      for (const item of stream) feed(one, item.time, { readings: [item] })
      const batched = new AlarmEngine({ facility: delayed, now: 0 })
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const batch = stream.slice(at, at + (sizes[turn % sizes.length] ?? 1))
        // A batch arrives with its last reading; what fell due meanwhile is settled in sensor time.
        for (const item of batch) feed(batched, item.time, { readings: [item] })
        at += batch.length
      }
      const states = (engine: AlarmEngine) =>
        [...engine.entries()].map(({ config, record }) => [config.id, record])
      expect(states(batched)).toEqual(states(one))
    }),
  )
})

test('a refusal keeps what had fallen due before it', () => {
  const engine = new AlarmEngine({ facility: delayed, now: 0 })
  feed(engine, 0, { readings: [reading(0, 25)] })
  const act = () =>
    engine.act('T-1.H', { kind: 'acknowledge', time: 3_000, occurrence: 5, by: 'li', comment: null }, 3_000)
  expect(act).toThrow(RefusedAction)
  expect(engine.entry('T-1.H')?.record.phase).toBe('active')
})

test('an action on no alarm, or a report of no sensor, swallows nothing that fell due', () => {
  const engine = new AlarmEngine({ facility: delayed, now: 0 })
  feed(engine, 0, { readings: [reading(0, 25)] })
  expect(() =>
    engine.act('T-9.H', { kind: 'reset', time: 3_000, occurrence: null, by: 'li' }, 3_000),
  ).toThrow('ALARM_UNKNOWN')
  expect(() => engine.report('sys.nothing', 1, 3_000)).toThrow('SENSOR_UNKNOWN')
  expect(brief(engine.advance(3_000))).toEqual(['2000 T-1.H raised UNACK'])
})

test('a record of an older release is completed', () => {
  const { pending: _, suppressed: __, ...older } = { ...newAlarm(0), phase: 'active' as const, acked: false }
  const records = new Map([['T-1.H', { record: older as AlarmRecord, position: 0 }]])
  const engine = new AlarmEngine({ facility: plain, now: 0, records })
  expect(brief(feed(engine, 0, { readings: [reading(0, 5)] }))).toEqual(['0 T-1.H returned RTNUN'])
})

test('a running on-delay survives a restart and ends at its time', () => {
  const engine = new AlarmEngine({ facility: delayed, now: 0 })
  feed(engine, 0, { readings: [reading(0, 25)] })
  const records = new Map(
    [...engine.entries()].map(({ config, record }) => [config.id, { record, position: 0 }]),
  )
  const again = new AlarmEngine({ facility: delayed, now: 60_000, records })
  expect(brief(again.advance(60_000))).toEqual(['2000 T-1.H raised UNACK'])
})
