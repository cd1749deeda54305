import { waveOfMiniseed } from '../../contracts/analytics/seismic/miniseed/wave-of.ts'
import type { Wave } from '../../contracts/analytics/seismic/wave.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { DecodedWaveform } from './waveform-decode.ts'

/** A clock of a gateway that is no more wrong than this is alarmed and believed, ms. */
export const AHEAD_MS = 3_600_000
/** Longer ones no station records: 15 min. */
export const MAX_LENGTH_MS = 900_000
/** What head and samples may differ by, samples: they were cut by whole ones. */
const SLACK_SAMPLES = 2
/** Of a rate, which miniSEED has as a fraction. */
const RATE_SLACK = 1e-3

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

/** Undefined for an event of a device of that gateway, at a time that can be, with the samples that it says. */
export function checkWaveform(
  { head, miniseed }: DecodedWaveform,
  { facility, gateway, now, oldest }: WaveformContext,
): WaveformRefusal | undefined {
  const { id, device, from, to, rate } = head
  const bad = (code: ErrorCode, detail: string): WaveformRefusal => ({ code, detail: `${id}: ${detail}` })
  const theirs = facility.gateways.find((known) => known.id === gateway)
  const isTheirs = theirs?.buses.some(({ devices }) => devices.some((known) => known.id === device))
  if (isTheirs !== true) return bad('WAVEFORM_FOREIGN', `${gateway} has no such device`)
  if (to > now + AHEAD_MS) return bad('WAVEFORM_TIME', `${Math.round((to - now) / 1_000)} s ahead`)
  if (to < oldest) return bad('WAVEFORM_TIME', 'older than events are kept')
  if (to - from > MAX_LENGTH_MS) return bad('WAVEFORM_TIME', `${Math.round((to - from) / 1_000)} s long`)
  let wave: Wave
  try {
    wave = waveOfMiniseed(miniseed)
  } catch (error) {
    if (error instanceof CodedError) return bad('WAVEFORM_SAMPLES', error.detail)
    throw error
  }
  const slackMs = (SLACK_SAMPLES * 1_000) / rate
  if (Math.abs(wave.rate - rate) > rate * RATE_SLACK) return bad('WAVEFORM_SAMPLES', 'another rate')
  const end = wave.time + (wave.axes[0].length * 1_000) / wave.rate
  if (Math.abs(wave.time - from) > slackMs || Math.abs(end - to) > slackMs)
    return bad('WAVEFORM_SAMPLES', 'other times than from and to')
  return undefined
}
