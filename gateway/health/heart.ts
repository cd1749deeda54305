import type { Gateway } from '../../contracts/facility.ts'
import type { EdgeGatewayHealth } from '../edge-gateway-health.ts'
import { type Pulse, pollCount } from './pulse.ts'

interface HeartOptions {
  gateway: Gateway
  health: () => EdgeGatewayHealth
  broker: { readonly isOnline: boolean; readonly trouble: string | undefined }
  /** Ms since the machine was started. */
  now: () => number
}

/** Knows how long it is that a gateway polled something. */
export class Heart {
  readonly #options: HeartOptions
  readonly #started: number
  readonly #slowestMs: number
  #polls = { count: 0, last: 0 }

  constructor(options: HeartOptions) {
    this.#options = options
    this.#started = options.now()
    this.#polls.last = this.#started
    const devices = options.gateway.buses.flatMap((bus) => bus.devices)
    this.#slowestMs = Math.max(0, ...devices.map(({ pollMs }) => pollMs))
  }

  pulse(): Pulse {
    const { gateway, broker, now } = this.#options
    const health = this.#options.health()
    const [at, count] = [now(), pollCount(health)]
    if (count !== this.#polls.count) this.#polls = { count, last: at }
    const { readings, trouble } = health.outbox
    return {
      version: 1,
      gateway: gateway.id,
      at,
      started: this.#started,
      polls: { ...this.#polls, slowestMs: this.#slowestMs },
      buses: tally(Object.values(health.buses).map(({ connected }) => connected)),
      devices: tally(Object.values(health.devices).map(({ online }) => online)),
      broker: {
        connected: broker.isOnline,
        ...(broker.trouble === undefined ? {} : { trouble: broker.trouble }),
      },
      outbox: { readings, ...(trouble === undefined ? {} : { trouble }) },
    }
  }
}

function tally(online: readonly boolean[]): Pulse['buses'] {
  return { online: online.filter(Boolean).length, of: online.length }
}
