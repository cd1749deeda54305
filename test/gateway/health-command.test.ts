import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../contracts/logger.ts'
import { sinceBoot } from '../../contracts/since-boot.ts'
import type { Pulse } from '../../gateway/health/pulse.ts'
import { takePort, takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { run } from './command-scene.ts'

/** A plant whose device and broker are not there. */
async function plant(outbox: string, more = ''): Promise<string> {
  const [port, broker] = await takePorts(2)
  const file = join(temporaryFolder(), 'plant.yaml')
  writeFileSync(
    file,
    `facility: { id: plant }
mqtt: { url: "mqtt://127.0.0.1:${broker}" }
gateways: [ { id: gw-1, outbox: { path: ${outbox} }${more}, buses: [ { id: plc, driver: modbus-tcp, host: 127.0.0.1, port: ${port}, devices: [
  { id: a, poll: 100ms, sensors: [ { id: A, kind: gas, unit: ppm, register: { address: 0 } } ] } ] } ] } ]
`,
  )
  return file
}

const health = (config: string, ...more: string[]) => run(['health', '--config', config, ...more])

test('a gateway is healthy from start to stop, although device and broker are away', async () => {
  const outbox = join(temporaryFolder(), 'gw-1.db')
  const config = await plant(outbox)
  expect(await health(config)).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /^gateway gw-1 is not healthy: GATEWAY_UNREACHABLE: .*gw-1.db.health.json -> .*\n$/,
    ),
  })
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const running = run(['run', '--config', config], { stopped, logger: silentLogger })
  await vi.waitFor(async () => expect(await health(config)).toMatchObject({ code: 0 }))
  const pulse = () => JSON.parse(readFileSync(`${outbox}.health.json`, 'utf8')) as Pulse
  await vi.waitFor(() => expect(pulse().polls.count).toBeGreaterThan(0))
  expect(Math.abs(pulse().at - sinceBoot())).toBeLessThan(20_000)
  expect(await health(config)).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /0 of 1 devices answer, .*\(BROKER_UNREACHABLE\).* a restart would not help\n$/,
    ),
  })
  expect(JSON.parse((await health(config, '--json')).out)).toMatchObject({
    gateway: 'gw-1',
    healthy: true,
    pulse: { broker: { connected: false } },
  })
  stop()
  await running
  expect(existsSync(`${outbox}.health.json`)).toBe(false)
})

test('one whose outbox is in memory is asked on its port, and without one cannot be', async () => {
  expect((await health(await plant('memory'))).out).toContain('give it one with `metrics`')
  const port = await takePort()
  const config = await plant('memory', `, metrics: "127.0.0.1:${port}"`)
  expect(await health(config)).toMatchObject({ code: 1, out: expect.stringContaining('ECONNREFUSED') })
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const running = run(['run', '--config', config], { stopped, logger: silentLogger })
  await vi.waitFor(async () => expect(await health(config)).toMatchObject({ code: 0 }))
  stop()
  await running
})
