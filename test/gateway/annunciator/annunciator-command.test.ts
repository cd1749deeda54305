import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AnnunciatorState } from '../../../contracts/wire.ts'
import { takePort } from '../../ports.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { type Result, run } from '../command-scene.ts'
import { ModbusPeer } from '../modbus-peer.ts'
import { alarm, plantText, ROOT } from './annunciator-plant.ts'

/** A module that takes writes of single coils; the contact of a coil is the discrete input of its number. */
class OutputModule extends ModbusPeer {
  isDeaf = false

  constructor() {
    super()
    this.behave = (request) => {
      const { transaction, code, unit, address, count } = request
      if (code !== 5) return this.answer(request)
      if (this.isDeaf) return undefined
      for (const table of [1, 2]) this.set({ unit, code: table, address }, Number(count !== 0))
      const bytes = Buffer.alloc(12)
      bytes.writeUInt16BE(transaction, 0)
      bytes.writeUInt16BE(6, 4)
      bytes.set([unit, code, address >> 8, address & 255, count >> 8, count & 255], 6)
      return bytes
    }
  }

  coil(address: number): number | undefined {
    return this.cells.get(`1/1/${address}`)
  }
}

const OUTPUTS = [
  { id: 'lamp', register: { table: 'coil', address: 0 }, safe: 'off', shows: 'active' },
  { id: 'horn', register: { table: 'coil', address: 1 }, safe: 'on', shows: 'unacknowledged', audible: true },
].map((output) => ({ ...output, readback: { table: 'discrete', address: output.register.address } }))

describe('the annunciator command', () => {
  let module: OutputModule
  const states: AnnunciatorState[] = []
  let aedes: Aedes
  let broker: Server
  let mqtt: string
  let metrics: string
  let stop: () => void
  let stopped: Promise<void>

  beforeEach(async () => {
    module = new OutputModule()
    await module.listen()
    states.length = 0
    aedes = await Aedes.createBroker()
    aedes.on('publish', ({ topic, payload }) => {
      if (topic === `${ROOT}/annunciators/horns`)
        states.push(JSON.parse(payload.toString()) as AnnunciatorState)
    })
    broker = createServer(aedes.handle)
    broker.listen(0, '127.0.0.1')
    await once(broker, 'listening')
    mqtt = `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`
    metrics = `127.0.0.1:${await takePort()}`
    ;({ promise: stopped, resolve: stop } = Promise.withResolvers<void>())
  })
  afterEach(async () => {
    stop()
    await new Promise<void>((done) => aedes.close(() => done()))
    broker.close()
    await module.close()
  })

  function file(parts: object = {}): string {
    const path = join(temporaryFolder(), 'plant.json')
    const bus = { driver: 'modbus-tcp', host: '127.0.0.1', port: module.port, timeout: '200ms' }
    writeFileSync(path, plantText({ mqtt, bus, metrics, refresh: '200ms', outputs: OUTPUTS, ...parts }))
    return path
  }

  function publish(topic: string, message: object): void {
    const payload = Buffer.from(JSON.stringify(message))
    aedes.publish(
      { cmd: 'publish', topic: `${ROOT}/${topic}`, payload, qos: 1, retain: true, dup: false },
      () => undefined,
    )
  }
  const server = (state = 'online') => publish('server', { state, session: 's1', version: '0', time: 0 })
  const soon = (look: () => void | Promise<void>) => vi.waitFor(look, { interval: 20 })
  const result = (): Result => ({ code: -1, out: '', err: '' })

  it('drives what it is confirmed for, says how it does, and leaves everything safe', async () => {
    const config = file()
    publish('alarms/GT-1.H', alarm())
    const running = run(['annunciator', '--config', config], { stopped })
    await soon(() => expect(states.at(-1)).toMatchObject({ state: 'online', safe: 'starting' }))
    await soon(() => expect([module.coil(0), module.coil(1)]).toEqual([0, 1]))
    server()
    await soon(() => expect([module.coil(0), module.coil(1)]).toEqual([1, 1]))
    publish('alarms/GT-1.H', alarm({ silenced: true }))
    await soon(() => expect([module.coil(0), module.coil(1)]).toEqual([1, 0]))

    const well = await run(['annunciator', '--config', config, '--health'])
    expect(well).toMatchObject({ code: 0, out: 'annunciator horns drives its outputs: alarms are shown\n' })
    const text = await (await fetch(`http://${metrics}/metrics`)).text()
    expect(text).toContain('davylamp_annunciator_safe{facility="plant",annunciator="horns"} 0')
    expect(text).toContain(
      'davylamp_annunciator_output_on{facility="plant",annunciator="horns",output="lamp"} 1',
    )
    expect((await fetch(`http://${metrics}/latches`)).status).toBe(404)

    module.isDeaf = true
    const failing = async () => run(['annunciator', '--config', config, '--health'])
    await soon(async () =>
      expect((await failing()).err).toContain('ANNUNCIATOR_FAILING: lamp: OUTPUT_UNREACHABLE'),
    )
    expect(states.at(-1)).toMatchObject({ failing: true })
    module.isDeaf = false
    await soon(() => expect(states.at(-1)).toMatchObject({ failing: false }))

    stop()
    expect(await running).toMatchObject({ code: 0 })
    expect([module.coil(0), module.coil(1)]).toEqual([0, 1])
    expect(states.at(-2)).toMatchObject({ state: 'online', safe: 'stopping' })
    expect(states.at(-1)).toMatchObject({ state: 'offline' })
  })

  it('refuses to drive what nobody has confirmed, and touches nothing', async () => {
    const refused = await run(['annunciator', '--config', file({ confirmed: undefined })], { stopped })
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('ANNUNCIATOR_UNCONFIRMED')
    expect(refused.err).toContain('confirmed: { by, on }')
    expect(module.connections).toBe(0)
  })

  it('says in a dry run what it would do, and touches nothing', async () => {
    const said = result()
    const running = run(['annunciator', '--config', file({ confirmed: undefined }), '--dry-run'], {
      stopped,
      result: said,
    })
    publish('alarms/GT-1.H', alarm({ state: 'ACKED' }))
    await soon(() => expect(said.out).toContain('horn on (starting): coil 1 = 1\n'))
    await soon(() => expect(aedes.connectedClients).toBe(1))
    await vi.waitFor(
      () => {
        server()
        expect(said.out).toContain('lamp on (GT-1.H ACKED): coil 0 = 1\n')
      },
      { interval: 300 },
    )
    expect(said.out).toContain('horn off (nothing stands): coil 1 = 0\n')
    server('offline')
    await soon(() => expect(said.out).toContain('lamp off (server-offline): coil 0 = 0\n'))
    stop()
    expect(await running).toMatchObject({ code: 0 })
    expect(module.connections).toBe(0)
    expect(states).toEqual([])
  })

  it.each([
    [['--id', 'lamps'], 1, 'ANNUNCIATOR_UNKNOWN'],
    [['--watch'], 2, 'gateway annunciator has no option --watch'],
    [['--health'], 1, 'ANNUNCIATOR_UNREACHABLE'],
  ])('%j ends with %i and %s', async (options, code, text) => {
    const ended = await run(['annunciator', '--config', file(), ...options], { stopped })
    expect(ended.code).toBe(code)
    expect(ended.err).toContain(text)
    expect(module.connections).toBe(0)
  })
})
