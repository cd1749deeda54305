import { useState } from 'preact/hooks'
import {
  HAZARD_GRADES,
  HAZARD_SOURCES,
  HAZARD_STATUSES,
  RISK_COLOURS,
} from '../../../../contracts/register/words.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { COLOUR_TEXTS, GRADE_TEXTS, SOURCE_TEXTS, STATUS_CHOICE_TEXTS } from '../texts/register.ts'
import { Choice } from './choice.tsx'
import { filtersOf, givenOf, type HazardFilter, type HazardFilters } from './hazard-filters.ts'
import { useRegisterWords } from './use-register-words.ts'

const STATUS_CHOICES = ['open', ...HAZARD_STATUSES] as const

/** What is searched for; it stands in the address, so that a search can be sent to somebody. */
export function HazardFilterForm({ query }: { query: RegisterQuery }) {
  const { state } = useConsole()
  const words = useRegisterWords()
  const person = usePerson()
  const filters = filtersOf(query)
  const [asked, ask] = useState(filters)
  // On a phone the hazards come first.
  const [isWide] = useState(() => matchMedia('(min-width: 700px)').matches)
  const count = Object.keys(givenOf(filters)).length
  const go = (wanted: HazardFilters) => {
    ask(wanted)
    location.hash = formatRoute({ page: 'hazards', query: givenOf(wanted) })
  }
  const choose = (name: HazardFilter) => ({
    id: `hazards-${name}`,
    value: asked[name],
    none: words.text('any'),
    onChoose: (value: string) => go({ ...asked, [name]: value }),
  })
  const type = (name: HazardFilter, maxLength: number) => ({
    id: `hazards-${name}`,
    'data-testid': `hazards-${name}`,
    type: 'text' as const,
    maxLength,
    value: asked[name],
    onInput: (event: { currentTarget: { value: string } }) =>
      ask({ ...asked, [name]: event.currentTarget.value.trimStart() }),
  })
  const check = (name: HazardFilter, value: string) => ({
    type: 'checkbox' as const,
    'data-testid': `hazards-${name}-only`,
    checked: value !== '' && filters[name] === value,
    disabled: value === '',
    onChange: (event: { currentTarget: { checked: boolean } }) =>
      go({ ...asked, [name]: event.currentTarget.checked ? value : '' }),
  })
  return (
    <details class="filter-fold" open={count > 0 || isWide}>
      <summary>
        {words.text('filters')}
        {count > 0 && ` (${count})`}
      </summary>
      <form
        class="filters hazard-filters"
        aria-label={words.text('filters')}
        onSubmit={(event) => {
          event.preventDefault()
          go(asked)
        }}
      >
        <label>
          {words.text('facilityName')}
          <select
            data-testid="hazards-facility"
            value={asked.facility}
            onChange={(event) => go({ ...asked, facility: event.currentTarget.value })}
          >
            <option value="">{words.text('allFacilities')}</option>
            {state.facilities.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.text('region')}
          <input placeholder={words.text('regionHint')} {...type('region', 300)} />
        </label>
        <Choice
          label={words.text('status')}
          values={STATUS_CHOICES}
          texts={STATUS_CHOICE_TEXTS}
          {...choose('status')}
        />
        <Choice label={words.text('grade')} values={HAZARD_GRADES} texts={GRADE_TEXTS} {...choose('grade')} />
        <Choice label={words.text('risk')} values={RISK_COLOURS} texts={COLOUR_TEXTS} {...choose('colour')} />
        <Choice
          label={words.text('source')}
          values={HAZARD_SOURCES}
          texts={SOURCE_TEXTS}
          {...choose('source')}
        />
        <label>
          {words.text('responsible')}
          <input {...type('responsible', 64)} />
        </label>
        <label class="filter-text">
          {words.text('searchWords')}
          <input placeholder={words.text('searchHint')} {...type('q', 100)} />
        </label>
        <div class="filter-actions">
          <label class="check">
            <input {...check('overdue', 'true')} /> {words.text('onlyOverdue')}
          </label>
          <label class="check">
            <input {...check('supervised', 'true')} /> {words.text('onlySupervised')}
          </label>
          <label class="check">
            <input {...check('responsible', person.name.trim())} /> {words.text('onlyMine')}
          </label>
          <button type="submit" class="button primary" data-testid="hazards-search">
            {words.text('search')}
          </button>
          {count > 0 && (
            <button
              type="button"
              class="button"
              data-testid="hazards-clear"
              onClick={() => go(filtersOf({}))}
            >
              {words.text('clearFilters')}
            </button>
          )}
        </div>
      </form>
    </details>
  )
}
