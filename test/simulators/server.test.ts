import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { HEALTHY } from '../../simulators/device/conduct.ts'
import { TcpLine } from '../../simulators/line/tcp-line.ts'
import { mbapFraming } from '../../simulators/modbus/mbap.ts'
import { ModbusResponder } from '../../simulators/modbus/modbus-responder.ts'
import { RegisterImage } from '../../simulators/modbus/register-image.ts'
import { Unit } from '../../simulators/modbus/unit.ts'
import { uniform } from '../../simulators/plant/noise.ts'
import { takePort } from '../ports.ts'
import { bytes, Wire } from './wire.ts'

let server: TcpLine
let first: Unit
let second: Unit
let wires: Wire[]

const dial = (port = server.port) => {
  const wire = new Wire(port)
  wires.push(wire)
  return wire
}

beforeEach(async () => {
  wires = []
  first = new Unit(new RegisterImage({ coil: 3000, discrete: 12, holding: 200, input: 3 }))
  second = new Unit(new RegisterImage({ coil: 0, discrete: 0, holding: 1, input: 0 }))
  first.image.write('holding', 0, { words: [0x4248, 0x0000, 0xbeef], mask: 0xffff })
  first.image.write('input', 0, { words: [1, 2, 3], mask: 0xffff })
  first.image.write('discrete', 0, { words: [1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1], mask: 1 })
  second.image.write('holding', 0, { words: [0x0777], mask: 0xffff })
  const units = new Map([
    [1, first],
    [2, second],
  ])
  server = new TcpLine({
    host: '127.0.0.1',
    port: await takePort(),
    name: 'test',
    clock: systemClock,
    logger: silentLogger,
    responder: () => new ModbusResponder(mbapFraming, units),
  })
  await server.start()
})

afterEach(async () => {
  for (const wire of wires) wire.close()
  await server.stop()
})

