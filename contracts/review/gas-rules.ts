import type { Problem } from '../config-problems.ts'
import type { SensorRule } from './finding.ts'
import { type GasLimits, gasLimits, isAbove, isConcentration, isOxygen, OXYGEN } from './gas.ts'
import { type LimitAlarm, limitsOf, type ReviewedSensor } from './reviewed-sensor.ts'

const CLAUSE = 'GB/T 50493-2019 5.5.2'
const OTHERS = 'where other law holds, facility.gasRule: none'

/** Set points of gas detectors. A facility with `gasRule: none` is not held to them. */
export const GAS_RULES: readonly SensorRule[] = [
  {
    id: 'gas-combustible',
    level: 'refusal',
    clause: CLAUSE,
    demands: 'Combustible gas, point detector: level 1 at most 25 %LEL, level 2 at most 50 %LEL.',
    remedy: `Lower the set point; ${OTHERS}.`,
    find: (sensor) => highProblems(sensor, 'combustible'),
  },
  {
    id: 'gas-open-path',
    level: 'refusal',
    clause: CLAUSE,
    demands: 'Combustible gas, open path: level 1 at most 1 LEL.m, level 2 at most 2 LEL.m.',
    remedy: `Lower the set point; ${OTHERS}.`,
    find: (sensor) => highProblems(sensor, 'open-path'),
  },
  {
    id: 'gas-toxic',
    level: 'refusal',
    clause: CLAUSE,
    demands:
      'Toxic gas: level 1 at most 100 %, level 2 at most 200 % of the OEL that the alarm states; of an IDLH 5 % and 10 %.',
    remedy: `Lower the set point, or correct rationalization.oel; ${OTHERS}.`,
    find: (sensor) => highProblems(sensor, 'toxic'),
  },
  {
    id: 'gas-oxygen',
    level: 'refusal',
    clause: CLAUSE,
    demands:
      'Oxygen: the first low alarm at 19.5 %vol or before, the first high alarm at 23.5 %vol or before. Quantity O2, unit %vol.',
    remedy: `Move the set point; an analyser of a process, where the air of no person is measured, is of kind other; ${OTHERS}.`,
    find: (sensor) => (isOxygen(sensor) ? oxygenProblems(sensor) : []),
  },
  {
    id: 'gas-oel',
    level: 'advice',
    clause: CLAUSE,
    demands: 'A toxic gas says which OEL is 100 %.',
    remedy:
      'Give rationalization.oel with basis (MAC, PC-TWA or PC-STEL) and value in the unit of the sensor.',
    *find(sensor) {
      if (!isConcentration(sensor)) return
      for (const { file, path } of limitsOf(sensor, 'high'))
        if (file.rationalization?.oel === undefined && file.rationalization?.idlh === undefined)
          yield { path, message: `no OEL is stated, so that ${file.limit} ${sensor.unit} cannot be checked` }
    },
  },
  {
    id: 'gas-levels',
    level: 'advice',
    clause: CLAUSE,
    demands: 'A detector of combustible or toxic gas that has a high alarm has two.',
    remedy: 'Give it alarms H and HH.',
    *find(sensor) {
      if (sensor.kind !== 'gas' || isOxygen(sensor)) return
      // One without any is only recorded, and what it is for nobody can tell.
      if (limitsOf(sensor, 'high').length === 1)
        yield { path: sensor.path, message: 'one high alarm, no second level' }
    },
  },
]

/** Of the lowest high alarm, and of one called H, the limit is that of level 1; of the next, and of HH, level 2. */
function* highProblems(sensor: ReviewedSensor, kind: GasLimits['kind']): Generator<Problem> {
  for (const [rank, alarm] of limitsOf(sensor, 'high').entries()) {
    const limits = gasLimits(sensor, alarm.file.rationalization)
    if (limits?.kind !== kind) continue
    const level = levelOf(rank, alarm.key)
    if (level === undefined || !isAbove(alarm.limit, limits.levels[level - 1] ?? 0)) continue
    yield at(alarm, `${alarm.limit} ${sensor.unit} is above ${limits.words[level - 1]}: level ${level}`)
  }
}

/** A third alarm is beyond what the standard speaks of. */
function levelOf(rank: number, key: string): 1 | 2 | undefined {
  if (rank === 0 || key === 'H') return 1
  return rank === 1 || key === 'HH' ? 2 : undefined
}

function* oxygenProblems(sensor: ReviewedSensor): Generator<Problem> {
  for (const [rank, alarm] of limitsOf(sensor, 'low').entries())
    if ((rank === 0 || alarm.key === 'L') && isAbove(OXYGEN.least, alarm.limit))
      yield at(alarm, `${alarm.limit} %vol is below ${OXYGEN.least} %vol: oxygen deficiency`)
  for (const [rank, alarm] of limitsOf(sensor, 'high').entries())
    if ((rank === 0 || alarm.key === 'H') && isAbove(alarm.limit, OXYGEN.most))
      yield at(alarm, `${alarm.limit} %vol is above ${OXYGEN.most} %vol: oxygen enrichment`)
}

function at({ path }: LimitAlarm, message: string): Problem {
  return { path: [...path, 'limit'], message }
}
