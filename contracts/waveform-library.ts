import type { Axis } from './analytics/seismic/wave.ts'
import type { WaveformHead } from './waveform.ts'

/** An event of a seismic station that is durable at the server. */
export interface StoredWaveform extends WaveformHead {
  readonly gateway: string
  /** Of its miniSEED. */
  readonly bytes: number
  /** When the server took it, epoch ms. */
  readonly received: number
}

export interface WaveformQuery {
  /** Stations; undefined: all. */
  readonly devices?: ReadonlySet<string>
  /** Of the onset, epoch ms: inclusive, and exclusive. */
  readonly from?: number
  readonly to?: number
  /** The cursor `next` of the page before. */
  readonly before?: string
  readonly limit: number
}

export interface WaveformPage {
  /** Newest first. */
  readonly items: readonly StoredWaveform[]
  /** Absent at the end. */
  readonly next?: string
}

/** What is drawn of an event: of each stretch of samples the least and the greatest. */
export interface WaveEnvelope {
  /** When its first sample was taken, epoch ms. */
  from: number
  /** From one stretch to the next, ms. */
  everyMs: number
  /** In Gal, the mean of the event taken off. All of one length. */
  axes: Record<Axis, { min: number[]; max: number[] }>
}

/** The recorded events of one facility. */
export interface WaveformLibrary {
  /** @throws CodedError REQUEST_INVALID for a cursor that is none */
  list(query: WaveformQuery): WaveformPage
  find(id: string): StoredWaveform | undefined
  /** The file as it is on the disk. @throws CodedError WAVEFORM_UNKNOWN, DATA_UNREADABLE */
  miniseed(id: string): Promise<Uint8Array>
  /** In so many stretches at most. @throws CodedError WAVEFORM_UNKNOWN, DATA_UNREADABLE, DATA_DAMAGED */
  envelope(id: string, points: number): Promise<WaveEnvelope>
}

/** An alarm goes with an event when it was raised within it, or so long before or behind, ms: delays, and clocks. */
export const WAVEFORM_MARGIN_MS = 10_000
