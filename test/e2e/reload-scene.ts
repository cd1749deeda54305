import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlarmView, HistoryPoint, JournalItem, Problem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { FacilityReader } from '../../contracts/facility-reader.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { ReloadView } from '../../contracts/reload-api.ts'
import type { Confirm } from '../../contracts/wire.ts'
import { type RunningServer, randomId, startServer } from '../../ingest/main.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** What a test writes into the file of its plant. */
export interface PlantFile {
  id?: string
  /** Key: sensor id. Value: its keys beside id, kind, unit and register. */
  sensors: Record<string, string>
  /** Further top-level lines. */
  more?: string
  prefix?: string
}

/** A server that runs on facility files which a test edits, and a gateway that it plays. */
export class ReloadScene implements AsyncDisposable {
  readonly #folder: string
  readonly #files: string
  readonly #reader: FacilityReader
  readonly server: RunningServer
  readonly peer: MqttPeer
  #seq = 0
  #total = 0

  private constructor(parts: {
    folder: string
    files: string
    reader: FacilityReader
    server: RunningServer
    peer: MqttPeer
  }) {
    this.#folder = parts.folder
    this.#files = parts.files
    this.#reader = parts.reader
    this.server = parts.server
    this.peer = parts.peer
  }

  static async start(plant: PlantFile, logger: Logger = silentLogger): Promise<ReloadScene> {
    const [folder, files] = [temporaryFolder(), temporaryFolder()]
    write(folder, files, plant)
    const reader = new FacilityReader([files])
    const server = await startServer({
      facilities: loadFacilities([files]),
      read: (known) => reader.read(known),
      clock: systemClock,
      randomId,
      random: Math.random,
      logger,
      listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
    })
    const peer = await MqttPeer.connect(server.broker?.port ?? 0)
    await peer.subscribe('davylamp/v1/+/gateways/+/confirm')
    return new ReloadScene({ folder, files, reader, server, peer })
  }

  /** The file of this facility from now on. */
  edit(plant: PlantFile): void {
    write(this.#folder, this.#files, plant)
  }

  /** The path of it. */
  path(id = 'plant'): string {
    return join(this.#files, `${id}.yaml`)
  }

  /** Sends readings of gw-1, a millisecond apart; answers with when the last was sampled. */
  async send(sensor: string, values: readonly number[], plant = 'plant'): Promise<number> {
    this.#seq += 1
    this.#total += values.length
    const sent = systemClock.wall()
    const readings = values.map((value, index) => ({ sensor, time: sent - values.length + 1 + index, value }))
    const batch = { epoch: 'e1', seq: this.#seq, sent, total: this.#total, readings }
    await this.peer.publish(`davylamp/v1/${plant}/gateways/gw-1/readings`, JSON.stringify(batch))
    return sent
  }

  /** Batches that the server has confirmed. */
  get confirmed(): number {
    const confirms = this.peer.on('davylamp/v1/plant/gateways/gw-1/confirm')
    const seqs = confirms.flatMap((text) => (JSON.parse(text) as Confirm).seqs)
    return new Set(seqs.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)))
      .size
  }

  async reload(): Promise<ReloadView> {
    const response = await this.post('/reload', {})
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as ReloadView
  }

  async refused(): Promise<Problem> {
    const response = await this.post('/reload', {})
    if (response.ok) throw new Error('it was taken')
    return (await response.json()) as Problem
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.#url}${path}`)).json()) as T
  }

  async alarm(id: string): Promise<AlarmView | undefined> {
    return (await this.get<{ items: AlarmView[] }>('/alarms')).items.find((alarm) => alarm.id === id)
  }

  /** Oldest first. */
  async events(alarm: string): Promise<JournalItem['event'][]> {
    const { items } = await this.get<{ items: JournalItem[] }>(`/journal?alarm=${alarm}&limit=1000`)
    return items.reverse().map(({ event }) => event)
  }

  /** How many readings the store has of a sensor. */
  async stored(sensor: string, plant = 'plant'): Promise<number> {
    const [from, to] = [-600_000, 600_000].map((ms) => new Date(systemClock.wall() + ms).toISOString())
    const { items } = await this.get<{ items: HistoryPoint[] }>(
      `/facilities/${plant}/sensors/${sensor}/readings?from=${from}&to=${to}`,
    )
    return items.reduce((sum, { count }) => sum + count, 0)
  }

  get #url(): string {
    return `http://127.0.0.1:${this.server.http.port}/api/v1`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peer.client.endAsync()
    await this.server.stop()
    await this.#reader.close()
  }
}

/** Each sensor is sent a reading or two, and nobody is to hold it for silent, however long a test takes. */
function write(folder: string, files: string, { id = 'plant', sensors, more = '', prefix }: PlantFile): void {
  const registers = Object.entries(sensors).map(
    ([sensor, keys], address) =>
      `{ id: ${sensor}, kind: gas, unit: ppm, staleAfter: 1h, register: { address: ${address} }, ${keys} }`,
  )
  writeFileSync(
    join(files, `${id}.yaml`),
    `facility: { id: ${id}, timezone: Asia/Shanghai }
mqtt: { url: embedded${prefix === undefined ? '' : `, prefix: ${prefix}`} }
server: { data: ${JSON.stringify(folder)}, auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel-${id}, sensors: [ ${registers.join(', ')} ] } ] }
${more}`,
  )
}
