import { encodeMiniseed } from '../../../contracts/analytics/seismic/miniseed/encode.ts'
import type { Wave } from '../../../contracts/analytics/seismic/wave.ts'
import { type WaveformHead, type WaveformMessage, waveformId } from '../../../contracts/waveform.ts'

const PRE_MS = 2_000
const POST_MS = 6_000

/** A decaying tone of each axis behind two seconds of silence, upon a standing offset. */
export function shakingWave(onset: number, given: { rate?: number; peak?: number } = {}): Wave {
  const { rate = 100, peak = 50 } = given
  const length = ((PRE_MS + POST_MS) * rate) / 1_000
  const axis = (share: number, hz: number) =>
    Float64Array.from({ length }, (_, index) => {
      const seconds = (index * 1_000) / rate / 1_000 - PRE_MS / 1_000
      const shake = seconds < 0 ? 0 : Math.exp(-seconds) * Math.sin(2 * Math.PI * hz * seconds)
      return 3 + peak * share * shake
    })
  return { time: onset - PRE_MS, rate, axes: [axis(1, 3), axis(0.7, 4), axis(0.4, 6)] }
}

export function headOf(device: string, onset: number, wave: Wave = shakingWave(onset)): WaveformHead {
  const to = wave.time + (wave.axes[0].length * 1_000) / wave.rate
  const features = { pga: 50.1, pgv: 3.2, jma: 3.4, gbt17742: 5.6 }
  return { id: waveformId(device, onset), device, onset, from: wave.time, to, rate: wave.rate, features }
}

export function miniseedOf(wave: Wave): Uint8Array {
  return encodeMiniseed(wave, { network: 'XX', station: 'SM1', location: '' })
}

/** What a gateway publishes of an event. */
export function messageOf(
  device: string,
  onset: number,
  given: Partial<WaveformMessage> & { wave?: Wave } = {},
): WaveformMessage {
  const { wave = shakingWave(onset), ...rest } = given
  const miniseed = Buffer.from(miniseedOf(wave)).toString('base64')
  return { ...headOf(device, onset, wave), miniseed, ...rest }
}
