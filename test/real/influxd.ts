import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreConfig } from '../../contracts/facility.ts'
import { takePorts } from '../ports.ts'

export const INFLUXD = '/usr/bin/influxd'

/** The configuration file of an InfluxDB 1.6 that keeps to a folder and to loopback. */
export function influxConfig(folder: string, { port, rpc, http = '' }: InfluxPorts): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[logging]
  level = "error"
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  suppress-write-log = true
  ${http}
`
}

interface InfluxPorts {
  port: number
  /** Of its own backup service. */
  rpc: number
  /** Further lines of its section [http]. */
  http?: string
}

/** A real InfluxDB 1.6 in a folder of its own, which can be killed and started again. */
export class Influxd implements AsyncDisposable {
  readonly url: string
  readonly #config: string
  readonly #nice: number
  #process: ChildProcess | undefined

  private constructor(url: string, config: string, nice: number) {
    this.url = url
    this.#config = config
    this.#nice = nice
  }

  /** `http` are further lines of its section [http], such as `auth-enabled = true`; `nice` as in nice(1). */
  static async started(folder: string, { http = '', nice = 0 } = {}): Promise<Influxd> {
    const [port = 0, rpc = 0] = await takePorts(2)
    const config = join(folder, 'influxdb.conf')
    writeFileSync(config, influxConfig(folder, { port, rpc, http }))
    const influxd = new Influxd(`http://127.0.0.1:${port}`, config, nice)
    await influxd.start()
    return influxd
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  async start(): Promise<void> {
    const nice = ['-n', String(this.#nice)]
    const started = spawn('nice', [...nice, INFLUXD, '-config', this.#config], { stdio: 'ignore' })
    this.#process = started
    // A minute: a machine may be busy.
    for (let tries = 0; tries < 2_400; tries += 1) {
      if (started.exitCode !== null) throw new Error(`influxd ended with ${started.exitCode}`)
      const isUp = await fetch(`${this.url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isUp) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('influxd does not answer')
  }

  /** SIGSTOP and SIGCONT, for one. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }

  /** Sends InfluxQL and answers what came back, as JSON. */
  async ask(q: string, parameters: Record<string, string> = {}): Promise<unknown> {
    const body = new URLSearchParams({ q, epoch: 'ms', ...parameters })
    return (await fetch(`${this.url}/query`, { method: 'POST', body })).json()
  }

  /** The rows of one series of an answer. */
  async rows(q: string, parameters: Record<string, string> = {}): Promise<unknown[][]> {
    const answer = (await this.ask(q, parameters)) as {
      results: { series?: { values: unknown[][] }[]; error?: string }[]
    }
    if (answer.results[0]?.error !== undefined) throw new Error(answer.results[0].error)
    return answer.results[0]?.series?.[0]?.values ?? []
  }

  async createDatabase(database: string): Promise<void> {
    await this.ask(`CREATE DATABASE "${database}"`)
    await this.ask(`CREATE RETENTION POLICY "rollup" ON "${database}" DURATION INF REPLICATION 1`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

/** The section `store` of a facility that uses this database. */
export function storeConfig(url: string, database: string): StoreConfig {
  const day = 86_400_000
  return {
    kind: 'influxdb',
    api: 'v1',
    url,
    database,
    retentionMs: 400 * day,
    rollUpRetentionMs: 1_100 * day,
  }
}
