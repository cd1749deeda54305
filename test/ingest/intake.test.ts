import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WireReading } from '../../contracts/wire.ts'
import { IntakeScene } from './intake-scene.ts'

let scene: IntakeScene
beforeEach(() => {
  scene = new IntakeScene()
})

function gas(value: number, ago = 5): WireReading {
  return { sensor: 'GT-101', time: scene.now - ago, value }
}

describe('a live batch', () => {
  it('is appended to the log, evaluated, shown and confirmed, in this order', async () => {
    const reading = gas(12.5)
    const done = scene.live({ snapshot: true, readings: [reading] })
    // Evaluation does not wait for anything: it is over when the call returns.
    expect(scene.steps.map(({ did }) => did)).toEqual(['log', 'evaluate', 'show', 'condition', 'heard'])
    await done
    expect(scene.confirms).toEqual([{ epoch: 'e1', seqs: [[1, 1]], credit: 8, time: scene.now }])
    expect(scene.logged).toEqual([{ ...reading, quality: 'good' }])
    expect(scene.evaluated).toEqual([
      {
        gateway: 'gw-1',
        epoch: 'e1',
        seq: 1,
        sent: scene.now,
        offset: 0,
        stepped: false,
        fork: {},
        readings: [expect.objectContaining(scene.logged[0] ?? {})],
        late: [],
        isLive: true,
        polled: {},
      },
    ])
    expect(scene.taker.latest('GT-101')).toMatchObject(scene.logged[0] ?? {})
  })

  it('of a lost gateway is evaluated first, and only then is the gateway heard', async () => {
    scene.clock.advance(12_001)
    scene.intake.sweep()
    scene.intake.sweep()
    expect(scene.of('lost')).toEqual([
      { did: 'lost', gateway: 'gw-1' },
      { did: 'lost', gateway: 'gw-2' },
    ])
    await scene.live({ snapshot: true, readings: [gas(1)] })
    await scene.live({ seq: 2 })
    const steps = scene.steps.map(({ did }) => did)
    expect(steps.indexOf('evaluate')).toBeLessThan(steps.indexOf('heard'))
    expect(scene.of('heard')).toHaveLength(1)
  })

  it('carries the clock of its gateway as a condition, in seconds', async () => {
    scene.clock.advance(0)
    await scene.live({ sent: scene.now + 7_000 })
    expect(scene.of('condition')).toEqual([{ did: 'condition', gateway: 'gw-1', skewS: 7, isCloned: false }])
    expect(scene.evaluated[0]?.offset).toBe(-7_000)
  })

  it('speaks for the devices of its own gateway only', async () => {
    const polled = { panel: scene.now - 3, shed: scene.now - 2, nonsense: scene.now - 1 }
    await scene.live({ snapshot: true, polled })
    expect(scene.evaluated[0]?.polled).toEqual({ panel: scene.now - 3 })
  })

  it('is no evidence of silence while something before it is missing', async () => {
    const polled = { panel: scene.now }
    await scene.live({ polled })
    await scene.live({ seq: 2, snapshot: true, polled })
    await scene.live({ seq: 4, polled })
    await scene.live({ seq: 5, snapshot: true, polled })
    expect(scene.evaluated.map((evidence) => evidence.polled)).toEqual([undefined, polled, undefined, polled])
  })

  it('with a hole before it asks for a snapshot, once in a heartbeat', async () => {
    await scene.live({ seq: 1, snapshot: true })
    await scene.live({ seq: 3 })
    await scene.live({ seq: 4 })
    scene.clock.advance(2_000)
    await scene.live({ seq: 5 })
    await scene.live({ seq: 6, snapshot: true })
    expect(scene.confirms.map(({ snapshot }) => snapshot)).toEqual([
      undefined,
      true,
      undefined,
      true,
      undefined,
    ])
  })
})

