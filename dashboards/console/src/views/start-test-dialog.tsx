import { useState } from 'preact/hooks'
import { TEST_KINDS, type TestKind } from '../../../../contracts/test-words.ts'
import { useConsole } from '../console-context.ts'
import { type FormProblems, problemsOf } from '../flag-form.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { TEST_KIND_TEXTS } from '../texts.ts'
import { ApprovalField } from './approval-field.tsx'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { PersonField } from './person-field.tsx'
import { SpanField } from './span-field.tsx'
import { TextField } from './text-field.tsx'

const SPANS = ['15m', '30m', '1h', '2h', '4h'] as const

interface StartTestDialogProps {
  facility: string
  sensor: string
  onClose: () => void
}

/** Puts a sensor under test: which kind, how long, why and who. */
export function StartTestDialog({ facility, sensor, onClose }: StartTestDialogProps) {
  const { api, words } = useConsole()
  const person = usePerson()
  const sending = useSending(onClose)
  const [kind, setKind] = useState<TestKind>('bump')
  const [span, setSpan] = useState<string>('30m')
  const [reason, setReason] = useState('')
  const [approvedBy, setApprovedBy] = useState('')
  const [problems, setProblems] = useState<FormProblems>({})
  const send = async () => {
    const found = problemsOf({ reason, by: person.name, approvedBy }, { person: person.isAsked, two: false })
    setProblems(found)
    if (Object.keys(found).length > 0) return
    const second = approvedBy.trim() === '' ? {} : { approvedBy: approvedBy.trim() }
    const test = { kind, sensors: [sensor], for: span, reason: reason.trim() }
    await sending.send(() => api.startTest(facility, { ...test, ...second, ...person.named() }))
  }
  return (
    <DialogFrame
      name="start-test"
      title={words.text('startTestTitle', { sensor })}
      onSubmit={send}
      onClose={onClose}
    >
      <p class="dialog-hint">{words.text('startTestHint')}</p>
      <fieldset class="span-field">
        <legend>{words.text('testKind')}</legend>
        <div class="span-choices">
          {TEST_KINDS.map((choice) => (
            <label key={choice} class={choice === kind ? 'span-choice chosen' : 'span-choice'}>
              <input
                type="radio"
                name="test-kind"
                checked={choice === kind}
                data-testid={`test-kind-${choice}`}
                onChange={() => setKind(choice)}
              />
              {words.of(TEST_KIND_TEXTS[choice])}
            </label>
          ))}
        </div>
      </fieldset>
      <SpanField name="start-test" spans={SPANS} value={span} onChoose={setSpan} />
      <TextField
        id="start-test-reason"
        label={words.text('why')}
        hint={words.text('testWhyHint')}
        lines={2}
        value={reason}
        problem={problems.reason}
        onInput={setReason}
      />
      <PersonField name="start-test" person={person} problem={problems.by} />
      <TextField
        id="start-test-approver"
        label={words.text('approver')}
        hint={words.text('testApproverHint')}
        value={approvedBy}
        problem={problems.approvedBy}
        onInput={setApprovedBy}
      />
      <ApprovalField name="start-test" person={person} />
      <DialogButtons sending={sending} name="start-test" label={words.text('startTest')} onClose={onClose} />
    </DialogFrame>
  )
}
