import type { Clock } from '../../contracts/clock.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Opener } from '../drivers/byte-stream.ts'
import { Feed } from './feed.ts'
import { FrameInput } from './frame-input.ts'
import { FrameOrder } from './frame-order.ts'
import type { Frame } from './frame-parser.ts'
import type { SampleSink } from './sample-block.ts'
import type { Source } from './source.ts'

interface FrameSourceOptions {
  readonly bus: Bus
  readonly opener: Opener
  /** Told once of each stretch of bytes that is no frame of the bus, with what is wrong with it. */
  readonly discard: (kind: 'noise' | 'header' | 'crc' | 'foreign') => void
  readonly sink: SampleSink
  readonly clock: Pick<Clock, 'monotonic'>
  readonly random: () => number
  readonly logger: Logger
}

/** An instrument sends a frame a second at the least. */
const SILENCE_MS = 15_000

/** Instruments that send frames by themselves, over TCP or a serial line. */
export class FrameSource implements Source {
  readonly #options: FrameSourceOptions
  readonly #feed: Feed
  /** Key: number of the station. */
  readonly #stations: ReadonlyMap<number, { readonly device: Device; readonly order: FrameOrder }>

  constructor(options: FrameSourceOptions) {
    const { bus, opener, discard, clock, random, logger, sink } = options
    this.#options = options
    this.#stations = new Map(
      bus.devices.map((device) => [device.unitId, { device, order: new FrameOrder() }]),
    )
    this.#feed = new Feed({
      opener,
      silenceMs: SILENCE_MS,
      clock,
      random,
      logger,
      onDown: () => {
        for (const { id } of bus.devices) sink.onLost(id)
      },
      converse: () => {
        const input = new FrameInput(discard)
        let isSound = false
        return {
          begin: () => undefined,
          hear: (bytes) => {
            for (const frame of input.hear(bytes)) isSound = this.#take(frame) || isSound
          },
          end: () => input.end(),
          get isSound() {
            return isSound
          },
        }
      },
    })
  }

  start(): void {
    this.#feed.start()
  }

  stop(): Promise<void> {
    return this.#feed.stop()
  }

  health(): { connected: boolean; reconnects: number } {
    return { connected: this.#feed.isUp, reconnects: this.#feed.reconnects }
  }

  /** False for a frame of a station that is not on this bus. */
  #take(frame: Frame): boolean {
    const { sink, discard } = this.#options
    const station = this.#stations.get(frame.station)
    if (station === undefined) {
      discard('foreign')
      return false
    }
    const { device, order } = station
    const place = order.take(frame)
    if (place.kind === 'lost') sink.onLoss(device.id, 'lost', place.frames)
    if (place.kind === 'repeated' || place.kind === 'restarted') sink.onLoss(device.id, place.kind, 1)
    if (place.kind !== 'repeated') sink.onBlock(device.id, frame.block)
    return true
  }
}
