import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { SerialPortMock } from 'serialport'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RecordFormat } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { scaled } from '../../contracts/scaled.ts'
import { busAdvice } from '../../gateway/commissioning/bus-advice.ts'
import { mbapFraming } from '../../gateway/drivers/mbap-framing.ts'
import { takePort } from '../ports.ts'
import { rtu } from './drivers/foreign-frames.ts'
import { Hearing, registers } from './drivers/hearing.ts'
import { exception, frame, ModbusPeer, type PeerRequest } from './modbus-peer.ts'
import { deviceWith, Field, sensorAt } from './peer-field.ts'
import { bus, device, register, sensor } from './plant.ts'

const SOON = { interval: 5 }
const DAY_MS = 86_400_000

/** Words with the address and 100 more, whoever is asked. */
function answerOf({ address, count }: Pick<PeerRequest, 'address' | 'count'>): number[] {
  const words = Array.from({ length: count }, (_, n) => address + n + 100)
  return [count * 2, ...words.flatMap((word) => [word >> 8, word & 0xff])]
}

describe('what users of other gateways asked for', () => {
  let field: Field | undefined
  let peer: ModbusPeer

  beforeEach(async () => {
    peer = new ModbusPeer()
    peer.behave = (request) => frame(request, answerOf(request))
    await peer.listen()
  })
  afterEach(async () => {
    await field?.stop()
    field = undefined
    await peer.close()
  })

  function start(plan: { devices: readonly string[]; timeout?: string }): Field {
    const { timeout = '5s', devices } = plan
    const bus = `driver: modbus-tcp, host: 127.0.0.1, port: ${peer.port}, timeout: ${timeout}`
    field = new Field({ bus, devices })
    field.bus.start()
    return field
  }

  it('a device that takes most of the time-out is slow, not lost', async () => {
    peer.behave = (request, socket) => {
      setTimeout(() => socket.write(frame(request, answerOf(request))), 400)
      return undefined
    }
    const slow = start({ timeout: '700ms', devices: [deviceWith({ A: 0, B: 50 }, { poll: '100ms' })] })
    await vi.waitFor(() => expect(slow.requests()).toBeGreaterThanOrEqual(5), SOON)
    expect([slow.of('A'), slow.of('B')]).toEqual([[100], [150]])
    expect(slow.bus.deviceHealth().d).toMatchObject({ errors: {}, isolated: false, online: true })
    expect(slow.bus.deviceHealth().d?.overruns).toBeGreaterThan(0)
  })

  it('an answer may come one byte at a time', async () => {
    peer.behave = (request, socket) => {
      const bytes = [...frame(request, answerOf(request))]
      const timer = setInterval(() => {
        const byte = bytes.shift()
        if (byte === undefined || socket.destroyed) clearInterval(timer)
        else socket.write(Buffer.of(byte))
      }, 2)
      return undefined
    }
    const tiny = start({ devices: [deviceWith({ A: 0, B: 5 })] })
    await vi.waitFor(() => expect(tiny.requests()).toBeGreaterThanOrEqual(4), SOON)
    expect([tiny.of('A'), tiny.of('B')]).toEqual([[100], [105]])
    expect(tiny.discards.snapshot()).toEqual({})
  })

  it('a device that allows one connection and ends it after each answer is read (device-modbus-go#356)', async () => {
    let user: Socket | undefined
    let refused = 0
    peer.behave = (request, socket) => {
      if (user !== undefined && user !== socket && !user.destroyed) {
        refused += 1
        socket.destroy()
        return undefined
      }
      user = socket
      socket.end(frame(request, answerOf(request)))
      return undefined
    }
    const single = start({ devices: [deviceWith({ A: 0, B: 50 })] })
    await vi.waitFor(() => expect(single.requests()).toBeGreaterThanOrEqual(20), SOON)
    expect([single.of('A'), single.of('B'), refused]).toEqual([[100], [150], 0])
  })

  it.each([0, 255])('unit %d of Modbus TCP is the device itself', async (unit) => {
    const own = start({ devices: [deviceWith({ A: 3 }, { unit })] })
    await vi.waitFor(() => expect(own.of('A')).toEqual([103]), SOON)
    expect(peer.requests[0]?.unit).toBe(unit)
  })

  it('new firmware may move the holes of a register map while it is read (thingsboard-gateway#2052)', async () => {
    let hole = -1
    peer.behave = (request) => {
      const { address, count } = request
      const isHit = hole >= address && hole < address + count
      return isHit ? exception(request, 2) : frame(request, answerOf(request))
    }
    const updated = start({ devices: [deviceWith({ A: 0, B: 4, C: 8 })] })
    await vi.waitFor(() => expect(updated.of('C')).toEqual([108]), SOON)
    const asked = () => new Set(peer.requests.splice(0).map(({ address, count }) => `${address}+${count}`))
    expect(asked()).toEqual(new Set(['0+9']))

    hole = 2
    await vi.waitFor(() => expect(peer.requests.slice(-2).map(({ count }) => count)).toEqual([1, 5]), SOON)
    expect([updated.of('A'), updated.of('B'), updated.of('C')]).toEqual([[100], [104], [108]])

    hole = 4
    await vi.waitFor(() => expect(updated.of('B')).toEqual([104, 'exception-2']), SOON)
    const before = updated.requests()
    await vi.waitFor(() => expect(updated.requests()).toBeGreaterThan(before + 10), SOON)
    expect([updated.of('A'), updated.of('C')]).toEqual([[100], [108]])
    expect(updated.bus.deviceHealth().d?.refused).toEqual(['holding 4'])
  })

  it('small numbers are numbers too: nothing below 0.001 is held to be unchanged (thingsboard-gateway)', async () => {
    let raw = 1
    peer.behave = (request) => frame(request, [2, 0, raw])
    const fine = start({
      devices: [
        '{ id: d, unitId: 1, poll: 20ms, sensors: [{ id: A, kind: seismic, unit: g, register: { address: 0, scale: 0.00001 } }] }',
      ],
    })
    await vi.waitFor(() => expect(fine.of('A')).toEqual([0.00001]), SOON)
    raw = 2
    await vi.waitFor(() => expect(fine.of('A')).toEqual([0.00001, 0.00002]), SOON)
  })

  it('a deadband in percent of the range hides noise, no slow drift and no crossing of a limit', async () => {
    let raw = 100
    peer.behave = (request) => frame(request, [2, raw >> 8, raw & 0xff])
    const more = ', range: [0, 200], report: { deadband: "5%" }, alarms: { H: { when: high, limit: 112 } }'
    const quiet = start({
      devices: [`{ id: d, unitId: 1, poll: 10ms, sensors: [${sensorAt('A', 0, more)}] }`],
    })
    for (const next of [100, 110, 105, 111, 112, 111]) {
      raw = next
      const asked = quiet.requests()
      await vi.waitFor(() => expect(quiet.requests()).toBeGreaterThan(asked + 1), SOON)
    }
    expect(quiet.of('A')).toEqual([100, 111, 112, 111])
  })

  it('an unchanged value is repeated at maxInterval, each time with the time of its own sample', async () => {
    const more = ', report: { maxInterval: 100ms }'
    const same = start({
      devices: [`{ id: d, unitId: 1, poll: 20ms, sensors: [${sensorAt('A', 0, more)}] }`],
    })
    await vi.waitFor(() => expect(same.of('A').length).toBeGreaterThanOrEqual(4), SOON)
    const times = same.readings.map(({ time }) => time)
    for (const [n, time] of times.slice(1).entries()) {
      // A sample is sent that could not wait for the next poll.
      expect(time - (times[n] ?? 0)).toBeGreaterThan(100 - 20)
    }
  })

  it('stops within 2 s while it waits for an answer, however long the time-out', async () => {
    peer.behave = () => undefined
    const waiting = start({ timeout: '60s', devices: [deviceWith({ A: 0 })] })
    await vi.waitFor(() => expect(peer.requests).toHaveLength(1), SOON)
    expect(await waiting.stop()).toBeLessThan(2_000)
  })
})

