import { describe, expect, it } from 'vitest'
import { currentInventory } from '../../../alerting/register/current-inventory.ts'
import { colourOf } from '../../../alerting/register/map/colour-table.ts'
import { inventoriesOf } from '../../../alerting/register/map/inventory.ts'
import type { Tank } from '../../../contracts/analytics/level/tank.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import type { Reading } from '../../../contracts/reading.ts'

const facility = parseFacility(
  `
facility: { id: plant }
responders: [ { id: a }, { id: b }, { id: c } ]
areas: [ { id: farm }, { id: shed }, { id: yard } ]
register:
  sources:
    - { id: farm, kind: storage, areas: [farm], people500m: 60, responsible: { overall: a, technical: b, operations: c },
        substances: [ { cas: 7664-41-7, name: ammonia, tonnes: 80 }, { cas: 7782-50-5, tonnes: 10 } ] }
    - { id: shed, kind: storage, areas: [shed], people500m: 60, responsible: { overall: a, technical: b, operations: c },
        substances: [ { cas: 7782-50-5, tonnes: 20 } ] }
tanks:
  - { id: T-1, shape: { kind: sphere, diameter: 6 }, substance: { cas: 7664-41-7, density: 618 } }
  - { id: T-2, shape: { kind: sphere, diameter: 6 }, substance: { cas: 7664-41-7, density: 618 } }
  - { id: T-3, shape: { kind: sphere, diameter: 6 }, substance: { cas: 68334-30-5, name: diesel, category: W5.4, density: 840 } }
  - { id: T-4, shape: { kind: sphere, diameter: 6 }, substance: { cas: 7732-18-5, name: water, density: 999 } }
derived:
  - { id: M-1, of: LT-1, compute: inventory, tank: T-1 }
  - { id: M-2, of: LT-2, compute: inventory, tank: T-2, unit: kg }
  - { id: M-3, of: LT-3, compute: inventory, tank: T-3 }
  - { id: M-4, of: LT-3, compute: inventory, tank: T-4 }
  - { id: M-2B, of: LT-3, compute: inventory, tank: T-2 }
  - { id: M-5, of: LT-3, compute: inventory, tank: T-1, area: yard }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            area: farm
            sensors:
              - { id: LT-1, kind: level, unit: m, register: { address: 0 } }
              - { id: LT-2, kind: level, unit: m, register: { address: 2 } }
              - { id: LT-3, kind: level, unit: m, register: { address: 4 } }
`,
  'plant.yaml',
)
const [farm, shed] = facility.register.sources

/** Values of the inventories in their own unit; `bad` is a reading that has no value. */
function placeWith(values: Readonly<Record<string, number | 'bad'>>) {
  const latest = (sensor: string): Reading | undefined => {
    const value = values[sensor]
    if (value === undefined) return undefined
    return value === 'bad'
      ? { sensor, time: 1, quality: 'bad', reason: 'inputs' }
      : { sensor, time: 1, value, quality: 'good' }
  }
  return { facility, plant: { latest } }
}

function tankOf(id: string): Tank {
  const tank = facility.tanks.get(id)
  if (tank === undefined) throw new Error(`no tank ${id}`)
  return tank
}

function withTank({ plant }: ReturnType<typeof placeWith>, tank: Tank) {
  return { facility: { ...facility, tanks: new Map(facility.tanks).set(tank.id, tank) }, plant }
}

const ALL = { 'M-1': 25, 'M-2': 15_000, 'M-3': 500, 'M-4': 900, 'M-5': 1_000 }

