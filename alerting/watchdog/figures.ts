import { Counter, Gauge, Registry } from 'prom-client'
import { histogramText } from '../../contracts/histogram-text.ts'
import { LAG_BOUNDS_MS, LagHistogram } from '../../contracts/lag-histogram.ts'
import { BREAKS, type Break, HEARINGS, type Hearing, LEGS, type Leg, type Outcome } from './rounds.ts'

/** Why a request was not taken for a message. */
export const REFUSALS = ['signature', 'body', 'size'] as const
export type Refusal = (typeof REFUSALS)[number]

/** Counts of one watchdog since it was started, in the Prometheus text format. */
export class Figures {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #facility: string
  readonly #registry = new Registry()
  readonly #rounds: Counter
  readonly #failures: Counter
  readonly #messages: Counter
  readonly #refused: Counter
  readonly #told: Counter
  readonly #broken: Gauge
  readonly #success: Gauge
  readonly #legs = new Map<Leg, LagHistogram>(LEGS.map((leg) => [leg, new LagHistogram()]))

  constructor(facility: string) {
    this.#facility = facility
    this.#rounds = this.#counter('rounds_total', 'Rounds through the whole path', ['result'])
    this.#failures = this.#counter('failures_total', 'Rounds that failed, by how far they came', ['break'])
    this.#messages = this.#counter('messages_total', 'Messages about alarms, by what they were', ['hearing'])
    this.#refused = this.#counter('refused_total', 'Requests not taken for a message, by why', ['why'])
    this.#told = this.#counter(
      'told_total',
      'Attempts to tell people that the path is broken or works again',
      ['channel', 'result'],
    )
    this.#broken = this.#gauge('path_broken', '1 while the last round failed')
    this.#success = this.#gauge(
      'last_success_timestamp_seconds',
      'When a round went all the way, 0 for never',
    )
    this.#broken.set({ facility }, 0)
    this.#success.set({ facility }, 0)
    for (const result of ['ok', 'failed']) this.#rounds.inc({ facility, result }, 0)
    for (const each of BREAKS) this.#failures.inc({ facility, break: each }, 0)
    for (const hearing of HEARINGS) this.#messages.inc({ facility, hearing }, 0)
    for (const why of REFUSALS) this.#refused.inc({ facility, why }, 0)
  }

  /** `wall` is when it ended, epoch ms. */
  round({ broken, legs }: Outcome, wall: number): void {
    const facility = this.#facility
    this.#rounds.inc({ facility, result: broken === undefined ? 'ok' : 'failed' })
    if (broken === undefined) this.#success.set({ facility }, wall / 1_000)
    else this.#failed(broken)
    this.#broken.set({ facility }, Number(broken !== undefined))
    for (const [leg, histogram] of this.#legs) {
      const ms = legs[leg]
      if (ms !== undefined) histogram.add(ms)
    }
  }

  heard(hearing: Hearing): void {
    this.#messages.inc({ facility: this.#facility, hearing })
  }

  refused(why: Refusal): void {
    this.#refused.inc({ facility: this.#facility, why })
  }

  told(channel: string, result: 'ok' | 'failed'): void {
    this.#told.inc({ facility: this.#facility, channel, result })
  }

  async text(): Promise<string> {
    const rows = [...this.#legs].map(([leg, { counts, sumMs }]) => ({
      labels: { facility: this.#facility, leg },
      counts,
      sumMs,
    }))
    const about = {
      name: 'davylamp_watchdog_leg_seconds',
      help: 'How long parts of the way took; read, alarm and message follow each other',
      boundsMs: LAG_BOUNDS_MS,
    }
    return (await this.#registry.metrics()) + histogramText(about, rows)
  }

  #failed(broken: Break): void {
    this.#failures.inc({ facility: this.#facility, break: broken })
  }

  #counter(name: string, help: string, labels: readonly string[]): Counter {
    return new Counter({
      name: `davylamp_watchdog_${name}`,
      help,
      labelNames: ['facility', ...labels],
      registers: [this.#registry],
    })
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({
      name: `davylamp_watchdog_${name}`,
      help,
      labelNames: ['facility'],
      registers: [this.#registry],
    })
  }
}