describe('a bad reading', () => {
  const bad: [string, object, string][] = [
    ['of an unknown sensor', { sensor: 'GT-999', time: 5, value: 1 }, 'SENSOR_UNKNOWN'],
    ["of another gateway's sensor", { sensor: 'CL-1', time: 5, value: 1 }, 'SENSOR_FOREIGN'],
    ['of a sensor of the system', { sensor: 'sys.gw-1.link', time: 5, value: 1 }, 'SENSOR_UNKNOWN'],
    ['with a name of Object', { sensor: 'constructor', time: 5, value: 1 }, 'SENSOR_UNKNOWN'],
    ['without a value', { sensor: 'GT-101', time: 5 }, 'READING_INVALID'],
    ['dated ahead', { sensor: 'GT-101', time: 9e12, value: 1 }, 'READING_AHEAD'],
  ]

  it.each(bad)('%s does not take down its batch', async (_story, item, code) => {
    const reading = gas(2)
    await scene.live({ snapshot: true, readings: [item as WireReading, reading] })
    expect(scene.logged).toEqual([{ ...reading, quality: 'good' }])
    expect(scene.confirms[0]).toMatchObject({ seqs: [[1, 1]], refused: [{ seq: 1, count: 1, code }] })
    expect(scene.refused).toEqual({ [code]: 1 })
    expect(scene.intake.watches.get('gw-1')?.counters.rejected).toBe(1)
  })

  it('is told in the confirm with how many there were, by code, in one letter each', async () => {
    const readings = [...bad, ...bad, ...bad].map(([, item]) => item as WireReading)
    await scene.live({ snapshot: true, readings })
    expect(scene.confirms[0]?.refused).toEqual([
      { seq: 1, count: 9, code: 'SENSOR_UNKNOWN' },
      { seq: 1, count: 3, code: 'SENSOR_FOREIGN' },
      { seq: 1, count: 3, code: 'READING_INVALID' },
      { seq: 1, count: 3, code: 'READING_AHEAD' },
    ])
    expect(scene.deadLetters.list()).toHaveLength(4)
    expect(scene.deadLetters.list()[0]).toMatchObject({ count: 9, detail: 'GT-999' })
    expect(scene.intake.watches.get('gw-1')?.counters.rejected).toBe(18)
  })

  it('moves no mark: the sensor is still current for an older batch', async () => {
    await scene.live({ seq: 5, readings: [{ sensor: 'GT-101', time: 9e12, value: 1 }] })
    await scene.send(scene.batch({ seq: 4, readings: [gas(3)] }), 'backlog')
    expect(scene.evaluated[1]?.readings).toHaveLength(1)
  })
})

describe('a malformed batch', () => {
  it.each<[string, Buffer, string]>([
    ['no JSON', Buffer.from('{"epoch":"e1","seq":1'), 'PAYLOAD_NOT_JSON'],
    ['no identity', Buffer.from('{"sent":5,"readings":[]}'), 'PAYLOAD_INVALID'],
    ['too large', Buffer.alloc(256 * 1_024 + 1, ' '), 'PAYLOAD_TOO_LARGE'],
  ])('that cannot be named (%s) is counted, and never confirmed', async (_story, payload, code) => {
    await scene.send(payload)
    expect(scene.steps).toEqual([])
    expect(scene.refused).toEqual({ [code]: 1 })
    expect(scene.intake.watches.get('gw-1')?.state).toBe('unknown')
  })

  it('that can be named is done with, and counted once however often it comes', async () => {
    const payload = Buffer.from('{"epoch":"e1","seq":3,"sent":"now","readings":[]}')
    await scene.send(payload)
    await scene.send(payload, 'backlog')
    expect(scene.confirms).toMatchObject([
      { seqs: [[3, 3]], refused: [{ seq: 3, count: 1, code: 'PAYLOAD_INVALID' }] },
      { seqs: [[3, 3]] },
    ])
    expect(scene.refused).toEqual({ PAYLOAD_INVALID: 1 })
  })

  it('of a gateway that the file does not have is counted', async () => {
    await scene.send(scene.batch({ readings: [gas(1)] }), 'live', 'gw-9')
    scene.state({ state: 'online', session: 's' }, 'gw-9')
    scene.intake.health('gw-9', { topic: 't', payload: Buffer.from('{}') })
    expect(scene.steps).toEqual([])
    expect(scene.refused).toEqual({ GATEWAY_UNKNOWN: 3 })
  })
})

