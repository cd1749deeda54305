import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { INFLUXD, influxConfig } from '../../real/influxd.ts'
import { Service, type ServiceOptions } from '../processes/service.ts'

export const MOSQUITTO = '/usr/sbin/mosquitto'
export { INFLUXD }

type Shared = Pick<ServiceOptions, 'folder' | 'onCrash'>

/** A broker that keeps nothing: after a kill it has forgotten everything. */
export function mosquittoService(shared: Shared, port: number): Service {
  const config = join(shared.folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`)
  return new Service({
    ...shared,
    name: 'broker',
    command: MOSQUITTO,
    args: () => ['-c', config],
    logFile: join(shared.folder, 'broker.log'),
  })
}

export function influxService(shared: Shared, ports: { port: number; rpc: number }): Service {
  const folder = join(shared.folder, 'influxdb')
  mkdirSync(folder)
  const config = join(folder, 'influxdb.conf')
  writeFileSync(config, influxConfig(folder, ports))
  return new Service({
    ...shared,
    name: 'database',
    command: INFLUXD,
    args: () => ['-config', config],
    logFile: join(shared.folder, 'database.log'),
    isReady: async () =>
      (await fetch(`http://127.0.0.1:${ports.port}/ping`, { signal: AbortSignal.timeout(2_000) })).ok,
  })
}

/** As people do it before the first start: `npm run ingest -- setup`. */
export async function createDatabase(config: string, folder: string): Promise<void> {
  const main = fileURLToPath(new URL('../../../ingest/main.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [main, 'setup', '--config', config], { cwd: folder })
}
