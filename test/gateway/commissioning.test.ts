import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { loadProfile } from '../../contracts/profile-load.ts'
import { takePort } from '../ports.ts'
import { type Result, run } from './command-scene.ts'
import { exception, ModbusPeer } from './modbus-peer.ts'

let folder: string
let peer: ModbusPeer

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'davylamp-commissioning-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

beforeEach(async () => {
  peer = new ModbusPeer()
  await peer.listen()
})

afterEach(() => peer.close())

/** Two devices on the peer: a panel of two sensors and a gauge of one. */
function plant(given: { metrics?: string; device?: string } = {}): string {
  const file = join(folder, 'plant.yaml')
  writeFileSync(
    file,
    `
facility: { id: plant }
mqtt: { url: "mqtt://127.0.0.1:1" }
gateways:
  - id: gw-1
    outbox: { path: memory }
    ${given.metrics === undefined ? '' : `metrics: "${given.metrics}"`}
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        port: ${peer.port}
        timeout: 200ms
        devices:
          - id: panel
            unitId: 3
            poll: 40ms
            sensors:
              - id: GT-1
                kind: gas
                unit: "%LEL"
                register: { address: 0, scale: 0.1 }
                plausibility: { overRangeAt: 100 }
              - { id: GT-2, kind: gas, unit: ppm, register: { address: 1 } }
          - id: gauge
            unitId: 4
            poll: 40ms
            sensors: [{ id: LT-1, kind: level, unit: m, register: { address: 0, type: float32 } }]
`,
  )
  return file
}

/** Runs a command until it has said enough, then stops it. */
async function runUntil(argv: string[], enough: (result: Result) => void, scene = {}): Promise<Result> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const result: Result = { code: -1, out: '', err: '' }
  const running = run(argv, { ...scene, stopped, result })
  try {
    await vi.waitFor(() => enough(result), { interval: 10 })
  } finally {
    stop()
    await running
  }
  return result
}

describe('gateway read', () => {
  it('reads one device alone', async () => {
    const { code, out } = await run(['read', '--json', '--config', plant(), '--device', 'gauge'])
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(out)).toMatchObject({ sensor: 'LT-1', value: 0, quality: 'good' })
    expect(peer.requests.map(({ unit }) => unit)).toEqual([4])
  })

  it('watches at the polls of the devices, one object per reading', async () => {
    peer.set({ unit: 3, code: 3, address: 0 }, 215)
    const { code, out } = await runUntil(
      ['read', '--watch', '--json', '--config', plant()],
      ({ out: text }) => {
        expect(text.match(/"GT-1"/g)?.length ?? 0).toBeGreaterThan(4)
      },
    )
    expect(code).toBe(0)
    const readings = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(readings.map(({ sensor }) => sensor))).toEqual(new Set(['GT-1', 'GT-2', 'LT-1']))
    const mine = readings.filter(({ sensor }) => sensor === 'GT-1')
    for (const reading of mine)
      expect(reading).toMatchObject({ raw: 215, value: 21.5, unit: '%LEL', quality: 'good', reason: null })
    expect(mine.at(-1)?.roundTripMs).toBeGreaterThan(0)
    const times = mine.map(({ time }) => time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1) - times[0]).toBeGreaterThan(100)
  })

  it('prints plain lines where stdout is no terminal, and bad ones too', async () => {
    peer.behave = (request) => (request.unit === 3 ? exception(request, 4) : peer.answer(request))
    const { out } = await runUntil(['read', '--watch', '--config', plant()], ({ out: text }) => {
      expect(text).toMatch(/^\S+Z {2}LT-1 {2}0 m {2}good {2}- {2}raw 0 {2}round trip/m)
      expect(text).toMatch(/^\S+Z {2}GT-1 {2}- {2}bad {2}exception-4 {2}raw -/m)
    })
    expect(out).not.toContain('\u001b')
  })

  it('redraws a table in place on a terminal', async () => {
    const screen = { columns: 80, rows: 24 }
    const { code, out } = await runUntil(
      ['read', '--watch', '--config', plant()],
      ({ out: text }) => expect(text.split('\u001b[4A').length).toBeGreaterThan(2),
      { screen },
    )
    expect(code).toBe(0)
    const last = out.split('\u001b[4A').at(-1) ?? ''
    expect(last).toMatch(/^sensor +value +quality +reason +age +raw +round trip/)
    expect(last).toMatch(/LT-1 +0 m +good/)
  })

  it('shows a device that nobody answers for as lost, and is no failure', async () => {
    peer.behave = () => undefined
    const { code } = await runUntil(['read', '--watch', '--json', '--config', plant()], ({ out: text }) => {
      expect(text).toMatch(/"sensor":"LT-1".*"quality":"bad","reason":"(timeout|comm-lost)"/)
    })
    expect(code).toBe(0)
  })
})

