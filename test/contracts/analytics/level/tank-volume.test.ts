import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tank } from '../../../../contracts/analytics/level/tank.ts'
import { spanOf } from '../../../../contracts/analytics/level/tank-shape.ts'
import { areaAt, levelAt, levelBefore, volumeAt } from '../../../../contracts/analytics/level/tank-volume.ts'
import { volumeCorrection } from '../../../../contracts/analytics/level/volume-correction.ts'
import { GASOLINE, ROUND, tankWith } from './tanks.ts'

const vectors = JSON.parse(readFileSync(new URL('../../../vectors/level.json', import.meta.url), 'utf8')) as {
  horizontalCylinderFlatEnds: {
    diameterM: number
    lengthM: number
    heightM: number[]
    volumeM3: number[]
    absTol: number
  }
  responseMargin: {
    tankDiameterM: number
    flowM3h: number
    minutes: number[]
    marginM: number[]
    absTol: number
  }
  thermalGrowth: { volumeM3: number; beta: number; kelvin: number; growthM3: number; absTol: number }
}

const STRAPPED = tankWith({
  shape: {
    kind: 'strapping',
    rows: [
      [200, 30],
      [1_000, 270],
      [1_010, 270],
      [2_000, 600],
    ],
  },
  heel: 25,
})
const ROOFED = tankWith({
  shape: { kind: 'vertical-cylinder', diameter: 40, height: 15 },
  roof: { mass: 60_000, floats: 2, zone: 0.3 },
  substance: { ...GASOLINE, density: 750 },
})
const lying = (heads: 'flat' | 'elliptical' | 'hemispherical') =>
  tankWith({ shape: { kind: 'horizontal-cylinder', diameter: 3, length: 10, heads } })
const SPHERE = tankWith({ shape: { kind: 'sphere', diameter: 12 } })

const TANKS: [name: string, tank: Tank][] = [
  ['upright', tankWith(ROUND)],
  ['upright with a heel', tankWith({ ...ROUND, heel: 40 })],
  ['floating roof', ROOFED],
  ['flat ends', lying('flat')],
  ['elliptical ends', lying('elliptical')],
  ['hemispherical ends', lying('hemispherical')],
  ['sphere', SPHERE],
  ['strapping table', STRAPPED],
]

describe('figures', () => {
  const { horizontalCylinderFlatEnds: cylinder, responseMargin, thermalGrowth } = vectors
  const tank = tankWith({
    shape: { kind: 'horizontal-cylinder', diameter: cylinder.diameterM, length: cylinder.lengthM },
  })
  it.each(cylinder.heightM.map((height, index) => [height, cylinder.volumeM3[index] ?? 0]))(
    'a lying cylinder holds at %f m %f m3',
    (height, volume) => {
      expect(Math.abs(volumeAt(tank, height).volume - volume)).toBeLessThan(cylinder.absTol)
    },
  )

  it.each(responseMargin.minutes.map((minutes, index) => [minutes, responseMargin.marginM[index] ?? 0]))(
    '%f minutes to CH are %f m',
    (minutes, margin) => {
      const round = tankWith({
        shape: { kind: 'vertical-cylinder', diameter: responseMargin.tankDiameterM, height: 12 },
      })
      const level = levelBefore(round, { limit: 11.5, flow: responseMargin.flowM3h, minutes })
      expect(Math.abs(11.5 - level - margin)).toBeLessThan(responseMargin.absTol)
    },
  )

  it('gasoline that warms by a kelvin grows by a thousandth and two tenths', () => {
    const { volumeM3, beta, kelvin, growthM3, absTol } = thermalGrowth
    const substance = { beta, referenceTemperature: 15 }
    expect(volumeCorrection(substance, 15)).toBe(1)
    const warm = volumeM3 * (1 - volumeCorrection(substance, 15 + kelvin))
    expect(Math.abs(warm - growthM3)).toBeLessThan(absTol)
    const cold = volumeM3 * (1 - volumeCorrection(substance, 15 - kelvin))
    expect(Math.abs(cold + growthM3)).toBeLessThan(absTol)
  })

  it.each([
    ['sphere', SPHERE, 12, (4 / 3) * Math.PI * 6 ** 3],
    ['sphere, half', SPHERE, 6, (2 / 3) * Math.PI * 6 ** 3],
    ['hemispherical ends', lying('hemispherical'), 3, 70.6858 + (4 / 3) * Math.PI * 1.5 ** 3],
    ['elliptical ends', lying('elliptical'), 3, 70.6858 + (2 / 3) * Math.PI * 1.5 ** 3],
    ['elliptical ends, half', lying('elliptical'), 1.5, 35.3429 + (1 / 3) * Math.PI * 1.5 ** 3],
    ['a row of the table', STRAPPED, 1, 270],
    ['between rows', STRAPPED, 0.6, 150],
    ['where the table is level', STRAPPED, 1.005, 270],
    ['below the roof', ROOFED, 1.7, Math.PI * 400 * 1.7],
    ['the roof afloat, 60 t of 750 kg/m3', ROOFED, 2, Math.PI * 400 * 2 - 80],
  ])('%s', (_, tank, level, volume) => {
    expect(volumeAt(tank, level).volume).toBeCloseTo(volume, 3)
  })

  it('a millimetre of 20 m is 0.314 m3', () => {
    expect(areaAt(tankWith(ROUND), 5) / 1_000).toBeCloseTo(0.314, 3)
    expect(areaAt(STRAPPED, 0.5)).toBeCloseTo(300, 6)
    expect(areaAt(lying('flat'), 1.5)).toBeCloseTo(30, 4)
  })
})

it('says what lies outside of the table, and where the roof begins to float', () => {
  expect(volumeAt(STRAPPED, 0.1)).toEqual({ volume: 25, isOutside: true, isImprecise: false })
  expect(volumeAt(STRAPPED, 2.5)).toEqual({ volume: 600, isOutside: true, isImprecise: false })
  expect(volumeAt(SPHERE, -0.01)).toMatchObject({ volume: 0, isOutside: true })
  expect(volumeAt(SPHERE, 12.5)).toMatchObject({ volume: volumeAt(SPHERE, 12).volume, isOutside: true })
  expect([1.7, 1.71, 1.99, 2].map((level) => volumeAt(ROOFED, level).isImprecise)).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(levelAt(STRAPPED, 1e6)).toBe(2)
  expect(levelAt(STRAPPED, 1)).toBe(0.2)
})

describe.each(TANKS)('%s', (_, tank) => {
  const [least, most] = spanOf(tank.shape)
  const level = fc.double({ min: least - 1, max: most + 1, noNaN: true })

  it('holds no less with more in it', () => {
    fc.assert(
      fc.property(level, level, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(volumeAt(tank, low).volume).toBeLessThanOrEqual(volumeAt(tank, high).volume + 1e-9)
      }),
    )
  })

  it('has a level for each of its volumes', () => {
    fc.assert(
      fc.property(fc.double({ min: least, max: most, noNaN: true }), (there) => {
        const { volume } = volumeAt(tank, there)
        expect(volumeAt(tank, levelAt(tank, volume)).volume).toBeCloseTo(volume, 6)
      }),
    )
  })

  it('has an area that its volumes grow by', () => {
    fc.assert(
      fc.property(fc.double({ min: least, max: most, noNaN: true }), (there) => {
        expect(areaAt(tank, there)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
