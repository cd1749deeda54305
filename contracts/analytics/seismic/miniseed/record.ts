/** Who recorded a channel, as miniSEED 2 and SeedLink name it: at most 2, 5, 2 and 3 letters or digits. */
export interface ChannelCodes {
  readonly network: string
  readonly station: string
  readonly location: string
  readonly channel: string
}

/** One record of a miniSEED 2 file: samples of one channel without a gap. */
export interface MiniseedRecord extends ChannelCodes {
  readonly sequence: number
  /** When its first sample was taken, epoch ms; a fraction counts. */
  readonly time: number
  /** Samples per second; 0 where the record says none. */
  readonly rate: number
  /** As recorded: counts of the instrument where it wrote integers. */
  readonly samples: Float64Array
  /** Of the whole record, bytes. */
  readonly length: number
}

/**
 * What one count is in files that we write: 1 µm/s², which is finer than the last digit of a 24-bit instrument of
 * 4 g. miniSEED 2 has no field for it.
 */
export const COUNTS_PER_GAL = 10_000

/** Blockettes, by their number. */
export const SAMPLE_RATE_BLOCKETTE = 100
export const DATA_BLOCKETTE = 1000
export const EXTENSION_BLOCKETTE = 1001

export const FIXED_HEADER_BYTES = 48

/** Encodings of blockette 1000. */
export const ENCODING = { int16: 1, int32: 3, float32: 4, float64: 5, steim1: 10, steim2: 11 } as const
