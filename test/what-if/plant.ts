import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { AcknowledgePolicy, WhatIfWindow } from '../../contracts/what-if.ts'

/** Two polled sensors and what they are asked to alarm on; stale after 10 s, reported every 30 s at least. */
export function trialPlantText(alarms: string, server = 'auth: off', more = ''): string {
  const sensor = (id: string, address: number) =>
    `{ id: ${id}, kind: gas, unit: ppm, register: { address: ${address} }, alarms: ${alarms} }`
  return `
facility: { id: plant, timezone: Asia/Shanghai }
server: { ${server} }
${more}
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, poll: 1s, area: yard, sensors: [ ${sensor('T-1', 0)}, ${sensor('T-2', 1)} ] } ] }
`
}

export function trialPlant(alarms: string, more = ''): Facility {
  return parseFacility(trialPlantText(alarms, 'auth: off', more), 'plant.yaml')
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
/** Midnight of the plant. */
export const DAY = Date.parse('2026-11-27T00:00:00+08:00')

export function windowOf(from = DAY, to = DAY + 24 * HOUR, warmUpMs = HOUR): WhatIfWindow {
  return { from, to, warmUpMs }
}

export const AFTER_2_MINUTES: AcknowledgePolicy = { afterMs: 2 * MINUTE, source: 'given' }

/** A value of T-1 from `from` to `to`, ms of the day, else `otherwise`; as it is reported: every 30 s, and where it changes. */
export function dayOf(
  stretches: readonly { from: number; to: number; value: number }[],
  otherwise = 10,
): Reading[] {
  const valueAt = (ms: number) => stretches.find(({ from, to }) => from <= ms && ms < to)?.value ?? otherwise
  const times = new Set<number>()
  for (let ms = -HOUR; ms < 24 * HOUR; ms += 30_000) times.add(ms)
  for (const { from, to } of stretches) times.add(from).add(to)
  return [...times]
    .sort((a, b) => a - b)
    .flatMap((ms) => [
      { sensor: 'T-1', time: DAY + ms, value: valueAt(ms), quality: 'good' as const },
      { sensor: 'T-2', time: DAY + ms, value: 10, quality: 'good' as const },
    ])
}
