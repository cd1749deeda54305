import type { Facility, PolledSensor } from '../../contracts/facility.ts'
import { convert } from '../../contracts/units.ts'
import type { PlantDescription } from '../scenario.ts'
import { simulatedSensors } from '../simulated-sensors.ts'
import { fullScaleOf } from './detector.ts'
import { type NoiseSource, streamOf } from './noise.ts'
import type { PlantPlan } from './plant.ts'
import { type Rest, restOf } from './rest.ts'
import { type GaugePlan, TANK_GAUGE_NAMES, type TankGauge } from './tank-gauges.ts'

/** Sensors that nobody placed, each with its quiet value. */
export interface RestingSensor {
  readonly sensor: string
  readonly rest: Rest
  readonly noise: NoiseSource
}

/** How the sensors of a facility hang on the plant of a scenario. */
export interface Wiring {
  readonly plan: PlantPlan
  readonly resting: readonly RestingSensor[]
}

/** Every sensor that a gateway reads ends up in exactly one of the two. The description has been checked. */
export function wirePlant(facility: Facility, description: PlantDescription, seed: number): Wiring {
  const noiseOf = (sensor: string): NoiseSource => ({ seed, stream: streamOf(sensor) })
  const sensors = simulatedSensors(facility)
  const placed = new Set<string>()
  const sensorOf = (id: string): PolledSensor[] => {
    const sensor = sensors.get(id)
    if (sensor === undefined || placed.has(id)) return []
    placed.add(id)
    return [sensor]
  }
  const gaugeOf = (id: string): GaugePlan[] =>
    sensorOf(id).map(({ unit }) => ({ sensor: id, unit, noise: noiseOf(id) }))

  const tanks = description.tanks.map(({ sensors, ...tank }) => {
    const gauges: Partial<Record<TankGauge, GaugePlan>> = {}
    for (const name of TANK_GAUGE_NAMES) {
      const id = sensors[name]
      const gauge = id === undefined ? undefined : gaugeOf(id)[0]
      if (gauge !== undefined) gauges[name] = gauge
    }
    return { tank, gauges }
  })
  const detectors = description.detectors.flatMap(({ sensor, at, height, t90Ms }) =>
    sensorOf(sensor).map((found) => ({
      sensor,
      unit: found.unit,
      quantity: found.quantity,
      at,
      height,
      t90Ms,
      fullScale: fullScaleOf(found),
      rest: restOf(found),
      noise: noiseOf(sensor),
    })),
  )
  const drums = description.drums.flatMap(({ sensor, ...drum }) =>
    gaugeOf(sensor).map((gauge) => ({ drum, gauge })),
  )
  // The ground shakes under everybody: an accelerograph that nobody placed stands at the origin.
  const everywhere = [...sensors.values()]
    .filter(({ kind, unit }) => kind === 'seismic' && convert(1, 'Gal', unit) !== undefined)
    .filter(({ id }) => !description.accelerographs.some(({ sensor }) => sensor === id))
    .map(({ id }) => ({ sensor: id, at: [0, 0] as const, site: 1 }))
  const stations = [...description.accelerographs, ...everywhere].flatMap((station) =>
    sensorOf(station.sensor).map(({ unit }) => ({ ...station, unit, noise: noiseOf(station.sensor) })),
  )
  const resting = [...sensors.values()]
    .filter(({ id }) => !placed.has(id))
    .map((sensor) => ({ sensor: sensor.id, rest: restOf(sensor), noise: noiseOf(sensor.id) }))
  return { plan: { seed, wind: description.wind, tanks, detectors, stations, drums }, resting }
}
