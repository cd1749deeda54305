import { type AlarmCount, proveAlarms } from './alarms.ts'
import { openBooks } from './books.ts'
import type { Evidence, Finding } from './evidence.ts'
import { type LifeLosses, lossesOf, lostIn, neverTakenIn, strangeGaps, uncountedLosses } from './losses.ts'
import { disorder, doubtfulRows, sightingsOf } from './sightings.ts'

/** What came of it: figures in readings, and everything that must not be. */
export interface Proof {
  /** What the field has said. */
  readonly generated: number
  /** Of that, what gateways took off the line. */
  readonly taken: number
  readonly stored: number
  readonly duplicated: number
  readonly lost: number
  readonly losses: readonly LifeLosses[]
  readonly alarms: AlarmCount
  readonly findings: readonly Finding[]
}

export function prove(evidence: Evidence): Proof {
  const { devices, ledger, journal } = evidence
  const sightings = sightingsOf(evidence)
  const losses = lossesOf(sightings, evidence)
  const alarms = proveAlarms(sightings, journal)
  const generated = devices.reduce((sum, { count, sensors }) => sum + count * sensors.length, 0)
  const gateways = [...new Set(devices.map(({ gateway }) => gateway))]
  return {
    generated,
    taken: generated - neverTakenIn(losses),
    stored: sightings.reduce((sum, { seen }) => sum + seen.size, 0),
    duplicated: sightings.reduce((sum, { duplicates }) => sum + duplicates.length, 0),
    lost: lostIn(losses),
    losses,
    alarms: alarms.count,
    findings: [
      ...uncountedLosses(losses),
      ...strangeGaps(evidence),
      ...doubtfulRows(sightings),
      ...disorder(sightings, evidence),
      ...alarms.findings,
      ...openBooks(ledger, gateways),
    ],
  }
}
