import { symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SerialPortMock } from 'serialport'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import type { Bus, SerialLine } from '../../../contracts/facility.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { DialInListeners } from '../../../gateway/drivers/dial-in.ts'
import type { ConnectOutcome, Discard, Driver, Link } from '../../../gateway/drivers/driver.ts'
import { createDriver } from '../../../gateway/drivers/registry.ts'
import { findPort } from '../../../gateway/drivers/serial-path.ts'
import type { SerialPortClass } from '../../../gateway/drivers/serial-port.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { rtu } from './foreign-frames.ts'
import { failed, registers, words } from './hearing.ts'

const REQUEST = registers({ count: 1 })

describe('a serial line', () => {
  let ports: SerialPortMock[]
  let discards: Discard[]
  let device: (request: Buffer, port: SerialPortMock) => void

  /** The mock, with a device at its other end. */
  class Port extends SerialPortMock {
    constructor(options: ConstructorParameters<SerialPortClass>[0]) {
      super(options)
      ports.push(this)
    }

    override _write(data: Buffer, encoding: BufferEncoding, callback: (error: Error | null) => void): void {
      super._write(data, encoding, (error) => {
        callback(error)
        if (error === null) device(data, this)
      })
    }
  }

  beforeEach(() => {
    ports = []
    discards = []
    device = (request, port) => port.port?.emitData(rtu(request[0] ?? 0, 3, 2, 0, 7))
    SerialPortMock.binding.reset()
    SerialPortMock.binding.createPort('/dev/ROBOT')
  })
  afterEach(() => {
    SerialPortMock.binding.reset()
  })

  function driver(
    parts: Partial<SerialLine> = {},
    load: () => Promise<SerialPortClass> = async () => Port,
  ): Driver {
    const transport: SerialLine = {
      kind: 'serial',
      path: '/dev/ROBOT',
      baudRate: 115_200,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      ...parts,
    }
    const bus: Bus = {
      id: 'line',
      driver: 'modbus-rtu',
      transport,
      timeoutMs: 40,
      latenessMs: 40,
      devices: [],
    }
    return createDriver(bus, {
      counter: { discard: (kind) => void discards.push(kind) },
      clock: systemClock,
      dialIn: new DialInListeners({ logger: silentLogger }),
      loadSerialPort: load,
    })
  }

  function connect(made: Driver): Promise<ConnectOutcome> {
    return made.connect(new AbortController().signal)
  }

  async function open(made = driver()): Promise<Link> {
    const outcome = await connect(made)
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.link
  }

  it('is opened as the file says, and read', async () => {
    const link = await open(driver({ baudRate: 19_200, parity: 'even', stopBits: 2, dataBits: 7 }))
    expect(await link.read(REQUEST)).toEqual(words(7))
    expect(ports[0]?.port?.openOptions).toMatchObject({
      baudRate: 19_200,
      parity: 'even',
      stopBits: 2,
      dataBits: 7,
    })
    link.close()
    await link.closed
  })

  it('takes out its own requests where two wires bring them back', async () => {
    SerialPortMock.binding.createPort('/dev/RS485', { echo: true })
    device = (request, port) => setTimeout(() => port.port?.emitData(rtu(request[0] ?? 0, 3, 2, 0, 9)), 5)
    const link = await open(driver({ path: '/dev/RS485' }))
    expect(await link.read(REQUEST)).toEqual(words(9))
    expect(await link.read(REQUEST)).toEqual(words(9))
    expect(discards).toEqual(['echo', 'echo'])
    link.close()
    await link.closed
  })

  it('keeps 3.5 characters of silence between an answer and the next request', async () => {
    const link = await open(driver({ baudRate: 2_400 }))
    await link.read(REQUEST)
    const before = performance.now()
    await link.read(REQUEST)
    expect(performance.now() - before).toBeGreaterThan(16)
    link.close()
    await link.closed
  })

  it('can be opened again once it is closed', async () => {
    const made = driver()
    for (let n = 0; n < 3; n++) {
      const link = await open(made)
      expect(await link.read(REQUEST)).toEqual(words(7))
      link.close()
      await link.closed
      expect(await link.read(REQUEST)).toEqual(failed('not-connected'))
    }
  })

  it('is found by the serial number of its adapter', async () => {
    SerialPortMock.binding.createPort('/dev/OTHER')
    const list = await SerialPortMock.list()
    const serialNumber = list.find(({ path }) => path === '/dev/OTHER')?.serialNumber ?? ''
    const link = await open(driver({ path: serialNumber }))
    expect(ports[0]?.path).toBe('/dev/OTHER')
    link.close()
    await link.closed
  })

  it('ends a pending read and closes when its adapter is pulled out', async () => {
    device = (_, port) => port._disconnected(new Error('ENXIO'))
    const link = await open()
    expect(await link.read(REQUEST)).toEqual(failed('not-connected'))
    await link.closed
  })

  it('closes when a write fails', async () => {
    const link = await open()
    const port = ports[0]
    const binding = port?.port
    if (binding !== undefined) binding.write = () => Promise.reject(new Error('EIO'))
    expect(await link.read(REQUEST)).toEqual(failed('not-connected'))
    await link.closed
  })

  it('closes when its file is gone, or leads to another device', async () => {
    const folder = temporaryFolder()
    const [path, target] = [join(folder, 'by-id'), join(folder, 'ttyUSB0')]
    await writeFile(target, '')
    await symlink(target, path)
    SerialPortMock.binding.createPort(path)
    const link = await open(driver({ path }))
    await unlink(target)
    await link.closed
    await writeFile(target, '')
    const again = await open(driver({ path }))
    await unlink(path)
    await writeFile(path, '')
    await again.closed
  })

  it.each([
    ['Error: Permission denied, cannot open /dev/ROBOT', 'add the user of the gateway to the group dialout'],
    ['Error Resource temporarily unavailable Cannot lock port', 'stop the other program that uses it'],
    ['Error: No such file or directory, cannot open /dev/ROBOT', 'plug the adapter in, or mend the path'],
    ['Error: Baud rate 12345 is not supported', 'give a baud rate that the adapter can do'],
  ])('says what to do about %s', async (message, remedy) => {
    class Refusing extends Port {
      override open(callback?: (error: Error | null) => void): void {
        callback?.(new Error(message))
      }
    }
    const outcome = await connect(driver({}, async () => Refusing))
    expect(outcome).toEqual({ ok: false, detail: `/dev/ROBOT: ${message}: ${remedy}` })
  })

  it('says what is wrong with a port that another link holds', async () => {
    const link = await open()
    expect(await connect(driver())).toEqual({
      ok: false,
      detail: '/dev/ROBOT: Port is locked cannot open',
    })
    link.close()
    await link.closed
  })

  it('says so when the native part of serialport cannot be loaded', async () => {
    const outcome = await connect(driver({}, () => Promise.reject(new Error('no prebuild for this machine'))))
    expect(outcome).toEqual({ ok: false, detail: '/dev/ROBOT: no prebuild for this machine' })
  })

  it('closes a port that opens after its attempt was given up', async () => {
    const stopping = new AbortController()
    const opening: ((error: Error | null) => void)[] = []
    class Slow extends Port {
      override open(callback?: (error: Error | null) => void): void {
        super.open((error) => opening.push(() => callback?.(error)))
      }
    }
    const attempt = driver({}, async () => Slow).connect(stopping.signal)
    await vi.waitFor(() => expect(opening).toHaveLength(1))
    stopping.abort()
    expect(await attempt).toEqual({ ok: false, detail: '/dev/ROBOT: stopped' })
    opening[0]?.(null)
    await vi.waitFor(() => expect(ports[0]?.isOpen).toBe(false))
    const link = await open()
    link.close()
    await link.closed
  })
})

