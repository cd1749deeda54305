import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import type { HazardAction } from '../../../../contracts/register/words.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { HAZARD_ACTION_TEXTS } from '../texts/register.ts'
import { PersonField } from '../views/person-field.tsx'
import { bodyOf, type Draft, firstDraft } from './action-body.ts'
import { ActionFieldInput } from './action-field-input.tsx'
import { fieldsOf } from './action-fields.ts'
import { ActionRefusal } from './action-refusal.tsx'
import { FileAdder } from './file-adder.tsx'
import { attachmentsOf } from './hazard-client.ts'
import { useHazardApi } from './hazard-loader.ts'
import { scaleOf } from './hazard-scale.ts'
import { useTree } from './place-names.ts'
import { useRegisterWords } from './use-register-words.ts'

interface ActionFormProps {
  action: HazardAction
  hazard: HazardDetail
  /** Undefined: nothing was typed yet. */
  draft: Draft | undefined
  onDraft: (draft: Draft) => void
  onDone: () => void
  onCancel: () => void
  reload: () => Promise<void>
}

/** Exactly the fields of one action; a refusal stands in it, and nothing that was typed is lost. */
export function ActionForm({
  action,
  hazard,
  draft: typed,
  onDraft,
  onDone,
  onCancel,
  reload,
}: ActionFormProps) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const api = useHazardApi()
  const person = usePerson()
  const timezone = useTree(hazard.facility)?.timezone
  const place = { timezone: timezone ?? 'UTC', now: state.now }
  const scale = scaleOf(hazard)
  const openedAt = useRef(state.now)
  const first = useMemo(
    () =>
      firstDraft(action, hazard, {
        method: scale.method,
        deadlineMs: scale.deadlineMs?.[hazard.grade],
        timezone: timezone ?? 'UTC',
        now: openedAt.current,
      }),
    [action, hazard, scale, timezone],
  )
  const draft = typed ?? first
  const [isChecked, setChecked] = useState(false)
  const { progress, canSend, send } = useSending(onDone)
  const failure = progress.kind === 'failed' ? progress.failure : undefined
  const isChanged = failure?.kind === 'problem' && failure.problem.code === 'HAZARD_CHANGED'
  useEffect(() => {
    if (isChanged) void reload()
  }, [isChanged, reload])
  const read = bodyOf(action, hazard, { draft, by: person.named(), place })
  const problems = isChecked && !read.ok ? read.problems : {}
  const isOffered = hazard.actions.includes(action)
  const submit = () => {
    setChecked(true)
    if (read.ok) return void send(() => api.act(hazard.number, read.body))
    const [wrong] = Object.keys(read.problems)
    document.getElementById(`field-${wrong}`)?.focus()
  }
  return (
    <form
      class="action-form"
      data-testid={`form-${action}`}
      aria-label={words.of(HAZARD_ACTION_TEXTS[action])}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <h3>{words.of(HAZARD_ACTION_TEXTS[action])}</h3>
      <div class="action-fields">
        {fieldsOf(action, hazard).map((field) => (
          <ActionFieldInput
            key={field.name}
            field={field}
            hazard={hazard}
            draft={draft}
            problem={problems[field.name]}
            onDraft={(change) => onDraft({ ...draft, ...change })}
          />
        ))}
      </div>
      {action === 'rectify' && (
        <FileAdder
          path={attachmentsOf(hazard.number)}
          label={words.text('photos')}
          by={person.named}
          onAdded={reload}
        />
      )}
      <PersonField name="act" person={person} />
      {person.isAsked && <p class="hint">{words.text('demoHint')}</p>}
      {failure !== undefined && <ActionRefusal failure={failure} hazard={hazard} />}
      {!isOffered && <p class="forbidden">⊘ {words.text('notOffered')}</p>}
      <div class="form-actions">
        <button type="button" class="button" onClick={onCancel}>
          {common.text('cancel')}
        </button>
        <button
          type="submit"
          class="button primary"
          data-testid="act-submit"
          disabled={!canSend || !isOffered || timezone === undefined}
        >
          {progress.kind === 'sending' ? common.text('sending') : words.of(HAZARD_ACTION_TEXTS[action])}
        </button>
      </div>
    </form>
  )
}
