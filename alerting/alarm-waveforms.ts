import type { AlarmView } from '../contracts/api.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { parseIso } from '../contracts/iso-time.ts'
import { type WaveformView, waveformView } from '../contracts/waveform-api.ts'
import { WAVEFORM_MARGIN_MS, type WaveformLibrary } from '../contracts/waveform-library.ts'
import { stationDevices } from './station-devices.ts'

/** A plant has a dozen stations; one occurrence lies within one event of each. */
const MOST = 50
/** No event is longer, ms: those that begin earlier need not be looked at. */
const LONGEST_MS = 900_000

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
    to: raised + LONGEST_MS,
    limit: MOST,
  })
  return items
    .filter(({ from, to }) => from - WAVEFORM_MARGIN_MS <= raised && began <= to + WAVEFORM_MARGIN_MS)
    .map((stored) => waveformView(facility, stored))
}