describe('a batch that comes again', () => {
  it('is confirmed again and nothing else', async () => {
    const payload = scene.batch({ snapshot: true, readings: [gas(30)] })
    await scene.send(payload)
    scene.steps.length = 0
    await scene.send(payload, 'backlog')
    await scene.send(payload)
    expect(scene.steps.map(({ did }) => did)).toEqual(['confirm', 'confirm'])
    expect(scene.intake.watches.get('gw-1')?.counters).toMatchObject({
      batches: 1,
      readings: 1,
      duplicates: 2,
    })
  })

  it('while it is under way is no news, and is confirmed once', async () => {
    scene.log = 'hangs'
    const payload = scene.batch({ snapshot: true, readings: [gas(30)] })
    void scene.send(payload)
    await scene.send(payload, 'backlog')
    await scene.send(payload)
    expect(scene.evaluated).toHaveLength(1)
    expect(scene.confirms).toEqual([])
  })

  it('after a start is known by what was kept', async () => {
    const payload = scene.batch({ snapshot: true, readings: [gas(30)] })
    await scene.send(payload)
    scene.restart()
    scene.steps.length = 0
    await scene.send(payload, 'backlog')
    expect(scene.steps.map(({ did }) => did)).toEqual(['confirm'])
  })

  it('brings no lost gateway back', async () => {
    const payload = scene.batch({ snapshot: true, readings: [gas(30)] })
    await scene.send(payload)
    scene.clock.advance(7_000)
    scene.intake.sweep()
    await scene.send(payload)
    expect(scene.intake.watches.get('gw-1')?.state).toBe('lost')
    await scene.live({ seq: 2 })
    expect(scene.of('heard')).toHaveLength(2)
  })
})

