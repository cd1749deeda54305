import type { Axis } from '../../contracts/analytics/seismic/wave.ts'

/** What can be wrong with an instrument that streams, apart from its line. Key: the kind; value: what it does. */
export const TROUBLES = {
  'dead-channel': 'one axis stands still, the others go on',
  clipping: 'the gain is far too high, so that everything ends at full scale',
  clock: 'the clock is wrong by some seconds and says that it is synchronised',
  'no-clock': 'the instrument does not know the time: it counts from 1970 and says so',
  'free-clock': 'the clock has lost its reference: the times are right as yet, and it says so',
  gap: 'samples are lost between digitiser and line',
  damaged: 'bits are wrong on the line: checksums and headers do not fit',
} as const
export type TroubleKind = keyof typeof TROUBLES
export const TROUBLE_KINDS = Object.keys(TROUBLES) as TroubleKind[]

export interface Trouble {
  readonly device: string
  readonly kind: TroubleKind
  /** Of dead-channel. */
  readonly axis: Axis
  /** Of clock: how far it is ahead, ms; behind when below 0. */
  readonly offsetMs: number
}
