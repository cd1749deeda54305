import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { Batch, WireReading } from '../../contracts/wire.ts'
import { EdgeGateway, type EdgeGatewayOptions } from '../../gateway/edge-gateway.ts'
import { exception, ModbusPeer } from './modbus-peer.ts'
import { smallPlant } from './plant.ts'
import { TestBroker } from './test-broker.ts'

const SOON = { interval: 10 }
const GT1 = { unit: 1, code: 3, address: 0 }
const LT1 = { unit: 2, code: 4, address: 7 }

describe('EdgeGateway', () => {
  let peer: ModbusPeer
  let broker: TestBroker
  let gateway: EdgeGateway | undefined

  async function start(
    given: Partial<EdgeGatewayOptions> = {},
    facility = smallPlant(),
  ): Promise<EdgeGateway> {
    let ids = 0
    gateway = new EdgeGateway({
      facility,
      gateway: 'gw-1',
      clock: systemClock,
      random: () => 0,
      randomId: () => {
        ids += 1
        return `id-${ids}`
      },
      logger: silentLogger,
      broker: { host: '127.0.0.1', port: broker.port },
      busAddresses: new Map([['plc', { host: '127.0.0.1', port: peer.port }]]),
      ...given,
    })
    await gateway.start()
    return gateway
  }

  const allReadings = (batches: readonly Batch[]): WireReading[] => batches.flatMap((batch) => batch.readings)
  const readingsOf = (sensor: string) => allReadings(broker.live).filter((each) => each.sensor === sensor)
  const heardLive = (count: number) =>
    vi.waitFor(() => expect(broker.live.length).toBeGreaterThanOrEqual(count), SOON)

  beforeEach(async () => {
    peer = new ModbusPeer()
    broker = new TestBroker()
    await Promise.all([peer.listen(), broker.listen()])
    peer.set(GT1, 123)
    peer.set(LT1, 4_321)
  })

  afterEach(async () => {
    await gateway?.stop()
    gateway = undefined
    await Promise.all([peer.close(), broker.close()])
  })

  it('subscribes, is born, and begins with a snapshot of every sensor', async () => {
    const facility = smallPlant()
    await start()
    await heardLive(1)
    expect(broker.clients).toEqual(['plant.gw-1'])
    expect(broker.subscriptions.toSorted()).toEqual([
      'davylamp/v1/plant/gateways/gw-1/confirm',
      'davylamp/v1/plant/gateways/gw-1/limits',
      'davylamp/v1/plant/gateways/gw-1/state',
      'davylamp/v1/plant/server',
    ])
    expect(broker.states).toHaveLength(1)
    expect(broker.states[0]).toMatchObject({ state: 'online', epoch: 'id-1', config: facility.digest })
    const [first] = broker.live
    expect(first).toMatchObject({ epoch: 'id-1', snapshot: true, gaps: [] })
    expect(first?.readings.map(({ sensor, value }) => [sensor, value]).toSorted()).toEqual([
      ['GT-1', 12.3],
      ['GT-2', 0],
      ['LT-1', 4.321],
    ])
    expect(Object.keys(first?.polled ?? {}).toSorted()).toEqual(['gauge', 'panel'])
  })

  it('beats at least every heartbeat, with `polled` of the devices that answered', async () => {
    await start()
    await heardLive(4)
    const [first, ...beats] = broker.live
    const since = beats.map(({ sent }, index) => sent - (broker.live[index]?.sent ?? 0))
    for (const [index, beat] of beats.entries()) {
      expect(beat).toMatchObject({ snapshot: false, readings: [], seq: (first?.seq ?? 0) + index + 1 })
      for (const time of Object.values(beat.polled ?? {})) {
        expect(time).toBeLessThanOrEqual(beat.sent)
        expect(time).toBeGreaterThan(broker.live[index]?.sent ?? 0)
      }
    }
    // A busy machine is late for one or another, and has polled nobody by then, but not for all.
    expect(Math.min(...since)).toBeLessThanOrEqual(300 + 30)
    expect(beats.map(({ polled = {} }) => Object.keys(polled).toSorted())).toContainEqual(['gauge', 'panel'])
  })

  it('sends a changed value at once, dated when it was sampled', async () => {
    // No heartbeat takes it along.
    await start({}, smallPlant({ heartbeat: '60s' }))
    await vi.waitFor(() => expect(readingsOf('GT-1')).not.toEqual([]), SOON)
    const answered: number[] = []
    peer.behave = (request) => {
      if (request.unit === GT1.unit && request.address === GT1.address) answered.push(Date.now())
      return peer.answer(request)
    }
    const changed = Date.now()
    peer.set(GT1, 200)
    await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(20), SOON)
    const { time = 0, quality } = readingsOf('GT-1').at(-1) ?? {}
    expect(quality).toBeUndefined()
    expect(time).toBeGreaterThanOrEqual(changed - 2)
    // Of the first poll that found it, not of a later one.
    if (answered[1] !== undefined) expect(time).toBeLessThanOrEqual(answered[1] + 2)
    expect(broker.live.at(-1)?.sent).toBeGreaterThanOrEqual(time)
  })

  describe('with a report deadband that hides a crossing', () => {
    const wide = { deadband: 50 }

    it('holds back what crosses no limit of its file, until the server tells it another one', async () => {
      await start({}, smallPlant(wide))
      await heardLive(1)
      expect(readingsOf('GT-1').map(({ value }) => value)).toEqual([12.3])
      peer.set(GT1, 160)
      await heardLive(4)
      expect(readingsOf('GT-1')).toHaveLength(1)
      broker.publish('limits', { limits: { 'GT-1': [{ when: 'high', limit: 15 }] }, time: 1 }, true)
      await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(16), SOON)
      peer.set(GT1, 140)
      await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(14), SOON)
    })

    it('finds the limits that the broker kept, and gives them up when they are cleared', async () => {
      broker.publish('limits', { limits: { 'GT-1': [{ when: 'high', limit: 15 }] }, time: 1 }, true)
      await start({}, smallPlant(wide))
      await heardLive(1)
      peer.set(GT1, 160)
      await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(16), SOON)
      broker.publish('limits', { limits: {}, time: 2 }, true)
      await heardLive(broker.live.length + 2)
      peer.set(GT1, 140)
      await heardLive(broker.live.length + 3)
      expect(readingsOf('GT-1').at(-1)?.value).toBe(16)
    })

    it('goes on with what it knew when a message cannot be read', async () => {
      broker.publish('limits', { limits: { 'GT-1': [{ when: 'high', limit: 15 }] }, time: 1 }, true)
      await start({}, smallPlant(wide))
      await heardLive(1)
      peer.set(GT1, 160)
      await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(16), SOON)
      for (const message of ['nonsense', [], { limits: 3 }, { limits: [] }]) broker.publish('limits', message)
      await heardLive(broker.live.length + 2)
      peer.set(GT1, 140)
      await vi.waitFor(() => expect(readingsOf('GT-1').at(-1)?.value).toBe(14), SOON)
    })
  })

  it('forgets what is confirmed, and nothing else', async () => {
    const edge = await start()
    await heardLive(2)
    expect(edge.health().outbox.batches).toBeGreaterThanOrEqual(2)
    broker.publish('confirm', 'nonsense')
    broker.confirm({ epoch: 'another', seqs: [[1, 99]] })
    const { seq = 0 } = broker.live[0] ?? {}
    broker.confirm({
      epoch: 'id-1',
      seqs: [
        [0, seq - 1],
        [seq + 1, 99],
      ],
    })
    await vi.waitFor(() => expect(edge.health().outbox.batches).toBe(1), SOON)
    expect(edge.health().outbox.readings).toBe(3)
    broker.confirm({ epoch: 'id-1', refused: [{ seq, count: 3, code: 'READING_INVALID' }] })
    await vi.waitFor(
      () => expect(edge.health().outbox).toMatchObject({ readings: 0, refusedReadings: 3 }),
      SOON,
    )
  })

  it('sends a snapshot when the server asks for one', async () => {
    await start()
    await heardLive(2)
    broker.confirm({ epoch: 'id-1', snapshot: true })
    await vi.waitFor(
      () => expect(broker.live.filter((batch) => batch.snapshot === true)).toHaveLength(2),
      SOON,
    )
    expect(broker.live.findLast((batch) => batch.snapshot === true)?.readings).toHaveLength(3)
  })

  it('goes on polling while the broker is away, then snapshot first and the rest byte for byte', async () => {
    const warnings: object[] = []
    const logger: Logger = {
      ...silentLogger,
      warn: (fields) => warnings.push(fields),
      child: () => silentLogger,
    }
    const edge = await start({ logger })
    await heardLive(2)
    const unconfirmed = broker.live.map(({ epoch, seq }) => `${epoch}:${seq}`)
    await broker.close()
    const asked = peer.requests.length
    peer.set(GT1, 300)
    await vi.waitFor(() => expect(peer.requests.length).toBeGreaterThan(asked + 10), SOON)
    await vi.waitFor(
      () => expect(warnings).toContainEqual(expect.objectContaining({ code: 'BROKER_UNREACHABLE' })),
      SOON,
    )
    expect(warnings.filter((fields) => 'code' in fields)).toHaveLength(1)
    peer.set(GT1, 301)
    const before = broker.live.length
    await broker.listen()
    await vi.waitFor(() => expect(broker.live.length).toBeGreaterThan(before), SOON)
    const back = broker.live[before]
    expect(back).toMatchObject({ epoch: 'id-1', snapshot: true })
    expect(back?.readings.find(({ sensor }) => sensor === 'GT-1')?.value).toBe(30.1)
    // The will of the connection that was cut may come last, and is answered with another birth.
    await vi.waitFor(
      () => expect(broker.states.at(-1)).toMatchObject({ state: 'online', epoch: 'id-1' }),
      SOON,
    )
    const isResent = (name: string) => broker.bytes.has(`backlog/${name}`)
    await vi.waitFor(() => expect(unconfirmed.every(isResent)).toBe(true), SOON)
    await vi.waitFor(() => {
      broker.confirmAll()
      expect(edge.health().outbox.batches).toBe(0)
    }, SOON)
    for (const name of unconfirmed) {
      expect(broker.bytes.get(`backlog/${name}`)).toEqual(broker.bytes.get(`readings/${name}`))
    }
    // What changed while the broker was away came later, with its own time, and every number came once.
    const late = allReadings(broker.backlog).filter(({ sensor }) => sensor === 'GT-1')
    expect(late.map(({ value }) => value)).toContain(30)
    const seqs = new Set([...broker.live, ...broker.backlog].map(({ seq }) => seq))
    expect(seqs.size).toBe(Math.max(...seqs))
  })

  it('takes a new session with every connection, and births again when it reads its own offline', async () => {
    await start()
    await heardLive(1)
    broker.cut()
    await vi.waitFor(
      () => expect(broker.states.filter(({ state }) => state === 'online').length).toBe(2),
      SOON,
    )
    const sessions = broker.states.filter(({ state }) => state === 'online').map(({ session }) => session)
    expect(new Set(sessions).size).toBe(2)
    const will = { state: 'offline', epoch: 'id-1', session: sessions[0] }
    expect(broker.states).toContainEqual(will)
    broker.publish('state', will, true)
    await vi.waitFor(
      () => expect(broker.states.at(-1)).toMatchObject({ state: 'online', session: sessions[1] }),
      SOON,
    )
    expect(broker.states.at(-2)).toEqual(will)
  })

  it('comes back ever more slowly to a broker that throws it out: another gateway may have its name', async () => {
    const births = () => broker.states.filter(({ state }) => state === 'online').length
    await start()
    await vi.waitFor(() => expect(births()).toBe(1), SOON)
    const before = performance.now()
    for (const count of [2, 3, 4]) {
      broker.cut()
      await vi.waitFor(() => expect(births()).toBe(count), SOON)
    }
    // 250, 500 and 1,000 ms.
    expect(performance.now() - before).toBeGreaterThan(1_700)
  })

  it('makes a lost device bad without a value, never a value, and recovers', async () => {
    await start()
    await heardLive(1)
    const before = broker.live.length
    await peer.close()
    await vi.waitFor(() => expect(readingsOf('LT-1').at(-1)?.reason).toBe('comm-lost'), SOON)
    await vi.waitFor(() => expect(readingsOf('GT-2').at(-1)?.reason).toBe('comm-lost'), SOON)
    await heardLive(broker.live.length + 3)
    const since = broker.live.slice(before)
    for (const reading of allReadings(since)) {
      expect(reading).toMatchObject({ quality: 'bad', reason: 'comm-lost' })
      expect(reading).not.toHaveProperty('value')
    }
    // Told once, not at every poll, and nobody vouches for a device that is not there.
    expect(allReadings(since)).toHaveLength(3)
    expect(since.slice(1 - 4).every((batch) => Object.keys(batch.polled ?? {}).length === 0)).toBe(true)
    await peer.listen()
    await vi.waitFor(() => expect(readingsOf('LT-1').at(-1)).toMatchObject({ value: 4.321 }), SOON)
  })

  it('makes bad only what a refused block holds', async () => {
    peer.behave = (request) => (request.address === 40 ? exception(request, 2) : peer.answer(request))
    await start()
    await heardLive(1)
    expect(readingsOf('GT-2')[0]).toMatchObject({ quality: 'bad', reason: 'exception-2' })
    expect(readingsOf('GT-1')[0]).toMatchObject({ value: 12.3 })
  })

  it('dates the readings of a sensor strictly one after the other', async () => {
    let raw = 0
    peer.behave = (request) => {
      raw += 1
      peer.set(GT1, raw)
      return peer.answer(request)
    }
    await start()
    await vi.waitFor(() => expect(readingsOf('GT-1').length).toBeGreaterThan(10), SOON)
    const times = readingsOf('GT-1').map(({ time }) => time)
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
  })

  it('tells its health', async () => {
    const edge = await start()
    await heardLive(2)
    await vi.waitFor(() => expect(broker.healths).not.toEqual([]), SOON)
    expect(broker.healths[0]).toMatchObject({ epoch: 'id-1', session: broker.states[0]?.session })
    expect(edge.health()).toMatchObject({
      buses: { plc: { connected: true, reconnects: 0 } },
      // A busy machine overruns polls.
      devices: {
        panel: { online: true, errors: {}, overruns: expect.any(Number) },
        gauge: { online: true },
      },
      outbox: { evictedReadings: 0, setAside: 0, refusedReadings: 0 },
      clock: { steps: 0 },
    })
    expect(edge.health().devices.panel?.requests).toBeGreaterThan(2)
  })

  it('begins a new epoch with a snapshot when the wall clock is stepped', async () => {
    let step = 0
    const clock = { wall: () => systemClock.wall() + step, monotonic: systemClock.monotonic }
    const edge = await start({ clock })
    await heardLive(2)
    step = -3_600_000
    await vi.waitFor(() => expect(broker.live.at(-1)?.epoch).not.toBe('id-1'), SOON)
    const first = broker.live.find(({ epoch }) => epoch !== 'id-1')
    expect(first).toMatchObject({ seq: 1, snapshot: true, clock: { steps: 1 } })
    expect(first?.readings).toHaveLength(3)
    const hourAgo = Date.now() - 3_600_000
    for (const { time } of first?.readings ?? []) expect(Math.abs(time - hourAgo)).toBeLessThan(60_000)
    // They were sampled since: what stood in the last batches does not come again.
    const before = broker.live.filter(({ epoch }) => epoch === 'id-1').flatMap(({ readings }) => readings)
    for (const { time } of before) expect(time - hourAgo).toBeGreaterThan(3_500_000)
    const born = { state: 'online', epoch: first?.epoch }
    await vi.waitFor(() => expect(broker.states.at(-1)).toMatchObject(born), SOON)
    expect(edge.health().clock.steps).toBe(1)
  })

  it('says goodbye when it stops, within 2 s', async () => {
    const edge = await start()
    await heardLive(1)
    const before = performance.now()
    await edge.stop()
    expect(performance.now() - before).toBeLessThan(2_000)
    expect(broker.states.at(-1)).toMatchObject({ state: 'offline', epoch: 'id-1' })
    expect(broker.states.filter(({ state }) => state === 'offline')).toHaveLength(1)
  })

  it('starts and stops without any device or broker', async () => {
    await Promise.all([peer.close(), broker.close()])
    const edge = await start()
    await vi.waitFor(() => expect(edge.health().outbox.readings).toBe(3), SOON)
    expect(edge.health()).toMatchObject({
      buses: { plc: { connected: false, reconnects: 0 } },
      devices: { panel: { online: false, requests: 0 }, gauge: { online: false } },
    })
    const before = performance.now()
    await edge.stop()
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it('tells a broker that refuses it apart from one that is away', async () => {
    const warnings: object[] = []
    broker.isOpen = false
    await start({
      logger: { ...silentLogger, warn: (fields) => warnings.push(fields), child: () => silentLogger },
    })
    await vi.waitFor(() => expect(broker.clients.length).toBeGreaterThan(1), SOON)
    expect(warnings).toEqual([expect.objectContaining({ code: 'BROKER_REFUSED' })])
    broker.isOpen = true
    await heardLive(1)
    expect(broker.live[0]).toMatchObject({ snapshot: true })
  })
})

describe('what an EdgeGateway refuses', () => {
  function create(facility: Facility, gateway = 'gw-1') {
    const { wall, monotonic } = systemClock
    return new EdgeGateway({
      facility,
      gateway,
      clock: { wall, monotonic },
      random: () => 0,
      randomId: () => 'id',
      logger: silentLogger,
    })
  }

  it('a gateway that the file does not have, naming those it has', () => {
    expect(() => create(smallPlant(), 'gw-9')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        detail: 'plant.yaml: no gateway "gw-9"; there are: gw-1',
      }),
    )
  })

  it('a password file that is not there', async () => {
    const facility = smallPlant()
    const edge = create({ ...facility, mqtt: { ...facility.mqtt, passwordFile: 'no-such-file' } })
    await expect(edge.start()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })
})
