import { formatIso } from '../../../contracts/iso-time.ts'
import type { FigureItem, FiguresView, RegionsView } from '../../../contracts/register/figures-api.ts'
import { type RegionPath, regionLevel } from '../../../contracts/register/region.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_SOURCES } from '../../../contracts/register/words.ts'
import type { RegisterContext } from '../context.ts'
import { type CountsByKey, counted, merged, overdueBy, tallied } from './counted.ts'
import { facilitiesOf, zonesOf } from './facilities.ts'
import type { FiguresQuery, FiguresSource, HazardFilter } from './figures-query.ts'
import { monthNames, splitWindow, stretchOf } from './period.ts'
import { figuresOf } from './ratios.ts'
import { nameOf, regionNodes } from './region-tree.ts'
import { hazardReport, type ReportChoice, type ReportFile } from './report/hazard-report.ts'
import { HazardTally } from './tally.ts'
import { NONE, sum } from './tally-cell.ts'

/** Facilities that are told apart in one answer. */
const MOST_FACILITIES = 500

/** Figures of the hazard register, by region and period, and the region tree. */
export class FiguresDesk implements FiguresSource {
  readonly #context: Pick<RegisterContext, 'db' | 'now'>
  readonly tally: HazardTally

  constructor(context: Pick<RegisterContext, 'db' | 'now'>, tally = new HazardTally(context.db)) {
    this.#context = context
    this.tally = tally
  }

  /** @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN, FIGURES_TOO_WIDE */
  async figures(query: FiguresQuery): Promise<FiguresView> {
    const { db, now } = this.#context
    const { by, region, facility, period } = query
    const time = now()
    const zones = await zonesOf(db, query)
    const names = await this.#names(query)
    const counts = await this.#counts(query, zones)
    const overdue = await overdueBy(db, query, zones, time)
    // What is read one after the other may have changed in between.
    const figures = (key: string | null) => {
      const each = counts.get(key) ?? NONE
      return figuresOf(each, Math.min(overdue.get(key) ?? 0, each.identified - each.closed))
    }
    const keys = by === undefined ? [] : keysOf(query, counts, names)
    const items = keys.map((key): FigureItem => ({ key, name: nameIn(names, by, key), ...figures(key) }))
    const total = [...counts.values()].reduce(sum, NONE)
    const allOverdue = [...overdue.values()].reduce((all, each) => all + each, 0)
    const timezone = zones[0] ?? 'UTC'
    const stretch = stretchOf(period, timezone)
    return {
      region: region ?? null,
      facility: facility ?? null,
      period: {
        name: period.name,
        from: stretch === undefined ? null : formatIso(stretch.from, timezone),
        to: stretch === undefined ? null : formatIso(stretch.to, timezone),
        basis: 'found',
      },
      time: formatIso(time, timezone),
      total: figuresOf(
        total,
        by === undefined
          ? Math.min(allOverdue, total.identified - total.closed)
          : items.reduce((all, item) => all + item.overdue, 0),
      ),
      by: by ?? null,
      items,
    }
  }

  /** The nodes under one, or the cities. @throws CodedError REGION_UNKNOWN */
  async regions(under: RegionPath | undefined, scope: readonly string[] | null): Promise<RegionsView> {
    const { db, now } = this.#context
    const query: FiguresQuery = { scope, region: under, period: { kind: 'all', name: 'all' }, by: 'region' }
    const zones = await zonesOf(db, query)
    const counts = await this.#counts(query, zones)
    const overdue = await overdueBy(db, query, zones, now())
    const open = [...counts].map(([key, { identified, closed }]) => {
      const each = identified - closed
      return [key, { open: each, overdue: Math.min(overdue.get(key) ?? 0, each) }] as const
    })
    return regionNodes(db, { under, scope }, new Map(open))
  }

  /** Figures, or the list of hazards, as a file. @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN, LIST_TOO_LONG */
  report(filter: HazardFilter, choice: ReportChoice): Promise<ReportFile> {
    return hazardReport(this.#context, this, filter, choice)
  }

  /** From the tally where it has the answer, else from the hazards. */
  async #counts(query: FiguresQuery, zones: readonly string[]): Promise<CountsByKey> {
    const { db } = this.#context
    const { scope, region, facility, period, by } = query
    const isGrid = region !== undefined && regionLevel(region) === 'grid'
    // The tally ends at towns: whose grids are told apart are counted.
    const isByGrid = by === 'region' && region !== undefined && regionLevel(region) === 'town'
    const isTallied = scope === null && facility === undefined && !isGrid && !isByGrid && by !== 'facility'
    if (!isTallied) return counted(db, query, { zones })
    switch (period.kind) {
      case 'all':
        return tallied(db, query, undefined)
      case 'months':
        return tallied(db, query, period)
      case 'window': {
        const [zone] = zones
        // Where clocks differ, months end at different times.
        if (zone === undefined || zones.length > 1) return counted(db, query, { zones })
        const { months, edges } = splitWindow(period.from, period.to, zone)
        return merged(
          months === undefined ? new Map() : await tallied(db, query, months),
          edges.length === 0 ? new Map() : await counted(db, query, { edges }),
        )
      }
    }
  }

  /** What keys are called, where they have names of their own. @throws CodedError FIGURES_TOO_WIDE */
  async #names(query: FiguresQuery): Promise<ReadonlyMap<string, string>> {
    const { db } = this.#context
    const { by, region, scope } = query
    if (by === 'facility')
      return new Map((await facilitiesOf(db, query, MOST_FACILITIES)).map(({ id, name }) => [id, name]))
    if (by !== 'region' || query.facility !== undefined) return new Map()
    const { items } = await regionNodes(db, { under: region, scope }, new Map())
    return new Map(items.map(({ path, name }) => [path, name]))
  }
}

function nameIn(names: ReadonlyMap<string, string>, by: FiguresQuery['by'], key: string | null): string {
  if (key === null) return '-'
  return names.get(key) ?? (by === 'region' ? nameOf(key) : key)
}

/** What is told apart: all words there are; of months, all from the first to the last. */
function keysOf(
  { by, period }: FiguresQuery,
  counts: CountsByKey,
  names: ReadonlyMap<string, string>,
): (string | null)[] {
  const seen = [...counts].filter(([, { identified }]) => identified > 0).map(([key]) => key)
  const known = seen.filter((key) => key !== null).sort()
  switch (by) {
    case 'grade':
      return [...HAZARD_GRADES]
    case 'kind':
      return [...HAZARD_KINDS]
    case 'source':
      return [...HAZARD_SOURCES]
    case 'month': {
      const [first, last] = period.kind === 'months' ? [period.first, period.last] : [known[0], known.at(-1)]
      return first === undefined || last === undefined ? [] : monthNames(first, last)
    }
    default: {
      const keys: (string | null)[] = [...new Set([...names.keys(), ...known])].sort()
      return seen.includes(null) ? [...keys, null] : keys
    }
  }
}
