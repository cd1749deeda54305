import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { SeriesTags } from '../../contracts/store.ts'
import { takePorts } from '../ports.ts'
import { Influxd } from '../real/influxd.ts'
import { AlarmProbe } from './alarm-probe.ts'
import { BareDisk } from './bare-disk.ts'
import { MeasuredChild, type Usage, usageOf } from './measured-child.ts'
import type { PublisherNews, PublisherPlan } from './pipeline-publisher.ts'
import { rawRate } from './raw-lines.ts'
import { countdown, eventually, pause } from './waiting.ts'

const MOSQUITTO = '/usr/sbin/mosquitto'
const GATEWAYS = 4
const SENSORS = 1_000
const BATCH = 500
/** Readings a second that are to be sustained, and for how long, s. */
const GOAL = 200_000
const WINDOW_S = 60
const WARM_UP_S = 5
/** The load under which alarms are timed. */
const QUIET_LOAD = 20_000
const BACKLOG = 1_000_000
/** Between two readings of a sensor in raw writes, ms: about as they come when everything goes into InfluxDB. */
const RAW_EVERY_MS = 50
/** Offered while all goes into InfluxDB, as a share of what raw line protocol reaches. */
const OFFERED_OF_RAW = 0.65
/** Alarm events of each measurement. */
const PROBES = 300

/**
 * The whole server over a real broker: publishers that stand in for gateways, Mosquitto, `ingest run` as people
 * start it with two alarms and a FAULT on each sensor, InfluxDB. How much is sustained to durable in the log and
 * confirmed, how much into a database that shares the two cores, beside raw line protocol of the same run, and
 * how long an alarm takes meanwhile.
 */
export async function measurePipeline(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const bench = new Pipeline(terminal, folder)
  terminal.out(
    `pipeline: ${GATEWAYS} gateways x ${SENSORS} sensors, three alarms each, batches of ${BATCH}\n`,
  )
  await bench.sustained()
  await bench.ceiling()
  await bench.latencies({ name: 'InfluxDB as it comes', nice: 0 })
  await bench.latencies({ name: 'InfluxDB at nice 10', nice: 10 })
  await bench.intoInfluxDb()
}

class Pipeline {
  readonly #terminal: Terminal
  readonly #folder: string
  #runs = 0

  constructor(terminal: Terminal, folder: string) {
    this.#terminal = terminal
    this.#folder = folder
  }

  /** At the rate of the goal, the database being away: to durable in the log and confirmed. */
  async sustained(): Promise<void> {
    await using line = await this.#line()
    await using load = line.publish({ rate: GOAL, window: Number.MAX_SAFE_INTEGER })
    const run = await line.watch(load, `${GOAL / 1_000},000/s to the log`, WINDOW_S)
    this.#say(`offered ${GOAL} readings/s, ${WINDOW_S} s, to durable and confirmed`, run)
  }

  /** As fast as it goes, a bounded number unconfirmed. */
  async ceiling(): Promise<void> {
    await using line = await this.#line()
    await using load = line.publish({ rate: Number.MAX_SAFE_INTEGER, window: 100_000 })
    const run = await line.watch(load, 'as fast as it goes', WINDOW_S / 3)
    this.#say('offered without limit, to durable and confirmed', run)
  }

