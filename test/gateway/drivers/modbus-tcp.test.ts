import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import type { ConnectOutcome, Discard, Link, ReadOutcome } from '../../../gateway/drivers/driver.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { StreamDriver } from '../../../gateway/drivers/stream-driver.ts'
import { TcpDial } from '../../../gateway/drivers/tcp-dial.ts'
import { exception, frame, ModbusPeer } from '../modbus-peer.ts'
import { failed, registers } from './hearing.ts'

/** Of tests whose subject it is. */
const TIMEOUT_MS = 80
/** Of all others: no machine is so busy. */
const PATIENCE_MS = 600_000
const holding = registers({ unitId: 3, address: 10 })
const coils = registers({ unitId: 3, table: 'coil', address: 10, count: 10 })

describe('Modbus TCP over a socket', () => {
  let peer: ModbusPeer
  let link: Link
  let discards: Discard[]

  function driver(options: { host?: string; timeoutMs?: number } = {}): StreamDriver {
    const { host = '127.0.0.1', timeoutMs = PATIENCE_MS } = options
    return new StreamDriver({
      opener: new TcpDial({ host, port: peer.port, timeoutMs }),
      framing: mbapFraming,
      timing: { timeoutMs, gapMs: 0, characterMs: 0 },
      counter: { discard: (kind) => void discards.push(kind) },
      clock: systemClock,
    })
  }

  function connect(timeoutMs = PATIENCE_MS): Promise<ConnectOutcome> {
    return driver({ timeoutMs }).connect(new AbortController().signal)
  }

  async function open(timeoutMs = PATIENCE_MS): Promise<Link> {
    const outcome = await connect(timeoutMs)
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.link
  }

  beforeEach(async () => {
    discards = []
    peer = new ModbusPeer()
    await peer.listen()
    link = await open()
  })

  /** From now on it waits no longer than that for an answer. */
  async function hurry(timeoutMs = TIMEOUT_MS): Promise<void> {
    link.close()
    link = await open(timeoutMs)
  }

  afterEach(async () => {
    link.close()
    await peer.close()
  })

  it('has answers with numbers', () => {
    expect(driver().hasNumberedReplies).toBe(true)
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

  it('refuses what does not fit, and goes on', async () => {
    // It waits for the right answer as well.
    await hurry(400)
    peer.behave = (request) => frame({ ...request, unit: 9 }, [4, 0, 1, 0, 2])
    expect(await link.read(holding)).toEqual(failed('bad-reply'))
    peer.behave = (request) => peer.answer(request)
    expect(await link.read(holding)).toMatchObject({ ok: true })
    expect(discards).toEqual(['foreign-unit'])
  })

  it('times out on silence and goes on', async () => {
    await hurry()
    peer.behave = () => undefined
    const before = performance.now()
    expect(await link.read(holding)).toEqual(failed('timeout'))
    expect(performance.now() - before).toBeGreaterThan(TIMEOUT_MS - 5)
    peer.behave = (request) => peer.answer(request)
    expect(await link.read(holding)).toMatchObject({ ok: true })
  })

  it('never takes a late reply for the next one', async () => {
    await hurry()
    peer.behave = () => undefined
    expect(await link.read(holding)).toEqual(failed('timeout'))
    const late = peer.requests[0]
    peer.set({ unit: 3, code: 3, address: 10 }, 42)
    peer.behave = (request, socket) => {
      if (late !== undefined) socket.write(frame(late, [4, 0, 66, 0, 66]))
      return peer.answer(request)
    }
    expect(await link.read(holding)).toEqual({ ok: true, data: { kind: 'words', words: [42, 0] } })
    expect(discards).toEqual(['late'])
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

  it('takes an answer that waits in the socket when a busy process comes to its time-out', async () => {
    await hurry()
    peer.behave = (request, socket) => {
      socket.write(peer.answer(request))
      const until = performance.now() + TIMEOUT_MS + 20
      while (performance.now() < until);
      return undefined
    }
    expect(await link.read(holding)).toMatchObject({ ok: true })
  })

  it('closes the connection after garbage; a new one works', async () => {
    peer.behave = () => Buffer.from('HTTP/1.1 400 Bad Request')
    expect(await link.read(holding)).toEqual(failed('bad-reply'))
    await link.closed
    expect(await link.read(holding)).toEqual(failed('not-connected'))
    peer.behave = (request) => peer.answer(request)
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
      expect(await link.read(holding)).toEqual(failed('not-connected'))
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
    const away = driver({ host: '203.0.113.1', timeoutMs: 5_000 })
    const attempt = away.connect(stopping.signal)
    stopping.abort()
    expect(await attempt).toMatchObject({ ok: false })
    expect(await away.connect(stopping.signal)).toMatchObject({ ok: false })
  })

  it('reads thousands of blocks one after the other', async () => {
    const outcomes = new Set<ReadOutcome['ok']>()
    for (let n = 0; n < 2_000; n++) outcomes.add((await link.read(holding)).ok)
    expect([...outcomes]).toEqual([true])
    expect(discards).toEqual([])
  })
})
