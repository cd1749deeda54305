import type { Facility } from '../../contracts/facility.ts'

/** A gateway of it records seismic events. */
export function hasStations({ gateways }: Pick<Facility, 'gateways'>): boolean {
  return gateways.some(({ buses }) => buses.some(({ driver }) => driver === 'seismic'))
}
