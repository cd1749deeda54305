import { useCallback, useMemo } from 'preact/hooks'
import type { FiguresView, RegionsView } from '../../../../contracts/register/figures-api.ts'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { FiguresApi, reportPath } from './figures-client.ts'
import { askedPeriod, type FiguresPeriod, periodOf, periodQuery } from './figures-period.ts'
import { crumbsOf, type FiguresRow, rowsOf } from './figures-rows.ts'
import { FiguresTable } from './figures-table.tsx'
import { PeriodPicker } from './period-picker.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** What is shown of one place. */
interface Shown {
  rows: FiguresRow[]
  total: FiguresView['total']
  time: string
}

/** Figures may have changed without anybody telling this page: overdue goes by the clock, ms. */
const EVERY_MS = 60_000

/** How hazards are put right, region by region, down to the single plant. */
export function FiguresPage({ query }: { query: RegisterQuery }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const timezone = state.tree?.timezone ?? 'UTC'
  const period = periodOf(query, state.heardTime)
  const region = query.region ?? ''
  const { value, failure } = useFigures(region, askedPeriod(period, timezone))
  const place = region === '' ? {} : { region }
  const report = { ...askedPeriod(period, timezone), ...place }
  const choose = (chosen: FiguresPeriod) => {
    location.hash = formatRoute({
      page: 'hazards',
      view: 'figures',
      query: { ...place, ...periodQuery(chosen) },
    })
  }
  return (
    <section class="panel" data-testid="figures">
      <h2>{words.text('figuresTitle')}</h2>
      <div class="kpi-bar">
        <PeriodPicker
          key={JSON.stringify(period)}
          period={period}
          today={state.heardTime.slice(0, 10)}
          onChoose={choose}
        />
        <p class="reports">
          <span class="muted">{words.text('exportAs')}</span>
          <a class="button" href={reportPath('csv', report)} download data-testid="report-csv">
            {words.text('exportCsv')}
          </a>
          <a class="button" href={reportPath('xlsx', report)} download data-testid="report-xlsx">
            {words.text('exportXlsx')}
          </a>
          <a
            class="button"
            href={reportPath('html', report)}
            target="_blank"
            rel="noreferrer"
            data-testid="report-html"
          >
            {words.text('printHtml')}
          </a>
        </p>
      </div>
      <Crumbs region={region} period={period} />
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value === undefined ? (
        failure === undefined && <p class="empty">{common.text('loading')}</p>
      ) : (
        <FiguresTable rows={value.rows} total={value.total} region={region} period={period} />
      )}
      <p class="hint">{words.text('figuresBasis')}</p>
    </section>
  )
}

function Crumbs({ region, period }: { region: string; period: FiguresPeriod }) {
  const words = useRegisterWords()
  const crumbs = [{ path: '', name: words.text('wholeRegion') }, ...crumbsOf(region)]
  return (
    <nav class="crumbs" aria-label={words.text('figuresPath')}>
      {crumbs.map(({ path, name }, index) => (
        <span key={path}>
          {index > 0 && <span aria-hidden="true"> › </span>}
          {index === crumbs.length - 1 ? (
            <b aria-current="page">{name}</b>
          ) : (
            <a
              href={formatRoute({
                page: 'hazards',
                view: 'figures',
                query: { ...(path === '' ? {} : { region: path }), ...periodQuery(period) },
              })}
            >
              {name}
            </a>
          )}
        </span>
      ))}
    </nav>
  )
}

/** The tree beneath a node with its figures, as one answer. */
function useFigures(region: string, period: Readonly<Record<string, string>>) {
  const { state, api: common } = useConsole()
  const api = useMemo(() => new FiguresApi(common.asking), [common])
  const asked = JSON.stringify({ ...period, ...(region === '' ? {} : { region }) })
  const load = useCallback(async (): Promise<Answer<Shown>> => {
    const query = JSON.parse(asked) as Record<string, string>
    const tree: Answer<RegionsView> = await api.regions(query.region)
    if (!tree.ok) return tree
    const hasNodes = tree.value.items.length > 0
    const hasPlants = tree.value.facilities.length > 0
    const first = await api.figures({ ...query, by: hasNodes ? 'region' : 'facility' })
    if (!first.ok) return first
    const second = hasNodes && hasPlants ? await api.figures({ ...query, by: 'facility' }) : first
    if (!second.ok) return second
    const rows = rowsOf(tree.value, hasNodes ? first.value : undefined, second.value)
    return { ok: true, value: { rows, total: first.value.total, time: first.value.time } }
  }, [api, asked])
  return useLoaded(load, { everyMs: EVERY_MS, version: state.generation })
}
