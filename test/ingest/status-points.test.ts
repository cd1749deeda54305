import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { AlarmFeed } from '../../ingest/status/alarm-feed.ts'
import { alarmPoint } from '../../ingest/status/alarm-point.ts'
import { gatewayPoints } from '../../ingest/status/gateway-points.ts'
import { pipelinePoint } from '../../ingest/status/pipeline-point.ts'
import { plant } from './plant.ts'
import { figures, fullHealth, gatewayShown, journalItem } from './status-scene.ts'

const NOW = 1_795_219_200_000

describe('a transition as a point', () => {
  it('has the tags and fields of the design, and the time of its record', () => {
    expect(alarmPoint(journalItem(7))).toEqual({
      measurement: 'alarm',
      tags: { facility: 'plant', area: 'tank-farm', sensor: 'GT-101', alarm: 'GT-101.H', kind: 'gas' },
      fields: {
        state: 'UNACK',
        stateCode: 1n,
        event: 'raised',
        priority: 'high',
        active: 1n,
        value: 23.1,
        limit: 20,
        message: 'at or above 20 %LEL',
        occurrence: 'GT-101.H#1',
        eventTime: 1_795_226_399_000n,
      },
      time: 1_795_226_400_250,
    })
  })

  it('invents no number', () => {
    const { fields } = alarmPoint(journalItem(7, { value: null, limit: null, occurrence: null }))
    expect(fields).not.toHaveProperty('value')
    expect(fields).not.toHaveProperty('limit')
    expect(fields.occurrence).toBe('')
  })

  it.each([
    ['UNACK', 'UNACK', 1n],
    ['ACKED', 'ACKED', 1n],
    ['SHLVD', 'ACKED', 1n],
    ['RTNUN', 'RTNUN', 0n],
    ['LATCH_UNACK', 'LATCH_UNACK', 0n],
    ['NORM', 'NORM', 0n],
  ] as const)('%s over %s: active is %s', (state, live, active) => {
    expect(alarmPoint(journalItem(7, { state, live })).fields).toMatchObject({ state, active })
  })

  // Points of years are kept by these numbers: a state may be added, and none may move.
  it.each([
    ['NORM', 0n],
    ['UNACK', 1n],
    ['ACKED', 2n],
    ['RTNUN', 3n],
    ['LATCH_UNACK', 4n],
    ['LATCH_ACK', 5n],
    ['SHLVD', 6n],
    ['DSUPR', 7n],
    ['OOSRV', 8n],
  ] as const)('%s is state %s', (state, stateCode) => {
    expect(alarmPoint(journalItem(7, { state })).fields).toMatchObject({ state, stateCode })
  })
})

