import { useState } from 'preact/hooks'
import { type FiguresPeriod, monthsOf, quarterBefore, quarterOf } from './figures-period.ts'
import { useRegisterWords } from './use-register-words.ts'

interface PeriodPickerProps {
  period: FiguresPeriod
  /** `yyyy-mm-dd` of the plant. */
  today: string
  onChoose: (period: FiguresPeriod) => void
}

/** The quarter, the one before, the year, or any months. */
export function PeriodPicker({ period, today, onChoose }: PeriodPickerProps) {
  const words = useRegisterWords()
  const [{ first, last }, setMonths] = useState(() => monthsOf(period))
  const quarter = quarterOf(today)
  const presets: { text: string; period: FiguresPeriod }[] = [
    { text: `${words.text('thisQuarter')} (${quarter})`, period: { kind: 'quarter', quarter } },
    {
      text: `${words.text('lastQuarter')} (${quarterBefore(quarter)})`,
      period: { kind: 'quarter', quarter: quarterBefore(quarter) },
    },
    {
      text: `${words.text('thisYear')} (${today.slice(0, 4)})`,
      period: { kind: 'year', year: today.slice(0, 4) },
    },
  ]
  return (
    <div class="period-picker" data-testid="period">
      <span class="muted">{words.text('period')}</span>
      <fieldset class="spans" aria-label={words.text('period')}>
        {presets.map((preset) => (
          <button
            key={preset.text}
            type="button"
            aria-pressed={JSON.stringify(preset.period) === JSON.stringify(period)}
            onClick={() => onChoose(preset.period)}
          >
            {preset.text}
          </button>
        ))}
      </fieldset>
      <form
        class="months"
        onSubmit={(event) => {
          event.preventDefault()
          if (first !== '' && last !== '') onChoose({ kind: 'months', first, last })
        }}
      >
        <label>
          {words.text('fromMonth')}{' '}
          <input
            type="month"
            value={first}
            data-testid="month-first"
            onInput={(event) => setMonths({ first: event.currentTarget.value, last })}
          />
        </label>
        <label>
          {words.text('toMonth')}{' '}
          <input
            type="month"
            value={last}
            data-testid="month-last"
            onInput={(event) => setMonths({ first, last: event.currentTarget.value })}
          />
        </label>
        <button type="submit" class="button" data-testid="months-show">
          {words.text('showMonths')}
        </button>
      </form>
    </div>
  )
}