describe('gateway scan', () => {
  beforeEach(() => {
    peer.behave = (request) => {
      if (request.unit === 9) return exception(request, 2)
      return request.unit === 3 ? peer.answer(request) : undefined
    }
  })

  it('lists who answers, and whether the file knows them', async () => {
    const argv = ['scan', '--config', plant(), '--from', '1', '--to', '10', '--timeout', '20ms']
    const { code, out, err } = await run(argv)
    expect(code).toBe(0)
    expect(out).toMatch(/^unit +answers +round trip +in the file$/m)
    expect(out).toMatch(/^3 +holding registers +[\d.]+ ms +panel$/m)
    expect(out).toMatch(/^9 +holding: exception-2; input: exception-2 +[\d.]+ ms +no$/m)
    expect(out).toContain('in the file, but not found: gauge (unit 4)')
    expect(out).toContain(`127.0.0.1:${peer.port}: 2 of 10 units asked answered`)
    expect(err).toContain('1 of 10 units asked, 0 found: none yet')
    expect(peer.requests.every(({ code: asked, count }) => (asked === 3 || asked === 4) && count === 1)).toBe(
      true,
    )
  })

  it('needs no file', async () => {
    const line = ['--driver', 'modbus-tcp', '--host', '127.0.0.1', '--port', String(peer.port)]
    const { code, out } = await run([
      'scan',
      ...line,
      '--json',
      '--from',
      '2',
      '--to',
      '4',
      '--timeout',
      '20ms',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      asked: 3,
      ending: 'whole',
      units: [{ unit: 3, device: null, answers: [{ table: 'holding', how: 'data' }] }],
    })
  })

  it('prints what it found when it is stopped', async () => {
    const { code, out } = await runUntil(['scan', '--config', plant(), '--timeout', '50ms'], () =>
      expect(peer.requests.length).toBeGreaterThan(6),
    )
    expect(code).toBe(0)
    expect(out).toMatch(/^3 +holding registers/m)
    expect(out).toContain('; stopped')
  })

  it('draws its progress on one line of a terminal', async () => {
    const screen = { columns: 60, rows: 20 }
    const argv = ['scan', '--config', plant(), '--from', '2', '--to', '4', '--timeout', '20ms']
    const { err } = await run(argv, { screen })
    expect(err).toContain('\r2 of 3 units asked, 1 found: 3\u001b[K')
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })

  it('fails when nobody answers, and when there is no line', async () => {
    const argv = ['scan', '--config', plant(), '--from', '5', '--to', '6', '--timeout', '20ms']
    const silent = await run(argv)
    expect(silent.code).toBe(1)
    expect(silent.err).toContain('DEVICE_UNREACHABLE: no unit from 5 to 6 answered')
    await peer.close()
    const lost = await run(argv)
    expect(lost).toMatchObject({ code: 1, out: '' })
    expect(lost.err).toContain(`DEVICE_UNREACHABLE: 127.0.0.1:${peer.port}:`)
  })

  it('says when every unit answers', async () => {
    peer.behave = (request) => peer.answer(request)
    const { out } = await run(['scan', '--config', plant(), '--from', '1', '--to', '5'])
    expect(out).toContain('every unit answers: the device does not look at the unit id')
  })
})

