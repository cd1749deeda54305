import { convert, type Unit } from '../../contracts/units.ts'
import { bell, type NoiseSource } from './noise.ts'
import { levelOf, type TankPlan, type TankState } from './tank.ts'

/** What sensors can show of a tank. Key: as a scenario says it; the sensor's unit converts from the one here. */
export const TANK_GAUGES = {
  level: { unit: 'm', about: 'Level sensor.' },
  level2: { unit: 'm', about: 'A second level sensor, independent of the first.' },
  temperature: { unit: 'degC', about: 'Temperature sensor of what is in it.' },
  pressure: { unit: 'kPa', about: 'Vapour pressure sensor.' },
  overfill: { unit: '1', about: 'Overfill switch: 1 when tripped.' },
  flowmeter: { unit: 'm3/h', about: 'Net inflow sensor.' },
  inflowMeter: { unit: 'm3/h', about: 'Flow meter of the inlet.' },
  outflowMeter: { unit: 'm3/h', about: 'Flow meter of the outlet.' },
  inletValve: { unit: '1', about: 'Inlet valve: 1 when open.' },
  outletValve: { unit: '1', about: 'Outlet valve: 1 when open.' },
  pump: { unit: '1', about: 'Export pump: 1 while it runs.' },
} as const satisfies Record<string, { unit: Unit; about: string }>

export type TankGauge = keyof typeof TANK_GAUGES
export const TANK_GAUGE_NAMES = Object.keys(TANK_GAUGES) as TankGauge[]

/** A sensor that shows something of a tank or a drum. */
export interface GaugePlan {
  readonly sensor: string
  readonly unit: Unit
  readonly noise: NoiseSource
}

/** Standard deviations of the instruments. */
const TEMPERATURE_NOISE = 0.03
const PRESSURE_NOISE_KPA = 0.015
const FLOW_NOISE_SHARE = 0.004

/** What a gauge reads, in its own unit. */
export function tankReading(
  name: TankGauge,
  plan: TankPlan,
  at: { state: TankState; gauge: GaugePlan; step: number },
): number {
  const { gauge } = at
  const value = measured(name, plan, { ...at, error: bell(gauge.noise, at.step) })
  return inUnit(value, TANK_GAUGES[name].unit, gauge.unit)
}

function measured(
  name: TankGauge,
  plan: TankPlan,
  { state, error }: { state: TankState; error: number },
): number {
  switch (name) {
    case 'level':
    case 'level2':
      return stepped(
        Math.max(0, levelOf(plan, state) + plan.waves * state.wave + plan.sigma * error),
        plan.resolution,
      )
    case 'temperature':
      return state.temperature + TEMPERATURE_NOISE * error
    case 'pressure':
      return state.pressure + PRESSURE_NOISE_KPA * error
    case 'flowmeter':
      return (state.inflow - state.outflow) * (1 + FLOW_NOISE_SHARE * error)
    case 'inflowMeter':
      return state.inflow * (1 + FLOW_NOISE_SHARE * error)
    case 'outflowMeter':
      return state.outflow * (1 + FLOW_NOISE_SHARE * error)
    case 'overfill':
      return Number(state.isTripped)
    case 'inletValve':
      return Number(state.isInletOpen)
    case 'outletValve':
    case 'pump':
      return Number(state.isPumping)
  }
}

function stepped(value: number, resolution: number): number {
  return resolution === 0 ? value : Math.round(value / resolution) * resolution
}

/** The units of a plan were checked when it was made. */
export function inUnit(value: number, from: Unit, to: Unit): number {
  return convert(value, from, to) ?? value
}
