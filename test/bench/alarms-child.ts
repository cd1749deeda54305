import { readFileSync, writeFileSync } from 'node:fs'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import { ALARMS_PER_SENSOR, plantText } from './plant-text.ts'

/**
 * Run by the bench of alarms as a process of its own, with `--expose-gc`: plants, an engine each, and nothing else, so
 * that what the process holds is what alarms take. Prints what it found as one line.
 */
export interface AlarmsPlan {
  readonly plants: number
  /** Of each plant. */
  readonly sensors: number
  /** Rounds in which every sensor reports once, all normal. */
  readonly calmRounds: number
  /** Rounds in which one alarm in a hundred goes in and out; in fours. */
  readonly busyRounds: number
}

export interface AlarmsFigures {
  readonly alarms: number
  readonly parseMs: number
  readonly engineMs: number
  /** Highest resident set until all was parsed, and from then on. */
  readonly parsePeakMB: number
  readonly peakMB: number
  /** After a collection. */
  readonly rssMB: number
  readonly heapMB: number
  /** Before the first plant. */
  readonly bareHeapMB: number
  /** Of the heap, without the engines. */
  readonly facilitiesMB: number
  readonly calm: Pace
  readonly busy: Pace
}

export interface Pace {
  readonly evaluations: number
  readonly ms: number
  /** The same readings compared with the same limits, and nothing else. */
  readonly bareMs: number
  readonly transitions: number
}

/** Longer than the delays of the detectors, ms: what is beyond is raised by the next round, and returns likewise. */
const ROUND_MS = 12_000
/** One sensor in so many goes beyond its H: one alarm in a hundred. */
const ONE_IN = 100 / ALARMS_PER_SENSOR
/** 2026-11-21, epoch ms. */
const START = 1_795_219_200_000
/** Below every limit. */
const CALM = 0.1

interface Plant {
  readonly facility: Facility
  readonly engine: AlarmEngine
  /** Sensors that go in and out, by their H. Key: sensor id. */
  readonly restless: ReadonlyMap<string, number>
}

const plan = JSON.parse(process.argv[2] ?? '{}') as AlarmsPlan
const bareHeapMB = heapMB()
const { ms: parseMs, result: facilities } = timed(() =>
  Array.from({ length: plan.plants }, (_, n) => {
    const id = `P${n + 1}`
    const facility = parseFacility(plantText({ id, sensors: plan.sensors }), `${id}.yaml`)
    process.stderr.write(`\ralarms: ${n + 1}/${plan.plants} plants `)
    return facility
  }),
)
const parsePeakMB = status('VmHWM')
globalThis.gc?.()
// proc(5): the highest resident set begins anew.
writeFileSync('/proc/self/clear_refs', '5')
const facilitiesMB = heapMB()
const { ms: engineMs, result: plants } = timed(() => facilities.map(plantOf))
let now = START
let seq = 0
run('calm', 1)
const calm = run('calm', plan.calmRounds)
const busy = run('busy', plan.busyRounds)
globalThis.gc?.()
const figures: AlarmsFigures = {
  alarms: plan.plants * plan.sensors * ALARMS_PER_SENSOR,
  parseMs,
  engineMs,
  parsePeakMB,
  peakMB: status('VmHWM'),
  rssMB: status('VmRSS'),
  heapMB: heapMB(),
  bareHeapMB,
  facilitiesMB,
  calm,
  busy,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)

function plantOf(facility: Facility): Plant {
  const restless = [...facility.sensors.values()].filter((_, n) => Math.floor(n % ONE_IN) === 0)
  const limitOf = (sensor: (typeof restless)[number]) => sensor.alarms.find(({ key }) => key === 'H')?.limit
  return {
    facility,
    engine: new AlarmEngine({ facility, now: START }),
    restless: new Map(restless.map((sensor) => [sensor.id, limitOf(sensor) ?? Number.NaN])),
  }
}

function run(kind: 'calm' | 'busy', rounds: number): Pace {
  const pace = { evaluations: 0, ms: 0, bareMs: 0, transitions: 0 }
  for (let round = 0; round < rounds; round++) {
    now += ROUND_MS
    seq += 1
    for (const plant of plants) {
      const readings = readingsOf(plant, kind === 'busy' && round % 4 < 2)
      const { ms, result } = timed(() => evaluate(plant.engine, readings))
      pace.ms += ms
      pace.transitions += result
      pace.bareMs += timed(() => compare(plant.facility, readings)).ms
      pace.evaluations += readings.length * ALARMS_PER_SENSOR
    }
    process.stderr.write(`\ralarms: ${kind}, ${round + 1}/${rounds} rounds   `)
  }
  return pace
}

/** As they come out of a batch: strings of their own. */
function readingsOf({ facility, restless }: Plant, isBeyond: boolean): Reading[] {
  const value = (sensor: string) => (isBeyond ? (restless.get(sensor) ?? CALM) : CALM)
  const made = Array.from(facility.sensors.keys(), (sensor) => ({
    sensor,
    time: now,
    value: value(sensor),
    quality: 'good',
  }))
  return JSON.parse(JSON.stringify(made)) as Reading[]
}

function evaluate(engine: AlarmEngine, readings: readonly Reading[]): number {
  const name = { gateway: 'gw', epoch: 'e', seq, sent: now }
  const batch = { ...name, offset: 0, stepped: false, fork: null, isLive: true, readings, late: [] }
  return engine.evaluate(batch, now).transitions.length
}

function compare(facility: Facility, readings: readonly Reading[]): number {
  let beyond = 0
  for (const { sensor, quality, value = 0 } of readings) {
    for (const alarm of facility.sensors.get(sensor)?.alarms ?? []) {
      if (quality === 'good' && value >= alarm.limit) beyond += 1
    }
  }
  return beyond
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const started = systemClock.monotonic()
  const result = work()
  return { ms: systemClock.monotonic() - started, result }
}

function status(key: 'VmHWM' | 'VmRSS'): number {
  const text = readFileSync('/proc/self/status', 'utf8')
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1_024
}

function heapMB(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
