import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CodedError } from '../../contracts/errors.ts'
import { deployCommand } from '../../ingest/commands/deploy.ts'
import type { GrafanaProvision } from '../../ingest/deployment/grafana-provision.ts'
import { SettableClock } from '../gateway/settable-clock.ts'

export const EXAMPLE = fileURLToPath(new URL('../../facility.example.yaml', import.meta.url))
export const COMPOSE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url))
/** As the example has its gateways and its first limit, without the rest: a deployment reads its files many times over. */
const SMALL = `
facility: { id: demo-plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, prefix: davylamp/v1 }
store: { kind: embedded }
server: { listen: "127.0.0.1:8080", data: data/server, auth: off }
areas: [ { id: tank-farm } ]
templates:
  lel: { kind: gas, unit: "%LEL", range: [0, 100], alarms: { H: { when: high, limit: 20 } } }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: panel, area: tank-farm, sensors: [ { id: GT-1, use: lel, register: { address: 1 } } ] } ]
  - id: gw-2
    buses:
      - id: line
        driver: modbus-tcp
        host: 127.0.0.1
        port: 1503
        devices: [ { id: shed, area: tank-farm, sensors: [ { id: GT-2, use: lel, register: { address: 1 } } ] } ]
`
/** 2026-11-29, 00:00 UTC. */
export const NOW = 1_795_910_400_000
export const DAY = 86_400_000

/** One file that says what it was asked for; what Grafana makes of the real ones is another test's. */
export const provision: GrafanaProvision = ({ facilities, datasource, dashboards, links }) =>
  new Map([
    [
      'provisioning/asked.json',
      JSON.stringify({
        facilities: facilities.map(({ id, digest }) => [id, digest]),
        datasource,
        dashboards,
        links,
      }),
    ],
  ])

/** Runs `npm run deploy`; chance is counted, so that two secrets are never the same. */
export class Deploy {
  readonly clock = new SettableClock(NOW)
  #count = 0

  async run(...words: string[]): Promise<{ code: number; out: string }> {
    let out = ''
    const terminal = {
      argv: ['deploy', ...words],
      env: {},
      out: (text: string) => {
        out += text
      },
      err: () => undefined,
      stopped: Promise.resolve(),
    }
    const tools = {
      provision,
      random: (bytes: number) => this.#random(bytes),
      user: { uid: 1_000, gid: 1_000 },
    }
    return { code: await deployCommand(terminal, tools, this.clock), out }
  }

  /** Codes and paths of what `check` finds. */
  async problems(folder: string, ...words: string[]): Promise<string[]> {
    const { code, out } = await this.run(
      'check',
      '--folder',
      folder,
      '--compose',
      COMPOSE,
      '--json',
      ...words,
    )
    const { problems } = JSON.parse(out) as { problems: { code: string; path: string; remedy: string }[] }
    if ((code === 0) !== (problems.length === 0)) throw new Error(`${code} with ${problems.length} problems`)
    return problems.map((problem) => `${problem.code} ${problem.path}`)
  }

  #random(bytes: number): Buffer {
    this.#count += 1
    return Buffer.from(Array.from({ length: bytes }, (_, index) => (this.#count * 97 + index * 61 + 7) % 251))
  }
}

/** Writes a plant that is quickly read into the folder, and tells its path. */
export function smallPlant(folder: string): string {
  const file = join(folder, 'plant.yaml')
  writeFileSync(file, SMALL)
  return file
}

/** Changes the text of a file of a deployment. */
export function edit(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  const changed = change(text)
  if (changed === text) throw new Error(`${file}: nothing was changed`)
  writeFileSync(path, changed)
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown,
  )
  return error instanceof CodedError ? error.code : String(error)
}
