import type { WaveformSamples, WaveformView } from '../../../../contracts/waveform-api.ts'
import type { Answer } from '../api-client.ts'
import type { Asking } from '../people-api-client.ts'

/** Points of each axis: about two for each dot of a wide screen. */
const POINTS = 1_500

export interface WaveformList {
  items: WaveformView[]
  next?: string
}

/** Of the stations that a sensor has its readings from, newest first. */
export function listWaveforms(
  asking: Asking,
  of: { facility: string; sensor: string; limit: number },
): Promise<Answer<WaveformList>> {
  const query = new URLSearchParams({ sensor: of.sensor, limit: String(of.limit) })
  return asking.get(`/api/v1/facilities/${encodeURIComponent(of.facility)}/waveforms?${query}`)
}

export function waveformSamples(asking: Asking, waveform: WaveformView): Promise<Answer<WaveformSamples>> {
  return asking.get(`${pathOf(waveform)}/samples?points=${POINTS}`)
}

export function miniseedPath(waveform: WaveformView): string {
  return `${pathOf(waveform)}/miniseed`
}

function pathOf({ facility, id }: Pick<WaveformView, 'facility' | 'id'>): string {
  return `/api/v1/facilities/${encodeURIComponent(facility)}/waveforms/${encodeURIComponent(id)}`
}
