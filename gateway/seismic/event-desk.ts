import { setImmediate as turn } from 'node:timers/promises'
import type { SeismicEvent } from '../../contracts/analytics/seismic/station.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { WaveformOutboxHealth } from '../../contracts/wire.ts'
import { type BrokerAddress, BrokerLink } from '../delivery/broker-link.ts'
import { recordEvent } from './event-message.ts'
import { WaveformLane } from './waveform-lane.ts'
import { WaveformOutbox } from './waveform-outbox.ts'

interface EventDeskOptions {
  /** Where events wait for the server; undefined: in memory. */
  readonly folder: string | undefined
  /** Where events are published. */
  readonly topic: string
  readonly clock: Clock
  readonly logger: Logger
}

/** A megabyte over a thin line takes longer than the keepalive of readings; that of this connection does not cut it off. */
const KEEPALIVE_S = 300
/** An orderly end takes at most this long, ms. */
const CLOSE_MS = 500

/** Events on their way from the stations of a gateway: to miniSEED, to the disk, to the server. */
export class EventDesk {
  readonly #options: EventDeskOptions
  readonly #outbox: WaveformOutbox
  readonly #lane: WaveformLane
  #addressNow: (() => BrokerAddress) | undefined
  /** One event after the other, with a turn of the loop between: an earthquake ends at all stations at once. */
  #work: Promise<void> = Promise.resolve()

  constructor(options: EventDeskOptions) {
    const { folder, clock, logger } = options
    this.#options = options
    this.#outbox = new WaveformOutbox({ folder, logger })
    this.#lane = new WaveformLane({
      outbox: this.#outbox,
      clock,
      connect: (signal) => this.#connect(signal),
    })
  }

  /** `address` is asked for every connection. Never throws: without its disk events are kept in memory. */
  async start(address: () => BrokerAddress): Promise<void> {
    this.#addressNow = address
    await this.#outbox.open()
    this.#lane.start()
  }

  /** Resolves when all events are on the disk. */
  async stop(): Promise<void> {
    await this.#lane.stop()
    await this.#work
    await this.#outbox.close()
  }

  record({ id, seismic: instrument }: Device, event: SeismicEvent): void {
    if (instrument === undefined) return
    this.#work = this.#work
      .then(() => turn())
      .then(() => this.#outbox.add(recordEvent(id, event, instrument)))
      .catch((error: unknown) =>
        this.#options.logger.error({ device: id, detail: String(error) }, 'an event was not recorded'),
      )
  }

  online(): void {
    this.#lane.online()
  }

  offline(): void {
    this.#lane.offline()
  }

  confirmed(ids: readonly string[]): void {
    this.#lane.confirmed(ids)
  }

  health(): WaveformOutboxHealth {
    return this.#outbox.health()
  }

  async #connect(signal: AbortSignal) {
    const address = this.#addressNow?.()
    if (address === undefined) return undefined
    const { topic } = this.#options
    const opened = await BrokerLink.open({
      address: { ...address, clientId: `${address.clientId}.waveforms` },
      onMessage: () => undefined,
      signal,
      keepaliveS: KEEPALIVE_S,
    })
    if (!opened.ok) return undefined
    const { link } = opened
    return {
      publish: (payload: Buffer, onTaken: () => void) => link.publish({ topic, payload }, onTaken),
      close: () => void link.close(CLOSE_MS),
      closed: link.closed,
    }
  }
}
