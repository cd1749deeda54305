import type { Facility, PolledSensor } from './facility.ts'

/** The sensors that gateways read; those of foreign devices are not among them. Key: sensor id. */
export function polledSensors({ gateways }: Pick<Facility, 'gateways'>): ReadonlyMap<string, PolledSensor> {
  const devices = gateways.flatMap((gateway) => gateway.buses.flatMap((bus) => bus.devices))
  return new Map(devices.flatMap((device) => device.sensors.map((sensor) => [sensor.id, sensor] as const)))
}
