import fc from 'fast-check'
import { sql } from 'kysely'
import { FacilityMoves } from '../../../../alerting/register/figures/facility-moves.ts'
import { FiguresDesk } from '../../../../alerting/register/figures/figures-desk.ts'
import type { FiguresQuery } from '../../../../alerting/register/figures/figures-query.ts'
import type { HazardRow, NewHazardRow } from '../../../../alerting/register/hazard/hazard-tables.ts'
import type { RegisterDb } from '../../../../alerting/register/store/tables.ts'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import { FIGURE_DIMENSIONS, type FiguresView } from '../../../../contracts/register/figures-api.ts'
import type { Region } from '../../../../contracts/register/plan.ts'
import { regionPaths } from '../../../../contracts/register/region.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_SOURCES } from '../../../../contracts/register/words.ts'

const DAY = 86_400_000
/** New Year of Shanghai, 8 hours before that of UTC. */
const START = Date.UTC(2025, 11, 31, 16)
const NOW = START + 100 * DAY
const FACILITIES = ['north', 'south', 'west'] as const
const ZONES = ['Asia/Shanghai', 'UTC', 'America/New_York'] as const
const REGIONS: readonly Region[] = [
  {},
  { city: 'Heze' },
  { city: 'Heze', county: 'Juancheng' },
  { city: 'Heze', county: 'Juancheng', town: 'Chengguan' },
  { city: 'Heze', county: 'Juancheng', town: 'Chengguan', grid: 'One' },
  { city: 'Heze', county: 'Dingtao', town: 'Chengguan', grid: 'One' },
  { city: 'Jining', county: 'Juancheng', town: 'Chengguan', grid: 'Two' },
]

const at = fc.oneof(
  fc.integer({ min: 0, max: 99 * 24 }).map((hours) => START + hours * 3_600_000),
  // The border of a month, to the millisecond.
  fc.constantFrom(START, START - 1, START + 31 * DAY, START + 31 * DAY - 1, START + 31 * DAY + 8 * 3_600_000),
)

/** Something that happens to the register. */
export const changeArbitrary = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('open' as const),
      facility: fc.constantFrom(...FACILITIES),
      grade: fc.constantFrom(...HAZARD_GRADES),
      kind: fc.constantFrom(...HAZARD_KINDS),
      source: fc.constantFrom(...HAZARD_SOURCES.slice(0, 3)),
      found: at,
      deadline: fc.option(at, { nil: null }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('close' as const),
      which: fc.nat(20),
      days: fc.integer({ min: 0, max: 40 }),
    }),
  },
  fc.record({
    what: fc.constant('assess' as const),
    which: fc.nat(20),
    grade: fc.constantFrom(...HAZARD_GRADES),
    kind: fc.constantFrom(...HAZARD_KINDS),
    deadline: fc.option(at, { nil: null }),
  }),
  fc.record({
    what: fc.constant('move' as const),
    facility: fc.constantFrom(...FACILITIES),
    region: fc.constantFrom(...REGIONS),
  }),
  fc.record({
    what: fc.constant('clock' as const),
    facility: fc.constantFrom(...FACILITIES),
    timezone: fc.constantFrom(...ZONES),
  }),
  fc.record({ what: fc.constant('fold' as const) }),
)
type Change = typeof changeArbitrary extends fc.Arbitrary<infer T> ? T : never

const MONTHS = { kind: 'months', name: '2026-Q1', first: '2026-01', last: '2026-03' } as const

/** Anything that may be asked. */
export const queryArbitrary: fc.Arbitrary<FiguresQuery> = fc.record({
  scope: fc.constantFrom(null, null, ['north', 'west'], []),
  region: fc.constantFrom(undefined, undefined, 'Heze', 'Heze/Juancheng', 'Heze/Juancheng/Chengguan'),
  facility: fc.constantFrom(undefined, undefined, undefined, 'north'),
  grade: fc.constantFrom(undefined, undefined, ...HAZARD_GRADES),
  kind: fc.constantFrom(undefined, undefined, ...HAZARD_KINDS),
  source: fc.constantFrom(undefined, undefined, 'alarm' as const),
  period: fc.oneof(
    fc.constant({ kind: 'all', name: 'all' } as const),
    fc.constant(MONTHS),
    fc.tuple(at, at).map(([one, other]) => {
      const [from, to] = one < other ? [one, other] : [other, one]
      return { kind: 'window', name: 'window', from, to: to + 1 } as const
    }),
  ),
  by: fc.constantFrom(undefined, ...FIGURE_DIMENSIONS),
})

