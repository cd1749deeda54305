import { useState } from 'preact/hooks'
import type { AbsenceView } from '../../../../contracts/notify/api.ts'
import { type AbsenceProblems, absenceOf, absenceProblems } from '../absence-words.ts'
import { useConsole } from '../console-context.ts'
import type { LoadedList } from '../loaded-list.ts'
import { usePerson } from '../person.ts'
import { useBarrier, useRefusal } from '../session.ts'
import { PersonField } from './person-field.tsx'
import { TextField } from './text-field.tsx'
import { TimeField } from './time-field.tsx'

interface AbsenceFormProps {
  list: LoadedList<AbsenceView>
  /** Key: the name that they sign in with. */
  people: ReadonlyMap<string, string>
  onDone: (said: string) => void
}

/** Who is away from when to when, and who stands in for them. */
export function AbsenceForm({ list, people, onDone }: AbsenceFormProps) {
  const { state, words, api, session } = useConsole()
  const barrier = useBarrier()
  const refusal = useRefusal()
  const by = usePerson()
  const timezone = state.tree?.timezone ?? 'UTC'
  // Who may not enter those of others is offered their own.
  const isOwnOnly = refusal('absence-of-others') !== undefined
  const empty = { person: '', from: '', to: '', substitute: '', reason: '' }
  const [said, say] = useState(empty)
  const [problems, setProblems] = useState<AbsenceProblems>({})
  const asked = isOwnOnly ? { ...said, person: session.who?.name ?? '' } : said
  const { disabled, title } = barrier('absence')
  const field = (name: keyof typeof said) => ({
    id: `absence-${name}`,
    value: asked[name],
    problem: problems[name],
    isDisabled: title !== undefined,
    onInput: (value: string) => {
      say({ ...said, [name]: value })
      setProblems({ ...problems, [name]: undefined })
    },
  })
  const send = async () => {
    const found = absenceProblems(asked, timezone)
    setProblems(found)
    const [first] = Object.keys(found)
    if (first !== undefined) return document.getElementById(`absence-${first}`)?.focus()
    const absence = { ...absenceOf(asked, timezone), ...by.named() }
    const entered = await list.act(() => api.notify.enterAbsence(state.facility ?? '', absence))
    if (entered === undefined) return
    onDone(words.text('absenceEntered', { name: people.get(entered.person) ?? entered.person }))
    say(empty)
  }
  return (
    <form
      class="roster-form"
      data-testid="absence-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h3>{words.text('enterAbsence')}</h3>
      <div class="roster-fields">
        <TextField
          label={words.text('absentPerson')}
          hint={words.text(isOwnOnly ? 'ownAbsenceOnly' : 'absentPersonHint')}
          maxLength={40}
          list="roster-people"
          {...field('person')}
          isDisabled={isOwnOnly}
        />
        <TimeField label={words.text('absentFrom')} {...field('from')} />
        <TimeField label={words.text('absentTo')} {...field('to')} />
        <TextField
          label={words.text('substitute')}
          hint={words.text('substituteHint')}
          maxLength={40}
          list="roster-people"
          {...field('substitute')}
        />
        <TextField
          label={words.text('absenceWhy')}
          hint={words.text('absenceWhyHint')}
          maxLength={200}
          {...field('reason')}
        />
        <PersonField name="absence" person={by} />
      </div>
      <datalist id="roster-people">
        {Array.from(people, ([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
      <div class="form-actions">
        <button
          type="submit"
          class="button primary"
          data-testid="absence-submit"
          disabled={disabled}
          title={title}
        >
          {words.text('enterAbsence')}
        </button>
        <span class="muted">{title === undefined ? words.text('plantTimeNote') : `⊘ ${title}`}</span>
      </div>
    </form>
  )
}
