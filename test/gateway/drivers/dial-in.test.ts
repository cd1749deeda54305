import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import type { Bus, DialIn } from '../../../contracts/facility.ts'
import { type Logger, silentLogger } from '../../../contracts/logger.ts'
import { DialInListeners } from '../../../gateway/drivers/dial-in.ts'
import type { Discard, Driver, Link } from '../../../gateway/drivers/driver.ts'
import { recognise } from '../../../gateway/drivers/registration.ts'
import { createDriver } from '../../../gateway/drivers/registry.ts'
import { takePort } from '../../ports.ts'
import { mbap, rtu } from './foreign-frames.ts'
import { failed, registers, words } from './hearing.ts'

const NOW = new AbortController().signal

describe('units that dial in', () => {
  let listeners: DialInListeners
  let warnings: string[]
  let discards: Discard[]
  let stopping: AbortController
  const sockets: Socket[] = []

  beforeEach(() => {
    warnings = []
    discards = []
    stopping = new AbortController()
    const logger: Logger = { ...silentLogger, warn: (_fields, message) => void warnings.push(message) }
    listeners = new DialInListeners({ logger, registrationMs: 60 })
  })

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await listeners.stop()
  })

  function bus(id: string, parts: Partial<DialIn> = {}, driver: Bus['driver'] = 'modbus-rtu-over-tcp'): Bus {
    const transport: DialIn = { kind: 'dial-in', host: '127.0.0.1', port: 0, ...parts }
    return { id, driver, transport, timeoutMs: 80, latenessMs: 80, devices: [] }
  }

  function driverOf(config: Bus): Driver {
    return createDriver(config, {
      counter: { discard: (kind) => void discards.push(kind) },
      clock: systemClock,
      dialIn: listeners,
    })
  }

  async function open(driver: Driver): Promise<Link> {
    const outcome = await driver.connect(NOW)
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.link
  }

  async function port(): Promise<number> {
    return vi.waitFor(() => {
      const found = listeners.at({ host: '127.0.0.1', port: 0 }).port
      if (found === undefined) throw new Error('not listening yet')
      return found
    })
  }

  /** A modem: says this when it is connected, and answers every request over RTU with one register. */
  async function dial(says: string, value?: number): Promise<Socket> {
    const socket = connect(await port(), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    if (says !== '') socket.write(Buffer.from(says, 'latin1'))
    if (value !== undefined) {
      socket.on('data', (request) => socket.write(rtu(Buffer.from(request)[0] ?? 0, 3, 2, 0, value)))
    }
    return socket
  }

  const one = registers({ count: 1 })

  it('serve the bus that waits for them', async () => {
    const link = open(driverOf(bus('a')))
    await dial('', 5)
    expect(await (await link).read(one)).toEqual(words(5))
  })

  it('are told apart by what they say first', async () => {
    const links = [
      open(driverOf(bus('a', { registration: 'unit-a' }))),
      open(driverOf(bus('b', { registration: 'unit-b' }))),
    ]
    await dial('unit-b', 2)
    await dial('unit-a', 1)
    const [a, b] = await Promise.all(links)
    expect(await a?.read(one)).toEqual(words(1))
    expect(await b?.read(one)).toEqual(words(2))
  })

  it('may say it in pieces, with an end of line', async () => {
    const link = open(driverOf(bus('a', { registration: 'unit-a' }, 'modbus-tcp')))
    const socket = await dial('uni')
    socket.write('t-a\r\n')
    socket.on('data', () => socket.write(mbap(1, 1, 3, 2, 0, 9)))
    expect(await (await link).read(one)).toEqual(words(9))
    expect(discards).toEqual([])
  })

  it('may dial in before anybody waits for them', async () => {
    const driver = driverOf(bus('a', { registration: 'unit-a' }))
    const attempt = driver.connect(stopping.signal)
    await port()
    stopping.abort()
    expect(await attempt).toMatchObject({ ok: false })
    await dial('unit-a', 3)
    expect(await (await open(driver)).read(one)).toEqual(words(3))
  })

  it('replace their older connection when they dial in again', async () => {
    const driver = driverOf(bus('a', { registration: 'unit-a' }))
    const first = open(driver)
    const older = await dial('unit-a', 1)
    const link = await first
    expect(await link.read(one)).toEqual(words(1))
    older.removeAllListeners('data')
    const pending = link.read(one)
    await dial('unit-a', 2)
    expect(await pending).toEqual(failed('not-connected'))
    await link.closed
    expect(await (await open(driver)).read(one)).toEqual(words(2))
    await vi.waitFor(() => expect(older.closed).toBe(true))
  })

  it('keep their connection with a text that is no reply, wherever it comes', async () => {
    const link = open(driverOf(bus('a', { registration: 'unit-a', keepalive: 'ping' })))
    const socket = await dial('unit-a')
    const frame = rtu(1, 3, 2, 0, 8)
    socket.setNoDelay(true)
    socket.on('data', () => {
      socket.write(Buffer.concat([Buffer.from('pingping'), frame.subarray(0, 3)]))
      setTimeout(() => socket.write('ping'), 10)
      setTimeout(() => socket.write(frame.subarray(3)), 20)
    })
    expect(await (await link).read(one)).toEqual(words(8))
    expect(discards).toEqual([])
  })

  it('are turned away when nobody knows them', async () => {
    const attempt = driverOf(bus('a', { registration: 'unit-a' })).connect(NOW)
    const socket = await dial('GET / HTTP/1.1\r\n')
    await once(socket, 'close')
    expect(warnings).toEqual(['dial-in 127.0.0.1:0: a unit is not known here: "GET / HTTP/1.1\\r\\n"'])
    expect(await attempt).toEqual({
      ok: false,
      detail: '127.0.0.1:0: no unit that says "unit-a" has dialled in',
    })
  })

  it('are turned away when they say nothing, or not all of it', async () => {
    const attempt = driverOf(bus('a', { registration: 'unit-a' })).connect(stopping.signal)
    const silent = await dial('')
    const half = await dial('unit')
    await Promise.all([once(silent, 'close'), once(half, 'close')])
    expect(warnings.map((text) => text.split(': ').at(-1)).sort()).toEqual(['"unit"', 'it said nothing'])
    stopping.abort()
    await attempt
  })

  it('are turned away when too many have not said yet who they are', async () => {
    listeners = new DialInListeners({ logger: { ...silentLogger, warn: (_f, m) => void warnings.push(m) } })
    const attempt = driverOf(bus('a', { registration: 'unit-a' })).connect(stopping.signal)
    const found = await port()
    const strangers = await Promise.all(
      Array.from({ length: 66 }, async () => {
        const socket = connect(found, '127.0.0.1')
        sockets.push(socket)
        socket.on('error', () => undefined)
        await once(socket, 'connect')
        return socket
      }),
    )
    await vi.waitFor(() => expect(strangers.filter((socket) => socket.closed)).toHaveLength(2))
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain('too many units')
    stopping.abort()
    await attempt
  })

  it('belong to one bus: a second one that takes the same is told so', async () => {
    const [a, b, c] = [bus('a', { registration: 'x' }), bus('b', { registration: 'x' }), bus('c')].map(
      driverOf,
    )
    const attempt = a?.connect(stopping.signal)
    await port()
    const detail = '127.0.0.1:0: another bus takes the same units there: give each its own registration'
    expect(await b?.connect(NOW)).toEqual({ ok: false, detail })
    expect(await c?.connect(NOW)).toEqual({ ok: false, detail })
    stopping.abort()
    await attempt
  })

  it('cannot dial in where another program listens, until it is gone', async () => {
    const taken = await takePort()
    const other = createServer().listen(taken, '127.0.0.1')
    await once(other, 'listening')
    const driver = driverOf(bus('a', { port: taken }))
    expect(await driver.connect(NOW)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('PORT_TAKEN'),
    })
    other.close()
    await once(other, 'close')
    const link = open(driver)
    const socket = connect(taken, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(rtu(1, 3, 2, 0, 4)))
    expect(await (await link).read(one)).toEqual(words(4))
  })

  it('are cut off when the gateway stops, and nobody waits on', async () => {
    const link = open(driverOf(bus('a')))
    const socket = await dial('', 5)
    await link
    await listeners.stop()
    await (await link).closed
    await vi.waitFor(() => expect(socket.closed).toBe(true))
  })
})

describe('recognise', () => {
  it.each([
    ['', ['ab'], false, { kind: 'wait' }],
    ['a', ['ab'], false, { kind: 'wait' }],
    ['a', ['ab'], true, { kind: 'unknown' }],
    ['ab', ['ab'], false, { kind: 'known', registration: 'ab' }],
    ['abx', ['ab'], false, { kind: 'known', registration: 'ab' }],
    ['ax', ['ab'], false, { kind: 'unknown' }],
    ['xab', ['ab'], false, { kind: 'unknown' }],
    ['ab', ['ab', 'abc'], false, { kind: 'wait' }],
    ['ab', ['ab', 'abc'], true, { kind: 'known', registration: 'ab' }],
    ['abc', ['ab', 'abc'], false, { kind: 'known', registration: 'abc' }],
    ['abd', ['ab', 'abc'], false, { kind: 'known', registration: 'ab' }],
  ] as const)('takes %j among %j, ended %s, for %j', (said, registrations, ended, expected) => {
    expect(recognise(Buffer.from(said), registrations, ended)).toEqual(expected)
  })
})
