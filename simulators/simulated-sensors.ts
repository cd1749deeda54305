import type { Facility, PolledSensor } from '../contracts/facility.ts'
import { polledSensors } from '../contracts/polled-sensors.ts'
import { busesOf } from './bus-key.ts'

/**
 * Sensors whose values devices hold. Those of seismographs are none of them: a gateway computes them from the
 * waveform. Key: sensor id.
 */
export function simulatedSensors(facility: Facility): ReadonlyMap<string, PolledSensor> {
  const waves = new Set(seismographsOf(facility))
  return new Map([...polledSensors(facility)].filter(([, { device }]) => !waves.has(device)))
}

/** Ids of the devices that stream waveforms. */
export function seismographsOf(facility: Facility): string[] {
  return busesOf(facility).flatMap(({ bus }) =>
    bus.driver === 'seismic' ? bus.devices.map(({ id }) => id) : [],
  )
}
