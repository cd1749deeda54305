/** What whoever reads the figures of an event has to know. Key: what a head says. */
export const WAVEFORM_MARKS = {
  clipped: 'samples at full scale are among it: its figures are lower bounds',
  cut: 'the record ends at a gap or at its greatest length, and the event may have gone on',
  lone: 'one axis alone shook, as when a housing is struck',
} as const
export type WaveformMark = keyof typeof WAVEFORM_MARKS

/** An event that a seismic station has recorded, as a gateway tells it: everything but the samples. */
export interface WaveformHead {
  /** `{device}-{onset as YYYYMMDDTHHMMSS.sssZ}` with dots and colons left out: the same event has the same id for ever. */
  readonly id: string
  /** Id of the device, which is the station. */
  readonly device: string
  /** When the trigger went on, epoch ms. */
  readonly onset: number
  /** First and behind the last sample, epoch ms: the time before and after the event is among it. */
  readonly from: number
  readonly to: number
  /** Samples per second and axis. */
  readonly rate: number
  /** What was measured of the whole event, in the units of docs/seismic.md. Key: feature. */
  readonly features: Readonly<Record<string, number>>
  /** Absent when there is none. */
  readonly marks?: readonly WaveformMark[]
}

/** Published by a gateway on `gateways/{gateway}/waveforms` until the server has confirmed it. */
export interface WaveformMessage extends WaveformHead {
  /** miniSEED 2 of three channels, base64. */
  readonly miniseed: string
}

/** A message is no longer, bytes; an event that would be is cut behind, and says so by its `to`. */
export const WAVEFORM_MAX_BYTES = 1024 * 1024

/** The id of an event; its onset in whole ms, UTC. */
export function waveformId(device: string, onset: number): string {
  return `${device}-${new Date(Math.trunc(onset)).toISOString().replaceAll(/[-:.]/g, '')}`
}
