import { useMemo, useState } from 'preact/hooks'
import { ALARM_EVENTS } from '../../../../contracts/alarm.ts'
import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute, type JournalFilters, NO_FILTERS } from '../route.ts'

/** Every event that the journal may have, for releases that have more of them too. */
const EVENTS = [...new Set<string>([...ALARM_EVENTS, 'changed'])]

/** What is searched for; it stands in the address, so that a search can be sent to somebody. */
export function JournalFilterForm({ filters }: { filters: JournalFilters }) {
  const { state, words } = useConsole()
  const [asked, ask] = useState(filters)
  // Thousands of suggestions are not made anew with every reading.
  const suggestions = useMemo(() => <Suggestions sensors={state.tree?.sensors ?? []} />, [state.tree])
  // On a phone the entries come first.
  const [isWide] = useState(() => matchMedia('(min-width: 700px)').matches)
  const isAsked = Object.values(filters).some((value) => value !== '')
  const field = (name: keyof JournalFilters) => ({
    id: `filter-${name}`,
    'data-testid': `filter-${name}`,
    value: asked[name],
    onInput: (event: { currentTarget: { value: string } }) =>
      ask({ ...asked, [name]: event.currentTarget.value.trimStart() }),
  })
  const go = (wanted: JournalFilters) => {
    ask(wanted)
    location.hash = formatRoute({ page: 'journal', filters: wanted })
  }
  const form = (
    <form
      class="filters"
      aria-label={words.text('filters')}
      onSubmit={(event) => {
        event.preventDefault()
        go(asked)
      }}
    >
      <label>
        {words.text('sensor')}
        <input type="text" maxLength={64} list="filter-sensors" {...field('sensor')} />
      </label>
      <label>
        {words.text('alarm')}
        <input type="text" maxLength={100} list="filter-alarms" {...field('alarm')} />
      </label>
      <label>
        {words.text('event')}
        <select {...field('event')}>
          <option value="">{words.text('anyEvent')}</option>
          {EVENTS.map((event) => (
            <option key={event} value={event}>
              {words.event(event)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.text('filterPerson')}
        <input type="text" maxLength={100} {...field('by')} />
      </label>
      <label>
        {words.text('filterFrom')}
        <input type="datetime-local" {...field('from')} />
      </label>
      <label>
        {words.text('filterTo')}
        <input type="datetime-local" {...field('to')} />
      </label>
      <label class="filter-text">
        {words.text('filterText')}
        <input type="text" maxLength={100} placeholder={words.text('filterTextHint')} {...field('text')} />
      </label>
      <div class="filter-actions">
        <button type="submit" class="button primary" data-testid="filter-search">
          {words.text('search')}
        </button>
        {isAsked && (
          <button type="button" class="button" data-testid="filter-clear" onClick={() => go(NO_FILTERS)}>
            {words.text('clearFilters')}
          </button>
        )}
        <span class="muted">{words.text('plantTimeNote')}</span>
      </div>
      {suggestions}
    </form>
  )
  return (
    <details class="filter-fold" open={isAsked || isWide}>
      <summary>{words.text('filters')}</summary>
      {form}
    </details>
  )
}

function Suggestions({ sensors }: { sensors: readonly SensorView[] }) {
  return (
    <>
      <datalist id="filter-sensors">
        {sensors.map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <datalist id="filter-alarms">
        {sensors
          .flatMap((sensor) => sensor.limits)
          .map(({ alarm: id }) => (
            <option key={id} value={id} />
          ))}
      </datalist>
    </>
  )
}
