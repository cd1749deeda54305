import type { Problem } from '../config-problems.ts'
import type { SensorRule } from './finding.ts'
import { isAbove, rounded } from './gas.ts'
import { type LimitAlarm, limitsOf, type ReviewedSensor } from './reviewed-sensor.ts'

const CLAUSE = 'ISA-18.2 / IEC 62682: basic alarm design'

/** How the limits of one sensor stand to each other and to what it measures. */
export const LIMIT_RULES: readonly SensorRule[] = [
  {
    id: 'limit-order',
    level: 'refusal',
    clause: CLAUSE,
    demands: 'H before HH, L before LL, and low alarms below high ones.',
    remedy: 'Put the limits in order, or swap the keys.',
    *find(sensor) {
      yield* orderProblems(limitsOf(sensor, 'high'), /^H+$/)
      yield* orderProblems(limitsOf(sensor, 'low'), /^L+$/)
      const [low] = limitsOf(sensor, 'low')
      const [high] = limitsOf(sensor, 'high')
      if (low === undefined || high === undefined || low.limit < high.limit) return
      yield at(low, `low at ${low.limit} and high at ${high.limit} (${high.key}): one of them always stands`)
    },
  },
  {
    id: 'limit-span',
    level: 'refusal',
    clause: CLAUSE,
    demands: 'A limit lies within the range of the sensor, and within what is valid.',
    remedy: 'Move the limit, or correct range or valid.',
    find: spanProblems,
  },
  {
    id: 'deadband-gap',
    level: 'refusal',
    clause: CLAUSE,
    demands: 'A deadband is no wider than the gap to the limit before, nor reaches beyond the range.',
    remedy: 'Make the deadband narrower, or move the limits apart.',
    find: deadbandProblems,
  },
]

function* orderProblems(alarms: readonly LimitAlarm[], keys: RegExp): Generator<Problem> {
  const named = alarms.filter(({ key }) => keys.test(key))
  const wanted = named.toSorted((a, b) => a.key.length - b.key.length)
  for (const [index, next] of wanted.entries()) {
    const before = wanted[index - 1]
    if (before === undefined) continue
    const isBeyond = next.file.when === 'high' ? next.limit > before.limit : next.limit < before.limit
    if (!isBeyond)
      yield at(next, `${next.key} at ${next.limit} does not come after ${before.key} at ${before.limit}`)
  }
}

function* spanProblems({ alarms, range, valid }: ReviewedSensor): Generator<Problem> {
  for (const { file, path } of alarms)
    for (const [name, span] of Object.entries({ valid, range })) {
      const [low, high] = span ?? []
      if (file.limit === undefined || low === undefined || high === undefined) continue
      if (file.limit >= low && file.limit <= high) continue
      yield { path: [...path, 'limit'], message: `${file.limit} lies outside of ${name} [${low}, ${high}]` }
      break
    }
}

function* deadbandProblems(sensor: ReviewedSensor): Generator<Problem> {
  const highs = limitsOf(sensor, 'high')
  const lows = limitsOf(sensor, 'low')
  for (const alarm of [...highs, ...lows]) {
    const { deadband } = alarm.file
    if (deadband === 0) continue
    const sign = alarm.file.when === 'high' ? 1 : -1
    const before = [...highs, ...lows]
      .filter(({ limit }) => sign * (alarm.limit - limit) > 0)
      .reduce<LimitAlarm | undefined>(
        (near, other) => (near === undefined || sign * (other.limit - near.limit) > 0 ? other : near),
        undefined,
      )
    const path = [...alarm.path, 'deadband']
    if (before !== undefined) {
      const gap = rounded(sign * (alarm.limit - before.limit))
      if (isAbove(deadband, gap))
        yield {
          path,
          message: `${deadband} is wider than the gap of ${gap} to ${before.key} at ${before.limit}`,
        }
    } else {
      const end = sensor.range?.[sign === 1 ? 0 : 1]
      if (end !== undefined && isAbove(deadband, sign * (alarm.limit - end)))
        yield { path, message: `${deadband} reaches beyond the range: it would never return` }
    }
  }
}

function at({ path }: LimitAlarm, message: string): Problem {
  return { path: [...path, 'limit'], message }
}