/** A register that things happen to, and what its figures should be, counted one by one. */
export class FiguresModel {
  readonly #db: RegisterDb
  readonly desk: FiguresDesk
  readonly #moves: FacilityMoves
  readonly #facilities = new Map<string, { timezone: string; region: Region }>()
  #rows: HazardRow[] = []

  private constructor(db: RegisterDb) {
    this.#db = db
    this.desk = new FiguresDesk({ db, now: () => NOW })
    this.#moves = new FacilityMoves(db, () => NOW)
  }

  static async start(db: RegisterDb): Promise<FiguresModel> {
    const model = new FiguresModel(db)
    // One stays in each region that is asked for, so that each is known.
    for (const [index, region] of REGIONS.entries())
      await model.#enter(`stays-${index}`, { timezone: 'Asia/Shanghai', region })
    for (const [index, id] of FACILITIES.entries())
      await model.#enter(id, { timezone: ZONES[index] ?? 'UTC', region: REGIONS[4 + index] ?? {} })
    return model
  }

  async apply(change: Change): Promise<void> {
    switch (change.what) {
      case 'open':
        return this.#open(change)
      case 'close': {
        const row = this.#rows[change.which % Math.max(1, this.#rows.length)]
        if (row === undefined || row.is_open === 0) return
        return this.#update(row, { closed: row.found + change.days * DAY, is_open: 0, status: 'closed' })
      }
      case 'assess': {
        const row = this.#rows[change.which % Math.max(1, this.#rows.length)]
        const { what: _, which: __, ...set } = change
        return row === undefined ? undefined : this.#update(row, set)
      }
      case 'move': {
        const { facility, region } = change
        return this.#enter(facility, { timezone: this.#timezone(facility), region })
      }
      case 'clock': {
        const { facility, timezone } = change
        return this.#enter(facility, { timezone, region: this.#facilities.get(facility)?.region ?? {} })
      }
      case 'fold':
        await this.desk.tally.fold()
    }
  }

  /** All that is counted, sums and what waits to be added to them; in order. */
  async tally(): Promise<unknown[]> {
    await this.desk.tally.fold()
    const { rows } = await sql<Record<string, unknown>>`
      SELECT * FROM hazard_tally
      WHERE identified <> 0 OR closed <> 0 OR closed_on_time <> 0 OR seconds <> 0
      ORDER BY node, month, grade, kind, source`.execute(this.#db)
    return rows
  }

  /** A facility of those that may be seen stands where it is asked for; or nothing particular is asked for. */
  isKnown({ scope, region, facility }: FiguresQuery): boolean {
    if (region === undefined && facility === undefined) return true
    return [...this.#facilities].some(
      ([id, { region: stands }]) =>
        (scope === null || scope.includes(id)) &&
        (facility === undefined || id === facility) &&
        (region === undefined || [...regionPaths(stands).values()].includes(region)),
    )
  }

  /** The answer, with its figures and the order of its items taken from the model. */
  expected(query: FiguresQuery, view: FiguresView): FiguresView {
    const rows = this.#rows.filter((row) => this.#isMeant(row, query))
    const { by } = query
    const items = view.items.map(({ key, name }) => ({
      key,
      name,
      ...figures(rows.filter((row) => by !== undefined && this.#key(row, by, query.region) === key)),
    }))
    const missing = rows.filter(
      (row) => by !== undefined && !view.items.some(({ key }) => key === this.#key(row, by, query.region)),
    )
    if (missing.length > 0) throw new Error(`${missing.length} hazards are in no item`)
    return { ...view, total: figures(rows), items }
  }

  async #open({ what: _, ...given }: Extract<Change, { what: 'open' }>): Promise<void> {
    const row: NewHazardRow = {
      ...given,
      ...columns(this.#facilities.get(given.facility)?.region ?? {}),
      area: null,
      rule: null,
      cause: null,
      sensor: null,
      alarm: null,
      title: 'Leak',
      description: '',
      search: '',
      colour: null,
      status: 'found',
      is_open: 1,
      is_supervised: 0,
      version: 1,
      responsible: null,
      closed: null,
      reopens: null,
      reopened_as: null,
      occurrences: 0,
      updated: given.found,
      body: '{}',
    }
    const after = await inTransaction(this.#db, async (trx) => {
      const inserted = await trx.insertInto('hazard').values(row).returningAll().executeTakeFirstOrThrow()
      await this.desk.tally.follow(trx, { before: null, after: inserted })
      return inserted
    })
    this.#rows.push(after)
  }

  async #update(before: HazardRow, set: Partial<HazardRow>): Promise<void> {
    const after = { ...before, ...set }
    await inTransaction(this.#db, async (trx) => {
      await trx.updateTable('hazard').set(set).where('number', '=', before.number).execute()
      await this.desk.tally.follow(trx, { before, after })
    })
    this.#rows = this.#rows.map((row) => (row === before ? after : row))
  }

  async #enter(id: string, facility: { timezone: string; region: Region }): Promise<void> {
    this.#facilities.set(id, facility)
    await this.#moves.enter([{ id, name: id.toUpperCase(), ...facility }])
    const place = columns(facility.region)
    this.#rows = this.#rows.map((row) => (row.facility === id ? { ...row, ...place } : row))
  }

