import type { AlarmView } from '../contracts/api.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { parseIso } from '../contracts/iso-time.ts'
import { type WaveformView, waveformView } from '../contracts/waveform-api.ts'
import { WAVEFORM_MARGIN_MS, type WaveformLibrary } from '../contracts/waveform-library.ts'
import { stationDevices } from './station-devices.ts'

/** A plant has a dozen stations; one occurrence lies within one event of each, or two. */
const MOST = 50
/** How many are looked at: a swarm of aftershocks comes soon behind. */
const MOST_NEAR = 1_000
/** No event is longer, and none has more before its onset, ms: those that begin earlier or later need no look. */
const LONGEST_MS = 900_000
const LONGEST_PRE_MS = 300_000

/** The seismic events within which an alarm was raised, or so short before or behind; none of an alarm that is not. */
export function alarmWaveforms(
  place: { facility: Facility; waveforms: Pick<WaveformLibrary, 'list'> },
  alarm: Pick<AlarmView, 'sensor' | 'raised'>,
  { onDelayMs }: Pick<AlarmConfig, 'onDelayMs'>,
): WaveformView[] {
  const { facility, waveforms } = place
  const raised = alarm.raised === null ? undefined : parseIso(alarm.raised)
  const devices = stationDevices(facility, alarm.sensor)
  if (raised === undefined || devices.size === 0) return []
  // The condition held for so long before it was raised.
  const began = raised - onDelayMs
  const { items } = waveforms.list({
    devices,
    from: began - LONGEST_MS - WAVEFORM_MARGIN_MS,
    to: raised + LONGEST_PRE_MS + WAVEFORM_MARGIN_MS + 1,
    limit: MOST_NEAR,
  })
  return items
    .filter(({ from, to }) => from - WAVEFORM_MARGIN_MS <= raised && began <= to + WAVEFORM_MARGIN_MS)
    .slice(-MOST)
    .map((stored) => waveformView(facility, stored))
}