describe('Modbus TCP server', () => {
  it.each([
    ['holding registers', 1, '03 0000 0002', '03 04 42480000'],
    ['input registers', 1, '04 0001 0002', '04 04 00020003'],
    ['discrete inputs', 1, '02 0000 000c', '02 02 0d09'],
    ['discrete inputs from the middle', 1, '02 0002 0003', '02 01 03'],
    ['coils', 1, '01 0000 0001', '01 01 00'],
    ['another unit', 2, '03 0000 0001', '03 02 0777'],
    ['a hole within the map', 1, '03 00c7 0001', '03 02 0000'],
    ['an unknown function', 1, '2b 0e 01 00', 'ab 01'],
    ['a write', 1, '06 0000 0001', '86 01'],
    ['an address past the map', 1, '03 00c7 0002', '83 02'],
    ['a table that the unit lacks', 2, '04 0000 0001', '84 02'],
    ['address and count past 65535', 1, '03 ffff 0002', '83 02'],
    ['no registers', 1, '03 0000 0000', '83 03'],
    ['126 registers', 1, '03 0000 007e', '83 03'],
    ['2001 coils', 1, '01 0000 07d1', '81 03'],
    ['a request that is too short', 1, '03 0000', '83 03'],
    ['a request that is too long', 1, '03 0000 0001 00', '83 03'],
    ['an unknown unit', 9, '03 0000 0001', '83 0b'],
  ])('answers %s', async (_name, unit, pdu, answer) => {
    expect(await dial().ask(unit, pdu)).toBe(answer.replaceAll(' ', ''))
  })

  it('answers the largest reads there may be', async () => {
    const wire = dial()
    expect(await wire.ask(1, '03 0000 007d')).toHaveLength(2 * (2 + 250))
    expect(await wire.ask(1, '01 0000 07d0')).toHaveLength(2 * (2 + 250))
  })

  it('echoes transaction and unit', async () => {
    const wire = dial()
    wire.send('abcd 0000 0006 02 03 0000 0001')
    await vi.waitFor(() => expect(wire.hex).toBe('abcd000000050203020777'))
  })

  it('reads a request that comes byte by byte', async () => {
    const wire = dial()
    for (const byte of ['00', '01', '00', '00', '00', '06', '02', '03', '00', '00', '00', '01']) {
      wire.send(byte)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await vi.waitFor(() => expect(wire.hex).toBe('0001000000050203020777'))
  })

  it('answers each of several requests in one segment, and waits for the rest of the last', async () => {
    const wire = dial()
    wire.send('0001 0000 0006 02 03 0000 0001 0002 0000 0006 09 03 0000 0001 0003 0000 0006 02')
    await vi.waitFor(() =>
      expect(wire.hex).toBe('0001000000050203020777 000200000003 09 830b'.replaceAll(' ', '')),
    )
    wire.send('03 0000 0001')
    await vi.waitFor(() => expect(wire.hex).toMatch(/0003000000050203020777$/))
  })

  it('skips frames of another protocol', async () => {
    const wire = dial()
    wire.send('0001 0001 0006 02 03 0000 0001 0002 0000 0006 02 03 0000 0001')
    await vi.waitFor(() => expect(wire.hex).toBe('0002000000050203020777'))
  })

  it('drops a connection whose lengths cannot be right, and no other', async () => {
    const [good, bad] = [dial(), dial()]
    bad.send('0001 0000 ffff 01')
    await vi.waitFor(() => expect(bad.isClosed).toBe(true))
    expect(await good.ask(2, '03 0000 0001')).toBe('03020777')
  })

  it('gives no answer for a silent unit, and answers for the others', async () => {
    const wire = dial()
    first.behave({ ...HEALTHY, isSilent: true })
    expect(await wire.ask(1, '03 0000 0001', 60)).toBeUndefined()
    expect(await wire.ask(2, '03 0000 0001')).toBe('03020777')
    first.behave(HEALTHY)
    expect(await wire.ask(1, '03 0002 0001')).toBe('0302beef')
  })

  it('answers an exception wherever a failing register is touched', async () => {
    const wire = dial()
    first.failing.set('X', { table: 'holding', address: 4, count: 2, exception: 4 })
    expect(await wire.ask(1, '03 0002 0002')).toBe('0304beef0000')
    expect(await wire.ask(1, '03 0002 0003')).toBe('8304')
    expect(await wire.ask(1, '03 0005 0001')).toBe('8304')
    expect(await wire.ask(1, '03 0006 0001')).toBe('03020000')
    expect(await wire.ask(1, '02 0004 0001')).toBe('020100')
  })

  it('refuses connections while it is cut, and comes back on the same port', async () => {
    const { port } = server
    const wire = dial()
    expect(await wire.ask(2, '03 0000 0001')).toBe('03020777')
    server.cut(true)
    await vi.waitFor(() => expect(wire.isClosed).toBe(true))
    const refused = dial(port)
    await vi.waitFor(() => expect(refused.isClosed).toBe(true))
    server.cut(false)
    await vi.waitFor(async () => expect(await dial(port).ask(2, '03 0000 0001')).toBe('03020777'))
  })

  it('answers a whole burst of requests to a client that reads', async () => {
    const wire = dial()
    let received = 0
    wire.socket.removeAllListeners('data')
    wire.socket.on('data', (chunk) => {
      received += chunk.length
    })
    wire.socket.write(bytes('0001 0000 0006 01 03 0000 007d').toString('latin1').repeat(20_000), 'latin1')
    await vi.waitFor(() => expect(received).toBe(20_000 * (7 + 2 + 250)))
    expect(wire.isClosed).toBe(false)
  })

  it('stops reading from a client that does not read', async () => {
    const wire = dial()
    wire.socket.pause()
    const burst = Buffer.from(
      bytes('0001 0000 0006 01 03 0000 007d').toString('latin1').repeat(10_000),
      'latin1',
    )
    const answer = vi.spyOn(first, 'answer')
    for (let n = 0; n < 100; n++) wire.socket.write(burst)
    let answered = 0
    await vi.waitFor(
      () => {
        const before = answered
        answered = answer.mock.calls.length
        expect(answered).toBeGreaterThan(0)
        expect(answered).toBe(before)
      },
      { interval: 100 },
    )
    // What the buffers of the system hold, of the million requests that were sent.
    expect(answered).toBeLessThan(300_000)
    expect(await dial().ask(2, '03 0000 0001')).toBe('03020777')
  })

  it('survives 10,000 frames of nonsense, and serves the next client', async () => {
    let step = 0
    const byte = () => {
      step += 1
      return Math.floor(uniform({ seed: 7, stream: 1 }, step) * 256)
    }
    let connections = 0
    let wire = dial()
    for (let n = 0; n < 10_000; n++) {
      if (wire.isClosed) {
        connections += 1
        wire = dial()
      }
      const body = Buffer.from(Array.from({ length: 2 + (byte() % 24) }, byte))
      // Mostly a right header, so that what is inside is read; else bytes of any kind.
      const header = Buffer.from([byte(), byte(), 0, 0, 0, body.length])
      wire.socket.write(byte() < 250 ? Buffer.concat([header, body]) : body)
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await dial().ask(2, '03 0000 0001')).toBe('03020777')
    expect(connections).toBeGreaterThan(0)
  })

  it('says which port is taken', async () => {
    const other = new TcpLine({
      host: '127.0.0.1',
      port: server.port,
      name: 'other',
      clock: systemClock,
      logger: silentLogger,
      responder: () => new ModbusResponder(mbapFraming, new Map()),
    })
    await expect(other.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await other.stop()
  })
})
