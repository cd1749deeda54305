import { decodeRecord } from '../../contracts/analytics/seismic/miniseed/decode.ts'
import type { MiniseedRecord } from '../../contracts/analytics/seismic/miniseed/record.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { Opener } from '../drivers/byte-stream.ts'
import { ChannelJoin } from './channel-join.ts'
import { Feed } from './feed.ts'
import type { BlockFlags, SampleSink } from './sample-block.ts'
import { SeedLinkConversation, type SeedLinkPacket } from './seedlink-conversation.ts'
import type { Source } from './source.ts'

interface SeedLinkSourceOptions {
  readonly bus: Bus
  readonly opener: Opener
  /** Told once of each stretch of bytes that is no packet, and of each packet of another station. */
  readonly discard: (kind: 'noise' | 'foreign') => void
  readonly sink: SampleSink
  readonly clock: Pick<Clock, 'monotonic'>
  readonly random: () => number
  readonly logger: Logger
}

interface Station {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly join: ChannelJoin
  /** Sequence of the last packet that was had. */
  last: number | undefined
}

/** Without a packet for so long the connection is lost, ms. */
const SILENCE_MS = 60_000
/** SEED 2.4, chapter 8: data quality flags of the fixed header. */
const QUALITY_AT = 38
const CLIPPED = 1 << 1
const TIME_IS_QUESTIONABLE = 1 << 7

/** Stations of one SeedLink server. */
export class SeedLinkSource implements Source {
  readonly #options: SeedLinkSourceOptions
  readonly #feed: Feed
  readonly #stations: readonly Station[]

  constructor(options: SeedLinkSourceOptions) {
    const { bus, opener, clock, random, logger, sink, discard } = options
    this.#options = options
    this.#stations = bus.devices.flatMap((device) => {
      const { seismic: instrument } = device
      if (instrument === undefined) return []
      const join = new ChannelJoin(instrument.rate, (kind, count) => sink.onLoss(device.id, kind, count))
      return [{ device, instrument, join, last: undefined }]
    })
    this.#feed = new Feed({
      opener,
      silenceMs: SILENCE_MS,
      clock,
      random,
      logger,
      onDown: () => {
        for (const { id } of bus.devices) sink.onLost(id)
      },
      converse: (voice) =>
        new SeedLinkConversation({
          voice,
          stations: this.#stations,
          onPacket: (packet) => this.#take(packet),
          onNoise: () => discard('noise'),
        }),
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

  #take({ sequence, record }: SeedLinkPacket): void {
    const { sink, discard } = this.#options
    const station = this.#stationOf(record)
    if (station === undefined) {
      discard('foreign')
      return
    }
    const { id } = station.device
    station.last = sequence
    const decoded = decodedOf(record)
    if (decoded === undefined) {
      sink.onLoss(id, 'not-decodable', 1)
      return
    }
    const index = channelIndex(decoded, station.instrument)
    if (index === undefined) {
      sink.onLoss(id, 'foreign-channel', 1)
      return
    }
    const { time, rate, samples } = decoded
    for (const block of station.join.add(index, { time, rate, samples, flags: flagsOf(record) }))
      sink.onBlock(id, block)
  }

  /** By the codes of its header, which stand there whether or not the rest can be read. */
  #stationOf(record: Uint8Array): Station | undefined {
    const text = (at: number, width: number) =>
      String.fromCharCode(...record.subarray(at, at + width)).trimEnd()
    const [code, network] = [text(8, 5), text(18, 2)]
    return this.#stations.find(
      ({ instrument }) => instrument.station === code && instrument.network === network,
    )
  }
}

function decodedOf(record: Uint8Array): MiniseedRecord | undefined {
  try {
    return decodeRecord(record)
  } catch (error) {
    // Whatever a server sends: a record that is none is counted, not died of.
    if (error instanceof CodedError) return undefined
    throw error
  }
}

function channelIndex(
  { channel, location }: MiniseedRecord,
  instrument: SeismicInstrument,
): 0 | 1 | 2 | undefined {
  const index = instrument.channels.findIndex(({ code }) => code === channel)
  const isOurs = location === instrument.location
  return isOurs && (index === 0 || index === 1 || index === 2) ? index : undefined
}

function flagsOf(record: Uint8Array): BlockFlags {
  const flags = record[QUALITY_AT] ?? 0
  return {
    isTimed: (flags & TIME_IS_QUESTIONABLE) === 0,
    isClipped: (flags & CLIPPED) !== 0,
    isTest: false,
  }
}
