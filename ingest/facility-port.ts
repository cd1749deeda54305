import type { GatewayView } from '../contracts/api.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import type { FacilityIntake } from './facility-intake.ts'

interface Silence {
  isStale(sensor: string): boolean
}

/** What the API asks of one facility, with its alarms as they are. */
interface Port<Alarms, Floods> {
  readonly facility: Facility
  readonly alarms: Alarms
  readonly floods: Floods
  readonly plant: { latest(sensor: string): Reading | undefined; gateways(): GatewayView[] }
}

/** A facility as the API sees it: always that of the file in force. */
export function facilityPort<Alarms extends Silence, Floods>(place: {
  alarms: Alarms
  floods: Floods
  intake: Pick<FacilityIntake, 'facility' | 'taker' | 'intake'>
}): Port<Alarms, Floods> {
  const { alarms, floods, intake } = place
  return {
    get facility() {
      return intake.facility
    },
    alarms,
    floods,
    plant: { latest: (sensor) => latestOf(place, sensor), gateways: () => intake.intake.views() },
  }
}

/** A sensor that fell silent is not shown as if it still said what it said last. */
export function latestOf(
  place: { alarms: Silence; intake: Pick<FacilityIntake, 'taker'> } | undefined,
  sensor: string,
): Reading | undefined {
  const latest = place?.intake.taker.latest(sensor)
  return latest !== undefined && place?.alarms.isStale(sensor) === true
    ? { ...latest, quality: 'bad', reason: 'stale' }
    : latest
}
