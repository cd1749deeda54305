import { expect, it } from 'vitest'
import { FacilityMoves } from '../../../../alerting/register/figures/facility-moves.ts'
import { HazardSums } from '../../../../alerting/register/figures/hazard-sums.ts'
import { RiskMapDesk } from '../../../../alerting/register/map/risk-map-desk.ts'
import { fillRegister } from '../../../register-data.ts'
import type { RegisterSuite } from '../store/suites.ts'

const FROM = Date.UTC(2026, 0, 1)
const NOW = FROM + 100 * 86_400_000
const DATA = { facilities: 40, hazards: 4_000, open: 400, from: FROM, to: NOW, majorEvery: 8 }

/** The risk map and the sums of dashboards, on every database. */
export const mapSuite: RegisterSuite = {
  name: 'map',
  run(open) {
    it('shows plants with their areas, one by one, or by region, with the same hazards', async () => {
      const register = await open()
      try {
        await fillRegister(register.db, DATA)
        const desk = new RiskMapDesk({ db: register.db, now: () => NOW, places: () => new Map() })
        for (const level of ['area', 'facility', 'town', 'county', 'city'] as const) {
          const { features } = await desk.map({ scope: null, level })
          const counted = features.filter(({ properties }) => properties.level !== 'area')
          expect(counted.reduce((all, { properties }) => all + properties.openHazards, 0)).toBe(400)
          expect(counted.reduce((all, { properties }) => all + properties.facilities, 0)).toBe(40)
          expect(counted.every(({ properties }) => !properties.live)).toBe(true)
        }
        const [city] = (await desk.map({ scope: null, level: 'city' })).features
        expect(city).toMatchObject({
          id: 'Heze',
          properties: { colour: 'red', name: 'Heze', region: 'Heze' },
        })
        expect((await desk.map({ scope: null })).level).toBe('facility')
        const { level, features } = await desk.map({ scope: null, facility: 'plant-3' })
        expect(level).toBe('area')
        const [plant, ...areas] = features
        expect(plant?.geometry).toEqual({ type: 'Point', coordinates: [114.06, 34.06] })
        const inAreas = areas.reduce((all, { properties }) => all + properties.openHazards, 0)
        expect(inAreas).toBe(plant?.properties.openHazards)
        await expect(desk.map({ scope: ['plant-1'], facility: 'plant-3' })).rejects.toMatchObject({
          code: 'FACILITY_UNKNOWN',
        })
        await expect(desk.map({ scope: null, region: 'Nowhere' })).rejects.toMatchObject({
          code: 'REGION_UNKNOWN',
        })
      } finally {
        await register.close()
      }
    })

    it('leaves plants of no region beside the regions', async () => {
      const register = await open()
      try {
        await fillRegister(register.db, DATA)
        await new FacilityMoves(register.db, () => NOW).enter([
          { id: 'plant-5', name: 'Alone', timezone: 'UTC' },
        ])
        const desk = new RiskMapDesk({ db: register.db, now: () => NOW, places: () => new Map() })
        const { features } = await desk.map({ scope: null, level: 'city' })
        expect(features.map(({ id, properties }) => [id, properties.facilities])).toEqual([
          ['Heze', 39],
          ['plant-5', 1],
        ])
        expect(features.reduce((all, { properties }) => all + properties.openHazards, 0)).toBe(400)
      } finally {
        await register.close()
      }
    })

    it('adds up hazards for dashboards', async () => {
      const register = await open()
      try {
        await fillRegister(register.db, DATA)
        const sums = new HazardSums({ db: register.db, now: () => NOW })
        const ids = Array.from({ length: 40 }, (_, index) => `plant-${index + 1}`)
        const statuses = await sums.statuses(ids)
        const total = (of: 'count' | 'overdue' | 'onTime', isClosed: boolean) =>
          statuses
            .filter(({ status }) => (status === 'closed') === isClosed)
            .reduce((all, sum) => all + sum[of], 0)
        expect(statuses).toHaveLength(40 * 2 * 8)
        expect([total('count', true), total('count', false)]).toEqual([3_600, 400])
        expect([total('onTime', false), total('overdue', true)]).toEqual([0, 0])
        expect(total('overdue', false)).toBeGreaterThan(0)
        const months = await sums.months(ids, 0)
        expect(months.reduce((all, { identified }) => all + identified, 0)).toBe(4_000)
        expect(months.reduce((all, { closed }) => all + closed, 0)).toBe(3_600)
        expect(new Set(months.map(({ from }) => from)).has(Date.UTC(2026, 0, 31, 16))).toBe(true)
        expect(await sums.statuses(['nobody'])).toEqual([])
      } finally {
        await register.close()
      }
    })
  },
}