describe('a line that several devices share (FUXA#1957)', () => {
  const UNITS = [1, 2, 3]
  let field: Field
  let sockets: Socket[]

  /** `babble` is said all the time, on top of the right answers. */
  async function listen(babble: readonly Buffer[]): Promise<() => void> {
    sockets = []
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('data', (request) => {
        const [unit = 0, code = 0] = request
        const at = { address: request.readUInt16BE(2), count: request.readUInt16BE(4) }
        setTimeout(() => socket.write(rtu(unit, code, ...answerOf(at))), 3)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    let said = 0
    const talking = setInterval(() => {
      const words = babble[said++ % babble.length]
      for (const socket of sockets) if (words !== undefined) socket.write(words)
    }, 4)
    const { port } = server.address() as AddressInfo
    field = new Field({
      bus: `driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: ${port}, timeout: 200ms`,
      devices: UNITS.map((unit) =>
        deviceWith({ [`S${unit}`]: unit }, { id: `d${unit}`, unit, poll: '50ms' }),
      ),
    })
    return () => {
      clearInterval(talking)
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }

  it.each([
    ['whole frames of a unit that nobody asked', [rtu(9, 3, 2, 0, 42)]],
    ['answers of the shape that is waited for, by another unit', [rtu(7, 3, 2, 0, 42), rtu(8, 3, 2, 1, 1)]],
    ['beginnings of answers', [Buffer.of(1, 3, 2), Buffer.of(2, 3), Buffer.of(3, 0x83)]],
    ['bytes without a meaning', [Buffer.of(0xff, 0x00, 0x55), Buffer.of(1), Buffer.alloc(7, 0xfe)]],
  ])('is read in spite of one that says all the time %s', async (_, babble) => {
    const close = await listen(babble)
    field.bus.start()
    await vi.waitFor(() => {
      for (const unit of UNITS) expect(field.requests(`d${unit}`)).toBeGreaterThanOrEqual(8)
    }, SOON)
    await field.stop()
    close()
    // What babble destroys is bad for a while; nothing that it says is ever a value.
    for (const unit of UNITS) {
      const values = field.of(`S${unit}`).filter((each) => typeof each === 'number')
      expect(new Set(values)).toEqual(new Set([unit + 100]))
    }
    expect(Object.keys(field.discards.snapshot()).length).toBeGreaterThan(0)
  })
})

describe('a unit that dials in', () => {
  const KEEPALIVE = 'HB'
  let field: Field
  let port: number
  const units: Socket[] = []

  beforeEach(async () => {
    port = await takePort()
    const listen = `listen: { address: "127.0.0.1:${port}", registration: U1, keepalive: ${KEEPALIVE} }`
    field = new Field({
      bus: `driver: modbus-tcp, timeout: 5s, ${listen}`,
      devices: [deviceWith({ A: 0, B: 5 })],
    })
    field.bus.start()
  })
  afterEach(async () => {
    await field.stop()
    for (const unit of units.splice(0)) unit.destroy()
  })

  /** Dials until somebody listens. */
  async function dial(answer: (bytes: Buffer, socket: Socket) => void): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    units.push(socket)
    const isThere = await new Promise<boolean>((resolve) => {
      socket.on('error', () => resolve(false))
      socket.on('connect', () => resolve(true))
    })
    if (!isThere) return dial(answer)
    socket.write('U1')
    socket.on('data', (bytes) => {
      const request: PeerRequest = {
        transaction: bytes.readUInt16BE(0),
        unit: bytes.readUInt8(6),
        code: bytes.readUInt8(7),
        address: bytes.readUInt16BE(8),
        count: bytes.readUInt16BE(10),
      }
      answer(frame(request, answerOf(request)), socket)
    })
    return socket
  }

  it('dials again while its old connection hangs, and nothing is lost', async () => {
    let told = 0
    await dial((answer, socket) => socket.write(answer))
    await vi.waitFor(() => expect(field.requests()).toBeGreaterThan(3), SOON)
    await dial((answer, socket) => {
      told += 1
      socket.write(answer)
    })
    await vi.waitFor(() => expect(told).toBeGreaterThan(3), SOON)
    expect([field.of('A'), field.of('B')]).toEqual([[100], [105]])
  })

  it.each(['HB', 'keepalive', '[KA]\r\n'])(
    'keeps its connection by %j in the middle of an answer, which is no data',
    (text) => {
      const words = Uint8Array.of(0, 100, 0, 101, 0, 102)
      const answer = (number: number) => Buffer.concat([Buffer.of(0, number, 0, 0, 0, 9, 1, 3, 6), words])
      const right = { ok: true, data: { kind: 'words', words: [100, 101, 102] } }
      for (let cut = 1; cut < answer(1).length; cut++) {
        const hearing = new Hearing(mbapFraming, text)
        const request = registers({ count: 3 })
        const whole = answer(1)
        const pierced = Buffer.concat([whole.subarray(0, cut), Buffer.from(text), whole.subarray(cut)])
        expect(hearing.outcome(request, pierced), `cut at ${cut}`).not.toMatchObject({ ok: true })
        if (!hearing.input.isOutOfStep) expect(hearing.outcome(request, answer(2))).toEqual(right)
      }
      // Where the text stands behind the answer, or is part of its data, there is no doubt.
      const around = new Hearing(mbapFraming, text)
      const request = registers({ count: 3 })
      expect(around.outcome(request, Buffer.concat([answer(1), Buffer.from(text)]))).toEqual(right)
      expect(around.outcome(request, Buffer.concat([Buffer.from(text), answer(2)]))).toEqual(right)
    },
  )
})

describe('a serial port', () => {
  it('that the system does not let go of keeps nobody waiting for more than 2 s', async () => {
    class Stuck extends SerialPortMock {
      override close(): void {
        // The system is still busy with its last bytes: it never calls back.
      }
    }
    SerialPortMock.binding.reset()
    SerialPortMock.binding.createPort('/dev/ROBOT')
    const field = new Field({
      bus: 'driver: modbus-rtu, timeout: 200ms, serial: { path: /dev/ROBOT }',
      devices: [deviceWith({ A: 0 })],
      load: async () => Stuck,
    })
    field.bus.start()
    await vi.waitFor(() => expect(field.bus.health().connected).toBe(true), SOON)
    expect(await field.stop()).toBeLessThan(2_000)
    SerialPortMock.binding.reset()
  })
})

describe('a counter of 64 bits', () => {
  it.each([
    [{ scale: 0.1 }, 123_456_789_012_345, 12_345_678_901_234.5],
    [{ scale: 0.01 }, 1_234_567_890_123_456, 12_345_678_901_234.56],
    [{ scale: 0.001 }, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER / 1_000],
    [{ offset: 0.5 }, 123_456_789_012_345, 123_456_789_012_345.5],
  ])('keeps its digits when it is scaled (%j, raw %d)', (given, raw, value) => {
    expect(Math.abs((scaled(raw, register(given)) ?? 0) - value)).toBeLessThanOrEqual(value * 2 ** -52)
  })
})

describe('times', () => {
  it('are milliseconds everywhere: a day of maxInterval is no 86 seconds (thingsboard-gateway)', () => {
    const text = `facility: { id: p }\ngateways: [{ id: g, buses: [{ id: b, driver: modbus-tcp, host: h, devices: [{ id: d, unitId: 1, sensors: [${sensorAt('A', 0, ', report: { maxInterval: 1d }')}] }] }] }]`
    expect(polledSensors(parseFacility(text, 'p.yaml')).get('A')?.report.maxIntervalMs).toBe(DAY_MS)
  })
})

describe('what may fool a gateway is told before it runs', () => {
  const record: RecordFormat = {
    start: '',
    end: { delimiter: '\r\n' },
    fields: { separator: ',' },
    checksum: { kind: 'none', encoding: 'hex', marker: '' },
  }
  const textsOf = (given: Parameters<typeof bus>[0]) => busAdvice(bus(given)).map(({ text }) => text)
  const line = (changes: Partial<RecordFormat>, valid?: readonly [number, number]) =>
    textsOf({
      driver: 'serial-line',
      devices: [
        device({
          record: { ...record, ...changes },
          sensors: [sensor(valid === undefined ? {} : { valid })],
        }),
      ],
    })

  it('records without a checksum, unless every value has a valid range', () => {
    expect(line({})).toEqual([expect.stringContaining('no checksum, so that a lost character')])
    expect(line({}, [0, 100])).toEqual([])
    expect(line({ checksum: { ...record.checksum, kind: 'xor' } })).toEqual([])
  })

  it.each([
    ['modbus-tcp', 'A', 1],
    ['modbus-tcp', '\0\0', 1],
    ['modbus-tcp', 'HB', 0],
    ['modbus-rtu-over-tcp', 'A', 0],
  ] as const)('a keepalive over %s of %j', (driver, keepalive, count) => {
    const transport = { kind: 'dial-in', host: '0.0.0.0', port: 5_020, keepalive } as const
    expect(textsOf({ driver, transport })).toHaveLength(count)
  })
})
