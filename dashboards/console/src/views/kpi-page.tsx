import { useState } from 'preact/hooks'
import type { AlarmKpi } from '../../../../contracts/kpi.ts'
import { useConsole } from '../console-context.ts'
import { useKpi } from '../kpi-loader.ts'
import { PERIOD_KINDS, type Period, periodAfter, periodBefore, periodOf, periodText } from '../kpi-period.ts'
import { minuteText } from '../kpi-text.ts'
import { countText } from '../number-text.ts'
import { dateOf } from '../time-text.ts'
import { KpiDays } from './kpi-days.tsx'
import { KpiFigures } from './kpi-figures.tsx'
import { KpiLists } from './kpi-lists.tsx'
import { ProblemNote } from './problem-note.tsx'

/** How well the alarms of the plant do their work, beside what is asked of them. */
export function KpiPage() {
  const { state, words } = useConsole()
  const today = dateOf(state.heardTime)
  const [period, setPeriod] = useState<Period>(() => periodOf('month', today))
  const { kpi, failure, isLoading } = useKpi(period)
  return (
    <div class="page" data-testid="kpi">
      <div>
        <h1>{words.text('kpiTitle')}</h1>
        <p class="muted">{words.text('kpiHint')}</p>
      </div>
      <section class="panel kpi-bar">
        <PeriodPicker period={period} today={today} onChoose={setPeriod} />
        <Reports month={period.first.slice(0, 7)} />
      </section>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {isLoading && <p class="muted">{words.text('computing')}</p>}
      {kpi !== undefined && (
        <div class={isLoading ? 'page kpi-result kpi-old' : 'page kpi-result'} data-testid="kpi-figures">
          <Summary kpi={kpi} />
          <KpiFigures kpi={kpi} />
          <KpiDays kpi={kpi} />
          <KpiLists kpi={kpi} />
        </div>
      )}
    </div>
  )
}

interface PeriodPickerProps {
  period: Period
  /** `yyyy-mm-dd`, of the plant. */
  today: string
  onChoose: (period: Period) => void
}

function PeriodPicker({ period, today, onChoose }: PeriodPickerProps) {
  const { words } = useConsole()
  const isNow = period.end > today
  return (
    <fieldset class="period" aria-label={words.text('period')}>
      <div class="spans">
        {PERIOD_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            data-testid={`period-${kind}`}
            aria-pressed={period.kind === kind}
            onClick={() => onChoose(periodOf(kind, isNow ? today : period.first))}
          >
            {words.text(kind)}
          </button>
        ))}
      </div>
      <div class="period-steps">
        <button
          type="button"
          class="button"
          data-testid="period-earlier"
          aria-label={words.text('earlier')}
          onClick={() => onChoose(periodBefore(period))}
        >
          ‹
        </button>
        <b data-testid="period">{periodText(period)}</b>
        <button
          type="button"
          class="button"
          data-testid="period-later"
          aria-label={words.text('later')}
          disabled={isNow}
          onClick={() => onChoose(periodAfter(period))}
        >
          ›
        </button>
      </div>
    </fieldset>
  )
}

function Reports({ month }: { month: string }) {
  const { state, words } = useConsole()
  const link = (format: string) =>
    `/api/v1/kpi/alarms/report?${new URLSearchParams({ facility: state.facility ?? '', month, format })}`
  return (
    <p class="reports">
      <a href={link('markdown')} target="_blank" rel="noreferrer" data-testid="report">
        {words.text('report', { month })}
      </a>
      <a href={link('csv')}>{words.text('reportCsv')}</a>
    </p>
  )
}

function Summary({ kpi }: { kpi: AlarmKpi }) {
  const { words } = useConsole()
  const { now, journalSince } = kpi
  const isPartly = journalSince !== null && Date.parse(journalSince) > Date.parse(kpi.from)
  const tiles = [
    { name: words.text('annunciated'), text: countText(kpi.annunciated) },
    { name: words.text('last10Minutes'), text: countText(now.last10Minutes) },
    { name: words.text('lastHour'), text: countText(now.lastHour) },
    { name: words.text('lateOccurrences'), text: countText(kpi.late) },
  ]
  return (
    <section class="panel">
      <dl class="counters">
        {tiles.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        {now.inFlood && (
          <div class="trouble">
            <dt>{words.text('flood')}</dt>
            <dd>⚠ {words.text('inFlood')}</dd>
          </div>
        )}
      </dl>
      {!kpi.judged && <p class="hint">{words.text('notJudged')}</p>}
      {isPartly && <p class="hint">{words.text('journalSince', { time: minuteText(journalSince) })}</p>}
    </section>
  )
}
