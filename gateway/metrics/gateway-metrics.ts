import { Counter, Gauge, Registry } from 'prom-client'
import type { Gateway } from '../../contracts/facility.ts'
import { histogramText } from '../../contracts/histogram-text.ts'
import { type CertificateSources, certificateGauge } from '../../contracts/tls/certificate-gauge.ts'
import { type BusHealth, ROUND_TRIP_BOUNDS_MS } from '../../contracts/wire.ts'
import type { EdgeGatewayHealth } from '../edge-gateway-health.ts'

/** Where the figures come from. */
export interface GatewayMetricsSource {
  /** Id of the facility. */
  readonly facility: string
  readonly gateway: Gateway
  health(): EdgeGatewayHealth
  readonly tls?: CertificateSources
}

type DeviceHealth = EdgeGatewayHealth['devices'][string]
type Visit<Label extends string, Health> = (labels: Record<Label, string>, health: Health) => void
type Each<Label extends string, Health> = (visit: Visit<Label, Health>) => void
/** Key: name without prefix. A gauge that nobody measured is undefined and left out. */
type Rows<Health, Value> = Readonly<Record<string, readonly [help: string, read: (health: Health) => Value]>>

const DEVICE = ['facility', 'gateway', 'bus', 'device'] as const
type DeviceLabel = (typeof DEVICE)[number]
const BUS = ['facility', 'gateway', 'bus'] as const
type BusLabel = (typeof BUS)[number]
const GATEWAY = ['facility', 'gateway'] as const
type GatewayLabel = (typeof GATEWAY)[number]

const DEVICE_COUNTERS: Rows<DeviceHealth, number | undefined> = {
  requests_total: ['Requests sent to the device', ({ requests }) => requests],
  retries_total: ['Requests asked again since the device was busy', ({ retries }) => retries ?? 0],
  overruns_total: ['Polls skipped since the one before had not ended', ({ overruns }) => overruns],
  waveform_samples_total: ['Samples of each axis of a seismic station', ({ waveform }) => waveform?.samples],
  waveform_gaps_total: ['Breaks in the waveform of a seismic station', ({ waveform }) => waveform?.gaps],
  waveform_events_total: ['Events that a seismic station has recorded', ({ waveform }) => waveform?.events],
}
const DEVICE_GAUGES: Rows<DeviceHealth, number | undefined> = {
  device_online: ['1 while the device answers', ({ online }) => Number(online)],
  device_isolated: [
    '1 while the device is asked seldom, since it does not answer',
    ({ isolated }) => Number(isolated ?? false),
  ],
  cycle_seconds: [
    'Duration of the last whole poll of the device',
    ({ cycleMs }) => (cycleMs === undefined ? undefined : cycleMs / 1_000),
  ],
  waveform_latency_seconds: [
    'Age of the newest sample of a seismic station when it came',
    ({ waveform }) => (waveform?.latencyMs === undefined ? undefined : waveform.latencyMs / 1_000),
  ],
  refused_ranges: ['Ranges of registers that the device refuses', ({ refused }) => refused?.length ?? 0],
}
const BUS_GAUGES: Rows<BusHealth, number | undefined> = {
  bus_connected: ['1 while the bus is connected', ({ connected }) => Number(connected)],
  bus_utilisation_ratio: [
    'Share of the time that a request was on its way, 0 to 1',
    ({ utilisation }) => utilisation,
  ],
}
const BUS_COUNTERS: Rows<BusHealth, number> = {
  reconnects_total: ['Times the connection of the bus was replaced', ({ reconnects }) => reconnects],
}
const GATEWAY_GAUGES: Rows<EdgeGatewayHealth, number | undefined> = {
  outbox_batches: ['Batches that wait for the server', ({ outbox }) => outbox.batches],
  outbox_readings: ['Readings that wait for the server', ({ outbox }) => outbox.readings],
  outbox_oldest_age_seconds: [
    'Age of the oldest batch that waits, 0 when none does',
    ({ outbox, time }) => (outbox.oldest === null ? 0 : Math.max(0, time - outbox.oldest) / 1_000),
  ],
  outbox_set_aside: [
    'Batches that could not be confirmed and were set aside',
    ({ outbox }) => outbox.setAside,
  ],
  outbox_bytes: ['Bytes of the outbox on the disk', ({ outbox }) => outbox.bytes],
  outbox_trouble: [
    '1 while something is wrong with the disk of the outbox',
    ({ outbox }) => Number(outbox.trouble !== undefined),
  ],
  waveforms_waiting: [
    'Events of seismic stations that wait for the server',
    ({ waveforms }) => waveforms?.waiting,
  ],
  waveforms_unsaved: [
    'Events of seismic stations in memory, since the disk does not take them',
    ({ waveforms }) => waveforms && (waveforms.unsaved ?? 0),
  ],
  clock_skew_seconds: [
    'Clock of the server minus that of the gateway',
    ({ clock }) => (clock.skew === undefined ? undefined : clock.skew / 1_000),
  ],
  clock_synchronized: [
    '1 while the time service of the machine says that the clock is right',
    ({ clock }) => (clock.ntp === undefined ? undefined : Number(clock.ntp === 'synchronized')),
  ],
  clock_drift_seconds: [
    'Wall clock minus steady clock since the epoch began',
    ({ clock }) => clock.drift / 1_000,
  ],
}
const GATEWAY_COUNTERS: Rows<EdgeGatewayHealth, number | undefined> = {
  outbox_evicted_readings_total: [
    'Readings dropped since the outbox was full, they were too old or the disk lost them',
    ({ outbox }) => outbox.evictedReadings,
  ],
  outbox_commits_total: ['Times that the outbox was synced to the disk', ({ outbox }) => outbox.commits],
  outbox_refused_readings_total: ['Readings that the server refused', ({ outbox }) => outbox.refusedReadings],
  waveforms_evicted_total: [
    'Events of seismic stations dropped since there was no room for them',
    ({ waveforms }) => waveforms?.evicted,
  ],
  clock_steps_total: ['Steps of the wall clock since the start', ({ clock }) => clock.steps],
}

