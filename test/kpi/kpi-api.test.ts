import Value from 'typebox/value'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import type { ApiPorts, FacilityPort } from '../../alerting/api/ports.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import type { Problem } from '../../contracts/api.ts'
import { type AlarmKpi, AlarmKpiSchema, type KpiQuery } from '../../contracts/kpi.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DirectStates } from '../alerting/direct-states.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { monthOf, monthPlant } from './simulated-month.ts'

const HOST = { host: '127.0.0.1:8080' }
/** The plant of the tests has run since the first of November. */
const BEGIN = Date.parse('2026-11-01T00:00:00+08:00')
const NOW = Date.parse('2026-11-05T12:00:00+08:00')
const facility = monthPlant('Asia/Shanghai')

let states: DirectStates
let facilities: Map<string, FacilityPort>
let asked: KpiQuery[]
let app: Api

beforeAll(async () => {
  states = new DirectStates(temporaryFolder())
  await states.commit({
    facility: 'plant',
    timezone: facility.timezone,
    recorded: BEGIN,
    entries: monthOf(facility, BEGIN, 4, 3),
    records: new Map(),
  })
})
afterAll(() => states.close())

beforeEach(async () => {
  asked = []
  const unused = () => Promise.reject(new Error('not asked for'))
  const port: FacilityPort = {
    facility,
    alarms: { views: () => [], view: () => undefined, act: unused },
    plant: { latest: () => undefined, gateways: () => [] },
  }
  facilities = new Map([['plant', port]])
  const ports: ApiPorts = {
    facilities,
    states: {
      journal: unused,
      after: unused,
      ledger: unused,
      alarmKpi: (query) => {
        asked.push(query)
        return states.alarmKpi(query)
      },
    },
    store: { range: unused, buckets: unused },
    stream: new Stream({ now: () => 'now' }),
    console: new Map(),
    now: () => NOW,
    info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
    unready: () => [],
    metrics: unused,
  }
  const guard = new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: [] })
  app = await buildApi(ports, silentLogger, () => guard)
})
afterEach(() => app.close())

const get = (query: string) => app.inject({ url: `/api/v1/kpi/alarms${query}`, headers: HOST })

describe('GET /api/v1/kpi/alarms', () => {
  test('is the last 24 hours, and what it says is what the document describes', async () => {
    const response = await get('')
    expect(response.statusCode).toBe(200)
    const kpi = response.json() as AlarmKpi
    expect(Value.Check(AlarmKpiSchema, kpi)).toBe(true)
    expect(kpi).toMatchObject({ facility: 'plant', area: null, judged: false })
    expect([kpi.from, kpi.to]).toEqual(['2026-11-04T12:00:00+08:00', '2026-11-05T12:00:00+08:00'])
    expect(kpi).toEqual(await states.alarmKpi(asked[0] ?? ({} as KpiQuery)))
  })

  test('takes a window, of which the future is no part, and an area', async () => {
    const yard = (
      await get('?facility=plant&area=yard&from=2026-11-02T00:00:00%2B08:00&to=1795000000000')
    ).json()
    expect(asked).toEqual([
      {
        facility: 'plant',
        timezone: 'Asia/Shanghai',
        shifts: ['08:00', '20:00'],
        area: 'yard',
        from: Date.parse('2026-11-02T00:00:00+08:00'),
        to: NOW,
      },
    ])
    const all = (await get('?from=2026-11-02T00:00:00%2B08:00')).json()
    const shed = (await get('?area=shed&from=2026-11-02T00:00:00%2B08:00')).json()
    expect(yard.annunciated).toBeGreaterThan(0)
    expect(yard.annunciated + shed.annunciated).toBe(all.annunciated)
    expect((await get('?area=system')).json()).toMatchObject({ annunciated: 0, area: 'system' })
  })

  test.each([
    ['?facility=other', 'FACILITY_UNKNOWN'],
    ['?area=roof', 'REQUEST_INVALID'],
    ['?from=yesterday', 'REQUEST_INVALID'],
    ['?from=2000&to=1000', 'REQUEST_INVALID'],
    ['?from=2030-01-01T00:00:00Z', 'REQUEST_INVALID'],
    ['?from=2025-09-01T00:00:00Z', 'REQUEST_INVALID'],
    ['?month=2026-11', 'REQUEST_INVALID'],
  ])('refuses %s', async (query, code) => {
    expect((await get(query)).json<Problem>()).toMatchObject({ code })
    expect(asked).toEqual([])
  })

  test('wants to know which plant where there are several', async () => {
    const [port] = facilities.values()
    if (port !== undefined) facilities.set('mill', { ...port, facility: { ...facility, id: 'mill' } })
    expect((await get('')).json<Problem>()).toMatchObject({
      code: 'REQUEST_INVALID',
      detail: 'say which facility: plant, mill',
    })
    expect((await get('?facility=mill')).json<AlarmKpi>()).toMatchObject({ facility: 'mill', annunciated: 0 })
  })
})

describe('GET /api/v1/kpi/alarms/report', () => {
  test('is a page, of a month as far as it has come', async () => {
    const { headers, body } = await get('/report?month=2026-11')
    expect(headers['content-type']).toBe('text/markdown; charset=utf-8')
    expect(body).toContain('# Alarm performance of Plant of a month, November 2026')
    expect(body).toContain('2026-11-01 00:00 to 2026-11-05 12:00, Asia/Shanghai. The month is not over')
    expect(asked.map(({ from, to }) => [from, to])).toEqual([[BEGIN, NOW]])
  })

  test('or a table', async () => {
    const { headers, body } = await get('/report?month=2026-11&format=csv&facility=plant')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(headers['content-disposition']).toBe('attachment; filename="alarms-plant-2026-11.csv"')
    expect(body.startsWith('section,name,value,unit,target,verdict\r\n')).toBe(true)
  })

  test.each(['', '?month=2026-13', '?month=November', '?month=2026-12', '?month=2026-11&format=pdf'])(
    'refuses %j',
    async (query) => {
      const response = await get(`/report${query}`)
      expect(response.statusCode).toBe(400)
      expect(response.json<Problem>()).toMatchObject({ code: 'REQUEST_INVALID' })
    },
  )
})
