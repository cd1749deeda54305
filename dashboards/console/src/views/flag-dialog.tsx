import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import { parseDuration } from '../../../../contracts/duration.ts'
import { useAlarmDetail } from '../alarm-loader.ts'
import { useConsole } from '../console-context.ts'
import { type FlagAction, type FormProblems, flagBody, problemsOf, spansFor, takesTwo } from '../flag-form.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { ACTION_TEXTS, type TextKey } from '../texts.ts'
import { spanText } from '../time-text.ts'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { ApprovalField } from './approval-field.tsx'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { MeanwhileNote } from './meanwhile-note.tsx'
import { PersonField } from './person-field.tsx'
import { SpanField } from './span-field.tsx'
import { TextField } from './text-field.tsx'

const SAYINGS: Readonly<Record<FlagAction, { title: TextKey; hint: TextKey }>> = {
  shelve: { title: 'shelveTitle', hint: 'shelveHint' },
  suppress: { title: 'suppressTitle', hint: 'suppressHint' },
  'out-of-service': { title: 'outOfServiceTitle', hint: 'outOfServiceHint' },
}

interface FlagDialogProps {
  action: FlagAction
  alarm: AlarmView
  onClose: () => void
}

/** Takes an alarm off the list: for how long, why, who, and who approved it where its class takes two. */
export function FlagDialog({ action, alarm, onClose }: FlagDialogProps) {
  const { api, words } = useConsole()
  const person = usePerson()
  const { detail, failure } = useAlarmDetail(alarm.facility, alarm.id)
  const sending = useSending(onClose)
  const of = detail?.configuration?.class
  const [chosen, choose] = useState<string>()
  const [said, say] = useState({ reason: '', approvedBy: '' })
  const [problems, setProblems] = useState<FormProblems>({})
  const choice = spansFor(action, of)
  const span = chosen !== undefined && choice.offered.includes(chosen) ? chosen : choice.first
  const needsTwo = takesTwo(action, of)
  // A server that does not say what the class asks for may ask for a second person all the same.
  const mayNeedTwo = needsTwo || (of === undefined && failure !== undefined)
  const isForbidden = action === 'shelve' && of?.shelving === 'never'
  const field = (name: keyof typeof said) => ({
    value: said[name],
    problem: problems[name],
    onInput: (value: string) => {
      say({ ...said, [name]: value })
      setProblems({ ...problems, [name]: undefined })
    },
  })

  const send = async () => {
    const found = problemsOf({ ...said, by: person.name }, { person: person.isAsked, two: needsTwo })
    setProblems(found)
    if (Object.keys(found).length > 0) return
    await sending.send(() => api.act(alarm, action, { ...flagBody({ span, ...said }), ...person.named() }))
  }

  const name = action
  return (
    <DialogFrame name={name} title={words.text(SAYINGS[action].title)} onSubmit={send} onClose={onClose}>
      <AlarmSubjects alarms={[alarm]} />
      <MeanwhileNote alarms={[alarm]} />
      {isForbidden ? (
        <>
          <p class="forbidden" data-testid="forbidden">
            ⊘ {words.text('classNeverShelved', { class: of.id })}
          </p>
          <p class="dialog-hint">{words.text('classNeverHint')}</p>
          <div class="dialog-actions">
            <button type="button" class="button" onClick={onClose}>
              {words.text('close')}
            </button>
          </div>
        </>
      ) : (
        <>
          <p class="dialog-hint">{words.text(SAYINGS[action].hint)}</p>
          <SpanField name={name} spans={choice.offered} value={span} onChoose={choose} />
          {choice.longest !== undefined && of !== undefined && (
            <p class="forbidden">
              ⊘ {words.text('classLongest', { class: of.id, span: spanWords(choice.longest) })}
            </p>
          )}
          {span === 'return' && (
            <p class="field-note">{words.text('oneShotHint', { span: spanWords(of?.maxShelve ?? '24h') })}</p>
          )}
          <TextField
            id={`${name}-reason`}
            label={words.text('why')}
            hint={words.text('whyHint')}
            lines={2}
            {...field('reason')}
          />
          <PersonField name={name} person={person} problem={problems.by} />
          {mayNeedTwo && (
            <TextField
              id={`${name}-approver`}
              label={words.text('approver')}
              hint={of === undefined ? undefined : words.text('classTwoPeople', { class: of.id })}
              {...field('approvedBy')}
            />
          )}
          {mayNeedTwo && <ApprovalField name={name} person={person} />}
          <DialogButtons
            sending={sending}
            name={name}
            label={words.of(ACTION_TEXTS[action])}
            onClose={onClose}
          />
        </>
      )}
    </DialogFrame>
  )

  function spanWords(text: string): string {
    return spanText(parseDuration(text) ?? 0, words)
  }
}
