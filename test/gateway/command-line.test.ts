import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from './command-scene.ts'
import { exception, ModbusPeer } from './modbus-peer.ts'

let folder: string
let peer: ModbusPeer

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'davylamp-gateway-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

beforeEach(async () => {
  peer = new ModbusPeer()
  await peer.listen()
})

afterEach(() => peer.close())

/** A plant file on the peer's port; `register` is that of its last sensor. */
function plant(
  given: {
    driver?: string
    register?: string
    second?: boolean
    maxRegisters?: number
    timeout?: string
  } = {},
): string {
  const file = join(folder, 'plant.yaml')
  const { driver = 'modbus-tcp', register = '{ address: 4, type: bcd16 }' } = given
  const { second = false, maxRegisters = 125, timeout = '100ms' } = given
  writeFileSync(
    file,
    `
facility: { id: plant }
mqtt: { url: "mqtt://127.0.0.1:1" }
gateways:
  - id: gw-1
    outbox: { path: memory }
    buses:
      - id: plc
        driver: ${driver}
        host: 127.0.0.1
        port: ${peer.port}
        timeout: ${timeout}
        devices:
          - id: panel
            maxRegisters: ${maxRegisters}
            sensors:
              - { id: T-2, kind: temperature, unit: degC, register: { address: 2, type: int16, scale: 0.1, order: BADC } }
              - { id: T-1, kind: temperature, unit: degC, register: { address: 0, type: float32 } }
              - { id: X-1, kind: other, unit: "1", register: ${register} }
${second ? '  - { id: gw-2, buses: [] }' : ''}
`,
  )
  return file
}

describe('gateway read', () => {
  it('prints one object per sensor in the order of the file', async () => {
    peer.set({ unit: 1, code: 3, address: 0 }, 0x4248)
    peer.set({ unit: 1, code: 3, address: 2 }, 215)
    peer.set({ unit: 1, code: 3, address: 4 }, 0x12ab)
    const { code, out } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const time = expect.any(Number)
    expect(lines).toEqual([
      { sensor: 'T-2', raw: 215, value: 21.5, quality: 'good', reason: null, time },
      { sensor: 'T-1', raw: 50, value: 50, quality: 'good', reason: null, time },
      { sensor: 'X-1', raw: '12ab', value: null, quality: 'bad', reason: 'not-decodable', time },
    ])
  })

  it('prints a table for people', async () => {
    const { code, out } = await run(['read', '--config', plant()])
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe('sensor  raw  value  quality  reason  time')
    expect(out).toMatch(/^T-1 +0 +0 +good +- +\d{4}-\d\d-\d\dT/m)
  })

  it('fails when no device answered, and still prints every sensor', async () => {
    const file = plant()
    await peer.close()
    const { code, out, err } = await run(['read', '--json', '--config', file])
    expect(code).toBe(1)
    expect(err).toContain('DEVICE_UNREACHABLE')
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect(line).toMatchObject({ raw: null, value: null, quality: 'bad', reason: 'comm-lost' })
    }
  })
})

describe('gateway read of difficult devices', () => {
  const reasons = (out: string) =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => `${JSON.parse(line).sensor} ${JSON.parse(line).reason}`)

  it('reads one that closes the connection after every answer', async () => {
    peer.behave = (request, socket) => void socket.end(peer.answer(request))
    const { code, out } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(0)
    expect(reasons(out)).toEqual(['T-2 null', 'T-1 null', 'X-1 null'])
  })

  it.each([10, 11])('takes exception %d of a gateway for the silence of the device', async (number) => {
    peer.behave = (request) => exception(request, number)
    const { code, out, err } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(1)
    expect(err).toContain('DEVICE_UNREACHABLE')
    expect(reasons(out)).toEqual(['T-2', 'T-1', 'X-1'].map((sensor) => `${sensor} exception-${number}`))
  })

  it('reads the rest of a block with a register that the device does not have', async () => {
    peer.behave = (request) =>
      request.address <= 2 && request.address + request.count > 2
        ? exception(request, 2)
        : peer.answer(request)
    const { code, out } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(0)
    expect(reasons(out)).toEqual(['T-2 exception-2', 'T-1 null', 'X-1 null'])
  })

  it('is content with some', async () => {
    peer.behave = (request) => (request.address === 0 ? undefined : peer.answer(request))
    const { code, out } = await run(['read', '--json', '--config', plant()])
    expect(code).toBe(0)
    expect(reasons(out)).toEqual(['T-2 timeout', 'T-1 timeout', 'X-1 null'])
  })

  it('ends at once when it is stopped, with what it has', async () => {
    peer.behave = () => undefined
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const reading = run(['read', '--json', '--config', plant({ timeout: '10s' })], { stopped })
    await expect.poll(() => peer.requests.length, { interval: 5 }).toBe(1)
    stop()
    const { code, out } = await reading
    expect(code).toBe(1)
    expect(reasons(out)).toEqual(['T-2 comm-lost', 'T-1 comm-lost', 'X-1 comm-lost'])
  })

  it('says so when there is nothing to read', async () => {
    const { code, out, err } = await run(['read', '--config', plant({ second: true }), '--gateway', 'gw-2'])
    expect(code).toBe(1)
    expect(err).toContain('gateway gw-2 has no sensor')
    expect(out).toBe('')
  })
})

