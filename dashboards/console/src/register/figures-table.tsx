import type { HazardFigures } from '../../../../contracts/register/figures-api.ts'
import { countText } from '../number-text.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import { type FiguresPeriod, periodQuery } from './figures-period.ts'
import { type FiguresRow, percentText } from './figures-rows.ts'
import { useRegisterWords } from './use-register-words.ts'

const COLUMNS: readonly RegisterTextKey[] = [
  'identified',
  'closedCount',
  'openCount',
  'rate',
  'onTime',
  'meanDays',
  'overdueCount',
]

interface FiguresTableProps {
  rows: readonly FiguresRow[]
  total: HazardFigures
  region: string
  period: FiguresPeriod
}

/** Each place beneath, and all of them together. */
export function FiguresTable({ rows, total, region, period }: FiguresTableProps) {
  const words = useRegisterWords()
  const here: RegisterQuery = region === '' ? {} : { region }
  return (
    <table class="listing figures-table" data-testid="figures-table">
      <thead>
        <tr>
          <th scope="col">{words.text('place')}</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" class="right">
              {words.text(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && (
          <tr>
            <td colSpan={COLUMNS.length + 1} class="muted">
              {words.text('noPlaces')}
            </td>
          </tr>
        )}
        {rows.map((row) => (
          <tr key={`${row.kind} ${row.key}`} data-testid={`figures-${row.key}`}>
            <th scope="row" data-column={words.text('place')}>
              {row.kind === 'region' ? (
                <a
                  href={formatRoute({
                    page: 'hazards',
                    view: 'figures',
                    query: { region: row.key, ...periodQuery(period) },
                  })}
                >
                  {row.name} ›
                </a>
              ) : (
                row.name
              )}
            </th>
            <Figures
              figures={row}
              list={row.kind === 'region' ? { region: row.key } : { facility: row.key }}
            />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr data-testid="figures-total">
          <th scope="row" data-column={words.text('place')}>
            {words.text('allTogether')}
          </th>
          <Figures figures={total} list={here} />
        </tr>
      </tfoot>
    </table>
  )
}

function Figures({ figures, list }: { figures: HazardFigures; list: RegisterQuery }) {
  const words = useRegisterWords()
  const { meanDaysToClose, overdue } = figures
  const cells = [
    countText(figures.identified),
    countText(figures.closed),
    countText(figures.open),
    percentText(figures.rectificationRate),
    percentText(figures.onTimeRate),
    meanDaysToClose === null ? '–' : String(meanDaysToClose),
    overdue === 0 ? (
      '0'
    ) : (
      <a class="overdue" href={formatRoute({ page: 'hazards', query: { ...list, overdue: 'true' } })}>
        ⚠ {countText(overdue)}
      </a>
    ),
  ]
  return (
    <>
      {cells.map((cell, index) => (
        <td key={COLUMNS[index]} class="right" data-column={words.text(COLUMNS[index] ?? 'place')}>
          {cell}
        </td>
      ))}
    </>
  )
}
