import { encodeMiniseed } from '../../contracts/analytics/seismic/miniseed/encode.ts'
import type { SeismicEvent } from '../../contracts/analytics/seismic/station.ts'
import type { Wave } from '../../contracts/analytics/seismic/wave.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import {
  WAVEFORM_MAX_BYTES,
  type WaveformHead,
  type WaveformMark,
  type WaveformMessage,
  waveformId,
} from '../../contracts/waveform.ts'

/** An event as it is kept on the disk: everything but the samples, and these. */
export interface RecordedEvent {
  readonly head: WaveformHead
  readonly miniseed: Uint8Array
}

/** What a message takes beside the samples, bytes. */
const HEAD_BYTES = 4_096
/** Base64 makes four bytes of three. */
const MOST_MINISEED = Math.floor(((WAVEFORM_MAX_BYTES - HEAD_BYTES) * 3) / 4)

/** An event that would be too long for a message is cut behind. */
export function recordEvent(
  device: string,
  event: SeismicEvent,
  instrument: SeismicInstrument,
): RecordedEvent {
  const { onset, from, rate, features, isClipped, lone } = event
  const { network, station, location } = instrument
  let { wave, to, isCut } = event
  let miniseed = encodeMiniseed(wave, { network, station, location })
  while (miniseed.length > MOST_MINISEED) {
    const [{ length }] = wave.axes
    // A little less than the share, since samples do not all take the same room.
    wave = firstOf(wave, Math.floor((length * MOST_MINISEED * 0.98) / miniseed.length))
    isCut = true
    to = from + (wave.axes[0].length * 1_000) / rate
    miniseed = encodeMiniseed(wave, { network, station, location })
  }
  const finite = Object.entries(features).filter(([, value]) => Number.isFinite(value))
  const marks: WaveformMark[] = [
    ...(isClipped ? (['clipped'] as const) : []),
    ...(isCut ? (['cut'] as const) : []),
    ...(lone === undefined ? [] : (['lone'] as const)),
  ]
  const head = {
    id: waveformId(device, onset),
    device,
    onset,
    from,
    to,
    rate,
    features: Object.fromEntries(finite),
    ...(marks.length === 0 ? {} : { marks }),
  }
  return { head, miniseed }
}

export function messageOf({ head, miniseed }: RecordedEvent): Buffer {
  const message: WaveformMessage = { ...head, miniseed: Buffer.from(miniseed).toString('base64') }
  return Buffer.from(JSON.stringify(message))
}

function firstOf(wave: Wave, samples: number): Wave {
  const [ns, ew, ud] = wave.axes
  return { ...wave, axes: [ns.slice(0, samples), ew.slice(0, samples), ud.slice(0, samples)] }
}