describe('gateway check', () => {
  it('prints the planned requests and touches no device', async () => {
    const { code, out } = await run(['check', '--config', plant({ second: true })])
    expect(code).toBe(0)
    expect(out).toContain('holding 0..2 (3): T-1 T-2')
    expect(out).toContain('plant: 3 sensors on 1 devices in 2 requests; 0 errors, 1 warnings')
    expect(out).toContain('warning: T-2: order BADC has no effect on type int16')
    expect(peer.connections).toBe(0)
  })

  it('prints them as JSON', async () => {
    const { code, out } = await run(['check', '--json', '--config', plant(), '--gateway', 'gw-1'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      facility: 'plant',
      problems: [],
      gateways: [
        {
          id: 'gw-1',
          buses: [{ id: 'plc', devices: [{ id: 'panel', blocks: [{ count: 3 }, { count: 1 }] }] }],
        },
      ],
    })
  })

  it('fails with everything that this gateway cannot do', async () => {
    const register = '{ address: 4, type: float64 }'
    const { code, out } = await run(['check', '--config', plant({ register, maxRegisters: 3 })])
    expect(code).toBe(1)
    expect(out).toContain('error: CONFIG_INVALID: gateway gw-1, device panel: X-1: 4 registers are more than')
  })
})

describe('gateway run', () => {
  it('runs until it is told to stop', async () => {
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const running = run(['run', '--config', plant()], { stopped })
    await expect.poll(() => peer.requests.length, { interval: 5 }).toBeGreaterThan(0)
    const before = performance.now()
    stop()
    expect((await running).code).toBe(0)
    expect(performance.now() - before).toBeLessThan(1_000)
  })
})

describe('bad usage and bad files', () => {
  const cases: [string, () => string[], number, string][] = [
    ['an unknown command', () => ['dance'], 2, 'unknown command "dance"'],
    ['an unknown option', () => ['read', '--fast'], 2, 'USAGE'],
    ['too many arguments', () => ['read', 'twice'], 2, 'unexpected argument "twice"'],
    ['no file', () => ['read'], 2, '--config FILE is missing'],
    [
      'an unknown log level',
      () => ['run', '--config', plant(), '--log-level', 'loud'],
      2,
      '"loud" is no log level',
    ],
    [
      'several gateways and none named',
      () => ['run', '--config', plant({ second: true })],
      2,
      'there are: gw-1, gw-2',
    ],
    ['an unknown gateway', () => ['read', '--config', plant(), '--gateway', 'x'], 1, 'CONFIG_INVALID'],
    [
      'a file that is not there',
      () => ['check', '--config', join(folder, 'none.yaml')],
      1,
      'CONFIG_UNREADABLE',
    ],
    ['an option of another command', () => ['check', '--watch', '--config', plant()], 2, 'no option --watch'],
    ['an unknown device', () => ['read', '--config', plant(), '--device', 'x'], 1, 'there are: panel'],
    ['a scan of nothing', () => ['scan'], 2, 'give --config FILE, or --driver'],
    ['a scan of two things', () => ['scan', '--config', plant(), '--driver', 'modbus-tcp'], 2, 'give either'],
    ['an unknown bus', () => ['scan', '--config', plant(), '--bus', 'x'], 1, 'there are: plc'],
    ['a driver that has no units', () => ['scan', '--driver', 'serial-line'], 2, 'is none of modbus-tcp'],
    ['a line without a port', () => ['scan', '--driver', 'modbus-rtu'], 2, '--serial PATH is missing'],
    ['a line without a host', () => ['scan', '--driver', 'modbus-tcp'], 2, '--host HOST is missing'],
    [
      'a serial line of TCP',
      () => ['scan', '--driver', 'modbus-tcp', '--serial', '/dev/x'],
      2,
      'has no --serial',
    ],
    [
      'a broadcast',
      () => ['scan', '--driver', 'modbus-rtu', '--serial', '/dev/none', '--from', '0'],
      2,
      '--from "0" is no number from 1 to 247',
    ],
    [
      'a parity',
      () => ['scan', '--driver', 'modbus-rtu', '--serial', '/dev/none', '--parity', 'mark'],
      2,
      '--parity "mark" is none of none, even, odd',
    ],
    ['a duration', () => ['scan', '--config', plant(), '--timeout', 'soon'], 2, '"soon" is no duration'],
    [
      'units upside down',
      () => ['scan', '--config', plant(), '--from', '9', '--to', '8'],
      2,
      'is above --to',
    ],
    ['a probe of nobody', () => ['probe', '--config', plant()], 2, 'give --device ID'],
    [
      'a probe of two',
      () => ['probe', '--config', plant(), '--device', 'panel', '--unit', '3'],
      2,
      'give either --device',
    ],
    [
      'a table',
      () => ['probe', '--config', plant(), '--device', 'panel', '--table', 'x'],
      2,
      '--table "x" is none of',
    ],
    ['a release of nothing', () => ['release', '--config', plant()], 2, '--sensor is missing'],
    [
      'a release by nobody',
      () => ['release', '--config', plant(), '--sensor', 'T-1', '--reason', 'x'],
      2,
      '--by is missing',
    ],
    [
      'a release of a sensor that is not there',
      () => ['release', '--config', plant(), '--sensor', 'T-9', '--by', 'x', '--reason', 'x'],
      1,
      'no sensor "T-9"',
    ],
    [
      'a release where there is no port',
      () => ['release', '--config', plant(), '--sensor', 'T-1', '--by', 'x', '--reason', 'x'],
      1,
      'has no port to be told on',
    ],
  ]
  it.each(cases)('%s', async (_, argv, code, text) => {
    const result = await run(argv())
    expect(result.code).toBe(code)
    expect(result.err).toContain(text)
    expect(result.out).toBe('')
  })

  it.each([[], ['run'], ['check'], ['read'], ['scan'], ['probe'], ['release']])(
    'helps with %j',
    async (...argv) => {
      const { code, out } = await run([...argv, '--help'])
      expect(code).toBe(0)
      expect(out).toContain('Usage: npm run gateway')
    },
  )
})
