import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { TestOutcome, TestView } from '../../contracts/test-api.ts'
import type { KeptTest, TestTerms, TestWitness } from './field-test.ts'
import type { AlarmEvidence, EvidenceReading, SensorEvidence } from './test-evidence.ts'

type Place = Pick<Facility, 'id' | 'timezone'>

/** A test as the API shows it. */
export function testView(place: Place, test: KeptTest): TestView {
  const { area, ended, endedBy, sensors } = test
  return {
    facility: place.id,
    ...termsView(place, test),
    sensors: sensors.map(({ sensor }) => sensor),
    area,
    until: formatIso(test.until, place.timezone),
    ended: ended === null ? null : formatIso(ended, place.timezone),
    endedBy,
    evidence: sensors.flatMap(({ sensor, alarms }) =>
      alarms.map((alarm) => ({ sensor, alarm: alarm.alarm, ...responseView(place, alarm) })),
    ),
    readings: sensors.map((sensor) => ({ sensor: sensor.sensor, ...readingsView(place, sensor) })),
  }
}

/** The evidence of one alarm, for the journal. */
export function testOutcome(place: Place, { terms, alarm, readings }: TestWitness): TestOutcome {
  return {
    ...termsView(place, terms),
    ...responseView(place, alarm),
    readings: readingsView(place, readings),
  }
}

function termsView({ timezone }: Place, { number, kind, by, approvedBy, reason, started }: TestTerms) {
  return { id: String(number), kind, by, approvedBy, reason, started: formatIso(started, timezone) }
}

function responseView({ timezone }: Place, { raised, returned, peak }: AlarmEvidence) {
  const iso = (ms: number | null) => (ms === null ? null : formatIso(ms, timezone))
  return { responded: raised !== null, raised: iso(raised), returned: iso(returned), peak }
}

function readingsView({ timezone }: Place, { count, first, last }: SensorEvidence) {
  const view = (reading: EvidenceReading | null) =>
    reading === null ? null : { ...reading, time: formatIso(reading.time, timezone) }
  return { count, first: view(first), last: view(last) }
}
