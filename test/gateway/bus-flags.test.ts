import { describe, expect, it } from 'vitest'
import { type BusFlags, busOfFlags, durationMs, wholeNumber } from '../../gateway/commissioning/bus-flags.ts'

describe('a bus without a facility file', () => {
  it.each<[BusFlags, object]>([
    [
      { driver: 'modbus-rtu', serial: '/dev/x' },
      { kind: 'serial', path: '/dev/x', baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
    ],
    [
      {
        driver: 'modbus-ascii',
        serial: 'COM3',
        baud: '19200',
        parity: 'even',
        'data-bits': '7',
        'stop-bits': '2',
      },
      { kind: 'serial', path: 'COM3', baudRate: 19_200, dataBits: 7, parity: 'even', stopBits: 2 },
    ],
    [
      { driver: 'modbus-tcp', host: 'plc' },
      { kind: 'tcp', host: 'plc', port: 502 },
    ],
    [
      { driver: 'modbus-rtu-over-tcp', host: '::1', port: '4001' },
      { kind: 'tcp', host: '::1', port: 4_001 },
    ],
    [
      { driver: 'modbus-ascii', host: 'h', port: '1' },
      { kind: 'tcp', host: 'h', port: 1 },
    ],
  ])('%j', (flags, transport) => {
    expect(busOfFlags(flags)).toMatchObject({ driver: flags.driver, transport, devices: [] })
  })

  it.each<[string, BusFlags]>([
    ['a driver nobody knows', { driver: 'profibus', host: 'h' }],
    ['a driver without registers', { driver: 'seismic', host: 'h' }],
    ['two ways', { driver: 'modbus-ascii', host: 'h', serial: '/dev/x' }],
    ['no way', { driver: 'modbus-ascii' }],
    ['a serial line of TCP', { driver: 'modbus-rtu-over-tcp', serial: '/dev/x' }],
    ['nine data bits', { driver: 'modbus-rtu', serial: '/dev/x', 'data-bits': '9' }],
    ['no stop bit', { driver: 'modbus-rtu', serial: '/dev/x', 'stop-bits': '0' }],
    ['a baud rate in words', { driver: 'modbus-rtu', serial: '/dev/x', baud: 'fast' }],
    ['a port out of bounds', { driver: 'modbus-tcp', host: 'h', port: '65536' }],
  ])('refuses %s', (_name, flags) => {
    expect(() => busOfFlags(flags)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

describe('numbers and durations of options', () => {
  const bounds = { default: 7, from: 1, to: 10 }

  it.each([
    [undefined, 7],
    ['1', 1],
    ['10', 10],
  ])('%s is %d', (text, value) => {
    expect(wholeNumber('n', text, bounds)).toBe(value)
  })

  it.each(['', ' ', '0', '11', '1.5', 'x', '-1', '0x1f', 'NaN'])('"%s" is no such number', (text) => {
    expect(() => wholeNumber('n', text, bounds)).toThrow('--n')
  })

  it('knows durations up to an hour', () => {
    expect(durationMs('t', '250ms')).toBe(250)
    expect(durationMs('t', '1h')).toBe(3_600_000)
    for (const text of ['2h', '5', 'soon', '']) expect(() => durationMs('t', text)).toThrow('is no duration')
  })
})
