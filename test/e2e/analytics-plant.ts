import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { JournalItem } from '../../contracts/api.ts'
import { formatDuration, parseDuration } from '../../contracts/duration.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { Line } from './line.ts'

type Edit = (text: string) => string

/** simulators/facilities/analytics.yaml with its data in a folder of its own, after an edit of its text. */
export function analyticsFacility(edit: Edit): Facility {
  const own = textOf('facilities/analytics.yaml')
    .replace('data: data/analytics', `data: ${JSON.stringify(join(temporaryFolder(), 'server'))}`)
    .replace('path: data/analytics-gw-1.db', 'path: memory')
  return parseFacility(edit(own), 'analytics.yaml')
}

/** A scenario of it, after an edit of its text. */
export function analyticsScenario(name: string, facility: Facility, edit: Edit): Scenario {
  return parseScenario(edit(textOf(`scenarios/${name}.yaml`)), `${name}.yaml`, facility)
}

function textOf(file: string): string {
  return readFileSync(new URL(`../../simulators/${file}`, import.meta.url), 'utf8')
}

/** All times of these keys so many times shorter, and polls of 100 ms. */
export function shortened(keys: readonly string[], factor: number): Edit {
  const pattern = new RegExp(`\\b(${keys.join('|')}): (\\d+(?:ms|s|m|h))\\b`, 'g')
  return (text) =>
    text.replaceAll('poll: 1s', 'poll: 100ms').replaceAll(pattern, (_all, key, text) => {
      return `${key}: ${formatDuration(Math.round((parseDuration(text) ?? 0) / factor))}`
    })
}

/** All numbers of these keys so many times as large: what flows, faster. */
export function multiplied(keys: readonly string[], factor: number): Edit {
  const pattern = new RegExp(`\\b(${keys.join('|')}): (\\d+(?:\\.\\d+)?)`, 'g')
  return (text) => text.replaceAll(pattern, (_all, key, number) => `${key}: ${Number(number) * factor}`)
}

/** Waits for the journal to have an event of an alarm. */
export function entered(line: Line, alarm: string, event: string, timeout = 30_000): Promise<JournalItem> {
  return vi.waitFor(
    async () => {
      const found = (await line.journal()).find((item) => item.alarm.id === alarm && item.event === event)
      if (found === undefined) throw new Error(`${alarm} ${event} is not in the journal`)
      return found
    },
    { timeout, interval: 100 },
  )
}

/** What stands behind a derived sensor now. */
export function derived(line: Line, sensor: string): Promise<DerivedDetail> {
  return line.get(`/api/v1/facilities/${line.facility.id}/sensors/${sensor}/derived`)
}

/** Alarms that were raised, in order. */
export async function raised(line: Line): Promise<string[]> {
  return (await line.journal()).filter(({ event }) => event === 'raised').map(({ alarm }) => alarm.id)
}
