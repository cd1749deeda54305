import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../../../alerting/api/routes.ts'
import { FiguresDesk } from '../../../../alerting/register/figures/figures-desk.ts'
import { RiskMapDesk } from '../../../../alerting/register/map/risk-map-desk.ts'
import type { Register } from '../../../../alerting/register/register.ts'
import {
  openRegisterDatabase,
  type RegisterDatabase,
} from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { fillRegister } from '../../../register-data.ts'
import { testApi } from '../../absent-ports.ts'

const FROM = Date.UTC(2026, 0, 1)
const NOW = FROM + 100 * 86_400_000

describe('the API of figures', () => {
  let database: RegisterDatabase
  let api: Api
  beforeAll(async () => {
    database = await openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger })
    await fillRegister(database.db, {
      facilities: 30,
      hazards: 900,
      open: 90,
      from: FROM,
      to: NOW,
      majorEvery: 9,
    })
    const context = { db: database.db, now: () => NOW, places: () => new Map() }
    const figures = new FiguresDesk(context)
    await figures.tally.recount()
    const register = { figures, map: new RiskMapDesk(context) } as Partial<Register> as Register
    api = await testApi([], { register, now: () => NOW })
  })
  afterAll(async () => {
    await api?.close()
    await database?.close()
  })
  const get = (url: string) => api.inject({ url: `/api/v1${url}`, headers: { host: '127.0.0.1:8080' } })

  it('answers with totals, and items that add up to them', async () => {
    const view = (await get('/figures/hazards?region=Heze&quarter=2026-Q1&by=region')).json()
    expect(view).toMatchObject({ region: 'Heze', period: { name: '2026-Q1', basis: 'found' }, by: 'region' })
    const sum = view.items.reduce(
      (all: number, { identified }: { identified: number }) => all + identified,
      0,
    )
    expect(sum).toBe(view.total.identified)
    expect((await get('/figures/hazards')).json().total).toMatchObject({
      identified: 900,
      closed: 810,
      open: 90,
    })
  })

  it('sends a list as a file', async () => {
    const { headers, body } = await get('/figures/hazards/report?kind=list&format=csv&grade=major')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(headers['content-disposition']).toBe('attachment; filename="hazards-list-all.csv"')
    expect(body.trimEnd().split('\r\n')).toHaveLength(101)
    const workbook = await get('/figures/hazards/report?format=xlsx')
    expect(workbook.rawPayload.subarray(0, 2).toString()).toBe('PK')
  })

  it('lists the region tree, and maps it', async () => {
    expect((await get('/regions')).json().items).toMatchObject([
      { path: 'Heze', facilities: 30, open: 90, children: 10 },
    ])
    const map = await get('/map?level=city')
    expect(map.headers['content-type']).toContain('application/geo+json')
    expect(map.json()).toMatchObject({ type: 'FeatureCollection', features: [{ id: 'Heze' }] })
  })

  it.each([
    ['/figures/hazards?region=Nowhere', 404, 'REGION_UNKNOWN'],
    ['/figures/hazards?facility=nobody', 404, 'FACILITY_UNKNOWN'],
    ['/figures/hazards?month=2026-01&year=2026', 422, 'FIGURES_PERIOD'],
    ['/figures/hazards?quarter=2026-Q5', 400, 'REQUEST_INVALID'],
    ['/regions?under=a/b/c/d/e', 404, 'REGION_UNKNOWN'],
    ['/map?region=Nowhere', 404, 'REGION_UNKNOWN'],
  ])('refuses %s', async (url, status, code) => {
    const answer = await get(url)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })
})
