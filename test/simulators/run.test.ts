import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import { runSimulations } from '../../simulators/run.ts'
import { scenarioNames } from '../../simulators/scenario-load.ts'
import { takePort } from '../ports.ts'
import { EXAMPLE_FILE, stillClock } from './plants.ts'
import { Wire } from './wire.ts'

let folder: string
let facility: string
let port: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'davylamp-run-'))
  facility = join(folder, 'plant.yaml')
  port = await takePort()
  writeFileSync(
    facility,
    `
facility: { id: one }
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, port: ${port}, devices: [ { id: d, sensors: [
  { id: G, kind: gas, unit: "%LEL", register: { address: 0, type: float32 } } ] } ] } ] } ]
`,
  )
})

afterAll(() => rmSync(folder, { recursive: true }))

/** A terminal whose `stop` is Ctrl-C. */
function terminal(...argv: string[]) {
  let stop: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const printed = { out: '', err: '' }
  const given: Terminal = {
    argv,
    env: {},
    out: (text) => {
      printed.out += text
    },
    err: (text) => {
      printed.err += text
    },
    stopped,
  }
  return { given, printed, stop }
}

const run = (given: Terminal, clock = stillClock) => runCommand(given, () => runSimulations(given, clock))

describe('simulate run', () => {
  it('explains itself', async () => {
    const { given, printed } = terminal('--help')
    expect(await run(given)).toBe(0)
    expect(printed.out).toContain('--scenario')
    expect(printed.out).toContain(scenarioNames().join(', '))
  })

  it.each([
    ['no facility', []],
    ['an unknown option', ['--confgi', 'x']],
    ['a stray argument', ['--config', 'x', 'y']],
    ['a seed that is no number', ['--config', 'x', '--seed', 'red']],
    ['a speed of nothing', ['--config', 'x', '--speed', '0']],
    ['an unknown log level', ['--config', 'x', '--log-level', 'loud']],
  ])('takes %s for bad usage', async (_name, argv) => {
    const { given, printed } = terminal(...argv)
    expect(await run(given)).toBe(2)
    expect(printed.err).toMatch(/^USAGE: .+\n {2}-> /)
  })

  it.each([
    ['CONFIG_UNREADABLE', ['--config', '/nowhere/plant.yaml']],
    ['SCENARIO_UNKNOWN', ['--config', EXAMPLE_FILE, '--scenario', 'nothing-like-it']],
  ])('fails with %s', async (code, argv) => {
    const { given, printed } = terminal(...argv)
    expect(await run(given)).toBe(1)
    expect(printed.err).toMatch(new RegExp(`^${code}: `))
  })

  it('listens, tells what happens, and stops when told to', async () => {
    const scenario = join(folder, 'short.yaml')
    writeFileSync(
      scenario,
      'timeline:\n  - { at: 20s, duration: 5s, set: { sensor: G, value: 50 }, note: a test }\n',
    )
    let now = 0
    const { given, printed, stop } = terminal('--config', facility, '--scenario', scenario, '--speed', '10')
    const done = run(given, { wall: () => 0, monotonic: () => now })
    await vi.waitFor(() => expect(printed.out).toBe(`one g/b listens on 127.0.0.1:${port}\n`))
    const wire = new Wire(port)
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
    now = 2_000
    await vi.waitFor(() => expect(printed.out).toContain('[20s] begins: a test\n'))
    expect(await wire.ask(1, '03 0000 0002')).toBe('030442480000')
    now = 2_600
    await vi.waitFor(() => expect(printed.out).toContain('[25s] ends: a test\n'))
    stop()
    expect(await done).toBe(0)
    await vi.waitFor(() => expect(wire.isClosed).toBe(true))
  })

  it('prints JSON lines when asked to', async () => {
    const { given, printed, stop } = terminal('--config', facility, '--json')
    const done = run(given)
    await vi.waitFor(() => expect(printed.out).not.toBe(''))
    expect(JSON.parse(printed.out)).toEqual({ facility: 'one', bus: 'g/b', host: '127.0.0.1', port })
    stop()
    expect(await done).toBe(0)
  })

  it('fails on a port that another simulation has, which goes on', async () => {
    const first = terminal('--config', facility)
    const done = run(first.given)
    await vi.waitFor(() => expect(first.printed.out).not.toBe(''))
    const second = terminal('--config', facility)
    expect(await run(second.given)).toBe(1)
    expect(second.printed.err).toMatch(new RegExp(`^PORT_TAKEN: .*127\\.0\\.0\\.1:${port}`))
    const wire = new Wire(port)
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
    first.stop()
    expect(await done).toBe(0)
  })
})
