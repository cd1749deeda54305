import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { SensorView } from '../../contracts/api.ts'
import { readingOf } from './fake-plant.ts'
import type { FakeServer } from './fake-server.ts'

interface FakeDerived {
  sensor: Pick<SensorView, 'id' | 'name' | 'kind' | 'unit'> & { compute: string; value: number | null }
  area?: string
  /** Keys of its alarms with their set points. */
  alarms?: readonly [key: string, when: 'high' | 'low' | 'equals', limit: number][]
  detail: Partial<DerivedDetail> & Pick<DerivedDetail, 'of'>
}

const channel = (id: string, state: string, value: number | null) => ({
  id,
  sensor: id,
  state,
  votes: false,
  value,
  limit: 0.34,
  isBeyond: false,
})
const TANK = {
  id: 'T-202',
  name: 'Day tank',
  span: [0, 12],
  levels: { CH: 11.4, HH: 10.8, H: 10, MW: 9.5, LL: 0.8 },
}
const AHEAD = {
  tank: 'T-202',
  rejects: 0,
  flow: 118.2,
  flowConfidence: 4.1,
  volume: 49.96,
  volumeToGo: 7.38,
  leastMinutes: 3.62,
}

/** One derived sensor of every sort that the console has a picture of. */
export const FAKE_DERIVED: readonly FakeDerived[] = [
  {
    sensor: {
      id: 'CL.VOTE',
      name: 'Chlorine at two detectors',
      kind: 'state',
      unit: '1',
      compute: 'vote',
      value: 0,
    },
    area: 'chlorine-shed',
    alarms: [['TRIP', 'equals', 1]],
    detail: {
      of: ['CL-301', 'CL-302', 'CL-303.HH'],
      coverage: 2 / 3,
      detail: {
        configured: '2oo3',
        live: '1oo2',
        need: 1,
        of: 2,
        votes: 0,
        tripped: false,
        isProtected: true,
        channels: [
          channel('CL-301', 'normal', 0.021),
          channel('CL-302', 'inhibited', null),
          { ...channel('CL-303.HH', 'normal', 0.018), sensor: 'CL-303' },
        ],
      },
    },
  },
  {
    sensor: {
      id: 'T-202.OVERFILL',
      name: 'Overfill margin, tank T-202',
      kind: 'level',
      unit: 'min',
      compute: 'overfill',
      value: 2.62,
    },
    alarms: [['LOW', 'low', 5]],
    detail: { of: ['LT-202'], windowMs: 300_000, tank: TANK, detail: { ...AHEAD, response: 1 } },
  },
  {
    sensor: {
      id: 'GT-111.STEL',
      name: 'Hydrogen sulfide over 15 min, pump bay',
      kind: 'gas',
      unit: 'mg/m3',
      compute: 'stel',
      value: 4.12,
    },
    detail: {
      of: ['GT-111'],
      windowMs: 900_000,
      coverage: 0.93,
      backFilling: true,
      detail: {
        minutes: 15,
        seenMinutes: 14,
        limit: { basis: 'MAC', value: 10, edition: 'GBZ 2.1-2019', isConfirmed: true },
        shift: { from: 1_795_910_400_000, to: 1_795_953_600_000 },
        periods: 5,
        mostPeriods: 4,
        isBeyond: false,
        apartMs: 1_800_000,
        leastApartMs: 3_600_000,
        isKept: false,
      },
    },
  },
  {
    sensor: {
      id: 'T-203.BALANCE',
      name: 'Balance of tank T-203',
      kind: 'level',
      unit: 'm3',
      compute: 'balance',
      value: 0.42,
    },
    detail: {
      of: ['LT-203', 'FT-203'],
      coverage: 0,
      tank: { ...TANK, id: 'T-203', name: 'T-203' },
      detail: {
        tank: 'T-203',
        rejects: 2,
        periods: 12,
        skipped: 1,
        cusumHigh: 0.42,
        cusumLow: 0,
        accounts: [
          { to: 1_795_906_800_000, ufv: 0.3, cusumHigh: 0.31, cusumLow: 0 },
          { to: 1_795_910_400_000, ufv: null, cusumHigh: 0.31, cusumLow: 0 },
          { to: 1_795_914_000_000, ufv: 0.11, cusumHigh: 0.42, cusumLow: 0 },
        ],
        ufv: 0.11,
        sigma: 0.02,
        inflow: 60.1,
        outflow: 59.8,
      },
    },
  },
  {
    sensor: {
      id: 'TANKS.R',
      name: 'Present R, tank farm',
      kind: 'other',
      unit: '1',
      compute: 'major-hazard',
      value: 8.31,
    },
    detail: {
      of: ['T-202.OVERFILL'],
      detail: {
        S: 2.77,
        R: 8.31,
        alpha: 1.5,
        grade: 4,
        basis: 'current',
        substances: [{ cas: '86290-81-5', tonnes: 1_662 }],
      },
    },
  },
]

/** Lets the plant of a fake server compute. */
export function addDerived(server: FakeServer, now: number): void {
  for (const { sensor, area = 'tank-farm', alarms = [], detail } of FAKE_DERIVED) {
    const { compute, value, ...named } = sensor
    const { of } = detail
    server.tree.sensors.push({
      ...named,
      quantity: compute,
      area,
      gateway: 'derived',
      bus: 'grid',
      device: 'derived-1000-2000',
      range: null,
      limits: alarms.map(([key, when, limit]) => ({
        alarm: `${named.id}.${key}`,
        key,
        when,
        limit,
        revision: 0,
        fileLimit: null,
        priority: 'critical' as const,
      })),
      reading: readingOf(named.id, now - 1_000, value),
      derived: { compute, of },
      inhibit: null,
    })
    server.derived.set(named.id, {
      compute,
      everyMs: 1_000,
      latenessMs: 2_000,
      windowMs: null,
      coverage: 1,
      backFilling: false,
      tank: null,
      detail: {},
      ...detail,
    })
  }
}
