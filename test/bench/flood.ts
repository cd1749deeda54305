import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { takePorts } from '../ports.ts'
import { AlarmEar, type HeardEvent } from './alarm-ear.ts'
import { FLOODED, floodPlantText, SENSORS, STEPS, sensorId } from './flood-plant.ts'
import { coresBetween, MeasuredChild } from './measured-child.ts'
import { RequestPace } from './request-pace.ts'
import { spread, spreadText } from './spread.ts'
import { eventually, pause } from './waiting.ts'

const SECONDS = 10
/** Sensors that make a step in one batch; with ten steps of each sensor, 200 batches in 10 s. */
const AT_ONCE = 50
const BATCHES = (SENSORS / AT_ONCE) * STEPS.length
const PATHS = ['/api/v1/alarms', '/api/v1/journal', `/api/v1/facilities/${FLOODED}`]
const PAGE = 1_000

/**
 * 10,000 alarm transitions in ten seconds through the whole server, embedded broker and store, while the interface is
 * asked ten times a second for alarms, journal and plant: whether each is in the journal once and was told once, how
 * long that took, and how long answers took beside those of the same run before the flood and after it, when as many
 * alarms stand.
 */
export async function measureFlood(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const [http = 0, mqtt = 0] = await takePorts(2)
  const config = join(folder, 'plant.json')
  writeFileSync(config, floodPlantText({ folder, http, mqtt }))
  const server = stack.use(new MeasuredChild('ingest/main.ts', ['--config', config, '--log-level', 'error']))
  await eventually(() => server.isAlive() && server.stdout.includes('http://'))
  const url = `http://127.0.0.1:${http}`
  await eventually(async () => (await fetch(`${url}/readyz`)).ok)
  const client = await connectAsync(`mqtt://127.0.0.1:${mqtt}`, { clientId: `${FLOODED}.gw`, clean: true })
  stack.defer(() => client.endAsync(true))
  if (client.stream instanceof Socket) client.stream.setNoDelay(true)
  const flood = new Flood(client)
  flood.calm()
  await pause(3_000)
  const ear = stack.use(await AlarmEar.open(url))
  const pace = new RequestPace(url, PATHS)
  stack.defer(() => pace.stop())

  terminal.err('flood: before\n')
  const before = await pace.run(SECONDS)
  terminal.err('flood: during\n')
  const used = server.usage()
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const [during] = await Promise.all([pace.run(SECONDS), flood.run(SECONDS)])
  loop.disable()
  const cores = coresBetween(used, server.usage())
  await eventually(() => ear.heard.filter(isOfFlood).length >= flood.transitions)
  terminal.err('flood: after\n')
  const after = await pace.run(SECONDS)

  const journalled = await entriesOf(url)
  const told = ear.heard.filter(isOfFlood)
  terminal.out(
    `flood: ${SENSORS} sensors, three alarms each; ${flood.transitions} transitions in ${(flood.ms / 1_000).toFixed(1)} s, ${BATCHES} batches; ` +
      `the server used ${cores.toFixed(2)} cores\n` +
      `  journalled: ${account(journalled)}; told on the stream: ${account(told)}, dropped ${ear.dropped} times\n` +
      `  publish -> alarm event, journalled: ${spreadText(flood.latencies(told))}\n`,
  )
  for (const path of PATHS) {
    const [calm, flooded, standing] = [before, during, after].map((times) => times.get(path) ?? [])
    const ratio = spread(flooded ?? []).p99 / spread(standing ?? []).p99
    terminal.out(
      `  GET ${path}: ${spreadText(flooded ?? [])}; before ${spreadText(calm ?? [])}; ` +
        `after, as many standing ${spreadText(standing ?? [])}; ratio of p99 ${ratio.toFixed(2)}\n`,
    )
  }
  terminal.out(`  the bench's own loop was held for ${(loop.percentile(99) / 1e6).toFixed(1)} ms at p99\n`)
}

