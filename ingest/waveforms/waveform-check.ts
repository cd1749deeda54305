import type { ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'

/** A clock of a gateway that is no more wrong than this is alarmed and believed, ms. */
export const AHEAD_MS = 3_600_000
/** Longer ones no station records: 15 min. */
export const MAX_LENGTH_MS = 900_000

export interface WaveformContext {
  readonly facility: Facility
  readonly gateway: string
  /** Epoch ms of the server. */
  readonly now: number
  /** Events that ended before are not kept, epoch ms. */
  readonly oldest: number
}

export interface WaveformRefusal {
  readonly code: ErrorCode
  readonly detail: string
}

/** Undefined for an event of a device of that gateway at a time that can be. Its samples are {@link samplesProblem}'s. */
export function checkWaveform(
  { id, device, from, to }: WaveformHead,
  { facility, gateway, now, oldest }: WaveformContext,
): WaveformRefusal | undefined {
  const bad = (code: ErrorCode, detail: string): WaveformRefusal => ({ code, detail: `${id}: ${detail}` })
  const theirs = facility.gateways.find((known) => known.id === gateway)
  const isTheirs = theirs?.buses.some(({ devices }) => devices.some((known) => known.id === device))
  if (isTheirs !== true) return bad('WAVEFORM_FOREIGN', `${gateway} has no such device`)
  if (to > now + AHEAD_MS) return bad('WAVEFORM_TIME', `${Math.round((to - now) / 1_000)} s ahead`)
  if (to < oldest) return bad('WAVEFORM_TIME', 'older than events are kept')
  if (to - from > MAX_LENGTH_MS) return bad('WAVEFORM_TIME', `${Math.round((to - from) / 1_000)} s long`)
  return undefined
}
