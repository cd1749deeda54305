import { describe, expect, it } from 'vitest'
import { unitSign } from '../../contracts/number-text.ts'
import { UNIT_NAMES } from '../../contracts/units.ts'
import { dashboardOf } from '../../dashboards/grafana/board.ts'
import { BOARDS } from '../../dashboards/grafana/files.ts'
import * as look from '../../dashboards/grafana/look.ts'
import { given, seriesNames } from './given-columns.ts'

/** Kinds of panels and transformations that are in Grafana 9.4 and in current releases alike. */
const PANELS = ['bargauge', 'geomap', 'stat', 'state-timeline', 'table', 'timeseries']
const TRANSFORMATIONS = ['filterFieldsByName', 'merge', 'organize', 'sortBy']
/** Variables that Grafana itself fills in. */
const OWN = /^(__from|__to|__url_time_range|__data|__value|__series|__field)(\.|$)/
const DATASOURCE = { type: 'influxdb', uid: '${datasource}' }

/** As Grafana reads it: what JSON does not hold is not there. */
interface ReadPanel {
  id: number
  type: string
  title: string
  description: string
  datasource: unknown
  gridPos: { x: number; y: number; w: number; h: number }
  repeat?: string
  targets: { refId: string; datasource: unknown; query: string; alias?: string; resultFormat: string }[]
  transformations?: { id: string; options: Record<string, unknown> }[]
  fieldConfig: {
    defaults: { unit?: string; mappings?: unknown[]; links?: { url: string }[] }
    overrides: {
      matcher: { id: string; options: string }
      properties: { id: string; value: unknown }[]
    }[]
  }
  options: Record<string, unknown>
}
interface ReadBoard {
  uid: string
  title: string
  templating: { list: { name: string; query?: unknown }[] }
  annotations: { list: { query?: string; target?: { query?: string } }[] }
  links: { url?: string }[]
  panels: ReadPanel[]
}

const boards = BOARDS.map((board) => JSON.parse(JSON.stringify(dashboardOf(board))) as ReadBoard)
const panels = boards.flatMap((board) =>
  board.panels.map((panel): [string, ReadPanel, ReadBoard] => [`${board.uid} ${panel.title}`, panel, board]),
)

describe('a panel that names a unit', () => {
  const named = panels.flatMap(([title, { targets, fieldConfig }]): [string, string, string][] => {
    const sign = /^suffix: (.*)$/.exec(fieldConfig.defaults.unit ?? '')?.[1]
    const unit = UNIT_NAMES.find((name) => unitSign(name) === sign)
    return unit === undefined ? [] : targets.map(({ query }) => [title, unit, query])
  })

  it('is there', () => {
    expect(named.length).toBeGreaterThan(5)
  })

  it.each(named)('%s asks for what is in %s', (_, unit, query) => {
    expect(query).toContain(`"unit" = '${unit}'`)
  })
})

