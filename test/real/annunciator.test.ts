import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { Topics } from '../../contracts/topics.ts'
import type { AnnunciatorState } from '../../contracts/wire.ts'
import { Child } from '../e2e/child.ts'
import { alarm, plantText } from '../gateway/annunciator/annunciator-plant.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { MBPOLL, mbpoll } from './mbpoll.ts'
import { Peer } from './peers/peer.ts'
import { PYMODBUS, PYTHON } from './peers/pymodbus.ts'
import { PtyPair, SOCAT } from './pty-pair.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const MODULE = fileURLToPath(new URL('peers/annunciator_module.py', import.meta.url))
const real = unlessReal(BROKER, SOCAT, MBPOLL, ...PYMODBUS)
const run = promisify(execFile)
const topics = new Topics('davylamp/v1', 'plant')

/** Coil and contact of the same number. The beacon of the fail-safe kind, a lamp, and a lamp that the server lives. */
const OUTPUTS = [
  { id: 'lamp', coil: 0, safe: 'off', shows: 'active', flash: '1s' },
  { id: 'beacon', coil: 1, safe: 'on', shows: 'unacknowledged' },
  { id: 'alive', coil: 2, safe: 'off', shows: 'server-alive' },
].map(({ coil, ...output }) => ({
  ...output,
  register: { table: 'coil', address: coil },
  readback: { table: 'discrete', address: coil, after: '10ms' },
}))

/** Mosquitto, somebody who speaks for the server, an output module, and the program. */
class Scene implements AsyncDisposable {
  readonly folder = temporaryFolder()
  readonly broker: ChildProcess
  readonly #port: number
  readonly #file: string
  #beat: NodeJS.Timeout | undefined