/** A gateway whose sensors all go through the steps, some with each batch. */
class Flood {
  readonly #client: MqttClient
  readonly #epoch = `flood-${Math.trunc(systemClock.wall())}`
  #seq = 0
  /** When a transition was published, monotonic ms, oldest first. Key: alarm and event. */
  readonly #published = new Map<string, number[]>()
  readonly transitions = SENSORS * STEPS.length
  ms = 0

  constructor(client: MqttClient) {
    this.#client = client
  }

  calm(): void {
    for (let from = 0; from < SENSORS; from += PAGE)
      this.#send(Array.from({ length: PAGE }, (_, n) => ({ sensor: sensorId(from + n), value: 5 })))
  }

  async run(seconds: number): Promise<void> {
    const started = systemClock.monotonic()
    for (let batch = 0; batch < BATCHES; batch++) {
      const step = STEPS[Math.floor((batch * AT_ONCE) / SENSORS)]
      if (step === undefined) break
      const from = (batch * AT_ONCE) % SENSORS
      const sensors = Array.from({ length: AT_ONCE }, (_, n) => sensorId(from + n))
      for (const sensor of sensors) {
        const key = `${sensor}.${step.key} ${step.event}`
        this.#published.set(key, [...(this.#published.get(key) ?? []), systemClock.monotonic()])
      }
      this.#send(sensors.map((sensor) => ({ sensor, value: step.value })))
      this.ms = systemClock.monotonic() - started
      await pause(Math.max(0, started + ((batch + 1) * seconds * 1_000) / BATCHES - systemClock.monotonic()))
    }
  }

  /** From handing a batch to the client until the alarm event, ms. */
  latencies(told: readonly HeardEvent[]): number[] {
    const left = new Map([...this.#published].map(([key, times]) => [key, [...times]]))
    return told.map(({ alarm, event, at }) => at - (left.get(`${alarm.id} ${event}`)?.shift() ?? Number.NaN))
  }

  #send(values: readonly { sensor: string; value: number }[]): void {
    this.#seq += 1
    const sent = Math.trunc(systemClock.wall())
    const readings = values.map((reading) => ({ ...reading, time: sent }))
    const batch = {
      epoch: this.#epoch,
      seq: this.#seq,
      sent,
      snapshot: this.#seq === 1,
      polled: {},
      readings,
    }
    const text = JSON.stringify({ ...batch, gaps: [] })
    this.#client.publish(`davylamp/v1/${FLOODED}/gateways/gw/readings`, text, { qos: 1 })
  }
}

interface Entry {
  readonly event: string
  readonly alarm: { readonly id: string }
}

function isOfFlood({ alarm, event }: Entry): boolean {
  return (
    alarm.id.startsWith('S-') && !alarm.id.endsWith('.FAULT') && (event === 'raised' || event === 'returned')
  )
}

/** All of the journal that is of the flood, oldest first. */
async function entriesOf(url: string): Promise<Entry[]> {
  const entries: Entry[] = []
  let before = ''
  do {
    const answer = await fetch(`${url}/api/v1/journal?facility=${FLOODED}&limit=${PAGE}${before}`)
    const page = (await answer.json()) as { items: Entry[]; next?: string }
    entries.push(...page.items)
    before = page.next === undefined ? '' : `&before=${page.next}`
  } while (before !== '')
  return entries.toReversed().filter(isOfFlood)
}

/** Counts what every alarm should have gone through and did not, and what it went through besides. */
function account(entries: readonly Entry[]): string {
  const counts = new Map<string, number>()
  const count = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by)
  for (const { alarm, event } of entries) count(`${alarm.id} ${event}`, 1)
  for (const { key, event } of STEPS)
    for (let n = 0; n < SENSORS; n++) count(`${sensorId(n)}.${key} ${event}`, -1)
  const differences = [...counts.values()]
  const lost = differences.reduce((sum, difference) => sum + Math.max(0, -difference), 0)
  const twice = differences.reduce((sum, difference) => sum + Math.max(0, difference), 0)
  return `${entries.length}, ${lost} lost, ${twice} twice`
}
