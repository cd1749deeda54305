import { decodeRecord } from '../../contracts/analytics/seismic/miniseed/decode.ts'
import type { MiniseedRecord } from '../../contracts/analytics/seismic/miniseed/record.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { Opener } from '../drivers/byte-stream.ts'
import { ChannelJoin, type JoinedBlock } from './channel-join.ts'
import { Feed } from './feed.ts'
import type { BlockFlags, SampleSink } from './sample-block.ts'
import { SEQUENCES, SeedLinkConversation, type SeedLinkPacket } from './seedlink-conversation.ts'
import { SequenceFile, type StationMark } from './sequence-file.ts'
import type { Source } from './source.ts'

interface SeedLinkSourceOptions {
  readonly bus: Bus
  readonly opener: Opener
  /** Told once of each stretch of bytes that is no packet, and of each packet of another station. */
  readonly discard: (kind: 'noise' | 'foreign') => void
  readonly sink: SampleSink
  /** Where is kept how far each station was had; undefined: nowhere. */
  readonly sequencePath: string | undefined
  readonly clock: Pick<Clock, 'monotonic'>
  /** Epoch ms as the gateway has it. */
  readonly now: () => number
  readonly random: () => number
  readonly logger: Logger
}

interface Station {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly join: ChannelJoin
  /** Sequence of the last packet that was had, and when that came, epoch ms as the gateway has it. */
  last: number | undefined
  at: number
  /** Where its samples ended before this connection, epoch ms, until the first of it have come. */
  endBefore: number | undefined
}

/** Without a packet for so long the connection is lost, ms. */
const SILENCE_MS = 60_000
/** What was missed for longer is not asked for: all of it would come before what the ground does now. ms. */
const RESUME_MS = 3_600_000
/** A digitiser that has not learnt the time yet dates its records before this, epoch ms. */
const LEAST_TIME = Date.UTC(2000, 0, 1)
/** SEED 2.4, chapter 8: data quality flags of the fixed header. */
const QUALITY_AT = 38
const CLIPPED = 1 << 1
const TIME_IS_QUESTIONABLE = 1 << 7

/** Stations of one SeedLink server. */
export class SeedLinkSource implements Source {
  readonly #options: SeedLinkSourceOptions
  readonly #feed: Feed
  readonly #stations: readonly Station[]
  readonly #file: SequenceFile
  #starting: Promise<void> = Promise.resolve()

  constructor(options: SeedLinkSourceOptions) {
    const { bus, opener, clock, random, logger, sink, discard, sequencePath: path } = options
    this.#options = options
    this.#stations = bus.devices.flatMap((device) => {
      const { seismic: instrument } = device
      if (instrument === undefined) return []
      const join = new ChannelJoin(instrument.rate, (kind, count) => sink.onLoss(device.id, kind, count))
      return [{ device, instrument, join, last: undefined, at: 0, endBefore: undefined }]
    })
    const server = addressOf(bus)
    this.#file = new SequenceFile({ path, server, marks: () => this.#marks(), logger })
    this.#feed = new Feed({
      opener,
      silenceMs: SILENCE_MS,
      clock,
      random,
      logger,
      onDown: () => {
        for (const { id } of bus.devices) sink.onLost(id)
      },
      converse: (voice) => {
        for (const station of this.#stations) station.endBefore = station.join.end
        return new SeedLinkConversation({
          voice,
          stations: this.#stations.map((station) => ({ ...station, last: this.#resumed(station) })),
          onPacket: (packet) => this.#take(packet),
          onNoise: () => discard('noise'),
        })
      },
    })
  }

  start(): void {
    this.#starting = this.#load().then(() => {
      this.#file.start()
      this.#feed.start()
    })
  }

  async stop(): Promise<void> {
    await this.#starting
    await this.#feed.stop()
    await this.#file.close()
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
    station.at = this.#options.now()
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
    const run = { time, rate, samples, flags: flagsOf(record), sequence }
    for (const block of station.join.add(index, run, this.#options.clock.monotonic())) {
      this.#tellMissing(station, block)
      sink.onBlock(id, block)
    }
  }

  /** What the server had not got any more, or was not asked for. */
  #tellMissing(station: Station, { time, rate }: JoinedBlock): void {
    const { endBefore, device } = station
    station.endBefore = undefined
    const isKnown = endBefore !== undefined && endBefore >= LEAST_TIME
    const missing = !isKnown ? 0 : Math.round(((time - endBefore) * rate) / 1_000)
    if (missing <= 0) return
    const { sink, logger } = this.#options
    sink.onLoss(device.id, 'overrun', missing)
    const seconds = Math.round(missing / rate)
    logger.warn(
      { device: device.id, missing },
      `${device.id}: ${seconds} s before this connection are missing`,
    )
  }

  /** The sequence after which a station is to go on; undefined: with what comes. */
  #resumed({ last, at }: Station): number | undefined {
    return Math.abs(this.#options.now() - at) <= RESUME_MS ? last : undefined
  }

  async #load(): Promise<void> {
    const marks = await this.#file.load()
    for (const station of this.#stations) {
      const mark = marks.get(nameOf(station))
      if (mark === undefined) continue
      station.last = mark.sequence
      station.at = mark.at
      station.join.goOnFrom(mark.end)
    }
  }

  /** Key: name of the station at the server. Of packets whose samples wait for those of other channels the next process has need again. */
  #marks(): ReadonlyMap<string, StationMark> {
    return new Map(
      this.#stations.flatMap((station) => {
        const { last, at } = station
        const { end, waiting } = station.join
        if (last === undefined || end === undefined) return []
        const back = Math.max(0, ...waiting.map((each) => ((last - each + SEQUENCES) % SEQUENCES) + 1))
        return [[nameOf(station), { sequence: (last - back + SEQUENCES) % SEQUENCES, end, at }] as const]
      }),
    )
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

function nameOf({ instrument: { network, station } }: Pick<Station, 'instrument'>): string {
  return `${network}_${station}`
}

function addressOf({ transport }: Bus): string {
  return transport.kind === 'serial' ? transport.path : `${transport.host}:${transport.port}`
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
