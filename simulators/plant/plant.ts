import type { Unit } from '../../contracts/units.ts'
import { convert } from '../../contracts/units.ts'
import { type DetectorPlan, detectorReading, exposureOf, stepDetector } from './detector.ts'
import { type DrumPlan, stepDrum } from './drum.ts'
import { type Leak, PUFF_INTERVAL_MS, type Puff, stepCloud } from './gas-cloud.ts'
import { type Quake, type StationPlan, stepPeak, withPeak } from './ground-motion.ts'
import { bell, type NoiseSource, streamOf } from './noise.ts'
import { levelOf, startTank, stepTank, type TankPlan, type TankState } from './tank.ts'
import { airVelocity, STILL, stepWind, type WindPlan, type WindState } from './wind.ts'

/** Length of one step of every plant. */
export const STEP_MS = 100

/** A sensor that shows something of a tank or a drum. */
export interface GaugePlan {
  readonly sensor: string
  readonly unit: Unit
  readonly noise: NoiseSource
}

export const TANK_GAUGES = ['level', 'temperature', 'pressure', 'overfill', 'flow'] as const
export type TankGauge = (typeof TANK_GAUGES)[number]

/** What stands in the plant; it does not change while the plant runs. */
export interface PlantPlan {
  readonly seed: number
  readonly wind: WindPlan
  readonly tanks: readonly { tank: TankPlan; gauges: Readonly<Partial<Record<TankGauge, GaugePlan>>> }[]
  readonly detectors: readonly DetectorPlan[]
  readonly stations: readonly (StationPlan & { readonly unit: Unit })[]
  readonly drums: readonly { drum: DrumPlan; gauge: GaugePlan }[]
}

/** Lists run beside those of the plan. */
export interface PlantState {
  readonly step: number
  readonly timeMs: number
  readonly wind: WindState
  readonly puffs: readonly Puff[]
  readonly tanks: readonly TankState[]
  /** Lagged response of each detector, in its unit. */
  readonly detectors: readonly number[]
  /** Peaks of the last second at each station, Gal. */
  readonly stations: readonly (readonly number[])[]
  readonly drums: readonly number[]
}

/** What happens to the plant during a step. */
export interface Influences {
  readonly leaks: readonly Leak[]
  /** Key: tank; value: inflow in m3/h. */
  readonly overfills: ReadonlyMap<string, number>
  readonly quakes: readonly Quake[]
  readonly wind?: WindPlan
}

export const NOTHING_HAPPENS: Influences = { leaks: [], overfills: new Map(), quakes: [] }

/** Outside, degC. */
const AMBIENT = 21
/** Standard deviations of the instruments. */
const LEVEL_NOISE_M = 0.0015
const TEMPERATURE_NOISE = 0.03
const PRESSURE_NOISE_KPA = 0.015
const FLOW_NOISE_SHARE = 0.004
const WEIGHT_NOISE_KG = 0.15

export function startPlant(plan: PlantPlan): PlantState {
  return {
    step: 0,
    timeMs: 0,
    wind: STILL,
    puffs: [],
    tanks: plan.tanks.map(({ tank }) => startTank(tank, AMBIENT)),
    detectors: plan.detectors.map(() => 0),
    stations: plan.stations.map((station) => withPeak([], 0.5 * station.site, STEP_MS)),
    drums: plan.drums.map(({ drum }) => drum.full),
  }
}