describe('late readings', () => {
  it('are stored and not evaluated, and never shown as the latest', async () => {
    await scene.live({ seq: 9, snapshot: true, readings: [gas(1)] })
    scene.steps.length = 0
    const older = [gas(99, 60_000), { sensor: 'GT-102', time: scene.now - 60_000, value: 5 }]
    await scene.send(scene.batch({ seq: 2, sent: scene.now - 60_000, readings: older }), 'backlog')
    expect(scene.evaluated).toMatchObject([{ isLive: false, readings: [{ sensor: 'GT-102' }] }])
    expect(scene.logged.map(({ sensor }) => sensor).toSorted()).toEqual(['GT-101', 'GT-102'])
    expect(scene.of('show')).toEqual([{ did: 'show', sensor: 'GT-102' }])
    expect(scene.taker.latest('GT-101')?.value).toBe(1)
    expect(scene.intake.watches.get('gw-1')?.counters).toMatchObject({ readings: 3, late: 1 })
  })

  it('of a backlog are no sign of life: neither of devices nor of the gateway', async () => {
    const payload = scene.batch({ snapshot: true, polled: { panel: scene.now }, readings: [gas(1)] })
    await scene.send(payload, 'backlog')
    expect(scene.evaluated[0]).toMatchObject({ isLive: false })
    expect(scene.evaluated[0]).not.toHaveProperty('polled')
    expect(scene.of('condition')).toEqual([])
    expect(scene.of('heard')).toEqual([])
    expect(scene.intake.watches.get('gw-1')?.state).toBe('unknown')
  })

  it('never hide an epoch whose birth was missed', async () => {
    await scene.live({ epoch: 'yesterday', seq: 500, snapshot: true, readings: [gas(1)] })
    await scene.send(scene.batch({ epoch: 'today', seq: 1, readings: [gas(2)] }), 'backlog')
    await scene.live({ epoch: 'today', seq: 2, snapshot: true, readings: [gas(3)] })
    expect(scene.evaluated.map(({ readings }) => readings.map(({ value }) => value))).toEqual([[1], [], [3]])
  })

  it('in whatever order batches come, a sensor is never evaluated backwards', async () => {
    const arrival = fc.record({
      seq: fc.integer({ min: 1, max: 12 }),
      lane: fc.constantFrom('live' as const, 'backlog' as const),
      journal: fc.constantFrom('works' as const, 'fails' as const),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 30 }), async (arrivals) => {
        scene = new IntakeScene()
        for (const { seq, lane, journal } of arrivals) {
          scene.journal = journal
          await scene.send(
            scene.batch({ seq, readings: [{ sensor: 'GT-101', time: seq, value: seq }] }),
            lane,
          )
        }
        const order = scene.evaluated.flatMap(({ readings }) => readings.map(({ time }) => time))
        expect(order).toEqual(order.toSorted((a, b) => a - b))
        expect(new Set(order).size).toBe(order.length)
        const confirmed = new Set(scene.confirms.flatMap(({ seqs }) => seqs.map(([first]) => first)))
        const worked = arrivals.filter(({ journal }) => journal === 'works').map(({ seq }) => seq)
        expect(confirmed).toEqual(new Set(worked))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a clock more than a minute off', () => {
  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('(%s) has its readings dated at arrival, uncertain', async (_story, off) => {
    const sent = scene.now + off
    const readings: WireReading[] = [
      { sensor: 'GT-101', time: sent - 40, value: 1 },
      { sensor: 'GT-102', time: sent - 30, quality: 'bad', reason: 'timeout' },
      { sensor: 'LT-1', time: sent - 20, value: 2, quality: 'uncertain', reason: 'imprecise' },
    ]
    await scene.live({ sent, snapshot: true, polled: { panel: sent - 10 }, readings })
    expect(scene.logged).toEqual([
      { sensor: 'GT-101', time: scene.now - 40, value: 1, quality: 'uncertain', reason: 'clock' },
      { sensor: 'GT-102', time: scene.now - 30, quality: 'bad', reason: 'timeout' },
      { sensor: 'LT-1', time: scene.now - 20, value: 2, quality: 'uncertain', reason: 'imprecise' },
    ])
    // Quiet sensors must not go stale because a clock is wrong.
    expect(scene.evaluated[0]).toMatchObject({ offset: 0, polled: { panel: scene.now - 10 } })
    expect(scene.of('condition')).toEqual([
      { did: 'condition', gateway: 'gw-1', skewS: 3_600, isCloned: false },
    ])
    expect(scene.confirms).toMatchObject([{ seqs: [[1, 1]] }])
  })

  it('is believed up to a minute', async () => {
    const sent = scene.now - 60_000
    await scene.live({ sent, readings: [{ sensor: 'GT-101', time: sent, value: 1 }] })
    expect(scene.logged).toEqual([{ sensor: 'GT-101', time: sent, value: 1, quality: 'good' }])
    expect(scene.evaluated[0]?.offset).toBe(60_000)
  })

  it('cannot date a reading before 1970', async () => {
    const sent = 9_000_000_000_000
    await scene.live({ sent, snapshot: true, readings: [{ sensor: 'GT-101', time: 5, value: 1 }] })
    expect(scene.confirms).toMatchObject([{ refused: [{ count: 1, code: 'READING_INVALID' }] }])
    expect(scene.logged).toEqual([])
  })
})

describe('what a gateway says of itself', () => {
  const online = { state: 'online', epoch: 'e1', session: 's1', version: '0.1.0' }

  it('raises the condition of a differing facility file, and lifts it', () => {
    scene.state({ ...online, config: 'another' })
    scene.state({ ...online, config: scene.facility.digest })
    expect(scene.of('condition')).toEqual([
      { did: 'condition', gateway: 'gw-1', configDiffers: true },
      { did: 'condition', gateway: 'gw-1', configDiffers: false },
    ])
    expect(scene.intake.views()[0]).toMatchObject({ configMatches: true, version: '0.1.0' })
  })

  it('is gone with its goodbye, and not with that of another session', async () => {
    scene.state({ ...online, config: scene.facility.digest })
    await scene.live({ snapshot: true })
    scene.state({ state: 'offline', epoch: 'e0', session: 's0' })
    expect(scene.of('lost')).toEqual([])
    scene.state({ state: 'offline', epoch: 'e1', session: 's1' })
    expect(scene.of('lost')).toEqual([{ did: 'lost', gateway: 'gw-1' }])
    expect(scene.intake.views()[0]?.state).toBe('offline')
  })

  it('is refused when it makes no sense, and never more than that', () => {
    const nested = `{"state":"online","session":"s","version":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    for (const text of ['', 'offline', '[]', '{"state":"online"}', nested]) {
      scene.intake.state('gw-1', { topic: 't', payload: Buffer.from(text) })
      scene.intake.health('gw-1', { topic: 't', payload: Buffer.from(text.replace('{', '[')) })
    }
    expect(scene.refused).toEqual({ PAYLOAD_INVALID: 10 })
    expect(scene.steps).toEqual([])
  })

  it('is kept as its last health', () => {
    const health = { outbox: { batches: 4 } }
    scene.intake.health('gw-1', { topic: 't', payload: Buffer.from(JSON.stringify(health)) })
    expect(scene.intake.views()[0]?.health).toEqual(health)
  })
})

describe('losses', () => {
  const gap = (first: number, last: number, count: number, reason = 'full', epoch = 'e0') => ({
    epoch,
    seqs: [[first, last]] as [number, number][],
    count,
    from: 1,
    to: 2,
    reason,
  })
  const lost = () => scene.intake.watches.get('gw-1')?.counters.lost

  it('are counted once, however often they are told', async () => {
    await scene.live({ seq: 1, gaps: [gap(1, 5, 50)] })
    await scene.live({ seq: 2, gaps: [gap(1, 5, 50), gap(9, 9, 3)] })
    expect(lost()).toBe(53)
    expect(scene.taker.snapshot().gaps).toMatchObject([
      { facility: 'plant', gateway: 'gw-1', count: 50, told: scene.now },
      { count: 3 },
    ])
    expect(scene.taker.snapshot().gaps).toEqual([])
  })

  it('are known after a start from the log alone', async () => {
    await scene.live({ seq: 1, gaps: [gap(1, 5, 50)] })
    scene.checkpoint()
    await scene.live({ seq: 2, gaps: [gap(9, 9, 3)] })
    scene.restart()
    expect(scene.taker.snapshot().gaps).toMatchObject([{ count: 3, told: scene.now }])
    await scene.live({ seq: 3, gaps: [gap(9, 9, 3)] })
    expect(scene.taker.snapshot().gaps).toEqual([])
  })

  it('of a restart are none when the batch had arrived', async () => {
    await scene.live({ epoch: 'e0', seq: 1, readings: [gas(1)] })
    await scene.live({ epoch: 'e1', seq: 1, gaps: [gap(1, 1, 1, 'restart'), gap(2, 2, 4, 'restart')] })
    expect(lost()).toBe(4)
  })

  it('are not missing', async () => {
    await scene.live({ seq: 1 })
    await scene.live({ seq: 5, gaps: [gap(2, 3, 20, 'full', 'e1')] })
    expect(scene.intake.views()[0]?.counters).toMatchObject({ missing: 1, lost: 20 })
  })
})

describe('two gateways of one name', () => {
  it('are found out when their epochs alternate, not by one straggler', async () => {
    const isCloned = () => scene.of('condition').at(-1)?.isCloned
    await scene.live({ epoch: 'a', seq: 1 })
    await scene.live({ epoch: 'b', seq: 1 })
    await scene.live({ epoch: 'a', seq: 2 })
    await scene.live({ epoch: 'a', seq: 3 })
    await scene.live({ epoch: 'b', seq: 2 })
    scene.intake.sweep()
    await scene.live({ epoch: 'b', seq: 3 })
    expect(isCloned()).toBe(false)
    for (let turn = 4; turn < 8; turn++) {
      await scene.live({ epoch: 'a', seq: turn })
      await scene.live({ epoch: 'b', seq: turn })
      scene.intake.sweep()
    }
    await scene.live({ epoch: 'b', seq: 9 })
    expect(isCloned()).toBe(true)
    // It is over once only one of them has spoken for a while.
    for (let minute = 0; minute < 11; minute++) {
      scene.clock.advance(60_000)
      await scene.live({ epoch: 'b', seq: 10 + minute })
      scene.intake.sweep()
    }
    await scene.live({ epoch: 'b', seq: 30 })
    expect(isCloned()).toBe(false)
  })

  it('the older one is heard again when the newer one is gone', async () => {
    await scene.live({ epoch: 'a', seq: 1, readings: [gas(1, 50)] })
    await scene.live({ epoch: 'b', seq: 1, readings: [gas(2, 40)] })
    await scene.live({ epoch: 'a', seq: 2, readings: [gas(3, 30)] })
    expect(scene.evaluated.at(-1)).toMatchObject({ isLive: false, readings: [], late: [{ value: 3 }] })
    scene.clock.advance(7_000)
    scene.intake.sweep()
    await scene.live({ epoch: 'a', seq: 3, readings: [gas(4, 20)] })
    expect(scene.evaluated.at(-1)).toMatchObject({ isLive: true, readings: [{ value: 4 }] })
  })
})

describe('a clock that is set back', () => {
  it('gives the times that come twice a fold, and no other', async () => {
    const folds = () => scene.of('log').map(({ record }) => record.readings.map(({ fold }) => fold))
    await scene.live({ epoch: 'a', seq: 1, readings: [gas(1)] })
    scene.clock.advance(2_000)
    // Set back by 10 s: what the new epoch dates before the end of the old one has been there before.
    const sent = scene.now - 10_000
    await scene.live({ epoch: 'b', seq: 1, sent, readings: [{ sensor: 'GT-101', time: sent, value: 2 }] })
    scene.clock.advance(11_000)
    const later = scene.now - 10_000
    await scene.live({
      epoch: 'b',
      seq: 2,
      sent: later,
      readings: [{ sensor: 'GT-101', time: later, value: 3 }],
    })
    // The backlog of the old epoch is dated by the clock it had.
    const old = { sensor: 'GT-102', time: scene.now - 13_500, value: 4 }
    await scene.send(scene.batch({ epoch: 'a', seq: 2, sent: old.time, readings: [old] }), 'backlog')
    expect(folds()).toEqual([[0], [1], [0], [0]])
  })

  it('gives none after a restart of the gateway whose clock stayed right', async () => {
    await scene.live({ epoch: 'a', seq: 1, readings: [gas(1)] })
    scene.clock.advance(5_000)
    await scene.live({ epoch: 'b', seq: 1, readings: [gas(2, 3_000)] })
    expect(scene.of('log').flatMap(({ record }) => record.readings.map(({ fold }) => fold))).toEqual([0, 0])
  })
})

describe('credit', () => {
  it('is none while the log is tight', async () => {
    await scene.live({ seq: 1, snapshot: true })
    scene.log = 'full'
    await scene.live({ seq: 1 })
    expect(scene.confirms.map(({ credit }) => credit)).toEqual([8, 0])
  })

  it('is shared by the gateways that are online', async () => {
    await scene.live({ snapshot: true })
    await scene.send(scene.batch({ snapshot: true }), 'live', 'gw-2')
    const total = scene.confirms.map(({ credit }) => credit ?? 0)
    expect(total).toEqual([8, 8])
    expect(scene.of('confirm').map(({ gateway }) => gateway)).toEqual(['gw-1', 'gw-2'])
  })
})
