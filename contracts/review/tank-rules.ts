import type { Tank, TankLimit } from '../analytics/level/tank.ts'
import { resolveTank } from '../analytics/level/tank-resolve.ts'
import { levelBefore } from '../analytics/level/tank-volume.ts'
import type { Problem } from '../config-problems.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { convert } from '../units.ts'
import type { FacilityRule } from './finding.ts'
import { type ReviewedSensor, sensorsOf } from './reviewed-sensor.ts'

const CLAUSE = 'API 2350, 5th ed. 2020: levels of concern'
/** Apart by so much at the greatest flow, and at least by so much. */
const SPACING_MINUTES = 5
const SPACING_M = 0.075
/** Levels that the standard spaces, from the lowest to the highest. */
const SPACED: readonly TankLimit[] = ['MW', 'HH', 'CH']
const MINUTE_MS = 60_000
/** What is missing by less is how numbers are stored. */
const DIGITS_M = 1e-6

/** Whether there is time between the levels of a tank. */
export const TANK_RULES: readonly FacilityRule[] = [
  {
    id: 'tank-spacing',
    level: 'advice',
    clause: CLAUSE,
    demands: `MW, HH and CH of a tank lie ${SPACING_MINUTES} minutes of its greatest flow apart, and ${SPACING_M * 1_000} mm at least.`,
    remedy: 'Lower the lower one of the two levels.',
    *find(file, origin) {
      for (const { tank, index } of tanksOf(file, origin)) {
        const given = SPACED.flatMap((key) => {
          const level = tank.levels[key]
          return level === undefined ? [] : [{ key, level }]
        })
        for (const [at, { key, level }] of given.entries()) {
          const above = given[at + 1]
          if (above === undefined) continue
          const most = Math.min(above.level - SPACING_M, levelInTime(tank, above.level, SPACING_MINUTES))
          if (level > most + DIGITS_M)
            yield {
              path: ['tanks', index, 'levels', key],
              message: `${key} at ${level} m is too near to ${above.key} at ${above.level} m: ${most.toFixed(3)} m at most`,
            }
        }
      }
    },
  },
  {
    id: 'tank-response',
    level: 'advice',
    clause: CLAUSE,
    demands: 'From HH on the response time is left until CH at the greatest flow of the tank.',
    remedy: 'Lower HH, or see to it that a receipt is ended sooner, and say so by response.',
    *find(file, origin) {
      for (const { tank, index } of tanksOf(file, origin)) {
        const { responseMs, maxFlow } = tank
        const { CH, HH } = tank.levels
        if (responseMs === undefined || maxFlow === undefined || CH === undefined || HH === undefined)
          continue
        const minutes = responseMs / MINUTE_MS
        const most = levelInTime(tank, CH, minutes)
        if (HH > most + DIGITS_M)
          yield {
            path: ['tanks', index, 'levels', 'HH'],
            message: `HH at ${HH} m leaves less than the ${minutes} minutes of the response until CH at ${CH} m: ${most.toFixed(3)} m at most`,
          }
      }
    },
  },
  {
    id: 'tank-set-point',
    level: 'advice',
    clause: CLAUSE,
    demands: 'An alarm of a gauge that is called like a level of its tank stands at that level.',
    remedy: 'Give both the same figure: what is told of the time until a level goes by the tank.',
    *find(file, origin) {
      const gauges = new Map([...sensorsOf(file)].map((sensor) => [sensor.id, sensor]))
      for (const { tank } of tanksOf(file, origin)) {
        const ofTank = file.derived.filter(({ tank: id, retired }) => id === tank.id && !retired)
        for (const id of new Set(ofTank.flatMap(({ of }) => of))) {
          const gauge = gauges.get(id)
          if (gauge !== undefined) yield* setPointProblems(tank, gauge)
        }
      }
    },
  },
]

function* setPointProblems({ id, levels }: Tank, { unit, alarms }: ReviewedSensor): Generator<Problem> {
  for (const { key, path, file } of alarms) {
    const level = Object.hasOwn(levels, key) ? levels[key as TankLimit] : undefined
    if (level === undefined || typeof file.limit !== 'number') continue
    const limit = convert(file.limit, unit, 'm')
    if (limit !== undefined && Math.abs(limit - level) > DIGITS_M)
      yield {
        path: [...path, 'limit'],
        message: `${key} at ${file.limit} ${unit}, and ${key} of tank "${id}" is at ${level} m`,
      }
  }
}

function tanksOf({ tanks }: FacilityFile, origin: string): { tank: Tank; index: number }[] {
  return tanks.map((tank, index) => ({ tank: resolveTank(tank, origin), index }))
}

/** From there a receipt at the greatest flow takes so many minutes to a level; the level itself where nobody knows it. */
function levelInTime(tank: Tank, limit: number, minutes: number): number {
  return tank.maxFlow === undefined ? limit : levelBefore(tank, { limit, flow: tank.maxFlow, minutes })
}
