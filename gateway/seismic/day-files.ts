import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeChannel } from '../../contracts/analytics/seismic/miniseed/encode.ts'
import type { Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { SampleBlock } from './sample-block.ts'

interface DayFilesOptions {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly raw: { readonly path: string; readonly keepMs: number }
  readonly logger: Logger
}

/** Samples of one channel that are not on the disk yet. */
interface Gathered {
  /** Of the first, epoch ms. */
  time: number
  counts: number[]
}

type Dated = SampleBlock & { readonly time: number }

/** Records that are full are written so often, s: a kill costs what is behind them. */
const WRITE_S = 10
/** What fills no record for so long is written nevertheless, s. */
const GATHER_S = 60
/** Of a disk that hangs nobody waits for more than so many writes. */
const MOST_WAITING = 30
const RECORD_BYTES = 512
/** Where a record says how many samples it has. */
const COUNT_AT = 30
const DAY_MS = 86_400_000
const NAME = /^(\d{4}-\d{2}-\d{2})\.mseed$/

/**
 * Everything that an instrument sends, in its own counts and codes, as one miniSEED file a day below
 * `{path}/{device}/`. Old files are deleted. A disk that takes nothing costs these files and nothing else.
 */
export class DayFiles {
  readonly #options: DayFilesOptions
  readonly #folder: string
  /** In the order of the channels; all end with the same sample. Empty: nothing is gathered. */
  #gathered: readonly Gathered[] = []
  #rate = 0
  /** Samples of each channel since records were last made. */
  #fresh = 0
  #waiting = 0
  #sequence = 0
  #work: Promise<void> = Promise.resolve()
  #isInTrouble = false
  #tidiedFor = ''

  constructor(options: DayFilesOptions) {
    this.#options = options
    this.#folder = join(options.raw.path, options.device.id)
  }

  take(block: Dated): void {
    if (!this.#goesOn(block)) this.#flush()
    const { time, rate, channels } = block
    this.#rate = rate
    if (this.#gathered.length === 0) this.#gathered = channels.map(() => ({ time, counts: [] }))
    for (const [index, { counts }] of this.#gathered.entries())
      for (const count of Array.from(channels[index] ?? [])) counts.push(count)
    this.#fresh += channels[0].length
    if (this.#fresh >= WRITE_S * rate) this.#save(this.#gathered, false)
  }

  /** What was gathered is on the disk, unless that fails. */
  close(): Promise<void> {
    this.#flush()
    return this.#work
  }

  /** Of the same day, and without a gap. */
  #goesOn({ time, rate }: Dated): boolean {
    const [first] = this.#gathered
    if (first === undefined) return true
    const end = first.time + (first.counts.length * 1_000) / this.#rate
    const isSameDay = Math.floor(time / DAY_MS) === Math.floor(first.time / DAY_MS)
    return isSameDay && rate === this.#rate && Math.abs(time - end) <= 500 / rate
  }

  #flush(): void {
    this.#save(this.#gathered, true)
    this.#gathered = []
  }

  /** What is gathered is written: all of it, or what fills whole records. */
  #save(gathered: readonly Gathered[], isAll: boolean): void {
    this.#fresh = 0
    const day = new Date(gathered[0]?.time ?? 0).toISOString().slice(0, 10)
    const records = gathered.flatMap((each, index) => this.#recordsOf(each, index, isAll))
    if (records.length === 0) return
    if (this.#waiting >= MOST_WAITING) {
      this.#tell('the disk does not answer')
      return
    }
    this.#waiting += 1
    this.#work = this.#work
      .then(() => this.#write(day, Buffer.concat(records)))
      .catch((error: unknown) => this.#tell((error as Error).message))
      .finally(() => {
        this.#waiting -= 1
      })
  }

  /** Takes off the samples that it makes records of. */
  #recordsOf(gathered: Gathered, index: number, isAll: boolean): Uint8Array[] {
    const { channels, network, station, location } = this.#options.instrument
    const { time, counts } = gathered
    const codes = { network, station, location, channel: channels[index]?.code ?? 'HNZ' }
    const isWhole = counts.every((count) => count === (count | 0))
    const samples = isWhole ? Int32Array.from(counts) : Float32Array.from(counts)
    const sequence = this.#sequence + 1
    const records = encodeChannel(samples, { codes, time, rate: this.#rate, sequence })
    let left = 0
    if (!isAll && counts.length < GATHER_S * this.#rate) left = samplesIn(records.pop())
    gathered.counts = counts.slice(counts.length - left)
    gathered.time = time + ((counts.length - left) * 1_000) / this.#rate
    this.#sequence = (this.#sequence + records.length) % 999_999
    return records
  }

  async #write(day: string, records: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const file = await open(join(this.#folder, `${day}.mseed`), 'a')
    try {
      // A kill, or a disk without room, may have left part of a record: nobody could read what comes behind it.
      const { size } = await file.stat()
      if (size % RECORD_BYTES !== 0) await file.truncate(size - (size % RECORD_BYTES))
      await file.writeFile(records)
    } finally {
      await file.close()
    }
    this.#isInTrouble = false
    if (this.#tidiedFor !== day) await this.#tidy(day)
  }

  async #tidy(day: string): Promise<void> {
    this.#tidiedFor = day
    const oldest = new Date(Date.parse(day) - this.#options.raw.keepMs - DAY_MS).toISOString().slice(0, 10)
    for (const name of await readdir(this.#folder)) {
      const found = NAME.exec(name)?.[1]
      if (found !== undefined && found < oldest) await rm(join(this.#folder, name), { force: true })
    }
  }

  #tell(detail: string): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    const { device, logger } = this.#options
    logger.error({ device: device.id, folder: this.#folder, detail }, 'raw waveforms are not kept')
  }
}

function samplesIn(record: Uint8Array | undefined): number {
  return record === undefined ? 0 : new DataView(record.buffer, record.byteOffset).getUint16(COUNT_AT)
}