describe('findPort', () => {
  const ports = [
    { path: '/dev/ttyUSB0', serialNumber: 'A1', pnpId: 'usb-FTDI_A1-if00' },
    { path: '/dev/ttyUSB1', serialNumber: 'B2', pnpId: 'usb-FTDI_B2-if00' },
    { path: '/dev/ttyUSB2', serialNumber: 'B2', pnpId: 'usb-FTDI_B2-if01' },
  ]
  const list = async () => ports

  it.each([
    ['A1', { ok: true, path: '/dev/ttyUSB0' }],
    ['usb-FTDI_B2-if01', { ok: true, path: '/dev/ttyUSB2' }],
    ['COM3', { ok: true, path: 'COM3' }],
    ['\\\\.\\COM12', { ok: true, path: '\\\\.\\COM12' }],
    ['B2', { ok: false, detail: 'B2: several ports have this id, give a path: /dev/ttyUSB1, /dev/ttyUSB2' }],
    [
      'C3',
      { ok: false, detail: 'C3: there is no such port; there are: /dev/ttyUSB0, /dev/ttyUSB1, /dev/ttyUSB2' },
    ],
  ])('of %s', async (wanted, expected) => {
    expect(await findPort(wanted, list)).toEqual(expected)
  })

  it('asks nobody where there is a file', async () => {
    expect(await findPort('/dev/null', () => Promise.reject(new Error('asked')))).toEqual({
      ok: true,
      path: '/dev/null',
    })
  })

  it('says so when ports cannot be listed', async () => {
    expect(await findPort('A1', () => Promise.reject(new Error('no udevadm')))).toEqual({
      ok: false,
      detail: 'A1: there is no such port, and none can be listed: Error: no udevadm',
    })
    expect(await findPort('A1', async () => [])).toEqual({
      ok: false,
      detail: 'A1: there is no such port; there is none',
    })
  })
})