interface Kinds<Health> {
  readonly name: string
  readonly help: string
  /** Key: the kind. */
  read(health: Health): Readonly<Record<string, number>>
}
const DEVICE_ERRORS: Kinds<DeviceHealth> = {
  name: 'errors_total',
  help: 'Requests without data, by what went wrong',
  read: ({ errors }) => errors,
}
const BUS_DISCARDS: Kinds<BusHealth> = {
  name: 'discarded_total',
  help: 'Frames and stretches of bytes not taken for an answer, by what was wrong with them',
  read: ({ discarded = {} }) => discarded,
}
const OUTBOX_GAPS: Kinds<EdgeGatewayHealth> = {
  name: 'outbox_lost_readings_total',
  help: 'Readings that were lost before the server had them, by why',
  read: ({ outbox }) => outbox.gaps,
}
const ROUND_TRIP_HELP = 'Answered requests by the time from request to answer'

/** Prometheus metrics named davylamp_gateway_*, read from the health of the gateway when they are asked for. */
export class GatewayMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #source: GatewayMetricsSource
  readonly #registry = new Registry()
  /** Key: device id; value: the id of its bus. */
  readonly #busOf: ReadonlyMap<string, string>
  /** One look for all metrics of a scrape, so that they agree with each other. */
  #health: EdgeGatewayHealth | undefined

  constructor(source: GatewayMetricsSource) {
    this.#source = source
    this.#busOf = new Map(
      source.gateway.buses.flatMap((bus) => bus.devices.map((device) => [device.id, bus.id] as const)),
    )
    const registry = this.#registry
    if (source.tls !== undefined) certificateGauge(source.tls, [registry])
    const devices: Each<DeviceLabel, DeviceHealth> = (visit) => this.#eachDevice(visit)
    const buses: Each<BusLabel, BusHealth> = (visit) => this.#eachBus(visit)
    const whole: Each<GatewayLabel, EdgeGatewayHealth> = (visit) => {
      if (this.#health !== undefined) visit(this.#labels, this.#health)
    }
    addCounters(registry, { labels: DEVICE, rows: DEVICE_COUNTERS, each: devices })
    addGauges(registry, { labels: DEVICE, rows: DEVICE_GAUGES, each: devices })
    addKinds(registry, DEVICE_ERRORS, { labels: DEVICE, each: devices })
    addCounters(registry, { labels: BUS, rows: BUS_COUNTERS, each: buses })
    addGauges(registry, { labels: BUS, rows: BUS_GAUGES, each: buses })
    addKinds(registry, BUS_DISCARDS, { labels: BUS, each: buses })
    addCounters(registry, { labels: GATEWAY, rows: GATEWAY_COUNTERS, each: whole })
    addKinds(registry, OUTBOX_GAPS, { labels: GATEWAY, each: whole })
    addGauges(registry, { labels: GATEWAY, rows: GATEWAY_GAUGES, each: whole })
  }

  /** The text of one scrape. */
  async text(): Promise<string> {
    this.#health = this.#source.health()
    const text = await this.#registry.metrics()
    const rows: Parameters<typeof histogramText>[1][number][] = []
    this.#eachDevice((labels, { roundTrips }) => {
      if (roundTrips !== undefined) rows.push({ labels, ...roundTrips })
    })
    const about = { name: named('round_trip_seconds'), help: ROUND_TRIP_HELP, boundsMs: ROUND_TRIP_BOUNDS_MS }
    return text + histogramText(about, rows)
  }

  get #labels(): Record<GatewayLabel, string> {
    const { facility, gateway } = this.#source
    return { facility, gateway: gateway.id }
  }

  #eachDevice(visit: Visit<DeviceLabel, DeviceHealth>): void {
    for (const [device, each] of Object.entries(this.#health?.devices ?? {})) {
      visit({ ...this.#labels, bus: this.#busOf.get(device) ?? '', device }, each)
    }
  }

  #eachBus(visit: Visit<BusLabel, BusHealth>): void {
    for (const [bus, each] of Object.entries(this.#health?.buses ?? {})) {
      visit({ ...this.#labels, bus }, each)
    }
  }
}

function named(name: string): string {
  return `davylamp_gateway_${name}`
}

interface Family<Label extends string, Health, Value> {
  labels: readonly Label[]
  rows: Rows<Health, Value>
  each: Each<Label, Health>
}

function addCounters<Label extends string, Health>(
  registry: Registry,
  { labels, rows, each }: Family<Label, Health, number | undefined>,
): void {
  for (const [name, [help, read]] of Object.entries(rows)) {
    new Counter({
      name: named(name),
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset()
        each((at, health) => {
          const value = read(health)
          if (value !== undefined) this.inc(at, value)
        })
      },
    })
  }
}

function addGauges<Label extends string, Health>(
  registry: Registry,
  { labels, rows, each }: Family<Label, Health, number | undefined>,
): void {
  for (const [name, [help, read]] of Object.entries(rows)) {
    new Gauge({
      name: named(name),
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset()
        each((at, health) => {
          const value = read(health)
          if (value !== undefined) this.set(at, value)
        })
      },
    })
  }
}

function addKinds<Label extends string, Health>(
  registry: Registry,
  { name, help, read }: Kinds<Health>,
  { labels, each }: { labels: readonly Label[]; each: Each<Label, Health> },
): void {
  const counter: Counter<string> = new Counter({
    name: named(name),
    help,
    labelNames: [...labels, 'kind'],
    registers: [registry],
    collect() {
      counter.reset()
      each((at, health) => {
        for (const [kind, count] of Object.entries(read(health))) counter.inc({ ...at, kind }, count)
      })
    },
  })
}
