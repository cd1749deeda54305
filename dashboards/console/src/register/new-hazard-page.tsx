import { useState } from 'preact/hooks'
import type { HazardView, NewHazard } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from '../../../../contracts/register/words.ts'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { useSending } from '../sending.ts'
import { GRADE_TEXTS, KIND_TEXTS } from '../texts/register.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { useHazardApi } from './hazard-loader.ts'
import { useRefusalOf } from './may-change.ts'
import { type NewDraft, newDraft, newHazardOf, newProblems } from './new-hazard.ts'
import { useTree } from './place-names.ts'
import { RegisterField, SelectField } from './register-field.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** Something that somebody has found; what it came of may be given with the address. */
export function NewHazardPage({ query }: { query: RegisterQuery }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const api = useHazardApi()
  const person = usePerson()
  const refusal = useRefusalOf('operator')
  const [draft, setDraft] = useState(() => newDraft(query, state.facility))
  const [isChecked, setChecked] = useState(false)
  const tree = useTree(draft.facility)
  const { progress, canSend, send } = useSending(() => undefined)
  const problems = isChecked ? newProblems(draft) : {}
  const set = (name: keyof NewDraft) => (value: string) => setDraft({ ...draft, [name]: value })
  const enter = async () => {
    setChecked(true)
    const [wrong] = Object.keys(newProblems(draft))
    if (wrong !== undefined) return document.getElementById(`new-${wrong}`)?.focus()
    const hazard: NewHazard = newHazardOf(draft, person.named())
    await send(async (): Promise<Answer<HazardView>> => {
      const answer = await api.enter(hazard)
      if (answer.ok) location.hash = formatRoute({ page: 'hazard', number: answer.value.number })
      return answer
    })
  }
  return (
    <form
      class="panel register-form"
      data-testid="new-hazard"
      aria-label={words.text('newHazard')}
      onSubmit={(event) => {
        event.preventDefault()
        void enter()
      }}
    >
      <h2>{words.text('newHazard')}</h2>
      {draft.alarm !== '' && (
        <p class="forbidden">
          {words.text('ofAlarm', { alarm: draft.alarm })}. {words.text('ofAlarmHint')}
        </p>
      )}
      {draft.sensor !== '' && <p class="muted">{words.text('ofSensor', { sensor: draft.sensor })}</p>}
      <div class="field-pairs">
        <SelectField
          id="new-facility"
          label={words.text('facilityName')}
          value={draft.facility}
          choices={state.facilities.map(({ id, name }) => ({ value: id, text: name }))}
          onChoose={(facility) => setDraft({ ...draft, facility, area: '', sensor: '', alarm: '' })}
        />
        <SelectField
          id="new-area"
          label={words.text('areaName')}
          value={draft.area}
          choices={[
            { value: '', text: words.text('noArea') },
            ...(tree?.areas ?? []).map(({ id, name }) => ({ value: id, text: name })),
          ]}
          onChoose={set('area')}
        />
        <SelectField
          id="new-kind"
          label={words.text('kind')}
          value={draft.kind}
          choices={HAZARD_KINDS.map((kind) => ({ value: kind, text: words.of(KIND_TEXTS[kind]) }))}
          onChoose={set('kind')}
        />
        <SelectField
          id="new-grade"
          label={words.text('grade')}
          hint={words.text('gradeHint')}
          value={draft.grade}
          choices={HAZARD_GRADES.map((grade) => ({ value: grade, text: words.of(GRADE_TEXTS[grade]) }))}
          onChoose={set('grade')}
        />
      </div>
      <RegisterField
        id="new-title"
        label={words.text('title')}
        input="line"
        value={draft.title}
        problem={problems.title}
        onInput={set('title')}
      />
      <RegisterField
        id="new-description"
        label={words.text('description')}
        input="text"
        value={draft.description}
        problem={problems.description}
        onInput={set('description')}
      />
      <PersonField name="new" person={person} />
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      {refusal !== undefined && <p class="forbidden">⊘ {refusal}</p>}
      <div class="form-actions">
        <a class="button" href={formatRoute({ page: 'hazards' })}>
          {common.text('cancel')}
        </a>
        <button
          type="submit"
          class="button primary"
          data-testid="new-submit"
          disabled={!canSend || refusal !== undefined}
        >
          {progress.kind === 'sending' ? common.text('sending') : words.text('enter')}
        </button>
      </div>
    </form>
  )
}