describe('what a source holds now', () => {
  const look = (values: Readonly<Record<string, number | 'bad'>>) =>
    farm === undefined ? undefined : currentInventory(placeWith(values), farm)

  it('is the sum of its tanks, and the design maximum of what nothing measures', () => {
    // 1.5 x (2 x 40/10 + 4 x 10/5 + 1 x 500/5000)
    expect(look(ALL)).toEqual({
      S: 6.1,
      R: 24.15,
      grade: 3,
      coverage: 0.75,
      substances: [
        { cas: '7664-41-7', name: 'ammonia', tonnes: 40, isMeasured: true },
        { cas: '7782-50-5', name: null, tonnes: 10, isMeasured: false },
        { cas: '68334-30-5', name: 'diesel', tonnes: 500, isMeasured: true },
        // No danger that the standard counts.
        { cas: '7732-18-5', name: 'water', tonnes: 900, isMeasured: true },
      ],
    })
  })

  it.each([
    ['has no value', { ...ALL, 'M-2': 'bad' as const }],
    ['never said anything', { ...ALL, 'M-2': undefined as unknown as number }],
  ])('is never less than it may be: when a tank %s, the design maximum counts', (_, values) => {
    const found = look(values)
    expect(found?.substances[0]).toEqual({
      cas: '7664-41-7',
      name: 'ammonia',
      tonnes: 80,
      isMeasured: false,
    })
    expect(found?.R).toBeCloseTo(1.5 * (16 + 8 + 0.1), 9)
    expect(found?.coverage).toBe(0.5)
  })

  it('counts a tank with two gauges once, by the one that says more or says anything', () => {
    expect(look({ ...ALL, 'M-2B': 14 })?.substances[0]?.tonnes).toBe(40)
    expect(look({ ...ALL, 'M-2B': 17 })?.substances[0]?.tonnes).toBe(42)
    expect(look({ ...ALL, 'M-2': 'bad', 'M-2B': 14 })?.substances[0]).toMatchObject({
      tonnes: 39,
      isMeasured: true,
    })
  })

  it('may be more than the design allows', () => {
    expect(look({ ...ALL, 'M-1': 200 })?.substances[0]?.tonnes).toBe(215)
    expect(look({ ...ALL, 'M-1': 200, 'M-2': 'bad' })?.substances[0]?.tonnes).toBe(200)
  })

  it('counts at design maximum what also stands in a tank without an inventory', () => {
    const unmeasured = { ...tankOf('T-2'), id: 'T-9', area: 'farm' }
    const found = farm && currentInventory(withTank(placeWith(ALL), unmeasured), farm)
    expect(found?.substances[0]).toMatchObject({ name: 'ammonia', tonnes: 80, isMeasured: false })
    expect(found?.R).toBeCloseTo(1.5 * (16 + 8 + 0.1), 9)
    const elsewhere = { ...unmeasured, area: 'yard' }
    expect(farm && currentInventory(withTank(placeWith(ALL), elsewhere), farm)?.R).toBe(24.15)
  })

  it('is not known where nothing measures it', () => {
    expect(shed && currentInventory(placeWith(ALL), shed)).toBeNull()
  })
})

it('counts forms of a substance apart, and by the worst of them where nobody knows which there is more of', () => {
  const nitrate = { cas: '6484-52-2', tonnes: 100 }
  const chlorine = { cas: '7782-50-5', tonnes: 10 }
  const mixed = (values: Readonly<Record<string, number | 'bad'>>, cas: string) => {
    const tank = facility.tanks.get('T-1')
    if (farm === undefined || tank?.substance === undefined) throw new Error('no tank')
    const tanks = new Map([['T-1', { ...tank, substance: { ...tank.substance, cas } }]])
    const substances = [{ ...nitrate, form: 'fertiliser' }, { ...nitrate, form: 'combustible' }, chlorine]
    const place = { ...placeWith(values), facility: { ...facility, tanks } }
    return currentInventory(place, { ...farm, people500m: 0, substances })?.S
  }
  // 100/200 + 100/5 of what nothing measures, 5/5 of chlorine.
  expect(mixed({ 'M-1': 5 }, '7782-50-5')).toBeCloseTo(0.5 + 20 + 1, 9)
  // 10/5 of nitrate, 10/5 of chlorine at design maximum.
  expect(mixed({ 'M-1': 10 }, '6484-52-2')).toBeCloseTo(2 + 2, 9)
})

it('the map has the legal grade, with what is there now beside it', () => {
  const inventories = inventoriesOf(placeWith(ALL))
  expect(inventories).toMatchObject([
    { id: 'farm', area: 'farm', R: 36, grade: 3, current: { R: 24.15 } },
    { id: 'shed', area: 'shed', R: 24, grade: 3, current: null },
  ])
  const { colour, why } = colourOf({ hazards: [], alarms: [], intensities: [], inventories })
  expect(colour).toBe('yellow')
  expect(why.map(({ text }) => text)).toEqual([
    'farm: R 36.0 at design maximum, grade 3; now R 24.1',
    'shed: R 24.0 at design maximum, grade 3',
  ])
})
