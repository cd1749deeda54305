import { Socket } from 'node:net'
import { connect, type MqttClient } from 'mqtt'
import { systemClock } from '../../contracts/clock.ts'
import type { Confirm } from '../../contracts/wire.ts'

/**
 * Run by the bench of the pipeline as a process of its own: stands in for gateways that all have much to
 * say. It sends batches at a given rate, live or as backlog, and prints once a second what has been sent and what the
 * server has confirmed. Batches are as gateways make them; their bodies are put together from parts.
 */
export interface PublisherPlan {
  readonly port: number
  readonly facility: string
  readonly gateways: number
  /** Sensors of each gateway, `S-{gateway}-{n}`. */
  readonly sensors: number
  /** Readings of a batch. */
  readonly batch: number
  /** Readings a second, all gateways together. */
  readonly rate: number
  readonly lane: 'readings' | 'backlog'
  /** Ends by itself once so many readings are confirmed; 0: when it is killed. */
  readonly total: number
  /** Readings that are not confirmed, at most; live ones go out however many there are when it is infinite. */
  readonly window: number
}

/** Once a second on stdout. */
export interface PublisherNews {
  readonly at: number
  readonly sent: number
  readonly confirmed: number
  /** From handing over a batch until its confirm, ms, since the line before. */
  readonly p50: number
  readonly p99: number
}

/** A value of two hundred, with two digits as field values have; all below the limits. */
const VALUES = Array.from({ length: 200 }, (_, n) => (5 + n / 37).toFixed(2))
const TICK_MS = 5

class Gateway {
  readonly #plan: PublisherPlan
  readonly #id: string
  readonly #client: MqttClient
  readonly #epoch: string
  /** `{"sensor":"S-1-1","time":` of each sensor. */
  readonly #heads: readonly string[]
  #seq = 0
  #next = 0
  #time = systemClock.wall() - 1_000
  /** Batches that are sent and not confirmed. Key: seq; value: when, monotonic ms. */
  readonly #open = new Map<number, number>()
  #credit = 4
  sent = 0
  confirmed = 0
  latencies: number[] = []

  constructor(plan: PublisherPlan, index: number) {
    this.#plan = plan
    this.#id = `gw-${index}`
    this.#epoch = `bench-${plan.lane}-${index}-${Math.trunc(systemClock.wall())}`
    this.#heads = Array.from({ length: plan.sensors }, (_, n) => `{"sensor":"S-${index}-${n}","time":`)
    // A gateway has one connection; the backlog of the bench comes from a process of its own.
    const clientId = `${plan.facility}.${this.#id}.${plan.lane}`
    this.#client = connect(`mqtt://127.0.0.1:${plan.port}`, { clientId, clean: true, protocolVersion: 4 })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#client.once('connect', () => resolve()))
    if (this.#client.stream instanceof Socket) this.#client.stream.setNoDelay(true)
    await this.#client.subscribeAsync(this.#topic('confirm'), { qos: 1 })
    this.#client.on('message', (_topic, payload) => this.#take(JSON.parse(payload.toString()) as Confirm))
  }

  get isReady(): boolean {
    const { lane, window, batch } = this.#plan
    if (lane === 'backlog' && this.#open.size >= this.#credit) return false
    return this.#open.size * batch < window
  }

  send(): void {
    const { batch, sensors, lane } = this.#plan
    this.#seq += 1
    // Every round of all sensors is a millisecond later, and never ahead of the clock by much.
    const parts: string[] = []
    for (let n = 0; n < batch; n++) {
      if (this.#next === 0) this.#time = Math.max(this.#time + 1, Math.trunc(systemClock.wall()) - 200)
      parts.push(
        `${this.#heads[this.#next]}${this.#time},"value":${VALUES[(this.#seq + n) % VALUES.length]}}`,
      )
      this.#next = (this.#next + 1) % sensors
    }
    const sent = Math.max(this.#time, Math.trunc(systemClock.wall()))
    const total = this.#seq * batch
    const head = `{"epoch":"${this.#epoch}","seq":${this.#seq},"sent":${sent},"total":${total},"snapshot":${this.#seq === 1}`
    const body = `${head},"polled":{},"readings":[${parts.join(',')}],"gaps":[],"clock":{"drift":0,"steps":0}}`
    this.#open.set(this.#seq, systemClock.monotonic())
    this.#client.publish(this.#topic(lane), body, { qos: 1 })
    this.sent += batch
  }

  #take({ epoch, seqs, credit }: Confirm): void {
    if (credit !== undefined) this.#credit = credit
    if (epoch !== this.#epoch) return
    const now = systemClock.monotonic()
    for (const [first, last] of seqs) {
      for (let seq = first; seq <= last; seq++) {
        const at = this.#open.get(seq)
        if (at === undefined) continue
        this.#open.delete(seq)
        this.confirmed += this.#plan.batch
        this.latencies.push(now - at)
      }
    }
  }

  #topic(channel: string): string {
    return `davylamp/v1/${this.#plan.facility}/gateways/${this.#id}/${channel}`
  }
}

const plan = JSON.parse(process.argv[2] ?? '{}') as PublisherPlan
const gateways = Array.from({ length: plan.gateways }, (_, index) => new Gateway(plan, index))
await Promise.all(gateways.map((gateway) => gateway.start()))
const started = systemClock.monotonic()
let turn = 0
const sum = (key: 'sent' | 'confirmed') => gateways.reduce((total, gateway) => total + gateway[key], 0)

setInterval(() => {
  const due = Math.min(
    ((systemClock.monotonic() - started) / 1_000) * plan.rate,
    plan.total === 0 ? Number.POSITIVE_INFINITY : plan.total,
  )
  let sent = sum('sent')
  for (let blocked = 0; sent + plan.batch <= due && blocked < gateways.length; ) {
    const gateway = gateways[turn % gateways.length]
    turn += 1
    if (gateway === undefined || !gateway.isReady) {
      blocked += 1
      continue
    }
    blocked = 0
    gateway.send()
    sent += plan.batch
  }
}, TICK_MS)

setInterval(() => {
  const latencies = gateways.flatMap((gateway) => gateway.latencies.splice(0)).sort((a, b) => a - b)
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  const news: PublisherNews = {
    at: systemClock.monotonic() - started,
    sent: sum('sent'),
    confirmed: sum('confirmed'),
    p50: at(0.5),
    p99: at(0.99),
  }
  process.stdout.write(`${JSON.stringify(news)}\n`)
  if (plan.total > 0 && news.confirmed >= plan.total) process.exit(0)
}, 1_000)
