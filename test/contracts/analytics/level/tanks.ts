import type { Tank } from '../../../../contracts/analytics/level/tank.ts'
import { resolveTank } from '../../../../contracts/analytics/level/tank-resolve.ts'
import { type TankFile, TankSchema } from '../../../../contracts/analytics/level/tank-schema.ts'
import { withDefaults } from '../../../../contracts/config-defaults.ts'

/** What a tank of the file says, but for what has defaults. */
export type TankText = Pick<TankFile, 'shape'> & Partial<TankFile>

export function tankFile(text: TankText): TankFile {
  return withDefaults(TankSchema, { id: 'T-101', ...text }) as TankFile
}

export function tankWith(text: TankText): Tank {
  return resolveTank(tankFile(text), 'plant.yaml')
}

export const GASOLINE: NonNullable<TankFile['substance']> = {
  cas: '86290-81-5',
  density: 740,
  beta: 0.0012,
  referenceTemperature: 15,
}

/** 314.16 m2 and 500 m3/h: the tank of the worked figures. HH leaves 15 minutes to CH. */
export const ROUND: TankFile = tankFile({
  area: 'tank-farm',
  shape: { kind: 'vertical-cylinder', diameter: 20, height: 12 },
  levels: { CH: 11.5, HH: 11.1, H: 10.8, MW: 10.5, L: 1, LL: 0.5 },
  category: 3,
  maxFlow: 500,
  substance: GASOLINE,
})
