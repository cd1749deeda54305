import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { type RunningServer, randomId, startServer } from '../../ingest/main.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { loadScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'
import { temporaryFolder } from '../temporary-folder.ts'

export interface LineOptions {
  /** The example plant unless given. */
  facility?: Facility
  scenario?: string | Scenario
  /** Simulated seconds in a second. */
  speed?: number
  logger?: Logger
  /** Without the gateways: a test starts them itself. */
  gateways?: readonly string[]
  /** An external broker instead of the embedded one. */
  broker?: { host: string; port: number }
  /** When simulated time begins, epoch ms: what has been played since is in the past. */
  startedAt?: number
}

/** The whole line in this process: simulated devices, gateways, broker, server; on free ports. */
export class Line implements AsyncDisposable {
  readonly facility: Facility
  readonly simulation: Simulation
  readonly server: RunningServer
  readonly gateways = new Map<string, EdgeGateway>()
  readonly #options: LineOptions
  #stop: () => Promise<void> = async () => undefined

  private constructor(
    options: LineOptions,
    parts: { facility: Facility; simulation: Simulation; server: RunningServer },
  ) {
    this.#options = options
    this.facility = parts.facility
    this.simulation = parts.simulation
    this.server = parts.server
  }

  static async start(options: LineOptions = {}): Promise<Line> {
    await using stack = new AsyncDisposableStack()
    const facility = options.facility ?? exampleFacility()
    const logger = options.logger ?? silentLogger
    const { scenario = 'calm' } = options
    const server = await startServer({
      facilities: [facility],
      clock: systemClock,
      randomId,
      random: Math.random,
      logger,
      listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
    })
    stack.defer(() => server.stop())
    // The plant begins to move once there is somebody to see it.
    const simulation = new Simulation({
      facility,
      scenario: typeof scenario === 'string' ? loadScenario(scenario, facility) : scenario,
      clock: systemClock,
      logger,
      ports: 'ephemeral',
      speed: options.speed ?? 1,
      ...(options.startedAt === undefined ? {} : { startedAt: options.startedAt }),
    })
    stack.defer(() => simulation.stop())
    await simulation.start()
    const line = new Line(options, { facility, simulation, server })
    // At once: whoever is not heard within three heartbeats is lost.
    const ids = options.gateways ?? facility.gateways.map((gateway) => gateway.id)
    await Promise.all(ids.map((id) => line.startGateway(id)))
    const owned = stack.move()
    line.#stop = () => owned.disposeAsync()
    return line
  }

  async startGateway(id: string): Promise<EdgeGateway> {
    const addresses = this.simulation.addresses()
    const busAddresses = new Map(
      [...addresses]
        .filter(([key]) => key.startsWith(`${id}/`))
        .map(([key, address]) => [key.slice(id.length + 1), address]),
    )
    const broker = this.#options.broker ?? this.server.broker
    const gateway = new EdgeGateway({
      facility: this.facility,
      gateway: id,
      clock: systemClock,
      random: Math.random,
      randomId,
      logger: this.#options.logger ?? silentLogger,
      busAddresses,
      ...(broker === undefined ? {} : { broker }),
    })
    this.gateways.set(id, gateway)
    await gateway.start()
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.http.port}`
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  async alarms(): Promise<AlarmView[]> {
    return (await this.get<{ items: AlarmView[] }>('/api/v1/alarms')).items
  }

  /** Oldest first. */
  async journal(): Promise<JournalItem[]> {
    return (await this.get<{ items: JournalItem[] }>('/api/v1/journal?limit=1000')).items.reverse()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gateway of this.gateways.values()) await gateway.stop()
    await this.#stop()
  }
}

/** facility.example.yaml with its data in a folder of its own, after an edit of its text. */
export function exampleFacility(edit: (text: string) => string = (text) => text): Facility {
  const text = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
  // Of outboxes on the disk the tests of processes tell; here their threads would only be late at the start.
  const own = text
    .replace('data: data/server', `data: ${JSON.stringify(join(temporaryFolder(), 'server'))}`)
    .replace('path: data/gw-1.db', 'path: memory')
    .replace('id: gw-2\n', 'id: gw-2\n    outbox: { path: memory }\n')
  return parseFacility(edit(own), 'facility.example.yaml')
}

/** Every poll and delay a tenth, to go with a plant ten times as fast; a busy machine is given more time to answer. */
export function tenTimesFaster(text: string): string {
  return text
    .replaceAll(
      /(poll|onDelay|offDelay): (\d+)s/g,
      (_all, key, seconds) => `${key}: ${Number(seconds) * 100}ms`,
    )
    .replaceAll('poll: 500ms', 'poll: 50ms')
    .replaceAll('timeout: 500ms', 'timeout: 400ms')
    .replaceAll('id: gw-', 'heartbeat: 500ms\n    id: gw-')
}
