import type { DerivedRequest, KindProblem } from '../computation.ts'
import { confidenceOf } from './flow-computation.ts'
import type { Tank, TankLimit } from './tank.ts'
import { isStandard } from './tank-inputs.ts'
import { volumeAt } from './tank-volume.ts'
import type { Fit } from './volume-window.ts'

const MINUTES_PER_HOUR = 60
/** A limit that is farther away is not being reached: a day, in minutes. */
export const CAP_MINUTES = 1_440
/** They are reached by emptying. */
const LOW_LIMITS: readonly TankLimit[] = ['L', 'LL']

/** A limit of a tank, and how the tank moves towards it. */
export interface LimitAhead {
  /** Until the limit, m3; not above zero when it is there. */
  readonly volumeToGo: number
  /** Minutes by the line itself. */
  readonly minutes: number
  /** So many minutes it takes at least, with a confidence of 95 %. */
  readonly leastMinutes: number
}

export function limitAhead(tank: Tank, limit: TankLimit): (fit: Fit) => LimitAhead {
  const target = volumeAt(tank, tank.levels[limit] ?? 0).volume
  const sign = LOW_LIMITS.includes(limit) ? -1 : 1
  return (fit) => {
    const volumeToGo = sign * (target - fit.volume)
    const flow = sign * fit.flow
    return {
      volumeToGo,
      minutes: minutesOf(volumeToGo, flow),
      leastMinutes: minutesOf(volumeToGo, flow + confidenceOf(fit)),
    }
  }
}

function minutesOf(volumeToGo: number, flow: number): number {
  if (volumeToGo <= 0) return 0
  return flow > 0 ? Math.min(CAP_MINUTES, (volumeToGo / flow) * MINUTES_PER_HOUR) : CAP_MINUTES
}

/** What people are shown of it. */
export function aheadShown(fit: Fit, { volumeToGo, leastMinutes }: LimitAhead): Record<string, number> {
  const { flow, volume } = fit
  return { flow, flowConfidence: confidenceOf(fit), volume, volumeToGo, leastMinutes }
}

export function limitProblems(request: DerivedRequest, limit: TankLimit): KindProblem[] {
  const { file, inputs, surroundings } = request
  const [gauge] = inputs
  if (gauge !== undefined && isStandard(gauge))
    return [{ key: 'of', message: `${gauge.id} is at the reference temperature, and levels are not` }]
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (tank === undefined || tank.levels[limit] !== undefined) return []
  const given = Object.keys(tank.levels)
  const known = given.length === 0 ? 'it has none' : `it has ${given.join(', ')}`
  return [
    {
      key: file.to === undefined ? 'tank' : 'to',
      message: `tank "${tank.id}" has no level ${limit}: ${known}`,
    },
  ]
}
