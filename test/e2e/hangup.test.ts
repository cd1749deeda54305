import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AlarmView, GatewayView } from '../../contracts/api.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

const soon = (look: () => Promise<void> | void) => vi.waitFor(look, { timeout: 90_000, interval: 100 })

test('SIGHUP has server and gateway take a file that has changed, and go on with one that is wrong', async () => {
  const folder = temporaryFolder()
  const config = join(folder, 'plant.yaml')
  const [http = 0, mqtt = 0, plc = 0] = await takePorts(3)
  writeFileSync(
    config,
    `facility: { id: plant, name: Plant }
mqtt: { url: embedded, listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", data: server, auth: off }
gateways:
  - id: gw-1
    outbox: { path: gw-1.db }
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        port: ${plc}
        devices: [ { id: panel, sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ] } ]
`,
  )
  const get = async (path: string) =>
    (await (await fetch(`http://127.0.0.1:${http}/api/v1${path}`)).json()) as { items: object[] }
  const alarm = async (id: string) =>
    ((await get('/alarms')).items as AlarmView[]).find((view) => view.id === id)
  await using server = new Child('ingest/main.ts', ['--config', config], folder)
  await using gateway = new Child('gateway/main.ts', ['run', '--config', config], folder)
  await soon(async () => {
    const { items } = await get('/facilities/plant/gateways')
    expect((items as GatewayView[])[0]).toMatchObject({ state: 'online', configMatches: true })
  })

  const before = readFileSync(config, 'utf8')
  writeFileSync(config, before.replace('name: Plant', 'nmae: Plant'))
  for (const child of [server, gateway]) child.signal('SIGHUP')
  await soon(() => {
    for (const { stderr } of [server, gateway]) {
      expect(stderr).toContain('unknown key \\"nmae\\", did you mean \\"name\\"?')
      expect(stderr).toContain('nothing was reloaded')
    }
  })

  writeFileSync(config, before.replace('name: Plant', 'name: Works'))
  server.signal('SIGHUP')
  await soon(async () => {
    expect((await get('/facilities')).items).toMatchObject([{ name: 'Works' }])
    expect(await alarm('sys.gw-1.config.DIFF')).toMatchObject({ state: 'UNACK' })
  })
  gateway.signal('SIGHUP')
  await soon(async () => expect(await alarm('sys.gw-1.config.DIFF')).toMatchObject({ state: 'RTNUN' }))
  expect(await gateway.kill('SIGTERM')).toBe(0)
  expect(await server.kill('SIGTERM')).toBe(0)
})
