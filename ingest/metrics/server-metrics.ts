import { Counter, Gauge, Registry } from 'prom-client'
import { histogramText } from '../../contracts/histogram-text.ts'
import { LAG_BOUNDS_MS, type LagHistogram } from '../../contracts/lag-histogram.ts'
import { ALARM_LEGS, type AlarmLeg } from '../../contracts/notify/words.ts'
import { type CertificateSources, certificateGauge } from '../../contracts/tls/certificate-gauge.ts'
import type { LogDrain } from '../drain/log-drain.ts'
import type { FacilityIntake } from '../facility-intake.ts'
import type { GatewayWatch } from '../intake/gateway-watch.ts'
import type { ServerLog } from '../log/server-log.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import { type ExportCount, exportMetrics } from './export-metrics.ts'
import { type Lags, STAGES } from './lags.ts'
import { waveformMetrics } from './waveform-metrics.ts'

/** A facility, as far as it is measured. */
interface MeasuredPlace extends Pick<FacilityIntake, 'facility' | 'intake'> {
  foreign: Pick<FacilityIntake['foreign'], 'duplicates'>
  waveforms: Pick<FacilityIntake['waveforms'], 'figures'>
}

export interface MetricSources {
  places: () => Iterable<MeasuredPlace>
  deadLetters: DeadLetters
  log: Pick<ServerLog, 'bytes' | 'counters' | 'refusal' | 'last' | 'syncedTo'>
  drain: Pick<LogDrain, 'points' | 'refused' | 'behind' | 'mirror'>
  lags: Lags
  /** Of an alarm, from its reading to a person. */
  legs: Readonly<Record<AlarmLeg, LagHistogram>>
  /** Ways to outside registers. */
  exports: () => readonly ExportCount[]
  streamClients: () => number
  tls: CertificateSources
  /** Journal entries that no journal will ever hold. */
  journalLost: () => number
  /** Alarms that are not NORM. Key: facility id; then state. */
  alarms: () => ReadonlyMap<string, ReadonlyMap<string, number>>
}

const OF_GATEWAY = ['facility', 'gateway'] as const
type Labels = Record<(typeof OF_GATEWAY)[number], string>

/** What is counted of each gateway. Key: in the name of the metric, and in its counters. */
const COUNTERS = {
  batches: 'Batches taken',
  readings: 'Readings taken',
  late: 'Readings that came after a newer one of their sensor',
  duplicates: 'Batches that had been applied before',
  rejected: 'Readings and messages refused',
  lost: 'Readings that the gateway reported as dropped',
} as const

/** Figures of the whole server. Key: the name after `davylamp_`. */
const COUNTS: Readonly<Record<string, readonly [help: string, value: (sources: MetricSources) => number]>> = {
  stored_points_total: ['Readings written to the store', ({ drain }) => drain.points],
  store_refused_points_total: ['Readings that the store will never take', ({ drain }) => drain.refused],
  mirror_points_total: ['Readings written to the mirror', ({ drain }) => drain.mirror.sent],
  mirror_dropped_points_total: ['Readings that the mirror did not get', ({ drain }) => drain.mirror.dropped],
  log_written_bytes_total: ['Bytes written to the log', ({ log }) => log.counters.bytes],
  log_syncs_total: ['Times that the log was synced to the disk', ({ log }) => log.counters.syncs],
  quarantine_lost_readings_total: [
    'Readings of unknown sensors that could not be kept',
    ({ deadLetters }) => deadLetters.lostQuarantined,
  ],
  rejects_evicted_total: [
    'Refusals that are counted and kept no longer',
    ({ deadLetters }) => deadLetters.figures?.evicted ?? 0,
  ],
  journal_lost_total: [
    'Journal entries lost to a journal that could not be written for too long',
    ({ journalLost }) => journalLost(),
  ],
}

const GAUGES: typeof COUNTS = {
  log_bytes: ['Size of the log, what waits for the disk included', ({ log }) => log.bytes],
  log_queued_bytes: ['Of it, what waits for the disk', ({ log }) => log.counters.queuedBytes],
  log_segments: ['Files of the log', ({ log }) => log.counters.segments],
  log_refusing: ['1 while the log takes nothing', ({ log }) => Number(log.refusal !== undefined)],
  store_behind_records: ['Records of the log that are not in the store yet', ({ drain }) => drain.behind],
  rejects: ['Refusals that are kept', ({ deadLetters }) => deadLetters.figures?.letters ?? 0],
  quarantined_readings: [
    'Readings of unknown sensors that are kept',
    ({ deadLetters }) => deadLetters.figures?.quarantined ?? 0,
  ],
  stream_clients: ['Open event streams', ({ streamClients }) => streamClients()],
}

