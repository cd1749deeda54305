import type { Running, Step } from '../../contracts/analytics/computation.ts'
import { computationOf, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import { KINDS } from '../../contracts/analytics/kinds.ts'
import type { Slice } from '../../contracts/analytics/slice.ts'
import type { Terminal } from '../../contracts/cli.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { cpuMs } from './cpu-ms.ts'

const SENSORS = 10_000
const EVERY_MS = 1_000
/** The windows of a minute have filled, and been replaced once. */
const WARM_STEPS = 125
const STEPS = 60
const START = Date.UTC(2026, 10, 21, 2)

/** What a computation is measured on: its keys. Key: `compute`. */
const EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  rate: { of: 'GT-0', window: '60s' },
  mean: { of: 'GT-0', window: '60s' },
  min: { of: 'GT-0', window: '60s' },
  max: { of: 'GT-0', window: '60s' },
  stddev: { of: 'GT-0', window: '60s' },
  median: { of: 'GT-0', window: '60s' },
  total: { of: 'FT', reset: 'shift', minCoverage: 0 },
  deviation: { of: ['LT', 'LT-2'] },
  ratio: { of: ['GT-0', 'GT-1'] },
  linear: { of: ['GT-0', 'GT-1'], weights: [0.5, 0.5] },
  vote: { of: ['GT-0', 'GT-1', 'GT-2'], need: 2, limit: 20, deadband: 1 },
  healthy: { of: ['GT-0', 'GT-1', 'GT-2'] },
  coincidence: { of: ['PGA-0', 'PGA-1', 'PGA-2'], need: 2, limit: 0.05 },
  convert: { of: 'TX', substance: '7783-06-4', unit: 'mg/m3' },
  stel: { of: 'TX', substance: '7783-06-4' },
  ceiling: { of: 'TX', substance: '7783-06-4' },
  twa: { of: 'TX', substance: '7783-06-4' },
  mixture: { of: ['TX', 'TX-2'], substance: ['7446-09-5', '7664-41-7'] },
  volume: { of: 'LT', tank: 'TK' },
  'standard-volume': { of: 'LT', tank: 'TK', temperature: 'TT' },
  'net-flow': { of: 'LT', tank: 'TK', window: '60s' },
  'time-to-limit': { of: 'LT', tank: 'TK', window: '60s' },
  overfill: { of: 'LT', tank: 'TK', window: '60s' },
  inventory: { of: 'LT', tank: 'TK', temperature: 'TT' },
  movement: { of: 'LT', tank: 'TK', window: '60s' },
  'major-hazard': { of: 'D-inventory' },
  balance: { of: 'LT', tank: 'TK', inflow: 'FT', outflow: 'FT-2' },
}

/** What is measured. Key: sensor id; then kind, unit, level and swing of its readings. */
const INPUTS: Readonly<Record<string, readonly [kind: string, unit: string, level: number, swing: number]>> =
  {
    'GT-0': ['gas', '%LEL', 10, 12],
    'GT-1': ['gas', '%LEL', 10, 12],
    'GT-2': ['gas', '%LEL', 10, 12],
    TX: ['gas', 'ppm', 3, 2],
    'TX-2': ['gas', 'ppm', 5, 2],
    LT: ['level', 'mm', 5_000, 30],
    'LT-2': ['level', 'mm', 5_000, 30],
    TT: ['temperature', 'degC', 22, 1],
    FT: ['flow', 'm3/h', 60, 5],
    'FT-2': ['flow', 'm3/h', 60, 5],
    'PGA-0': ['seismic', 'g', 0.02, 0.04],
    'PGA-1': ['seismic', 'g', 0.02, 0.04],
    'PGA-2': ['seismic', 'g', 0.02, 0.04],
  }

/** Of what is computed itself: level and swing. Key: sensor id. */
const COMPUTED: Readonly<Record<string, readonly [level: number, swing: number]>> = {
  'D-inventory': [2_000, 20],
}

/** Whose present R `major-hazard` is. */
const SOURCE = {
  id: 'farm',
  kind: 'storage',
  areas: ['bench'],
  people500m: 60,
  responsible: { overall: 'a', technical: 'b', operations: 'c' },
  substances: [{ cas: '86290-81-5', tonnes: 2_800 }],
}

const TANK = {
  id: 'TK',
  shape: { kind: 'vertical-cylinder', diameter: 20, height: 12 },
  category: 3,
  levels: { CH: 11, HH: 10, H: 9, MW: 8.5, L: 1, LL: 0.5 },
  substance: { cas: '86290-81-5', density: 740, beta: 0.0012 },
}

/**
 * Computations of a plant of 10,000 derived sensors that tick once a second, as many of each kind, beside a loop that
 * only adds up the same slices: what the mathematics costs, without the engine that makes slices of readings.
 */
