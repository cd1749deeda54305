import { CONDITIONS } from '../../contracts/facility-words.ts'
import type { ChangedLimit } from '../../contracts/wire.ts'
import { parseObject } from './confirm-payload.ts'

/** Far more than one sensor has alarms; what comes behind them is not looked at. */
const MOST_LIMITS = 16

/** Limits that were changed at run time. Key: sensor id. */
export type ChangedLimits = ReadonlyMap<string, readonly Required<ChangedLimit>[]>

/**
 * Limits as they came over MQTT; undefined when the payload is none. What is wrong with one takes none of the others
 * down. An empty payload clears them all.
 */
export function parseLimits(payload: Buffer): ChangedLimits | undefined {
  if (payload.length === 0) return new Map()
  const { limits } = parseObject(payload) ?? {}
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) return undefined
  return new Map(
    Object.entries(limits).flatMap(([sensor, list]) => {
      const sound = Array.isArray(list) ? list.slice(0, MOST_LIMITS).flatMap(limitOf) : []
      return sound.length === 0 ? [] : [[sensor, sound] as const]
    }),
  )
}

function limitOf(item: unknown): Required<ChangedLimit>[] {
  if (typeof item !== 'object' || item === null) return []
  const { limit, deadband = 0, ...said } = item as Record<string, unknown>
  const when = CONDITIONS.find((known) => known === said.when)
  if (when === undefined || !isNumber(limit) || !isNumber(deadband) || deadband < 0) return []
  return [{ when, limit, deadband }]
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
