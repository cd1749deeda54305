import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bus } from '../../contracts/facility.ts'
import { DRIVERS } from '../../contracts/facility-schema.ts'
import type { ConnectOutcome, Link, ReadOutcome, ReadRequest } from '../../gateway/drivers/driver.ts'
import { ModbusTcpDriver } from '../../gateway/drivers/modbus-tcp.ts'
import { createDriver, isDriverBuilt } from '../../gateway/drivers/registry.ts'
import { exception, frame, ModbusPeer } from './modbus-peer.ts'

const TIMEOUT_MS = 80
const holding: ReadRequest = { unitId: 3, table: 'holding', address: 10, count: 2 }
const coils: ReadRequest = { unitId: 3, table: 'coil', address: 10, count: 10 }

function failed(kind: string, code?: number) {
  return { ok: false, failed: { kind, ...(code === undefined ? {} : { code }) } }
}

describe('ModbusTcpDriver', () => {
  let peer: ModbusPeer
  let link: Link

  async function connect(): Promise<ConnectOutcome> {
    const driver = new ModbusTcpDriver({ host: '127.0.0.1', port: peer.port, timeoutMs: TIMEOUT_MS })
    return driver.connect(new AbortController().signal)
  }

  async function open(): Promise<Link> {
    const outcome = await connect()
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.link
  }

  beforeEach(async () => {
    peer = new ModbusPeer()
    await peer.listen()
    link = await open()
  })

  afterEach(async () => {
    link.close()
    await peer.close()
  })

  it.each([
    ['holding', 3],
    ['input', 4],
  ] as const)('reads registers of table %s with function %d', async (table, code) => {
    peer.set({ unit: 3, code, address: 10 }, 0xffff)
    peer.set({ unit: 3, code, address: 11 }, 7)
    expect(await link.read({ ...holding, table })).toEqual({
      ok: true,
      data: { kind: 'words', words: [0xffff, 7] },
    })
    expect(peer.requests).toMatchObject([{ unit: 3, code, address: 10, count: 2 }])
  })

  it.each([
    ['coil', 1],
    ['discrete', 2],
  ] as const)('reads bits of table %s with function %d, without the padding', async (table, code) => {
    peer.set({ unit: 3, code, address: 11 }, 1)
    peer.set({ unit: 3, code, address: 19 }, 1)
    const bits = [false, true, false, false, false, false, false, false, false, true]
    expect(await link.read({ ...coils, table })).toEqual({ ok: true, data: { kind: 'bits', bits } })
  })

  it.each([1, 2, 3, 4, 6, 10, 11])('tells exception %d by its number', async (code) => {
    peer.behave = (request) => exception(request, code)
    expect(await link.read(holding)).toEqual(failed('exception', code))
  })

  it('reads the largest blocks there are', async () => {
    const words = await link.read({ ...holding, count: 125 })
    expect(words.ok && words.data.kind === 'words' && words.data.words.length).toBe(125)
    const bits = await link.read({ ...coils, count: 2_000 })
    expect(bits.ok && bits.data.kind === 'bits' && bits.data.bits.length).toBe(2_000)
  })

  const misfits: [string, ReadRequest, (request: Parameters<typeof frame>[0]) => Buffer, string][] = [
    ['a register too few', holding, (request) => frame(request, [2, 0, 1]), 'short-reply'],
    ['a register too many', holding, (request) => frame(request, [6, 0, 1, 0, 2, 0, 3]), 'bad-reply'],
    ['a byte count too small', holding, (request) => frame(request, [2, 0, 1, 0, 2]), 'short-reply'],
    ['a byte count too large', holding, (request) => frame(request, [200, 0, 1, 0, 2]), 'bad-reply'],
    ['bits that are too few', coils, (request) => frame(request, [1, 255]), 'short-reply'],
    ['another unit', holding, (request) => frame({ ...request, unit: 9 }, [4, 0, 1, 0, 2]), 'bad-reply'],
    ['another function', holding, (request) => frame(request, [4, 0, 1, 0, 2], 4), 'bad-reply'],
  ]
  it.each(misfits)('refuses %s', async (_, request, behave, kind) => {
    peer.behave = behave
    expect(await link.read(request)).toEqual(failed(kind))
    peer.behave = (asked) => peer.answer(asked)
    expect(await link.read(request)).toMatchObject({ ok: true })
  })

  it('times out on silence and goes on', async () => {
    peer.behave = () => undefined
    const before = performance.now()
    expect(await link.read(holding)).toEqual(failed('timeout'))
    expect(performance.now() - before).toBeGreaterThan(TIMEOUT_MS - 5)
    peer.behave = (request) => peer.answer(request)
    expect(await link.read(holding)).toMatchObject({ ok: true })
  })

  it('never takes a late reply for the next one', async () => {
    peer.behave = () => undefined
    expect(await link.read(holding)).toEqual(failed('timeout'))
    const late = peer.requests[0]
    peer.set({ unit: 3, code: 3, address: 10 }, 42)
    peer.behave = (request, socket) => {
      if (late !== undefined) socket.write(frame(late, [4, 0, 66, 0, 66]))
      return peer.answer(request)
    }
    expect(await link.read(holding)).toEqual({ ok: true, data: { kind: 'words', words: [42, 0] } })
  })

  it('puts together an answer that comes in pieces', async () => {
    peer.behave = (request, socket) => {
      const whole = peer.answer(request)
      socket.write(whole.subarray(0, 5))
      setTimeout(() => socket.write(whole.subarray(5)), 20)
      return undefined
    }
    expect(await link.read(holding)).toMatchObject({ ok: true })
  })

  it('hears nothing more after garbage; a new link does', async () => {
    peer.behave = () => Buffer.from('HTTP/1.1 400 Bad Request')
    expect(await link.read(holding)).toEqual(failed('timeout'))
    peer.behave = (request) => peer.answer(request)
    expect(await link.read(holding)).toEqual(failed('timeout'))
    link.close()
    link = await open()
    expect(await link.read(holding)).toMatchObject({ ok: true })
  })

  it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'ends a pending read at once when the peer does %s in the middle of its answer',
    async (how) => {
      peer.behave = (request, socket) => {
        socket.write(peer.answer(request).subarray(0, 6), () => socket[how]())
        return undefined
      }
      const before = performance.now()
      expect(await link.read(holding)).toEqual(failed('not-connected'))
      expect(performance.now() - before).toBeLessThan(TIMEOUT_MS - 10)
      await link.closed
      expect(await link.read(holding)).toEqual(failed('not-connected'))
    },
  )

  it('ends a pending read at once when it is closed, however often', async () => {
    peer.behave = () => undefined
    const pending = link.read(holding)
    link.close()
    link.close()
    expect(await pending).toEqual(failed('not-connected'))
    await link.closed
    link.close()
    expect(await link.read(holding)).toEqual(failed('not-connected'))
  })

  it('says why there is no connection', async () => {
    link.close()
    await peer.close()
    expect(await connect()).toEqual({ ok: false, detail: `127.0.0.1:${peer.port}: ECONNREFUSED` })
  })

  it('gives up an attempt when it is told to', async () => {
    // An address of RFC 5737 that nobody answers from.
    const stopping = new AbortController()
    const driver = new ModbusTcpDriver({ host: '203.0.113.1', port: 502, timeoutMs: 5_000 })
    const attempt = driver.connect(stopping.signal)
    stopping.abort()
    expect(await attempt).toMatchObject({ ok: false })
    expect(await driver.connect(stopping.signal)).toMatchObject({ ok: false })
  })

  it('reads thousands of blocks one after the other', async () => {
    const outcomes = new Set<ReadOutcome['ok']>()
    for (let n = 0; n < 1_000; n++) outcomes.add((await link.read(holding)).ok)
    expect([...outcomes]).toEqual([true])
  })
})

describe('the registry of drivers', () => {
  const bus = { id: 'plc', host: '127.0.0.1', port: 502, timeoutMs: 100, devices: [] }

  it.each(DRIVERS.filter((driver) => driver !== 'modbus-tcp'))(
    'refuses %s, naming bus and driver',
    (driver) => {
      const asked: Bus = { ...bus, driver }
      expect(isDriverBuilt(driver)).toBe(false)
      expect(() => createDriver(asked)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_NOT_BUILT',
          detail: `bus plc: driver ${driver} is not built yet`,
        }),
      )
    },
  )

  it('has modbus-tcp', () => {
    expect(createDriver({ ...bus, driver: 'modbus-tcp' })).toBeInstanceOf(ModbusTcpDriver)
  })
})