  private constructor(port: number, bus: object, parts: object) {
    this.#port = port
    const config = join(this.folder, 'mosquitto.conf')
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`)
    this.broker = spawn(BROKER, ['-c', config], { stdio: 'ignore' })
    this.#file = join(this.folder, 'plant.json')
    const text = plantText({
      mqtt: `mqtt://127.0.0.1:${port}`,
      bus: { timeout: '200ms', ...bus },
      refresh: '300ms',
      outputs: OUTPUTS,
      ...parts,
    })
    writeFileSync(this.#file, text)
    loadFacility(this.#file)
  }

  static async start(bus: object, parts: object = {}): Promise<Scene> {
    const port = await takePort()
    const scene = new Scene(port, bus, parts)
    await vi.waitFor(() => scene.publish('ready', '1'), { timeout: 5_000, interval: 50 })
    return scene
  }

  program(...more: string[]): Child {
    return new Child('gateway/main.ts', ['annunciator', '--config', this.#file, '--id', 'horns', ...more])
  }

  async publish(topic: string, message: string): Promise<void> {
    await run('mosquitto_pub', [
      '-h',
      '127.0.0.1',
      '-p',
      String(this.#port),
      '-q',
      '1',
      '-r',
      '-t',
      topic,
      '-m',
      message,
    ])
  }

  alarm(state: 'UNACK' | 'ACKED' | 'NORM' | 'SHLVD'): Promise<void> {
    return this.publish(topics.alarm('GT-1.H'), JSON.stringify(alarm({ state })))
  }

  server(state: 'online' | 'offline' = 'online'): Promise<void> {
    return this.publish(topics.server(), JSON.stringify({ state, session: 's1', version: '0', time: 0 }))
  }

  /** The server lives from now on; as often as it says so itself. */
  async beat(): Promise<void> {
    await this.server()
    this.#beat = setInterval(() => void this.server().catch(() => undefined), 5_000)
  }

  stopBeat(): void {
    clearInterval(this.#beat)
  }

  async health(): Promise<AnnunciatorState> {
    const where = ['-h', '127.0.0.1', '-p', String(this.#port), '-t', topics.annunciator('horns')]
    const { stdout } = await run('mosquitto_sub', [...where, '-C', '1', '-W', '2'])
    return JSON.parse(stdout) as AnnunciatorState
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopBeat()
    this.broker.kill('SIGKILL')
  }
}

const soon = (look: () => Promise<void> | void, timeout = 20_000) =>
  vi.waitFor(look, { timeout, interval: 50 })

describe.skipIf(real.skip)(`an annunciator over Modbus TCP${real.reason}`, () => {
  let scene: Scene
  let module: Peer
  let port: number
  let program: Child | undefined

  beforeEach(async () => {
    const free = await takePort()
    port = free
    module = await Peer.start(PYTHON, MODULE, 'tcp', String(port))
    scene = await Scene.start({ driver: 'modbus-tcp', host: '127.0.0.1', port })
  })
  afterEach(async () => {
    await program?.[Symbol.asyncDispose]()
    program = undefined
    await scene?.[Symbol.asyncDispose]()
    await module?.[Symbol.asyncDispose]()
  })

  /** `lamp beacon alive`, as another master reads the coils. */
  async function coils(): Promise<string> {
    const found = await mbpoll({ at: { port }, units: [1], table: 'coil', address: 0, count: 3 })
    return found[1]?.join('') ?? ''
  }

  /** Everything that was seen in so long. */
  async function seen(ms: number): Promise<Set<string>> {
    const states = new Set<string>()
    const end = performance.now() + ms
    while (performance.now() < end) states.add(await coils())
    return states
  }

  test('shows nothing from what the broker keeps, flashes once the server is heard, and is steady when acknowledged', async () => {
    await scene.alarm('UNACK')
    await scene.server()
    program = scene.program()
    await soon(async () => expect(await coils()).toBe('010'))
    expect(await seen(1_500)).toEqual(new Set(['010']))
    expect(await scene.health()).toMatchObject({ state: 'online', safe: 'starting', failing: false })

    await scene.beat()
    await soon(async () => expect(await scene.health()).toMatchObject({ safe: null }))
    expect(await seen(2_500)).toEqual(new Set(['111', '011']))
    await scene.alarm('ACKED')
    await soon(async () => expect(await coils()).toBe('101'))
    expect(await seen(1_500)).toEqual(new Set(['101']))
    await scene.alarm('SHLVD')
    await soon(async () => expect(await coils()).toBe('001'))
  })

  test('is safe 15 s after the last heartbeat, and at once when the server says offline or the broker goes', async () => {
    await scene.alarm('ACKED')
    program = scene.program()
    await soon(async () => expect(await scene.health()).toMatchObject({ state: 'online' }))
    await scene.beat()
    await soon(async () => expect(await coils()).toBe('101'))
    scene.stopBeat()
    await scene.server()
    const last = performance.now()
    await soon(async () => expect(await coils()).toBe('010'), 20_000)
    const silentMs = performance.now() - last
    expect(silentMs).toBeGreaterThan(14_500)
    expect(silentMs).toBeLessThan(17_000)
    await soon(async () => expect(await scene.health()).toMatchObject({ safe: 'server-silent' }))

    await scene.server()
    await soon(async () => expect(await coils()).toBe('101'))
    await scene.server('offline')
    await soon(async () => expect(await coils()).toBe('010'), 2_000)
    await scene.server()
    await soon(async () => expect(await coils()).toBe('101'))
    scene.broker.kill('SIGKILL')
    await soon(async () => expect(await coils()).toBe('010'), 2_000)
  })

  test('is safe at SIGTERM within 5 s, says goodbye and ends with 0', async () => {
    await scene.alarm('ACKED')
    program = scene.program()
    await soon(async () => expect(await scene.health()).toMatchObject({ state: 'online' }))
    await scene.beat()
    await soon(async () => expect(await coils()).toBe('101'))
    const from = performance.now()
    expect(await program.kill('SIGTERM')).toBe(0)
    expect(performance.now() - from).toBeLessThan(5_000)
    expect(await coils()).toBe('010')
    expect(await scene.health()).toMatchObject({ state: 'offline' })
  })

  test('kill -9 leaves the outputs as they are: only a watchdog of the module would let them go', async () => {
    await scene.alarm('ACKED')
    program = scene.program()
    await soon(async () => expect(await scene.health()).toMatchObject({ state: 'online' }))
    await scene.beat()
    await soon(async () => expect(await coils()).toBe('101'))
    await program.kill('SIGKILL')
    expect(await seen(3_000)).toEqual(new Set(['101']))
    await soon(async () => expect(await scene.health()).toMatchObject({ state: 'offline' }))
    // Started again, it is safe before it has heard anything.
    scene.stopBeat()
    program = scene.program()
    await soon(async () => expect(await coils()).toBe('010'))
  })

  test('tells a contact that does not follow, and a module that is gone, and mends itself', async () => {
    program = scene.program()
    await soon(async () => expect(await scene.health()).toMatchObject({ state: 'online', failing: false }))
    await scene.beat()
    await soon(async () => expect(await coils()).toBe('001'))
    await module.tell('stick 0')
    await scene.alarm('ACKED')
    await soon(async () =>
      expect(await scene.health()).toMatchObject({
        failing: true,
        outputs: { lamp: { failing: true, errors: 0 } },
      }),
    )
    expect(program.stderr).toContain('OUTPUT_MISMATCH')
    await module.tell('free 0')
    await soon(async () => expect(await scene.health()).toMatchObject({ failing: false }))
    await module.kill()
    await soon(async () => expect(await scene.health()).toMatchObject({ failing: true }))
    expect(program.stderr).toContain('OUTPUT_UNREACHABLE')
    module = await Peer.start(PYTHON, MODULE, 'tcp', String(port))
    await soon(async () => expect(await coils()).toBe('101'))
    await soon(async () => expect(await scene.health()).toMatchObject({ failing: false }))
    // At a stop without its module it says so, and fails.
    await module.kill()
    expect(await program.kill('SIGTERM')).toBe(1)
    expect(program.stderr).toContain('OUTPUTS_NOT_SAFE')
  })

  test('writes nothing unless somebody has confirmed it, and shows what it would do', async () => {
    await using other = await Scene.start(
      { driver: 'modbus-tcp', host: '127.0.0.1', port },
      { confirmed: undefined, multiple: true },
    )
    program = other.program()
    expect(await program.exit).toBe(1)
    expect(program.stderr).toContain('ANNUNCIATOR_UNCONFIRMED')
    program = other.program('--dry-run', '--json')
    await other.alarm('UNACK')
    await soon(async () => expect(program?.stderr).toContain('connected to the broker'))
    await other.beat()
    await soon(async () => expect(program?.stdout).toContain('flashing'))
    const lines = program.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines[0]).toMatchObject({
      output: 'lamp',
      look: 'off',
      because: 'starting',
      table: 'coil',
      address: 0,
      value: 0,
    })
    expect(lines).toContainEqual(
      expect.objectContaining({ output: 'lamp', look: 'flashing', because: 'GT-1.H UNACK' }),
    )
    expect(await program.kill('SIGTERM')).toBe(0)
    expect(await coils()).toBe('000')
  })
})

describe.skipIf(real.skip)(`an annunciator over a serial line${real.reason}`, () => {
  test.each([false, true])(
    'drives a module in RTU, with multiple: %s',
    async (multiple) => {
      const folder = temporaryFolder()
      await using line = await PtyPair.plugged(folder)
      await using module = await Peer.start(PYTHON, MODULE, 'rtu', line.far, '19200')
      await using scene = await Scene.start(
        { driver: 'modbus-rtu', serial: { path: line.near, baudRate: 19_200 } },
        { multiple },
      )
      await scene.alarm('ACKED')
      await using program = scene.program()
      await soon(async () => expect(await scene.health()).toMatchObject({ state: 'online', failing: false }))
      await scene.beat()
      // Read back over the same line, from contacts that the module moves by itself.
      const told = { lamp: { told: 'on' }, beacon: { told: 'off' }, alive: { told: 'on' } }
      await soon(
        async () => expect(await scene.health()).toMatchObject({ safe: null, failing: false, outputs: told }),
        12_000,
      )
      await module.tell('stick 1')
      await scene.alarm('UNACK')
      await soon(
        async () => expect(await scene.health()).toMatchObject({ outputs: { beacon: { failing: true } } }),
        12_000,
      )
      await module.tell('free 1')
      await soon(async () => expect(await scene.health()).toMatchObject({ failing: false }), 20_000)
      expect(await program.kill('SIGTERM')).toBe(0)
    },
    60_000,
  )
})
