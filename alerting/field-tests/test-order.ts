import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { TestKind } from '../../contracts/test-words.ts'
import { second } from '../action.ts'
import type { SensorEntry } from '../sensor-entry.ts'

/** What a person asks for. */
export interface TestOrder {
  kind: TestKind
  /** Either sensors by name, or those that an area has. */
  sensors?: readonly string[]
  area?: string
  /** How long it lasts, ms. */
  forMs: number
  reason: string
  by: string
  approvedBy?: string
  /** Where they are, with sign-in. */
  address?: string
}

const MIN_TEST_MS = 60_000
/** A shift: a test that is forgotten does not outlast it. */
export const MAX_TEST_MS = 8 * 3_600_000

/**
 * The sensors of the plant that are to be tested. What is computed takes part with its area, so that what the test makes
 * of it pages nobody, and not by name: gas is put to what it is computed from. @throws CodedError REQUEST_INVALID,
 * SENSOR_UNKNOWN, SENSOR_NOT_FIELD, AREA_UNKNOWN
 */
export function sensorsOf(order: TestOrder, plant: ReadonlyMap<string, SensorEntry>): SensorEntry[] {
  const { sensors, area } = order
  if ((sensors === undefined) === (area === undefined))
    throw new CodedError('REQUEST_INVALID', 'give either sensors or an area')
  // The system's own sensors belong to no gateway: there is nothing in the field to be tested.
  const isOfPlant = (entry: SensorEntry | undefined) => entry?.sensor.gateway !== undefined
  if (sensors === undefined) {
    const found = [...plant.values()].filter((entry) => isOfPlant(entry) && entry.sensor.area === area)
    if (found.length === 0) throw new CodedError('AREA_UNKNOWN', `no sensor stands in "${area}"`)
    return found
  }
  return [...new Set(sensors)].map((id) => {
    const entry = plant.get(id)
    if (entry === undefined || !isOfPlant(entry)) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${id}"`)
    if (entry.sensor.gateway === DERIVED_GATEWAY) throw new CodedError('SENSOR_NOT_FIELD', id)
    return entry
  })
}

/**
 * Refuses what must not begin, and answers with the second person, if it is somebody else. @throws CodedError
 * TEST_LENGTH, REASON_REQUIRED, TEST_RUNNING or SECOND_PERSON_REQUIRED
 */
export function checkOrder(order: TestOrder, entries: readonly SensorEntry[]): string | null {
  const { forMs, by, reason } = order
  if (!(forMs >= MIN_TEST_MS && forMs <= MAX_TEST_MS))
    throw new CodedError('TEST_LENGTH', `${forMs / 60_000} minutes`)
  if (by.trim() === '' || reason.trim() === '')
    throw new CodedError('REASON_REQUIRED', 'a test has a person and a reason')
  const busy = entries.find(({ test }) => test !== undefined)
  if (busy !== undefined)
    throw new CodedError('TEST_RUNNING', `${busy.sensor.id} is in test ${busy.test?.terms.number}`)
  const takesTwo = entries
    .flatMap(({ alarms }) => alarms)
    .some(({ alarm }) => alarm.config.class.bypass === 'two-person')
  return second(order, takesTwo ? 'two-person' : 'allowed').approvedBy ?? null
}
