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

interface Gathered {
  readonly time: number
  readonly rate: number
  readonly counts: readonly [number[], number[], number[]]
}

type Dated = SampleBlock & { readonly time: number }

/** So much is gathered before it is written, so that records are full, s. */
const GATHER_S = 60
const DAY_MS = 86_400_000
const NAME = /^(\d{4}-\d{2}-\d{2})\.mseed$/

/**
 * Everything that an instrument sends, in its own counts and codes, as one miniSEED file a day below
 * `{path}/{device}/`. Old files are deleted. A disk that takes nothing costs these files and nothing else.
 */
export class DayFiles {
  readonly #options: DayFilesOptions
  readonly #folder: string
  #gathered: Gathered | undefined
  #sequence = 0
  #work: Promise<void> = Promise.resolve()
  #isInTrouble = false
  #tidiedFor = ''

  constructor(options: DayFilesOptions) {
    this.#options = options
    this.#folder = join(options.raw.path, options.device.id)
  }

  take(block: Dated): void {
    if (this.#gathered !== undefined && !goesOn(this.#gathered, block)) this.#flush()
    const { time, rate, channels } = block
    this.#gathered ??= { time, rate, counts: [[], [], []] }
    const { counts } = this.#gathered
    for (const [index, list] of counts.entries()) {
      for (const count of Array.from(channels[index] ?? [])) list.push(count)
    }
    if (counts[0].length >= GATHER_S * rate) this.#flush()
  }

  /** What was gathered is on the disk, unless that fails. */
  close(): Promise<void> {
    this.#flush()
    return this.#work
  }

  #flush(): void {
    const gathered = this.#gathered
    this.#gathered = undefined
    if (gathered === undefined) return
    this.#work = this.#work.then(() => this.#write(gathered)).catch((error: unknown) => this.#tell(error))
  }

  async #write({ time, rate, counts }: Gathered): Promise<void> {
    const day = new Date(time).toISOString().slice(0, 10)
    const { channels, network, station, location } = this.#options.instrument
    const records = counts.flatMap((list, index) => {
      const codes = { network, station, location, channel: channels[index]?.code ?? 'HNZ' }
      const made = encodeChannel(Int32Array.from(list), { codes, time, rate, sequence: this.#sequence + 1 })
      this.#sequence = (this.#sequence + made.length) % 999_999
      return made
    })
    await mkdir(this.#folder, { recursive: true })
    const file = await open(join(this.#folder, `${day}.mseed`), 'a')
    try {
      await file.writeFile(Buffer.concat(records))
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

  #tell(error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    const { device, logger } = this.#options
    logger.error(
      { device: device.id, folder: this.#folder, detail: (error as Error).message },
      'raw waveforms are not kept',
    )
  }
}

/** Of the same day, and without a gap. */
function goesOn({ time, rate, counts }: Gathered, block: Dated): boolean {
  const end = time + (counts[0].length * 1_000) / rate
  const isJoint = Math.abs(block.time - end) <= 500 / rate
  return isJoint && block.rate === rate && Math.floor(block.time / DAY_MS) === Math.floor(time / DAY_MS)
}
