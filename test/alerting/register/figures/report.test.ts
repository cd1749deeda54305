import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FiguresDesk } from '../../../../alerting/register/figures/figures-desk.ts'
import type { HazardFilter } from '../../../../alerting/register/figures/figures-query.ts'
import {
  openRegisterDatabase,
  type RegisterDatabase,
} from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { parseCsv } from '../../../../contracts/csv.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { fillRegister } from '../../../register-data.ts'

const ALL: HazardFilter = { scope: null, period: { kind: 'all', name: 'all' } }
const FROM = Date.UTC(2026, 0, 1)
const SIZE = 2_345

describe('a report of hazards', () => {
  let register: RegisterDatabase
  let desk: FiguresDesk
  beforeAll(async () => {
    register = await openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger })
    const to = FROM + 300 * 86_400_000
    await fillRegister(register.db, {
      facilities: 30,
      hazards: SIZE,
      open: 45,
      from: FROM,
      to,
      majorEvery: 10,
    })
    await register.db
      .updateTable('hazard')
      .set({ title: '=HYPERLINK("http://x"), "quoted" <b>&', area: '\uff1dcmd' })
      .where('number', '=', 7)
      .execute()
    desk = new FiguresDesk({ db: register.db, now: () => to })
    await desk.tally.recount()
  })
  afterAll(() => register?.close())

  const text = async (filter: HazardFilter, kind: 'figures' | 'list', format: 'csv' | 'html') => {
    const { body } = await desk.report(filter, { kind, format })
    if (typeof body === 'string') return body
    let all = ''
    for await (const chunk of body) all += String(chunk)
    return all
  }

  it('lists every hazard once in CSV, and nothing that a spreadsheet computes', async () => {
    const csv = await text(ALL, 'list', 'csv')
    expect(csv.startsWith('\ufeff')).toBe(true)
    const { rows, problems } = parseCsv(csv)
    expect(problems).toEqual([])
    expect(rows).toHaveLength(SIZE + 1)
    expect(new Set(rows.slice(1).map(({ cells }) => cells[0])).size).toBe(SIZE)
    for (const { cells } of rows) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\uff1d]/)
    const seventh = rows.find(({ cells }) => cells[0] === '7')?.cells ?? []
    expect(seventh).toContain(`'=HYPERLINK("http://x"), "quoted" <b>&`)
  })

  it('has the figures of the API in CSV', async () => {
    const { rows } = parseCsv(await text(ALL, 'figures', 'csv'))
    const total = (await desk.figures(ALL)).total
    expect(rows[1]?.cells).toEqual([
      'Total',
      '',
      ...[total.identified, total.closed, total.open, total.overdue, total.rectificationRate].map(String),
      ...[total.closedOnTime, total.onTimeRate, total.meanDaysToClose].map(String),
    ])
    const regions = rows.filter(({ cells }) => cells[0] === 'By region')
    expect(regions.reduce((all, { cells }) => all + Number(cells[2]), 0)).toBe(SIZE)
  })

  it('is a page that needs nothing else and runs nothing', async () => {
    const filter: HazardFilter = {
      ...ALL,
      region: 'Heze/County 7',
      period: { kind: 'months', name: '2026-01', first: '2026-01', last: '2026-01' },
    }
    const html = await text(filter, 'list', 'html')
    expect(html).toContain('<!doctype html>')
    expect(html).not.toMatch(/<script|<link|src=|href=|<b>/)
    expect(html).toContain('Heze/County 7')
    expect(html).toContain('2026-01-01T00:00:00+08:00')
    const figures = await text(ALL, 'figures', 'html')
    expect(figures).toContain(`<td class="n">${SIZE}</td>`)
  })

  it.each(['figures', 'list'] as const)('is a workbook of %s', async (kind) => {
    const { body, name, type } = await desk.report(ALL, { kind, format: 'xlsx' })
    expect(name).toBe(`hazards-${kind}-all.xlsx`)
    expect(type).toContain('spreadsheetml')
    // The end of a ZIP file names how many files are in it.
    expect(Buffer.isBuffer(body) && body.subarray(0, 2).toString()).toBe('PK')
    expect(Buffer.isBuffer(body) && body.includes('xl/worksheets/sheet1.xml')).toBe(true)
  })

  it('is refused where its format does not bear so many', async () => {
    await fillMore(register, 4_000)
    await expect(desk.report(ALL, { kind: 'list', format: 'html' })).rejects.toMatchObject({
      code: 'LIST_TOO_LONG',
    })
  })

  it('is refused of a region that is not there', async () => {
    await expect(
      desk.report({ ...ALL, region: 'Nowhere' }, { kind: 'list', format: 'csv' }),
    ).rejects.toMatchObject({
      code: 'REGION_UNKNOWN',
    })
  })
})

async function fillMore({ db }: RegisterDatabase, hazards: number): Promise<void> {
  const city = 'Jining'
  await db.deleteFrom('facility').execute()
  await fillRegister(db, {
    facilities: 10,
    hazards,
    open: 0,
    from: FROM,
    to: FROM + 1_000_000,
    majorEvery: 2,
    city,
  })
}
