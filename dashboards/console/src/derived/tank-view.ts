import type { TankOutline } from '../../../../contracts/analytics/derived-api.ts'
import { convert, UNITS, type Unit } from '../../../../contracts/units.ts'
import { numberOf, type Untyped } from './untyped.ts'

/** They are reached by emptying. */
const LOW = ['L', 'LL']

export interface TankMark {
  readonly key: string
  /** m */
  readonly level: number
  readonly isLow: boolean
  /** The level is beyond it. */
  readonly isPassed: boolean
}

/** The level that a gauge reads, in m; undefined for what is read in no length. */
export function levelOf(value: number | undefined, unit: string): number | undefined {
  return value === undefined || !isUnit(unit) ? undefined : convert(value, unit, 'm')
}

function isUnit(unit: string): unit is Unit {
  return Object.hasOwn(UNITS, unit)
}

/** Levels of concern, the highest first. @param level m */
export function marksOf({ levels }: TankOutline, level: number | undefined): TankMark[] {
  return Object.entries(levels)
    .map(([key, at]) => {
      const isLow = LOW.includes(key)
      const isPassed = level !== undefined && (isLow ? level <= at : level >= at)
      return { key, level: at, isLow, isPassed }
    })
    .sort((a, b) => b.level - a.level)
}

/** Whether it fills, by the flow and its uncertainty; undefined where no flow is told. */
export function motionOf(detail: Untyped): 'filling' | 'emptying' | 'resting' | undefined {
  const flow = numberOf(detail.flow)
  if (flow === undefined) return undefined
  if (Math.abs(flow) <= (numberOf(detail.flowConfidence) ?? 0)) return 'resting'
  return flow > 0 ? 'filling' : 'emptying'
}
