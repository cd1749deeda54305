/** Samples of one station without a gap, as its instrument sent them. */
export interface SampleBlock {
  /** When the first one was taken, epoch ms, a fraction counts; undefined: the instrument does not know the time. */
  readonly time: number | undefined
  /** Samples per second of each channel. */
  readonly rate: number
  /** Counts, in the order of the channels of the instrument; all of one length. */
  readonly channels: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
  /** What the instrument says about them. */
  readonly flags: BlockFlags
}

export interface BlockFlags {
  /** Its clock is synchronised. */
  readonly isTimed: boolean
  /** An axis was at full scale. */
  readonly isClipped: boolean
  /** A self-test was under way. */
  readonly isTest: boolean
}

export function flagsOf(bits: number): BlockFlags {
  return { isTimed: (bits & 1) !== 0, isClipped: (bits & 2) !== 0, isTest: (bits & 4) !== 0 }
}

/** POSIX seconds and microseconds; an instrument without a time says 0 seconds. */
export function timeOf(seconds: number, microseconds: number): number | undefined {
  return seconds === 0 ? undefined : seconds * 1_000 + microseconds / 1_000
}

/** What an instrument sent, or failed to send, and made no samples. Every kind has its own counter of the device. */
export const SAMPLE_LOSSES = {
  lost: 'frames that never came, by their sequence',
  repeated: 'frames and records that had been there before',
  restarted: 'times that the instrument was started anew',
  rate: 'blocks of another number of samples a second than the facility file says',
  overrun: 'samples of a ring that were written over before they were read, or that a server had not kept',
  'not-decodable': 'records that cannot be read',
  'foreign-channel': 'records of a channel that was not asked for',
  unmatched: 'samples of a channel without those of the other two',
  'clock-step': 'times that the clock of the instrument went back',
} as const
export type SampleLoss = keyof typeof SAMPLE_LOSSES

/** Who takes what the instruments of a bus send. Called synchronously. Key of everything: id of the device. */
export interface SampleSink {
  onBlock(device: string, block: SampleBlock): void
  onLoss(device: string, kind: SampleLoss, count: number): void
  /** It cannot be reached: once per loss. */
  onLost(device: string): void
}
