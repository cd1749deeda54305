import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import type { Bus, Transport } from '../../../contracts/facility.ts'
import { DRIVERS } from '../../../contracts/facility-schema.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { DialInListeners } from '../../../gateway/drivers/dial-in.ts'
import { askingDriver, createDriver } from '../../../gateway/drivers/registry.ts'

const TRANSPORTS: Record<Transport['kind'], Transport> = {
  tcp: { kind: 'tcp', host: '127.0.0.1', port: 502 },
  'dial-in': { kind: 'dial-in', host: '127.0.0.1', port: 5_020 },
  serial: { kind: 'serial', path: '/dev/ttyS0', baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
}

const SPOKEN: Record<Bus['driver'], Transport['kind'][]> = {
  'modbus-tcp': ['tcp', 'dial-in'],
  'modbus-rtu': ['serial'],
  'modbus-rtu-over-tcp': ['tcp', 'dial-in'],
  'modbus-ascii': ['serial', 'tcp', 'dial-in'],
  'serial-line': ['serial', 'tcp', 'dial-in'],
  // With protocol registers it is spoken over whatever its link is.
  seismic: [],
}

const surroundings = {
  counter: { discard: () => undefined },
  clock: systemClock,
  dialIn: new DialInListeners({ logger: silentLogger }),
}

function bus(driver: Bus['driver'], transport: Transport): Bus {
  return { id: 'line', driver, transport, timeoutMs: 100, latenessMs: 100, devices: [] }
}

describe('the registry of drivers', () => {
  const pairs = DRIVERS.flatMap((driver) =>
    Object.values(TRANSPORTS).map((transport) => ({ driver, transport })),
  )

  it.each(pairs.filter(({ driver, transport }) => SPOKEN[driver].includes(transport.kind)))(
    'has $driver over $transport.kind',
    ({ driver, transport }) => {
      const made = createDriver(bus(driver, transport), surroundings)
      expect(made.hasNumberedReplies).toBe(driver === 'modbus-tcp')
    },
  )

  it.each(
    pairs.filter(({ driver, transport }) => driver !== 'seismic' && !SPOKEN[driver].includes(transport.kind)),
  )('refuses $driver over $transport.kind, naming what it is spoken over', ({ driver, transport }) => {
    expect(() => createDriver(bus(driver, transport), surroundings)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        detail: `bus line: ${driver} is not spoken over ${transport.kind}, but over ${SPOKEN[driver].join(' or ')}`,
      }),
    )
  })

  it('asks instruments for registers over their link, and no instrument that sends by itself', () => {
    const seismic = (protocol: 'frames' | 'registers' | 'seedlink') => ({
      ...bus('seismic', TRANSPORTS.tcp),
      seismic: { protocol, link: 'modbus-rtu-over-tcp' as const },
    })
    expect(askingDriver(seismic('registers'))).toBe('modbus-rtu-over-tcp')
    expect(createDriver(seismic('registers'), surroundings).hasNumberedReplies).toBe(false)
    for (const protocol of ['frames', 'seedlink'] as const) {
      expect(askingDriver(seismic(protocol))).toBeUndefined()
      expect(() => createDriver(seismic(protocol), surroundings)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          detail: 'bus line: its instruments send by themselves and are not asked',
        }),
      )
    }
  })

  it.each([
    ['serial', { host: 'h', port: 1 }, 'the path of a port'],
    ['tcp', { path: '/dev/ttyS1' }, 'a host and a port'],
    ['dial-in', { path: '/dev/ttyS1' }, 'a host and a port'],
  ] as const)('refuses another kind of address for %s', (kind, address, wanted) => {
    const driver = kind === 'serial' ? 'modbus-rtu' : 'modbus-rtu-over-tcp'
    expect(() => createDriver(bus(driver, TRANSPORTS[kind]), { ...surroundings, address })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', detail: `bus line: its address is ${wanted}` }),
    )
  })

  it('goes to the address that it is given instead of the one in the file', async () => {
    const driver = createDriver(bus('modbus-tcp', TRANSPORTS.tcp), {
      ...surroundings,
      address: { host: '127.0.0.1', port: 1 },
    })
    const outcome = await driver.connect(new AbortController().signal)
    expect(outcome).toEqual({ ok: false, detail: '127.0.0.1:1: ECONNREFUSED' })
  })
})
