import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { type Person, usePerson } from '../person.ts'
import { useTree } from '../register/place-names.ts'
import { useRegisterWords } from '../register/use-register-words.ts'
import { useSending } from '../sending.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { FieldInput } from './field-input.tsx'
import { type FormDraft, type FormField, firstOf, readFields } from './form-field.ts'

interface FieldsFormProps {
  /** Stem of the ids. */
  id: string
  title?: string
  submit: string
  facility: string
  fields: readonly FormField[]
  /** Undefined: the form keeps what is typed itself. */
  draft?: FormDraft | undefined
  onDraft?: (draft: FormDraft) => void
  /** Who acts, where the page asks for it; undefined: the form does. */
  person?: Person
  note?: string | undefined
  refusal?: string | undefined
  send: (said: Readonly<Record<string, unknown>>) => Promise<Answer<unknown>>
  onDone: () => void
  /** What is shown is not what the server has. */
  onChanged?: () => unknown
  onCancel?: () => void
}

/** A form of a few fields that says itself what is missing; a refusal stands in it, and nothing is lost. */
export function FieldsForm(props: FieldsFormProps) {
  const { id, title, fields, facility, person: shared, refusal, note, onChanged } = props
  const { state, words: common } = useConsole()
  const own = usePerson()
  const person = shared ?? own
  const timezone = useTree(facility)?.timezone
  const [typed, setTyped] = useState<FormDraft>({})
  const [isChecked, setChecked] = useState(false)
  const draft = { ...firstOf(fields), ...(props.draft ?? typed) }
  const set = (change: FormDraft) => {
    const next = { ...(props.draft ?? typed), ...change }
    setTyped(next)
    props.onDraft?.(next)
  }
  const { progress, canSend, send } = useSending(() => {
    setTyped({})
    setChecked(false)
    props.onDone()
  })
  const failure = progress.kind === 'failed' ? progress.failure : undefined
  const code = failure?.kind === 'problem' ? failure.problem.code : ''
  const isChanged = code.endsWith('_CHANGED')
  useEffect(() => {
    if (isChanged) void onChanged?.()
  }, [isChanged, onChanged])
  const read = readFields(fields, draft, { timezone: timezone ?? 'UTC', now: state.now })
  const problems = isChecked && !read.ok ? read.problems : {}
  const submit = () => {
    setChecked(true)
    if (read.ok) return void send(() => props.send({ ...read.said, ...person.named() }))
    const [wrong] = Object.keys(read.problems)
    document.getElementById(`${id}-${wrong}`)?.focus()
  }
  return (
    <form
      class="action-form"
      data-testid={`${id}-form`}
      aria-label={title ?? props.submit}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {title !== undefined && <h3>{title}</h3>}
      {note !== undefined && <p class="hint">{note}</p>}
      <div class="action-fields">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            id={`${id}-${field.name}`}
            field={field}
            value={draft[field.name] ?? ''}
            problem={problems[field.name]}
            onInput={(value) => set({ [field.name]: value })}
          />
        ))}
      </div>
      {shared === undefined && <PersonField name={id} person={person} />}
      {failure !== undefined && <Refusal code={code} />}
      {failure !== undefined && <ProblemNote failure={failure} />}
      {refusal !== undefined && <p class="forbidden">⊘ {refusal}</p>}
      <div class="form-actions">
        {props.onCancel !== undefined && (
          <button type="button" class="button" onClick={props.onCancel}>
            {common.text('cancel')}
          </button>
        )}
        <button
          type="submit"
          class="button primary"
          data-testid={`${id}-submit`}
          disabled={!canSend || refusal !== undefined || timezone === undefined}
        >
          {progress.kind === 'sending' ? common.text('sending') : props.submit}
        </button>
      </div>
    </form>
  )
}

/** What most often stands in the way, in the language of the console. */
function Refusal({ code }: { code: string }) {
  const words = useRegisterWords()
  const plain = code.endsWith('_CHANGED')
    ? 'changedMeanwhile'
    : code.endsWith('_SAME_PERSON')
      ? 'anotherPerson'
      : undefined
  if (plain === undefined) return null
  return (
    <p class="meanwhile-note" data-testid="refusal">
      <b>{words.text(plain)}</b>
    </p>
  )
}