  #timezone(facility: string): string {
    return this.#facilities.get(facility)?.timezone ?? 'UTC'
  }

  #isMeant(row: HazardRow, { scope, region, facility, grade, kind, source, period }: FiguresQuery): boolean {
    const path = row.grid ?? row.town ?? row.county ?? row.city ?? ''
    const month = this.#month(row)
    return (
      (scope === null || scope.includes(row.facility)) &&
      (region === undefined || path === region || path.startsWith(`${region}/`)) &&
      (facility === undefined || row.facility === facility) &&
      (grade === undefined || row.grade === grade) &&
      (kind === undefined || row.kind === kind) &&
      (source === undefined || row.source === source) &&
      (period.kind !== 'months' || (month >= period.first && month <= period.last)) &&
      (period.kind !== 'window' || (row.found >= period.from && row.found < period.to))
    )
  }

  #month({ found, facility }: HazardRow): string {
    const local = new Intl.DateTimeFormat('sv', { timeZone: this.#timezone(facility) })
    return local.format(found).slice(0, 7)
  }

  #key(row: HazardRow, by: NonNullable<FiguresQuery['by']>, region: string | undefined): string | null {
    if (by === 'month') return this.#month(row)
    if (by !== 'region') return row[by]
    const depth = region === undefined ? 0 : region.split('/').length
    return [row.city, row.county, row.town, row.grid][depth] ?? null
  }
}

function columns(region: Region) {
  const paths = regionPaths(region)
  return {
    city: paths.get('city') ?? null,
    county: paths.get('county') ?? null,
    town: paths.get('town') ?? null,
    grid: paths.get('grid') ?? null,
  }
}

function figures(rows: readonly HazardRow[]) {
  const closed = rows.filter((row) => row.closed !== null)
  const onTime = closed.filter((row) => row.deadline === null || (row.closed ?? 0) <= row.deadline)
  const days = closed.reduce((all, row) => all + ((row.closed ?? 0) - row.found) / DAY, 0)
  return {
    identified: rows.length,
    closed: closed.length,
    open: rows.length - closed.length,
    overdue: rows.filter((row) => row.closed === null && row.deadline !== null && row.deadline < NOW).length,
    closedOnTime: onTime.length,
    rectificationRate: rows.length === 0 ? null : rounded((closed.length / rows.length) * 100),
    onTimeRate: closed.length === 0 ? null : rounded((onTime.length / closed.length) * 100),
    meanDaysToClose: closed.length === 0 ? null : rounded(days / closed.length),
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
