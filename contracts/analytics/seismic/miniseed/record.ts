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
  /** Samples per second. */
  readonly rate: number
  /** As recorded: counts of the instrument where it wrote integers. */
  readonly samples: Float64Array
  /** Length in the file, bytes. */
  readonly length: number
}
