import type { Facility, PolledSensor, Sensor } from '../../contracts/facility.ts'

/**
 * The facility as stored readings can tell of it. A sensor that is polled reports by exception, and a store has its
 * reports alone: between two of them it was read and still held its value. So silence in a store begins only where
 * a report was due, `maxInterval` and a poll after the last one, if its own time for silence is not longer still.
 * Only `sensors` is changed, which is what evaluation reads.
 */
export function withStoredSilence(facility: Facility): Facility {
  return {
    ...facility,
    sensors: new Map([...facility.sensors].map(([id, sensor]) => [id, withSilence(sensor)])),
  }
}

function withSilence(sensor: Sensor): Sensor {
  if (!isPolled(sensor)) return sensor
  // The first sample that cannot wait is sent, which is up to a poll late where polls are not to the millisecond.
  const reportMs = sensor.report.maxIntervalMs + sensor.pollMs
  return { ...sensor, staleAfterMs: Math.max(sensor.staleAfterMs, reportMs) }
}

/** Of a sensor of a foreign device nobody knows when it was looked at. */
export function isPolled(sensor: Sensor): sensor is PolledSensor {
  return 'pollMs' in sensor
}
