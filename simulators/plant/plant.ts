import type { Unit } from '../../contracts/units.ts'
import { type DetectorPlan, detectorReading, exposureOf, stepDetector } from './detector.ts'
import { type DrumPlan, stepDrum } from './drum.ts'
import { type Leak, PUFF_INTERVAL_MS, type Puff, stepCloud } from './gas-cloud.ts'
import { type Quake, type StationPlan, stepPeak, withPeak } from './ground-motion.ts'
import { bell, type NoiseSource, streamOf } from './noise.ts'
import { startTank, stepTank, type TankPlan, type TankState } from './tank.ts'
import { type GaugePlan, inUnit, TANK_GAUGE_NAMES, type TankGauge, tankReading } from './tank-gauges.ts'
import { type Transfer, tankTransfers } from './transfer.ts'
import { airVelocity, STILL, stepWind, type WindPlan, type WindState } from './wind.ts'

/** Length of one step of every plant. */
export const STEP_MS = 100

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
  readonly transfers: readonly Transfer[]
  /** Out of holes. Key: tank; value: m3/h. */
  readonly tankLeaks: ReadonlyMap<string, number>
  /** Sun, rain or a coil, K/h; without a tank on all of them. */
  readonly heats: readonly { readonly tank?: string; readonly rate: number }[]
  readonly quakes: readonly Quake[]
  readonly wind?: WindPlan
}

export const NOTHING_HAPPENS: Influences = {
  leaks: [],
  overfills: new Map(),
  transfers: [],
  tankLeaks: new Map(),
  heats: [],
  quakes: [],
}

/** Outside, degC. */
const AMBIENT = 21
/** Standard deviation of a scale. */
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
  const tanks = stepTanks(plan, state, { influences, step, shaking })
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

function stepTanks(
  plan: PlantPlan,
  state: PlantState,
  { influences, step, shaking }: { influences: Influences; step: number; shaking: number },
): readonly TankState[] {
  const { transfers, overfills, tankLeaks, heats, quakes } = influences
  const moved = tankTransfers(plan.tanks, state.tanks, { transfers, stepMs: STEP_MS })
  return plan.tanks.map(({ tank }, index) => {
    const overfill = overfills.get(tank.name)
    const transfer = moved.get(tank.name)
    return stepTank(tank, state.tanks[index] ?? startTank(tank, AMBIENT), {
      stepMs: STEP_MS,
      ambient: AMBIENT,
      // The everyday tremor makes no waves.
      shaking: quakes.length === 0 ? 0 : shaking,
      push: bell({ seed: plan.seed, stream: streamOf(`${tank.name} wave`) }, step),
      leak: tankLeaks.get(tank.name) ?? 0,
      warming: heats
        .filter((heat) => heat.tank === undefined || heat.tank === tank.name)
        .reduce((sum, { rate }) => sum + rate, 0),
      ...(overfill === undefined ? {} : { overfill }),
      ...(transfer === undefined ? {} : { transfer }),
    })
  })
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
    for (const name of TANK_GAUGE_NAMES) {
      const gauge = gauges[name]
      if (gauge !== undefined)
        tell(gauge.sensor, tankReading(name, tank, { state: tankState, gauge, step: state.step }))
    }
  }
}