describe('a gateway as points', () => {
  const [gateway] = plant().gateways
  if (gateway === undefined) throw new Error('no gateway')
  const view = gatewayShown
  const health = fullHealth

  it('has what the server counts and what the gateway says', () => {
    const heard = { since: '2026-11-21T07:59:00+08:00', lastHeard: '2026-11-21T07:59:58.500+08:00' }
    const points = gatewayPoints({ ...view, ...heard, health }, gateway, NOW, figures)
    expect(points.map(({ measurement, tags }) => [measurement, tags])).toEqual([
      ['gateway', { facility: 'plant', gateway: 'gw-1' }],
      ['bus', { facility: 'plant', gateway: 'gw-1', bus: 'plc' }],
      ['device', { facility: 'plant', gateway: 'gw-1', bus: 'plc', device: 'panel' }],
    ])
    expect(points.every(({ time }) => time === NOW)).toBe(true)
    expect(points[0]?.fields).toEqual({
      name: 'gw-1',
      state: 'online',
      online: 1n,
      version: '0.1.0',
      heartbeatSeconds: 2,
      secondsSinceHeard: 1.5,
      secondsInState: 60,
      batches: 5n,
      readings: 50n,
      late: 1n,
      duplicates: 2n,
      rejected: 3n,
      missing: 4n,
      lost: 0n,
      configMatches: 0n,
      skewMs: -12.5,
      credit: 8n,
      cloned: 0n,
      lostFull: 5n,
      lostExpired: 0n,
      lostRestart: 2n,
      lostDamaged: 0n,
      lostOther: 1n,
      daySent: 1_000n,
      dayReceived: 900n,
      dayStored: 890n,
      dayDuplicate: 3n,
      dayLate: 40n,
      dayRefused: 10n,
      dayDropped: 50n,
      dayMissing: 40n,
      buses: 1n,
      devices: 2n,
      sensors: 3n,
      busesConnected: 1n,
      devicesOnline: 1n,
      outboxBatches: 3n,
      outboxReadings: 30n,
      outboxBytes: 900n,
      outboxAgeMs: 6_000,
      outboxCommits: 8n,
      outboxTrouble: 'OUTBOX_FULL',
      evictedReadings: 0n,
      refusedReadings: 2n,
      setAside: 1n,
      clockDrift: 1.5,
      clockSteps: 1n,
      clockSkewMs: -3,
      clockSynchronized: 1n,
    })
    expect(points[1]?.fields).toEqual({
      driver: 'modbus-tcp',
      connected: 1n,
      reconnects: 2n,
      utilisation: 0.5,
      discarded: 7n,
    })
    expect(points[2]?.fields).toEqual({
      name: 'panel',
      sensors: 2n,
      online: 1n,
      isolated: 0n,
      requests: 9n,
      overruns: 0n,
      retries: 1n,
      roundTripMs: 4.5,
      cycleMs: 20,
      errors: 3n,
      timeouts: 2n,
      refusedBlocks: 1n,
    })
  })

  it('says nothing of an outbox in trouble that is in none', () => {
    const { trouble: _, ...outbox } = health.outbox
    const [point] = gatewayPoints({ ...view, health: { ...health, outbox } }, gateway, NOW)
    expect(point?.fields.outboxTrouble).toBe('')
  })

  it('is one point while nothing else is known', () => {
    const points = gatewayPoints(
      { ...view, state: 'unknown', skewMs: null, configMatches: null },
      gateway,
      NOW,
    )
    expect(points.length).toBe(1)
    expect(points[0]?.fields).toMatchObject({ state: 'unknown', online: 0n })
    for (const name of ['skewMs', 'secondsSinceHeard', 'devicesOnline', 'outboxTrouble', 'daySent'])
      expect(points[0]?.fields).not.toHaveProperty(name)
  })

  it('takes from health what is of its type and nothing else, whatever came', () => {
    const types = new Map<string, string>()
    for (const { measurement, fields } of gatewayPoints({ ...view, health }, gateway, NOW))
      for (const [name, value] of Object.entries(fields)) types.set(`${measurement} ${name}`, typeof value)

    const junk = fc.anything({ maxDepth: 3, withBigInt: true, withNullPrototype: true })
    const key = fc.constantFrom(
      'buses',
      'devices',
      'outbox',
      'clock',
      'time',
      'plc',
      'panel',
      'errors',
      'connected',
      'requests',
      'batches',
      'oldest',
      'drift',
      'ntp',
      'skew',
      'trouble',
      'refused',
      'timeout',
      '__proto__',
      'constructor',
    )
    const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
      object: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      value: fc.oneof({ maxDepth: 4 }, junk, fc.double(), tie('object')),
    }))
    fc.assert(
      fc.property(value, (found) => {
        for (const { measurement, fields, tags } of gatewayPoints({ ...view, health: found }, gateway, NOW)) {
          expect(['plc', 'panel', undefined]).toContain(tags.device ?? tags.bus)
          for (const [name, field] of Object.entries(fields)) {
            expect(typeof field).toBe(types.get(`${measurement} ${name}`))
            if (typeof field === 'number') expect(Number.isFinite(field)).toBe(true)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the pipeline as a point', () => {
  it('has every number that is one', () => {
    expect(
      pipelinePoint('plant', { received: 12, lagMs: Number.NaN, depth: Number.POSITIVE_INFINITY }, NOW),
    ).toEqual({
      measurement: 'pipeline',
      tags: { facility: 'plant' },
      fields: { received: 12 },
      time: NOW,
    })
  })
})

describe('alarms on their way into the store', () => {
  let journal: JournalItem[]
  let written: StatusPoint[][]
  let keptSeq: number
  let troubles: (string | undefined)[]
  let fails: CodedError | undefined
  let refuses: { detail: string }[]
  let feed: AlarmFeed

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    ;[journal, written, keptSeq, troubles, fails, refuses] = [[], [], 0, [], undefined, []]
  })
  afterEach(async () => {
    await feed.close()
    vi.useRealTimers()
  })

  function begin(): void {
    feed = new AlarmFeed({
      states: {
        after: async (seq, limit) => journal.filter((item) => item.seq > seq).slice(0, limit),
        kept: async () => String(keptSeq),
        keep: async (_facility, _name, body) => {
          keptSeq = Number(body)
        },
      },
      write: async (points) => {
        if (fails !== undefined) throw fails
        written.push([...points])
        return refuses
      },
      random: () => 0,
      onTrouble: ({ code }) => troubles.push(code),
    })
    feed.start()
  }
  const enter = (count: number) => {
    const first = journal.length + 1
    journal.push(...Array.from({ length: count }, (_, n) => journalItem(first + n)))
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('come from where the last run ended, and then as they happen', async () => {
    enter(1_203)
    keptSeq = 100
    begin()
    await pass(0)
    // Each transition, and how its alarm stood afterwards.
    expect(written.map(({ length }) => length)).toEqual([1_000, 1_000, 206])
    expect(keptSeq).toBe(1_203)
    enter(2)
    await pass(10_000)
    expect(written.length).toBe(3)
    feed.wake()
    await pass(0)
    expect(written.at(-1)?.map(({ measurement }) => measurement)).toEqual([
      'alarm',
      'alarm_standing',
      'alarm',
      'alarm_standing',
    ])
    expect(keptSeq).toBe(1_205)
    expect(troubles).toEqual([])
  })

  it('wait for a store that is away, and then are all there', async () => {
    fails = new CodedError('STORE_UNREACHABLE', 'gone')
    begin()
    enter(3)
    feed.wake()
    await pass(60_000)
    expect([keptSeq, troubles]).toEqual([0, ['STORE_UNREACHABLE']])
    fails = undefined
    await pass(10_000)
    expect(written.flat().length).toBe(6)
    expect([keptSeq, troubles]).toEqual([3, ['STORE_UNREACHABLE']])
  })

  it('that the store will never take are said to be, and do not stop the others', async () => {
    refuses = [{ detail: 'a type conflict' }]
    enter(2)
    begin()
    await pass(0)
    expect(keptSeq).toBe(2)
    expect(troubles).toEqual(['STORE_REFUSED'])
  })

  it('that come while one is written are not missed', async () => {
    enter(1)
    begin()
    let late = 1
    refuses = new Proxy([], {
      get: (target, name) => {
        if (late-- > 0) {
          enter(1)
          feed.wake()
        }
        return Reflect.get(target, name)
      },
    })
    await pass(0)
    expect(keptSeq).toBe(2)
  })
})