  /** `nice`: priority of the database, as docs/operations.md recommends it where all share a machine. */
  async latencies({ name: database, nice }: { name: string; nice: number }): Promise<void> {
    await using stack = new AsyncDisposableStack()
    const influxd = stack.use(await Influxd.started(this.#runFolder(), { nice }))
    await influxd.createDatabase('bench')
    const line = stack.use(await this.#line(influxd.url))
    stack.use(line.publish({ rate: QUIET_LOAD, window: Number.MAX_SAFE_INTEGER }))
    await countdown(this.#terminal, 'pipeline: warm-up', WARM_UP_S)
    const probe = stack.use(await AlarmProbe.start(line))
    const disk = stack.use(await BareDisk.open(this.#folder))
    const measure = async (name: string) => {
      disk.take()
      const events = await probe.measure(PROBES, (done) => this.#progress(name, done))
      this.#terminal.out(
        `  publish -> alarm event at ${QUIET_LOAD} readings/s, ${database}, ${name}: ${spreadOf(events)} (${events.length} events)\n` +
          `    beside it a write of 4 kB and its sync on the same disk: ${spreadOf(disk.take())}\n`,
      )
    }
    await measure('no more than that')
    const backlog = line.publish({
      rate: Number.MAX_SAFE_INTEGER,
      lane: 'backlog',
      total: BACKLOG,
      batch: 1_000,
    })
    const started = systemClock.monotonic()
    await measure('while a backlog drains')
    const drained = backlog.news?.confirmed ?? 0
    const seconds = (systemClock.monotonic() - started) / 1_000
    this.#terminal.out(
      `    meanwhile ${drained} readings of the backlog were taken, ${(drained / seconds).toFixed(0)} a second\n`,
    )
    await backlog[Symbol.asyncDispose]()
    await influxd.kill()
    await measure('while it is stopped')
  }

  /** With everything on the same cores, in turns with raw writes into the same database. */
  async intoInfluxDb(): Promise<void> {
    await using stack = new AsyncDisposableStack()
    const influxd = stack.use(await Influxd.started(this.#runFolder()))
    const series = seriesOfPlant()
    const raw = async () => {
      this.#terminal.err('pipeline: raw line protocol\n')
      return (await rawRate(influxd, { series, everyMs: RAW_EVERY_MS, seconds: WINDOW_S / 2 })).rate
    }
    const before = await raw()
    await influxd.createDatabase('bench')
    const offered = OFFERED_OF_RAW * before
    const run = await this.#stored(influxd, offered)
    const after = await raw()
    this.#say(`into InfluxDB, ${offered.toFixed(0)} readings/s offered, ${WINDOW_S} s`, run)
    const share = (200 * run.storedPerS) / (before + after)
    this.#terminal.out(
      `    stored ${run.storedPerS.toFixed(0)} readings/s; raw line protocol of the same series ` +
        `${before.toFixed(0)}/s before it and ${after.toFixed(0)}/s after it: ${share.toFixed(0)} %\n`,
    )
  }

  async #stored(influxd: Influxd, rate: number): Promise<Watched> {
    await using line = await this.#line(influxd.url)
    await using load = line.publish({ rate })
    return await line.watch(load, 'into InfluxDB', WINDOW_S, influxd)
  }

  async #line(influxd?: string): Promise<BenchLine> {
    return BenchLine.start(this.#runFolder(), this.#terminal, influxd)
  }

  #runFolder(): string {
    this.#runs += 1
    const folder = join(this.#folder, String(this.#runs))
    mkdirSync(folder)
    return folder
  }

  #progress(name: string, done: number): void {
    this.#terminal.err(`\rpipeline: ${name}: ${done}/${PROBES}${done === PROBES ? '\n' : ''}`)
  }

  #say(name: string, run: Watched): void {
    const perMillion = ([who, cpuS]: [string, number]) =>
      `${who} ${((cpuS / run.confirmed) * 1e6).toFixed(2)}`
    this.#terminal.out(
      `  ${name}: ${run.confirmedPerS.toFixed(0)} readings/s confirmed (slowest second ${run.slowest.toFixed(0)}), ` +
        `publish -> confirm p50 ${run.p50.toFixed(0)} ms, p99 ${run.p99.toFixed(0)} ms\n` +
        `    CPU s per million readings: ${Object.entries(run.cpuS).map(perMillion).join(', ')}; ` +
        `RSS of the server ${run.rssMB.map((mb) => mb.toFixed(0)).join(' -> ')} MB\n`,
    )
  }
}

interface Watched {
  confirmed: number
  confirmedPerS: number
  storedPerS: number
  /** Least confirmed readings in one second. */
  slowest: number
  /** Means of what each second had, ms. */
  p50: number
  p99: number
  /** Key: process. */
  cpuS: Record<string, number>
  /** At the beginning, in the middle and at the end. */
  rssMB: number[]
}

/** A broker, a server and what publishes to them. */
export class BenchLine implements AsyncDisposable {
  readonly url: string
  readonly brokerPort: number
  readonly #terminal: Terminal
  readonly #broker: ChildProcess
  readonly #server: MeasuredChild

  private constructor(parts: {
    url: string
    brokerPort: number
    terminal: Terminal
    broker: ChildProcess
    server: MeasuredChild
  }) {
    this.url = parts.url
    this.brokerPort = parts.brokerPort
    this.#terminal = parts.terminal
    this.#broker = parts.broker
    this.#server = parts.server
  }

  static async start(folder: string, terminal: Terminal, influxd?: string): Promise<BenchLine> {
    const [http = 0, mqtt = 0, nobody = 0] = await takePorts(3)
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      `listener ${mqtt} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n`,
    )
    const config = join(folder, 'plant.json')
    writeFileSync(config, plantText({ folder, http, mqtt, influxd: influxd ?? `http://127.0.0.1:${nobody}` }))
    const broker = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
    const server = new MeasuredChild('ingest/main.ts', ['--config', config, '--log-level', 'error'])
    await eventually(() => server.isAlive() && server.stdout.includes('http://'))
    const url = `http://127.0.0.1:${http}`
    await eventually(async () => (await fetch(`${url}/readyz`)).ok)
    return new BenchLine({ url, brokerPort: mqtt, terminal, broker, server })
  }

  publish(plan: Partial<PublisherPlan>): Publisher {
    return new Publisher({
      port: this.brokerPort,
      facility: 'bench',
      gateways: GATEWAYS,
      sensors: SENSORS,
      batch: BATCH,
      rate: GOAL,
      lane: 'readings',
      total: 0,
      window: Number.MAX_SAFE_INTEGER,
      ...plan,
    })
  }

  async watch(load: Publisher, name: string, seconds: number, influxd?: Influxd): Promise<Watched> {
    await countdown(this.#terminal, `pipeline: ${name}, warm-up`, WARM_UP_S)
    const pids = { mosquitto: this.#broker.pid, ...(influxd === undefined ? {} : { influxd: influxd.pid }) }
    const usages = (): Record<string, Usage> => ({
      publisher: load.usage(),
      server: this.#server.usage(),
      ...Object.fromEntries(Object.entries(pids).map(([who, pid]) => [who, usageOf(pid ?? 0)])),
    })
    const [from, first, stored] = [usages(), load.news, await this.#stored()]
    const before = load.lines
    await countdown(this.#terminal, `pipeline: ${name}`, seconds / 2)
    const middle = this.#server.usage().rssMB
    await countdown(this.#terminal, `pipeline: ${name}`, seconds / 2)
    const [to, last, storedLast] = [usages(), load.news, await this.#stored()]
    const lines = load.all.slice(before)
    const span = ((last?.at ?? 0) - (first?.at ?? 0)) / 1_000
    const confirmed = (last?.confirmed ?? 0) - (first?.confirmed ?? 0)
    const mean = (key: 'p50' | 'p99') => lines.reduce((sum, line) => sum + line[key], 0) / lines.length
    return {
      confirmed,
      confirmedPerS: confirmed / span,
      storedPerS: (storedLast.count - stored.count) / ((storedLast.at - stored.at) / 1_000),
      slowest: Math.min(...lines.map((line, n) => rateOf(line, n === 0 ? first : lines[n - 1]))),
      p50: mean('p50'),
      p99: mean('p99'),
      cpuS: Object.fromEntries(
        Object.entries(to).map(([who, { cpuS }]) => [who, cpuS - (from[who]?.cpuS ?? 0)]),
      ),
      rssMB: [from.server?.rssMB ?? 0, middle, to.server?.rssMB ?? 0],
    }
  }

  async #stored(): Promise<{ count: number; at: number }> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const count = Number(/^davylamp_stored_points_total (\d+)$/m.exec(text)?.[1] ?? 0)
    return { count, at: systemClock.monotonic() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    this.#broker.kill('SIGKILL')
    await pause(100)
  }
}

/** A process that publishes, and what it said last. */
class Publisher implements AsyncDisposable {
  readonly #child: MeasuredChild

  constructor(plan: PublisherPlan) {
    this.#child = new MeasuredChild('test/bench/pipeline-publisher.ts', [JSON.stringify(plan)])
  }

  get all(): PublisherNews[] {
    return this.#child.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as PublisherNews)
  }

  get lines(): number {
    return this.all.length
  }

  get news(): PublisherNews | undefined {
    return this.all.at(-1)
  }

  usage(): Usage {
    return this.#child.usage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stop()
  }
}

function spreadOf(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`
}

function rateOf(line: PublisherNews, before: PublisherNews | undefined): number {
  if (before === undefined) return 0
  return ((line.confirmed - before.confirmed) / (line.at - before.at)) * 1_000
}

/** What the readings of the plant are tagged with. */
function seriesOfPlant(): SeriesTags[] {
  return Array.from({ length: GATEWAYS * SENSORS }, (_, n) => {
    const gateway = `gw-${n % GATEWAYS}`
    return {
      kind: 'gas',
      facility: 'bench',
      area: '',
      gateway,
      device: `${gateway}-panel`,
      sensor: `S-${n % GATEWAYS}-${Math.floor(n / GATEWAYS)}`,
      quantity: '',
      unit: '%LEL',
    }
  })
}

function plantText(of: { folder: string; http: number; mqtt: number; influxd: string }): string {
  const alarms = {
    H: { when: 'high', limit: 20, deadband: 1, onDelay: '2s', offDelay: '10s', priority: 'high' },
    HH: { when: 'high', limit: 40, deadband: 2, priority: 'critical' },
  }
  const sensor = (id: string, own: object) => ({
    id,
    kind: 'gas',
    unit: '%LEL',
    staleAfter: '1h',
    register: { address: 0 },
    alarms: own,
  })
  const gateway = (id: string, sensors: object[]) => ({
    id,
    heartbeat: '1h',
    buses: [
      { id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', devices: [{ id: `${id}-panel`, sensors }] },
    ],
  })
  return JSON.stringify({
    facility: { id: 'bench' },
    mqtt: { url: `mqtt://127.0.0.1:${of.mqtt}` },
    store: { kind: 'influxdb', api: 'v1', url: of.influxd, database: 'bench' },
    server: {
      listen: `127.0.0.1:${of.http}`,
      data: join(of.folder, 'server'),
      auth: 'off',
      log: { maxSize: '20GB' },
    },
    gateways: [
      ...Array.from({ length: GATEWAYS }, (_, g) =>
        gateway(
          `gw-${g}`,
          Array.from({ length: SENSORS }, (_s, n) => sensor(`S-${g}-${n}`, alarms)),
        ),
      ),
      gateway('gw-probe', [sensor('P-1', { H: { when: 'high', limit: 20 } })]),
    ],
  })
}
