import { beforeEach, describe, expect, it } from 'vitest'
import type { StatusSum } from '../../contracts/register/hazard-sums.ts'
import type { MapFeature } from '../../contracts/register/map-api.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { HazardWriter } from '../../ingest/status/hazard-writer.ts'
import { majorHazardPoints } from '../../ingest/status/major-hazard-point.ts'
import { riskPoint } from '../../ingest/status/risk-point.ts'
import { RiskWriter } from '../../ingest/status/risk-writer.ts'

const START = Date.UTC(2026, 10, 21)
const sum = (facility: string, status: StatusSum['status']): StatusSum => ({
  facility,
  region: facility === 'a' ? 'Heze/Juancheng' : '',
  grade: 'major',
  status,
  count: 5,
  overdue: status === 'closed' ? 0 : 2,
  onTime: status === 'closed' ? 4 : 0,
  days: status === 'closed' ? 30.5 : 0,
})
const FEATURE: MapFeature = {
  type: 'Feature',
  id: 'a/yard',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [1, 1],
        [3, 1],
        [3, 3],
        [1, 3],
        [1, 1],
      ],
    ],
  },
  properties: {
    level: 'area',
    name: 'Yard',
    facility: 'a',
    facilityName: 'Plant A',
    area: 'yard',
    region: null,
    colour: 'orange',
    why: ['x', 'y', 'z', 'w'].map((text) => ({ cause: 'alarm', colour: 'orange', text })),
    openHazards: 3,
    inventories: [],
    facilities: 1,
    live: true,
  },
}

describe('points of the register', () => {
  let now = 0
  let written: StatusPoint[][] = []
  let asked: string[] = []
  let isAway = false
  let writer: HazardWriter
  const clock = { monotonic: () => now }
  const steady = { now: () => START + now }
  const write = async (points: readonly StatusPoint[]) => {
    written.push([...points])
    return true
  }

  beforeEach(() => {
    now = 0
    written = []
    asked = []
    isAway = false
    writer = new HazardWriter({
      facilities: () => ['a', 'b'],
      sums: {
        statuses: async (facilities) => {
          if (isAway) throw new Error('away')
          asked.push(`statuses ${facilities.join(' ')}`)
          return facilities.flatMap((facility) => [sum(facility, 'closed'), sum(facility, 'assigned')])
        },
        months: async (facilities, since) => {
          asked.push(`months ${facilities.join(' ')}`)
          const month = {
            facility: 'a',
            region: '',
            grade: 'major' as const,
            identified: 9,
            closed: 8,
            onTime: 7,
            days: 6,
          }
          return [since - 1, since, START].map((from) => ({ ...month, from }))
        },
      },
      write,
      clock,
      steady,
      keptMs: 86_400_000,
    })
  })

  it('have pinned types, and a region only where there is one', async () => {
    await writer.tick()
    expect(written[0]?.[0]).toEqual({
      measurement: 'hazard',
      tags: { facility: 'a', region: 'Heze/Juancheng', grade: 'major', status: 'closed' },
      fields: { count: 5n, open: 0n, closed: 5n, overdue: 0n, onTime: 4n, days: 30.5 },
      time: START,
    })
    expect(written[0]?.[3]).toMatchObject({
      tags: { facility: 'b', grade: 'major', status: 'assigned' },
      fields: { open: 5n, closed: 0n },
    })
    expect(written[0]?.[3]?.tags).not.toHaveProperty('region')
  })

  it('have no month that the store would refuse, or that would come too small', async () => {
    await writer.tick()
    expect(written[1]?.map(({ time }) => time)).toEqual([START - 86_400_000, START])
    expect(written[1]?.[0]?.fields).toEqual({ identified: 9n, closed: 8n, onTime: 7n, days: 6 })
  })

  it('come every minute, and at once of a plant whose hazards change', async () => {
    await writer.tick()
    asked = []
    now = 500
    writer.note('b')
    await writer.tick()
    expect(asked).toEqual([])
    now = 1_000
    await writer.tick()
    expect(asked).toEqual(['statuses b', 'months b'])
    now = 30_000
    await writer.tick()
    expect(asked).toHaveLength(2)
    now = 60_000
    await writer.tick()
    expect(asked.slice(2)).toEqual(['statuses a b'])
    now = 3_600_000
    await writer.tick()
    expect(asked.slice(3)).toEqual(['statuses a b', 'months a b'])
  })

  it('come again after the register was away', async () => {
    isAway = true
    await writer.tick()
    expect(written).toEqual([])
    isAway = false
    now = 60_000
    await writer.tick()
    expect(asked).toEqual(['statuses a b', 'months a b'])
  })

  it('of major-hazard sources have R at design maximum and now, for each of their areas', () => {
    const current = { S: 0.5, R: 0.75, grade: null, coverage: 0.5, substances: [] }
    const farm = { source: 'farm', R: 36, grade: 3, current }
    const yard = { source: 'yard', R: 24, grade: 3, current: null }
    const feature = (
      more: Partial<MapFeature['properties']> & Pick<MapFeature['properties'], 'inventories'>,
    ): MapFeature => ({ ...FEATURE, properties: { ...FEATURE.properties, ...more } })
    const features = [
      feature({ level: 'facility', area: null, inventories: [farm, yard] }),
      feature({ area: 'north', inventories: [farm] }),
      feature({ area: 'south', inventories: [farm] }),
      // Another plant may call one of its own the same.
      feature({ facility: 'b', area: 'yard', inventories: [yard] }),
    ]
    const common = { measurement: 'major_hazard', time: START }
    const now = { currentR: 0.75, currentGrade: 0n, coverage: 0.5 }
    expect(majorHazardPoints(features, START)).toEqual([
      { ...common, tags: { facility: 'a', source: 'yard' }, fields: { R: 24, grade: 3n } },
      {
        ...common,
        tags: { facility: 'a', area: 'north', source: 'farm' },
        fields: { R: 36, grade: 3n, ...now },
      },
      {
        ...common,
        tags: { facility: 'a', area: 'south', source: 'farm' },
        fields: { R: 36, grade: 3n, ...now },
      },
      { ...common, tags: { facility: 'b', area: 'yard', source: 'yard' }, fields: { R: 24, grade: 3n } },
    ])
  })

  it('of the risk map stand in the middle of an outline', async () => {
    expect(riskPoint(FEATURE, START)).toEqual({
      measurement: 'risk',
      tags: { facility: 'a', area: 'yard', level: 'area' },
      fields: {
        colour: 3n,
        name: 'Yard',
        facilityName: 'Plant A',
        why: 'x; y; z',
        openHazards: 3n,
        lon: 2,
        lat: 2,
      },
      time: START,
    })
    const risk = new RiskWriter({
      facilities: () => ['a'],
      map: { risk: async () => [FEATURE] },
      write,
      clock,
      steady,
    })
    await risk.tick()
    now = 29_999
    await risk.tick()
    expect(written).toHaveLength(1)
    now = 30_000
    await risk.tick()
    expect(written).toHaveLength(2)
  })
})
