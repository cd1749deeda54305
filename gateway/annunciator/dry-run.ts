import type { Annunciator, Output } from '../../contracts/annunciator.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { Topics } from '../../contracts/topics.ts'
import type { BrokerAddress, BrokerMessage } from '../delivery/broker-link.ts'
import { AnnunciatorLink } from './annunciator-link.ts'
import type { Look } from './decision.ts'
import { Lookout } from './lookout.ts'

/** Silence of the server and the end of its settling are noticed this soon, ms. */
const LOOK_MS = 250

/** What an output would be told now. */
export interface DryLine {
  readonly time: number
  readonly output: string
  readonly look: Look
  readonly because: string
  /** Where, and what would be written. */
  readonly table: string
  readonly address: number
  readonly value: number
}

interface DryRunOptions {
  facility: Pick<Facility, 'id' | 'mqtt'>
  annunciator: Annunciator
  clock: Clock
  random: () => number
  randomId: () => string
  logger: Logger
  print: (line: DryLine) => void
}

/** Listens like an annunciator, tells what each output would do, and writes nothing anywhere. */
export class DryRun {
  readonly #options: DryRunOptions
  readonly #lookout: Lookout
  readonly #link: AnnunciatorLink
  /** What was printed last. Key: output id. */
  readonly #printed = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: DryRunOptions) {
    const { facility, clock } = options
    const topics = new Topics(facility.mqtt.prefix, facility.id)
    this.#options = options
    this.#lookout = new Lookout({ facility: facility.id, topics })
    const changed = (change: () => void) => {
      change()
      this.#look()
    }
    this.#link = new AnnunciatorLink({
      ...options,
      subscriptions: this.#lookout.subscriptions,
      onMessage: (message: BrokerMessage) => changed(() => this.#lookout.hear(message, clock.monotonic())),
      onConnected: () => changed(() => this.#lookout.connected()),
      onListening: () => undefined,
      onLost: () => changed(() => this.#lookout.disconnected()),
    })
  }

  start(address: () => BrokerAddress): void {
    this.#look()
    this.#link.start(address)
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#link.stop()
  }

  #look(): void {
    for (const output of this.#options.annunciator.outputs) this.#lookAt(output)
  }

  #lookAt(output: Output): void {
    const { clock, print } = this.#options
    const { look, because = 'nothing stands' } = this.#lookout.wish(output, clock.monotonic())
    const said = `${look} ${because}`
    if (this.#printed.get(output.id) === said) return
    this.#printed.set(output.id, said)
    const value = output.values[look === 'off' ? 'off' : 'on']
    print({ time: clock.wall(), output: output.id, look, because, ...output.register, value })
  }
}
