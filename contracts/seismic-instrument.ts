import type { Axis } from './analytics/seismic/wave.ts'
import type { ByteOrder } from './facility-words.ts'

/** A station of driver seismic, as its gateway uses it. */
export interface SeismicInstrument {
  /** Samples per second of each axis. */
  readonly rate: number
  readonly countsPerGal: number
  /** Where an axis clips, Gal. */
  readonly fullScale: number
  /** What its three channels are, in their order. `sign` is -1 for one that counts the other way. */
  readonly channels: readonly SeismicChannel[]
  /** Codes of FDSN: in SeedLink, and in every miniSEED record. */
  readonly network: string
  readonly station: string
  readonly location: string
  /** Where the ring buffer stands; used with protocol registers. */
  readonly registers: RingRegisters
  readonly trigger: SeismicTrigger
  /** Gal, root mean square; undefined: not checked. */
  readonly noiseLimit?: number
  readonly deadAfterMs: number
  /** Day files of everything. */
  readonly raw?: { readonly path: string; readonly keepMs: number }
}

export interface SeismicChannel {
  readonly axis: Axis
  readonly sign: 1 | -1
  /** FDSN channel code, such as HNZ. */
  readonly code: string
}

export interface RingRegisters {
  readonly table: 'holding' | 'input'
  /** Zero-based protocol addresses. */
  readonly head: number
  readonly ring: number
  readonly type: 'int16' | 'int32'
  readonly order: ByteOrder
}

export interface SeismicTrigger {
  readonly staMs: number
  readonly ltaMs: number
  /** Ratios at which an event begins, and below which it ends. */
  readonly on: number
  readonly off: number
  readonly preMs: number
  readonly postMs: number
  readonly maxEventMs: number
}