/** The plant {@link STEP_MS} later: a pure function, the same for the same plan, state and influences. */
export function stepPlant(plan: PlantPlan, state: PlantState, influences: Influences): PlantState {
  const step = state.step + 1
  const timeMs = step * STEP_MS
  const noise = (name: string): NoiseSource => ({ seed: plan.seed, stream: streamOf(name) })
  const wind = stepWind(state.wind, { step, stepMs: STEP_MS, gust: noise('gust'), veer: noise('veer') })
  const puffs = stepCloud(state.puffs, {
    stepMs: STEP_MS,
    air: airVelocity(influences.wind ?? plan.wind, wind),
    leaks: influences.leaks,
    emits: timeMs % PUFF_INTERVAL_MS === 0,
  })
  const places = plan.stations.map((station) => station.at)
  const stations = plan.stations.map((station, index) => {
    const peak = stepPeak(station, { step, timeMs, quakes: influences.quakes, places })
    return withPeak(state.stations[index] ?? [], peak, STEP_MS)
  })
  const shaking = (stations[0]?.at(-1) ?? 0) / 100
  const tanks = plan.tanks.map(({ tank }, index) => {
    const overfill = influences.overfills.get(tank.name)
    return stepTank(tank, state.tanks[index] ?? startTank(tank, AMBIENT), {
      stepMs: STEP_MS,
      ambient: AMBIENT,
      // The everyday tremor makes no waves.
      shaking: influences.quakes.length === 0 ? 0 : shaking,
      push: bell(noise(`${tank.name} wave`), step),
      ...(overfill === undefined ? {} : { overfill }),
    })
  })
  return {
    step,
    timeMs,
    wind,
    puffs,
    tanks,
    stations,
    detectors: plan.detectors.map((detector, index) =>
      stepDetector(detector, state.detectors[index] ?? 0, {
        stepMs: STEP_MS,
        exposure: puffs.length === 0 ? 0 : exposureOf(detector, puffs),
      }),
    ),
    drums: plan.drums.map(({ drum }, index) => stepDrum(drum, state.drums[index] ?? drum.full, STEP_MS)),
  }
}

/** Tells what every placed sensor reads now, each in its own unit. */
export function readPlant(
  plan: PlantPlan,
  state: PlantState,
  tell: (sensor: string, value: number) => void,
): void {
  for (const [index, detector] of plan.detectors.entries()) {
    tell(detector.sensor, detectorReading(detector, state.detectors[index] ?? 0, state))
  }
  for (const [index, station] of plan.stations.entries()) {
    tell(station.sensor, inUnit(Math.max(...(state.stations[index] ?? [0])), 'Gal', station.unit))
  }
  for (const [index, { drum, gauge }] of plan.drums.entries()) {
    const weight = (state.drums[index] ?? drum.full) + WEIGHT_NOISE_KG * bell(gauge.noise, state.step)
    tell(gauge.sensor, inUnit(weight, 'kg', gauge.unit))
  }
  for (const [index, { tank, gauges }] of plan.tanks.entries()) {
    const tankState = state.tanks[index]
    if (tankState === undefined) continue
    for (const name of TANK_GAUGES) {
      const gauge = gauges[name]
      if (gauge !== undefined)
        tell(gauge.sensor, tankReading(name, tank, { state: tankState, gauge, step: state.step }))
    }
  }
}

function tankReading(
  name: TankGauge,
  plan: TankPlan,
  at: { state: TankState; gauge: GaugePlan; step: number },
): number {
  const { state, gauge } = at
  const error = bell(gauge.noise, at.step)
  switch (name) {
    case 'level':
      return inUnit(Math.max(0, levelOf(plan, state) + state.wave + LEVEL_NOISE_M * error), 'm', gauge.unit)
    case 'temperature':
      return inUnit(state.temperature + TEMPERATURE_NOISE * error, 'degC', gauge.unit)
    case 'pressure':
      return inUnit(state.pressure + PRESSURE_NOISE_KPA * error, 'kPa', gauge.unit)
    case 'flow': {
      const net = state.inflow - state.outflow
      return inUnit(net * (1 + FLOW_NOISE_SHARE * error), 'm3/h', gauge.unit)
    }
    case 'overfill':
      return state.isTripped ? 1 : 0
  }
}

/** The units of a plan were checked when it was made. */
function inUnit(value: number, from: Unit, to: Unit): number {
  return convert(value, from, to) ?? value
}