/** The metrics of the server in the text format of Prometheus; everything is read when it is asked for. */
export class ServerMetrics {
  readonly #registry = new Registry()
  readonly #lags: Lags
  readonly #legs: MetricSources['legs']

  constructor(sources: MetricSources) {
    this.#lags = sources.lags
    this.#legs = sources.legs
    const registers = [this.#registry]
    for (const [name, [help, value]] of Object.entries(COUNTS)) {
      new Counter({
        name: `davylamp_${name}`,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(value(sources))
        },
      })
    }
    for (const [name, [help, value]] of Object.entries(GAUGES)) {
      new Gauge({
        name: `davylamp_${name}`,
        help,
        registers,
        collect() {
          this.set(value(sources))
        },
      })
    }
    certificateGauge(sources.tls, registers)
    gatewayMetrics(sources, registers)
    labelledMetrics(sources, registers)
    exportMetrics(sources.exports, registers)
    waveformMetrics(sources.places, registers)
  }

  async text(): Promise<string> {
    const lanes = ['live', 'backlog'] as const
    const rows = lanes.flatMap((lane) =>
      STAGES.map((stage) => ({ labels: { stage, lane }, ...this.#lags[lane][stage] })),
    )
    const name = 'davylamp_lag_seconds'
    const help = 'From the sample of a reading until it was received, evaluated, confirmed and stored'
    const lags = histogramText({ name, help, boundsMs: LAG_BOUNDS_MS }, rows)
    const legs = histogramText(
      {
        name: 'davylamp_alarm_leg_seconds',
        help: 'Legs of an alarm from its reading to a person: evaluated, journalled, sent, acknowledged',
        boundsMs: LAG_BOUNDS_MS,
      },
      ALARM_LEGS.map((leg) => ({ labels: { leg }, ...this.#legs[leg] })),
    )
    return `${await this.#registry.metrics()}\n${lags}${legs}`
  }
}

function gatewayMetrics(sources: MetricSources, registers: Registry[]): void {
  for (const [name, help] of Object.entries(COUNTERS) as [keyof typeof COUNTERS, string][]) {
    const metric: Counter<'facility' | 'gateway'> = new Counter({
      name: `davylamp_gateway_${name}_total`,
      help,
      labelNames: OF_GATEWAY,
      registers,
      collect() {
        this.reset()
        eachWatch(sources, (labels, watch) => this.inc(labels, watch.counters[name]))
      },
    })
    metric.reset()
  }
  new Counter({
    name: 'davylamp_gateway_dropped_readings_total',
    help: 'Readings that the gateway reported as dropped, by reason',
    labelNames: [...OF_GATEWAY, 'reason'],
    registers,
    collect() {
      this.reset()
      eachWatch(sources, (labels, { dropped }) => {
        for (const [reason, count] of dropped) this.inc({ ...labels, reason }, count)
      })
    },
  })
  const gauges = {
    online: ['1 while the gateway is heard', (watch) => Number(watch.state === 'online')],
    skew_seconds: ['Clock of the server minus clock of the gateway', (watch) => (watch.skew ?? 0) / 1_000],
    missing_batches: ['Batches of the live epoch that have not come', (watch) => watch.missing],
    cloned: ['1 while two gateways speak in this name', (watch) => Number(watch.isCloned)],
  } satisfies Record<string, readonly [string, (watch: GatewayWatch) => number]>
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      name: `davylamp_gateway_${name}`,
      help,
      labelNames: OF_GATEWAY,
      registers,
      collect() {
        eachWatch(sources, (labels, watch) => this.set(labels, value(watch)))
      },
    })
  }
}

function labelledMetrics(sources: MetricSources, registers: Registry[]): void {
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
  new Counter({
    name: 'davylamp_foreign_duplicates_total',
    help: 'Readings of foreign devices that came again',
    labelNames: ['facility'],
    registers,
    collect() {
      this.reset()
      for (const { facility, foreign } of sources.places())
        this.inc({ facility: facility.id }, foreign.duplicates)
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
}

function eachWatch({ places }: MetricSources, visit: (labels: Labels, watch: GatewayWatch) => void): void {
  for (const { facility, intake } of places()) {
    for (const [gateway, watch] of intake.watches) visit({ facility: facility.id, gateway }, watch)
  }
}
