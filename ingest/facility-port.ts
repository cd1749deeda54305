import type { DerivedDetail } from '../contracts/analytics/derived-api.ts'
import type { GatewayView } from '../contracts/api.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import type { WaveformLibrary } from '../contracts/waveform-library.ts'
import type { FacilityIntake } from './facility-intake.ts'
import { latestOf } from './latest-reading.ts'

interface Silence {
  isStale(sensor: string): boolean
}

/** What the API asks of one facility, with its alarms as they are. */
interface Port<Alarms, Floods, Roster, Detectors> {
  readonly facility: Facility
  readonly alarms: Alarms
  readonly floods: Floods
  readonly roster: Roster
  readonly detectors: Detectors
  readonly plant: {
    latest(sensor: string): Reading | undefined
    gateways(): GatewayView[]
    derived(sensor: string): DerivedDetail | undefined
  }
  readonly waveforms: WaveformLibrary
}

/** A facility as the API sees it: always that of the file in force. */
export function facilityPort<Alarms extends Silence, Floods, Roster, Detectors>(place: {
  alarms: Alarms
  floods: Floods
  roster: Roster
  detectors: Detectors
  intake: Pick<FacilityIntake, 'facility' | 'taker' | 'intake' | 'derived'> & {
    waveforms: { library: WaveformLibrary }
  }
}): Port<Alarms, Floods, Roster, Detectors> {
  const { alarms, floods, roster, detectors, intake } = place
  return {
    get facility() {
      return intake.facility
    },
    alarms,
    floods,
    roster,
    detectors,
    plant: {
      latest: (sensor) => latestOf(place, sensor),
      gateways: () => intake.intake.views(),
      derived: (sensor) => intake.derived.detail(sensor),
    },
    waveforms: intake.waveforms.library,
  }
}
