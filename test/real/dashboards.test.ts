import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { rowsOf, tableColumns } from '../dashboards/grafana-answer.ts'
import { committedDashboards, type TargetFile } from '../dashboards/grafana-dashboards.ts'
import type { QueryScope } from '../dashboards/grafana-variables.ts'
import { strayNames } from '../dashboards/panel-names.ts'
import { GrafanaAsker } from './grafana-asker.ts'
import { DATABASE, GrafanaScene } from './grafana-scene.ts'
import { INFLUXD } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const influx = unlessReal(INFLUXD)
/** Two intervals of a trend of 6 hours, and what is written every 30 s. */
const PATIENCE_MS = 75_000

/** Every query of every dashboard, with the variables that Grafana would put in, asked of a real InfluxDB. */
describe.skipIf(influx.skip)(`dashboards on InfluxDB${influx.reason}`, () => {
  let scene: GrafanaScene
  let asker: GrafanaAsker
  /** When what is not there never will be, epoch ms. */
  let patience = 0
  const table: TableRow[] = []

  beforeAll(async () => {
    scene = await GrafanaScene.start()
    await scene.play()
    asker = new GrafanaAsker(scene.influxd, DATABASE)
    patience = systemClock.wall() + PATIENCE_MS
  })
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]()
    process.stdout.write(`${asText(table)}\n`)
  })

  describe.each(committedDashboards().map((dashboard) => [dashboard.uid, dashboard] as const))(
    '%s',
    (uid, dashboard) => {
      /** What comes every 10 or 30 s may not be there yet. */
      const answered = async (target: TargetFile, scope: QueryScope) => {
        for (;;) {
          const now = systemClock.wall()
          const asked = await asker.target(target, { ...scope, to: now })
          if (asked.rows > 0 || now > patience) return asked
          await new Promise((resolve) => setTimeout(resolve, 500))
        }
      }

      const opened = async (chosen?: Record<string, readonly string[]>) => {
        const now = systemClock.wall()
        return asker.scope(dashboard, now, chosen)
      }

      test('its variables have values', async () => {
        const { known } = await opened()
        for (const [name, values] of known) {
          expect.soft(values, name).not.toEqual([])
          table.push([uid, `variable ${name}`, '', values.length])
        }
      })

      test.each(dashboard.annotations.list.map((annotation) => [annotation.name, annotation] as const))(
        'annotation %s',
        async (name, annotation) => {
          const { scope } = await opened()
          const series = await asker.ask(annotation.query, scope)
          table.push([uid, `annotation ${name}`, '', rowsOf(series)])
          expect(rowsOf(series)).toBeGreaterThan(0)
          const { titleColumn, textColumn, tagsColumn } = annotation
          expect(tableColumns(series)).toEqual(
            expect.arrayContaining([titleColumn, textColumn, ...tagsColumn.split(',')]),
          )
        },
      )

      test.each(dashboard.panels.map((panel) => [panel.title, panel] as const))(
        'panel %s',
        async (_title, panel) => {
          const { scope, known } = await opened()
          const names = new Set<string>()
          for (const copy of asker.copies(panel, scope, known)) {
            for (const target of panel.targets ?? []) {
              const asked = await answered(target, copy.scope)
              table.push([uid, copy.title, asked.refId, asked.rows])
              expect.soft(asked.rows, `${copy.title} ${asked.refId}`).toBeGreaterThan(0)
              for (const name of asked.names) names.add(name)
            }
          }
          expect.soft(strayNames(panel, [...names])).toEqual([])
        },
      )

      test('names that somebody chooses from the lists are understood', async () => {
        const { known } = await opened()
        const listed = dashboard.templating.list.filter(({ type }) => type === 'query')
        const chosen = listed.map(({ name }): [string, string[]] => [
          name,
          (known.get(name) ?? []).slice(0, 2),
        ])
        const { scope } = await opened(Object.fromEntries(chosen))
        for (const { title, targets = [] } of dashboard.panels)
          for (const { refId, query } of targets)
            await expect.soft(asker.ask(query, scope), `${title} ${refId}`).resolves.toBeDefined()
        expect(chosen.find(([name]) => name === 'facility')?.[1]).toEqual(['demo-plant'])
      })

      test('a facility that does not exist has nothing, and is no error', async () => {
        const { scope } = await opened({ facility: ['no-such-plant'] })
        const queries = [
          ...dashboard.annotations.list.map(({ name, query }) => [name, query] as const),
          ...dashboard.panels.flatMap(({ title, targets = [] }) =>
            targets.map(({ refId, query }) => [`${title} ${refId}`, query] as const),
          ),
        ]
        for (const [name, query] of queries) expect.soft(await asker.ask(query, scope), name).toEqual([])
      })
    },
  )
})

type TableRow = readonly [dashboard: string, panel: string, refId: string, rows: number]

/** Dashboard, panel, query, rows. */
function asText(table: readonly TableRow[]): string {
  const heading = ['dashboard', 'panel', '', 'rows']
  return [heading, ...table]
    .map(([board = '', panel = '', refId = '', rows = '']) =>
      [
        String(board).padEnd(22),
        String(panel).padEnd(46),
        String(refId).padEnd(3),
        String(rows).padStart(6),
      ].join(' '),
    )
    .join('\n')
}
