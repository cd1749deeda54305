import { Counter, Gauge, Registry } from 'prom-client'
import type { GatewayWatch } from '../intake/gateway-watch.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'

export interface MetricSources {
  /** Key: facility id; then gateway id. */
  facilities: ReadonlyMap<string, ReadonlyMap<string, GatewayWatch>>
  deadLetters: DeadLetters
  storeDepth: () => number
  streamClients: () => number
  /** Journal entries that no journal will ever hold. */
  journalLost: () => number
  /** Alarms that are not NORM. Key: facility id; then state. */
  alarms: () => ReadonlyMap<string, ReadonlyMap<string, number>>
}

const COUNTERS = {
  batches: 'Batches taken',
  readings: 'Readings taken',
  late: 'Readings that came after a newer one of their sensor and were stored only',
  duplicates: 'Batches that had been applied before',
  rejected: 'Readings and messages refused',
  lost: 'Readings that the gateway reported as dropped',
} as const

/** Prometheus metrics; everything is read when it is asked for. */
export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry()
  const registers = [registry]
  const gateway = ['facility', 'gateway'] as const
  for (const [name, help] of Object.entries(COUNTERS) as [keyof typeof COUNTERS, string][]) {
    const metric: Counter<'facility' | 'gateway'> = new Counter({
      name: `davylamp_gateway_${name}_total`,
      help,
      labelNames: gateway,
      registers,
      collect() {
        this.reset()
        eachWatch(sources, (labels, watch) => this.inc(labels, watch.counters[name]))
      },
    })
    metric.reset()
  }
  new Gauge({
    name: 'davylamp_gateway_online',
    help: '1 while the gateway is heard',
    labelNames: gateway,
    registers,
    collect() {
      eachWatch(sources, (labels, watch) => this.set(labels, watch.state === 'online' ? 1 : 0))
    },
  })
  new Gauge({
    name: 'davylamp_gateway_skew_seconds',
    help: 'Clock of the server minus clock of the gateway',
    labelNames: gateway,
    registers,
    collect() {
      eachWatch(sources, (labels, watch) => this.set(labels, (watch.skew ?? 0) / 1_000))
    },
  })
  new Counter({
    name: 'davylamp_refused_total',
    help: 'Readings and messages refused, by code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      for (const [code, count] of sources.deadLetters.counts) this.inc({ code }, count)
    },
  })
  new Gauge({
    name: 'davylamp_store_queue_readings',
    help: 'Readings that wait for the time-series store',
    registers,
    collect() {
      this.set(sources.storeDepth())
    },
  })
  new Counter({
    name: 'davylamp_journal_lost_total',
    help: 'Journal entries lost to a journal that could not be written for too long',
    registers,
    collect() {
      this.reset()
      this.inc(sources.journalLost())
    },
  })
  new Gauge({
    name: 'davylamp_stream_clients',
    help: 'Open event streams',
    registers,
    collect() {
      this.set(sources.streamClients())
    },
  })
  new Gauge({
    name: 'davylamp_alarms',
    help: 'Alarms that are not NORM, by state',
    labelNames: ['facility', 'state'],
    registers,
    collect() {
      this.reset()
      for (const [facility, states] of sources.alarms()) {
        for (const [state, count] of states) this.set({ facility, state }, count)
      }
    },
  })
  return registry
}

function eachWatch(
  { facilities }: MetricSources,
  visit: (labels: { facility: string; gateway: string }, watch: GatewayWatch) => void,
): void {
  for (const [facility, watches] of facilities) {
    for (const [gateway, watch] of watches) visit({ facility, gateway }, watch)
  }
}