describe.each(boards.map((board): [string, ReadBoard] => [board.uid, board]))('%s', (_uid, board) => {
  it('names each panel once', () => {
    const { panels } = board
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  })

  it('has a grid without overlaps, holes and overhang', () => {
    const taken = new Set<string>()
    for (const { title, gridPos } of board.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x}, ${y}`).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
    }
    const bottom = Math.max(...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h))
    expect(taken.size).toBe(24 * bottom)
  })

  it('uses no variable that it does not have', () => {
    const names = board.templating.list.map(({ name }) => name)
    const used = [...JSON.stringify(board).matchAll(/\$\{([\w.]+)(:\w+)?\}/g)].map(([, name]) => name ?? '')
    for (const name of used) if (!OWN.test(name)) expect(names).toContain(name)
    for (const { repeat } of board.panels) if (repeat !== undefined) expect(names).toContain(repeat)
  })

  it('leads to dashboards that there are, with variables that they have', () => {
    const links = [...JSON.stringify(board).matchAll(/"url":"(\/d\/[^"]*)"/g)].map(([, url]) => url ?? '')
    for (const link of links) {
      const [, uid, query] = /^\/d\/([\w-]+)\?(.*)$/.exec(link) ?? []
      const target = boards.find((other) => other.uid === uid)
      expect(target, link).toBeDefined()
      for (const [, name] of (query ?? '').matchAll(/var-(\w+)=/g))
        expect(
          target?.templating.list.map((variable) => variable.name),
          link,
        ).toContain(name)
    }
  })
})

describe.each(panels)('%s', (_name, panel) => {
  const { targets, fieldConfig, transformations = [] } = panel
  const asked = targets.map((target) => ({ ...target, ...given(target.query) }))
  const isTable = targets.every(({ resultFormat }) => resultFormat === 'table')
  const columns = asked.flatMap(({ fields, tags }) => ['Time', ...fields, ...tags])
  const organized = transformations.find(({ id }) => id === 'organize')?.options as
    | { renameByName: Record<string, string> }
    | undefined

  it('says what it is, and asks the data source that people chose', () => {
    expect(panel.description.length).toBeGreaterThan(8)
    expect(panel.datasource).toEqual(DATASOURCE)
    expect(targets.length).toBeGreaterThan(0)
    for (const { datasource } of targets) expect(datasource).toEqual(DATASOURCE)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
  })

  it('is of a kind that Grafana has had since 9.4', () => {
    expect(PANELS).toContain(panel.type)
    for (const { id } of transformations) expect(TRANSFORMATIONS).toContain(id)
  })

  it('shows columns that its queries give, each under a title of its own', () => {
    for (const { id, options } of transformations) {
      if (id === 'organize')
        expect(columns).toEqual(expect.arrayContaining(Object.keys(organized?.renameByName ?? {})))
      if (id === 'filterFieldsByName')
        expect(columns).toEqual(
          expect.arrayContaining((options as { include: { names: string[] } }).include.names),
        )
      if (id === 'sortBy')
        for (const { field } of (options as { sort: { field: string }[] }).sort)
          expect(columns).toContain(field)
    }
    const titles = Object.values(organized?.renameByName ?? {})
    expect(new Set(titles).size).toBe(titles.length)
    const sorted = (panel.options as { sortBy?: { displayName: string }[] }).sortBy ?? []
    for (const { displayName } of sorted) expect(titles).toContain(displayName)
  })

  it('names its series by what its queries are by', () => {
    for (const { alias, resultFormat, ...rest } of asked) {
      if (resultFormat === 'table') continue
      expect(seriesNames(alias ?? '', rest)[0]).toBeTruthy()
    }
  })

  it('has looks for what its queries give, and for nothing else', () => {
    const names = isTable
      ? organized === undefined
        ? columns
        : Object.values(organized.renameByName)
      : asked.flatMap(({ alias, ...rest }) => seriesNames(alias ?? '', rest))
    for (const { matcher } of fieldConfig.overrides) {
      expect(['byName', 'byRegexp']).toContain(matcher.id)
      if (matcher.id === 'byName') expect(names).toContain(matcher.options)
      else {
        const pattern = new RegExp(matcher.options.slice(1, -1))
        expect(
          names.filter((name) => pattern.test(name)),
          matcher.options,
        ).not.toEqual([])
      }
    }
  })

  it('follows links from columns that its queries give', () => {
    const links = JSON.stringify(fieldConfig).matchAll(/\$\{__data\.fields\.(\w+)\}/g)
    const shown = organized === undefined ? columns : Object.keys(organized.renameByName)
    for (const [, field] of links) expect(shown).toContain(field)
  })

  it('takes the colours of mappings and steps from one place', () => {
    const known = new Set<string>(Object.values(look.COLOUR))
    const colours = [...JSON.stringify(panel).matchAll(/"(?:color|fixedColor|fixed)":"([^"]+)"/g)].map(
      ([, colour]) => colour ?? '',
    )
    for (const colour of colours.filter((text) => !text.startsWith('img/'))) expect(known).toContain(colour)
  })
})

describe('columns of a query', () => {
  it.each([
    [
      'SELECT max("value") FROM "gas" WHERE "a" =~ /^${a:regex}$/ GROUP BY time(1s), "sensor" fill(null)',
      ['max'],
      ['sensor'],
    ],
    [
      'SELECT last("a") AS "x", last("b") / last("c") AS "y" FROM "m" WHERE time > now() - 2m GROUP BY "f", "g"',
      ['x', 'y'],
      ['f', 'g'],
    ],
    [
      'SELECT * FROM (SELECT last("a") AS "x" FROM "m" WHERE "e" =~ /^(a|b)$/ GROUP BY "f") WHERE "x" > 0',
      ['x', 'f'],
      [],
    ],
    [
      'SELECT top("n", "f", 10) AS "n" FROM (SELECT count("a") AS "n" FROM "m" GROUP BY "f", "g")',
      ['n', 'f'],
      [],
    ],
  ] as const)('%s', (query, fields, tags) => {
    expect(given(query)).toEqual({ fields, tags })
  })

  it.each(['SELECT a FROM "m"', 'SHOW TAG VALUES', 'SELECT * FROM "m"'])('are not guessed: %s', (query) => {
    expect(() => given(query)).toThrow()
  })
})