describe('gateway probe', () => {
  const quick = ['--looks', '2', '--every', '10ms', '--pause', '0ms']

  beforeEach(() => {
    for (const [address, word] of [0x41ac, 0x872b, 0x4248, 0, 215].entries())
      peer.set({ unit: 3, code: 3, address }, word)
    peer.behave = (request) =>
      request.address + request.count > 40 ? exception(request, 2) : peer.answer(request)
  })

  it('shows what the registers of a device may be', async () => {
    const { code, out } = await run(['probe', '--config', plant(), '--device', 'panel', ...quick])
    expect(code).toBe(0)
    expect(out).toMatch(/^0 +41ac .*\*float32 ABCD 21\.566/m)
    expect(out).toContain('best guess, byte order ABCD:')
    expect(out).toContain('answered: 0..39')
    expect(out).toContain('holes that it refuses: 40..199')
    expect(peer.requests.every(({ unit, code: asked }) => unit === 3 && asked === 3)).toBe(true)
  })

  it('gives the same as data', async () => {
    const line = ['--driver', 'modbus-tcp', '--host', '127.0.0.1', '--port', String(peer.port), '--unit', '3']
    const { code, out } = await run(['probe', ...line, ...quick, '--to', '9', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      unit: 3,
      table: 'holding',
      readable: [{ from: 0, to: 9 }],
      refused: [],
      order: 'ABCD',
      registers: [{ address: 0, words: [0x41ac, 0x41ac], motion: 'constant' }, ...Array(9).fill({})],
    })
  })

  it('drafts a profile that a facility file can use', async () => {
    const draft = join(folder, 'panel-draft.yaml')
    const argv = ['probe', '--config', plant(), '--device', 'panel', '--to', '9', ...quick, '--yaml', draft]
    const { code, err } = await run(argv)
    expect(code).toBe(0)
    expect(err).toContain('panel-draft.yaml: a draft')
    expect(Object.keys(loadProfile(draft).points)).toEqual(['holding-0', 'holding-2', 'holding-4'])
    const file = join(folder, 'with-draft.yaml')
    const device = '- { id: copy, unitId: 3, profile: panel-draft.yaml }'
    const text = readFileSync(plant(), 'utf8').replace('- id: panel', `${device}\n          - id: panel`)
    writeFileSync(file, text)
    expect(polledSensors(loadFacility(file)).get('copy.holding-2')?.register).toMatchObject({
      address: 2,
      type: 'float32',
      order: 'ABCD',
    })
    const reading = await run(['read', '--json', '--config', file, '--device', 'copy'])
    expect(reading.out).toMatch(/"sensor":"copy.holding-2","raw":50,"value":50,"quality":"good"/)
    // What is there may have been worked on.
    const again = await run(argv)
    expect(again.code).toBe(1)
    expect(again.err).toContain('DATA_UNWRITABLE')
  })

  it('writes the draft to stdout', async () => {
    const { out } = await run([
      'probe',
      '--config',
      plant(),
      '--device',
      'panel',
      '--to',
      '4',
      ...quick,
      '--yaml',
      '-',
    ])
    expect(out).toMatch(/^# Drafted by gateway probe from unit 3, holding 0\.\.4\./)
    expect(out).toContain('profile: panel-draft')
  })

  it.each([
    ['a device that answers nothing', undefined, 'unit 3 answered nothing'],
    ['a device without the table', 1, 'unit 3 has no table input'],
  ] as const)('fails at %s', async (_name, number, text) => {
    peer.behave = (request) => (number === undefined ? undefined : exception(request, number))
    const argv = ['probe', '--config', plant(), '--device', 'panel', '--table', 'input', '--timeout', '20ms']
    const { code, err } = await run([...argv, ...quick])
    expect(code).toBe(1)
    expect(err).toContain(`DEVICE_UNREACHABLE: ${text}`)
  })

  it('prints what it has when it is stopped', async () => {
    const argv = ['probe', '--config', plant(), '--device', 'panel', '--block', '1', '--pause', '5ms']
    const { code, out } = await runUntil(argv, () => expect(peer.requests.length).toBeGreaterThan(5))
    expect(code).toBe(0)
    expect(out).toContain('stopped: the rest was not asked')
  })
})

describe('gateway release', () => {
  it('opens the latch of a running gateway', async () => {
    const file = plant({ metrics: `127.0.0.1:${await takePort()}` })
    peer.set({ unit: 3, code: 3, address: 0 }, 1_050)
    const release = ['release', '--config', file, '--by', 'me', '--reason', 'calibrated', '--sensor']
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const running = run(['run', '--config', file], { stopped })
    await vi.waitFor(async () => expect((await run([...release, 'GT-1'])).code).toBe(0), { interval: 50 })
    const other = await run([...release, 'GT-2'])
    expect(other.code).toBe(1)
    expect(other.err).toContain('LATCH_NOT_CLOSED: sensor GT-2 is not latched')
    stop()
    expect((await running).code).toBe(0)
    const late = await run([...release, 'GT-1'])
    expect(late.err).toContain('GATEWAY_UNREACHABLE')
  })
})
