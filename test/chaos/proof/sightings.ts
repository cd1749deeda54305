import type { StoredRow } from '../evidence/stored-row.ts'
import type { DeviceRecord } from '../field/device-record.ts'
import type { ClockStep } from '../processes/drilled-service.ts'
import type { Evidence, Finding } from './evidence.ts'

/** What the database holds of one sensor. */
export interface Sightings {
  readonly record: DeviceRecord
  /** Place of the sensor in its device. */
  readonly index: number
  readonly sensor: string
  /** Key: number of the answer; in order. */
  readonly seen: ReadonlyMap<number, StoredRow>
  /** Rows of a number that stands there already. */
  readonly duplicates: readonly { number: number; rows: readonly [StoredRow, StoredRow] }[]
  /** Rows whose value the sensor has never given. */
  readonly invented: readonly StoredRow[]
  /** Rows that hold no value: of a device that did not answer. */
  readonly empty: number
}

/** Finds for every sensor which answers the database has. */
export function sightingsOf({ devices, rows }: Pick<Evidence, 'devices' | 'rows'>): Sightings[] {
  return devices.flatMap((record) =>
    record.sensors.map((sensor, index) => see(record, index, rows.get(sensor) ?? [])),
  )
}

function see(record: DeviceRecord, index: number, rows: readonly StoredRow[]): Sightings {
  const found = new Map<number, StoredRow>()
  const duplicates: Sightings['duplicates'][number][] = []
  const invented: StoredRow[] = []
  let empty = 0
  for (const row of rows) {
    if (row.value === undefined) {
      empty += 1
      continue
    }
    const number = record.signal.numberOf(index, row.value)
    const first = number === undefined ? undefined : found.get(number)
    if (number === undefined || number > record.count) invented.push(row)
    else if (first !== undefined) duplicates.push({ number, rows: [first, row] })
    else found.set(number, row)
  }
  const seen = new Map([...found].sort(([a], [b]) => a - b))
  return { record, index, sensor: record.sensors[index] ?? '', seen, duplicates, invented, empty }
}

/** No number twice, none that was never given. */
export function doubtfulRows(sightings: readonly Sightings[]): Finding[] {
  return sightings.flatMap(({ sensor, duplicates, invented }): Finding[] => [
    ...duplicates.map(({ number, rows: [a, b] }) => ({
      law: 'duplicated' as const,
      text: `${sensor} number ${number} stands at ${a.time} and at ${b.time}`,
    })),
    ...invented.map(({ value, time }) => ({
      law: 'invented' as const,
      text: `${sensor} has ${value} at ${time}, which was never said`,
    })),
  ])
}

/** A process that stood still or was away when its clock was stepped finds out later, ms. */
const NOTICED_WITHIN_MS = 15_000

/** Within an epoch times strictly increase; epochs follow one another, and only a clock that was set back goes back. */
export function disorder(sightings: readonly Sightings[], { steps }: Pick<Evidence, 'steps'>): Finding[] {
  return sightings.flatMap(({ record, sensor, seen }) => {
    const setBack = [...(steps.get(record.gateway) ?? []), ...(steps.get('server') ?? [])]
    const findings: Finding[] = []
    let before: { number: number; time: number } | undefined
    for (const [number, { time }] of seen) {
      if (before !== undefined && time <= before.time) {
        const span = { from: record.answer(before.number)?.at ?? 0, to: record.answer(number)?.at ?? 0 }
        if (!wasStepped(setBack, span))
          findings.push({
            law: 'order',
            text: `${sensor} number ${number} at ${time} does not come after number ${before.number} at ${before.time}`,
          })
      }
      before = { number, time }
    }
    return findings
  })
}

function wasStepped(steps: readonly ClockStep[], { from, to }: { from: number; to: number }): boolean {
  return steps.some(({ at }) => at >= from - NOTICED_WITHIN_MS && at <= to + NOTICED_WITHIN_MS)
}