export async function measureDerive(terminal: Terminal): Promise<void> {
  const derived = examples()
  const missing = [...KINDS.keys()].filter((name) => !derived.some(({ compute }) => compute === name))
  const steps = Array.from({ length: WARM_STEPS + STEPS }, (_, at) => slicesAt(at))
  const perKind = Math.floor(SENSORS / derived.length)
  const plant = derived.map((sensor) => ({
    sensor,
    running: Array.from({ length: perKind }, () => computationOf(sensor).start()),
    steps: steps.map((slices, at) => stepOf(sensor, slices, at)),
  }))
  let bad = 0
  const figures = plant.map(({ sensor, running, steps: own }) => {
    for (const step of own.slice(0, WARM_STEPS)) bad += tick(running, step)
    const measured = own.slice(WARM_STEPS)
    const computed = cpuMs(() => {
      for (const step of measured) bad += tick(running, step)
    })
    const bare = cpuMs(() => {
      for (const step of measured) bad += bareLoop(running.length, step)
    })
    return { compute: sensor.compute, computed, bare }
  })
  const computed = figures.reduce((sum, figure) => sum + figure.computed, 0) / STEPS
  const bare = figures.reduce((sum, figure) => sum + figure.bare, 0) / STEPS
  terminal.out(
    `derivations (${perKind * derived.length} sensors at 1 Hz, ${derived.length} kinds): ${computed.toFixed(1)} ms of a core each second, ` +
      `bare loop over the same slices ${bare.toFixed(1)} ms, ratio ${(computed / bare).toFixed(1)} (${bad} without a result)\n`,
  )
  const each = figures.map((figure) => {
    const us = (figure.computed * 1_000) / (STEPS * perKind)
    return `${figure.compute} ${us.toFixed(2)}`
  })
  terminal.out(`  us a step: ${each.join(', ')}\n`)
  if (missing.length > 0) terminal.out(`  not measured: ${missing.join(', ')}\n`)
}

function examples(): readonly DerivedSensor[] {
  const derived = Object.entries(EXAMPLES)
    .filter(([compute]) => KINDS.has(compute))
    .map(([compute, keys]) => ({ id: `D-${compute}`, compute, every: `${EVERY_MS}ms`, ...keys }))
  const sensors = Object.entries(INPUTS).map(([id, [kind, unit]], address) => ({
    id,
    kind,
    unit,
    register: { address },
  }))
  const devices = [{ id: 'panel', poll: '1s', area: 'bench', sensors }]
  const plant = {
    facility: { id: 'bench', timezone: 'Asia/Shanghai' },
    areas: [{ id: 'bench' }],
    responders: ['a', 'b', 'c'].map((id) => ({ id })),
    register: { sources: [SOURCE] },
    tanks: derived.some((one) => 'tank' in one) ? [TANK] : [],
    gateways: [{ id: 'gw', buses: [{ id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', devices }] }],
    derived,
  }
  return parseFacility(JSON.stringify(plant), 'bench.json').derived
}

/** What every input does in one step. Each wanders in its own way, and now and then one is uncertain or bad. */
function slicesAt(at: number): ReadonlyMap<string, Slice> {
  const time = START + (at + 1) * EVERY_MS
  const inputs = Object.entries(INPUTS).map(([id, [, , ...values]]) => [id, values] as const)
  return new Map(
    [...inputs, ...Object.entries(COMPUTED)].map(([id, [level, swing]], which) => {
      const value = level + swing * Math.sin(at / (7 + which)) + (swing / 10) * Math.sin(at * 2.7 + which)
      const isBad = (at + which) % 41 === 0
      const isUncertain = (at + which) % 37 === 0
      return [id, isBad ? badSlice(time) : slice(value, time, isUncertain)]
    }),
  )
}

function slice(value: number, time: number, isUncertain: boolean): Slice {
  const integral = value * EVERY_MS
  return {
    value,
    quality: isUncertain ? 'uncertain' : 'good',
    reason: isUncertain ? 'imprecise' : undefined,
    time,
    usableMs: EVERY_MS,
    integral,
    positiveIntegral: Math.max(0, integral),
    min: value,
    max: value,
    isUncertain,
    isOverdue: false,
  }
}

function badSlice(time: number): Slice {
  return {
    ...slice(0, time, false),
    value: undefined,
    quality: 'bad',
    reason: 'timeout',
    usableMs: 0,
    min: Number.NaN,
    max: Number.NaN,
  }
}

function stepOf({ inputs }: DerivedSensor, slices: ReadonlyMap<string, Slice>, at: number): Step {
  const from = START + at * EVERY_MS
  return {
    from,
    to: from + EVERY_MS,
    inputs: inputs.map(({ sensor }) => slices.get(sensor) ?? badSlice(from)),
  }
}

function tick(running: readonly Running[], step: Step): number {
  let bad = 0
  for (const one of running) if (one.step(step).value === undefined) bad += 1
  return bad
}

/** Adds nothing to the count, and lets nobody leave the loop out. */
function bareLoop(count: number, { inputs }: Step): number {
  let sum = 0
  for (let at = 0; at < count; at += 1)
    for (const { integral, usableMs } of inputs) sum += usableMs > 0 ? integral / usableMs : 0
  return Number.isNaN(sum) ? 1 : 0
}
