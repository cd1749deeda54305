import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { Catalogue } from '../../../ingest/log/catalogue.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

let folder: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'log')
})

function plant(areas: Record<string, string>, id = 'plant') {
  const sensors = Object.entries(areas).map(
    ([sensor, area], index) =>
      `{ id: ${sensor}, kind: gas, unit: ppm, area: ${area}, register: { address: ${index} } }`,
  )
  return parseFacility(
    `{ facility: { id: ${id} }, gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [${sensors.join(',')}] } ] } ] } ] }`,
    'plant.yaml',
  )
}

describe('the catalogue', () => {
  it('numbers sensors for ever, in all facilities', () => {
    const catalogue = Catalogue.open(folder)
    catalogue.register(plant({ A: 'x', B: 'x' }), 1_000)
    catalogue.register(plant({ A: 'x' }, 'other'), 1_000)
    const known = ['A', 'B'].map((sensor) => catalogue.numberOf('plant', sensor))
    expect(new Set([...known, catalogue.numberOf('other', 'A')]).size).toBe(3)
    const again = Catalogue.open(folder)
    again.register(plant({ C: 'x', B: 'x' }), 2_000)
    expect(['A', 'B'].map((sensor) => again.numberOf('plant', sensor))).toEqual(known)
    expect(again.sensorOf(again.numberOf('plant', 'C'))).toBe('C')
  })

  it('reads on what another thread has added, and nothing twice', () => {
    const writing = Catalogue.open(folder)
    writing.register(plant({ A: 'north' }), 1_000)
    const reading = Catalogue.open(folder)
    writing.register(plant({ A: 'south', B: 'east' }), 5_000)
    expect(() => reading.sensorOf(writing.numberOf('plant', 'B'))).toThrow('DATA_DAMAGED')
    for (let times = 0; times < 2; times++) reading.readOn()
    expect(reading.sensorOf(writing.numberOf('plant', 'B'))).toBe('B')
    expect([4_999, 5_000].map((time) => reading.seriesOf('plant', 'A', time).area)).toEqual([
      'north',
      'south',
    ])
    reading.register(plant({ A: 'south', B: 'east', C: 'west' }), 9_000)
    expect(Catalogue.open(folder).sensorOf(reading.numberOf('plant', 'C'))).toBe('C')
  })

  it('tags a reading with what held at its time', () => {
    const catalogue = Catalogue.open(folder)
    catalogue.register(plant({ A: 'north' }), 1_000)
    catalogue.register(plant({ A: 'south', B: 'east' }), 5_000)
    const areas = (from: Catalogue) =>
      [0, 1_000, 4_999, 5_000, 9_000].map((time) => from.seriesOf('plant', 'A', time).area)
    expect(areas(catalogue)).toEqual(['north', 'north', 'north', 'south', 'south'])
    expect(areas(Catalogue.open(folder))).toEqual(['north', 'north', 'north', 'south', 'south'])
    expect(catalogue.seriesOf('plant', 'B', 2_000).area).toBe('east')
    expect(catalogue.seriesOf('plant', 'A', 6_000)).toBe(catalogue.seriesOf('plant', 'A', 7_000))
  })

  it('still knows a sensor that left the file', () => {
    Catalogue.open(folder).register(plant({ A: 'north', B: 'north' }), 1_000)
    const catalogue = Catalogue.open(folder)
    catalogue.register(plant({ B: 'north' }), 2_000)
    expect(catalogue.seriesOf('plant', 'A', 3_000)).toMatchObject({ sensor: 'A', area: 'north' })
  })

  it('writes nothing when nothing changed', () => {
    Catalogue.open(folder).register(plant({ A: 'north' }), 1_000)
    const before = readFileSync(join(folder, 'versions.ndjson'), 'utf8')
    Catalogue.open(folder).register(plant({ A: 'north' }), 9_000)
    expect(readFileSync(join(folder, 'versions.ndjson'), 'utf8')).toBe(before)
  })

  it('drops a line that was being written when the power went', () => {
    Catalogue.open(folder).register(plant({ A: 'north' }), 1_000)
    appendFileSync(join(folder, 'sensors.ndjson'), '{"n":2,"facili')
    const catalogue = Catalogue.open(folder)
    catalogue.register(plant({ A: 'north', B: 'north' }), 2_000)
    expect(Catalogue.open(folder).numberOf('plant', 'B')).toBe(2)
  })

  it('refuses a damaged file by name and line', () => {
    Catalogue.open(folder).register(plant({ A: 'north' }), 1_000)
    appendFileSync(join(folder, 'sensors.ndjson'), 'nonsense\n')
    expect(() => Catalogue.open(folder)).toThrow(/^DATA_DAMAGED: .*sensors\.ndjson:2/)
  })
})
