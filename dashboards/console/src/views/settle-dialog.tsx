import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { SettingsView } from '../../../../contracts/settings-api.ts'
import { useConsole } from '../console-context.ts'
import { type FormProblems, problemsOf } from '../flag-form.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { unitOf } from '../setting-changes.ts'
import { settingText } from '../setting-text.ts'
import { differingFields } from '../settings-form.ts'
import { SETTING_TEXTS } from '../texts.ts'
import { ApprovalField } from './approval-field.tsx'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { MeanwhileNote } from './meanwhile-note.tsx'
import { PersonField } from './person-field.tsx'
import { TextField } from './text-field.tsx'

interface SettleDialogProps {
  alarm: AlarmView
  settings: SettingsView
  onClose: () => void
}

const CHOICES = ['kept', 'file'] as const

/** The file was edited while another value was set at run time: which of the two holds from now on. */
export function SettleDialog({ alarm, settings, onClose }: SettleDialogProps) {
  const { api, words } = useConsole()
  const person = usePerson()
  const sending = useSending(onClose)
  const [take, setTake] = useState<(typeof CHOICES)[number]>('kept')
  const [said, say] = useState({ reason: '', approvedBy: '' })
  const [problems, setProblems] = useState<FormProblems>({})
  const send = async () => {
    const found = problemsOf({ ...said, by: person.name }, { person: person.isAsked, two: true })
    setProblems(found)
    if (Object.keys(found).length > 0) return
    await sending.send(() =>
      api.settleSettings(alarm, {
        revision: settings.revision,
        take,
        reason: said.reason.trim(),
        approvedBy: said.approvedBy.trim(),
        ...person.named(),
      }),
    )
  }
  const valuesOf = (of: 'file' | 'current') =>
    differingFields(settings)
      .map((field) => {
        const unit = unitOf(field, alarm.unit)
        return `${words.of(SETTING_TEXTS[field])} ${settingText(field, settings[of][field], unit, words)}`
      })
      .join(', ')
  return (
    <DialogFrame
      name="settle"
      title={words.text('settleTitle', { alarm: alarm.id })}
      onSubmit={send}
      onClose={onClose}
    >
      <MeanwhileNote alarms={[alarm]} />
      <fieldset class="span-field">
        <div class="span-choices">
          {CHOICES.map((choice) => (
            <label key={choice} class={choice === take ? 'span-choice chosen' : 'span-choice'}>
              <input
                type="radio"
                name="settle"
                checked={choice === take}
                data-testid={`settle-${choice}`}
                onChange={() => setTake(choice)}
              />
              {choice === 'file'
                ? words.text('takeFile', { values: valuesOf('file') })
                : words.text('takeKept', { values: valuesOf('current') })}
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        id="settle-reason"
        label={words.text('why')}
        lines={2}
        value={said.reason}
        problem={problems.reason}
        onInput={(reason) => say({ ...said, reason })}
      />
      <PersonField name="settle" person={person} problem={problems.by} />
      <TextField
        id="settle-approver"
        label={words.text('approver')}
        value={said.approvedBy}
        problem={problems.approvedBy}
        onInput={(approvedBy) => say({ ...said, approvedBy })}
      />
      <ApprovalField name="settle" person={person} />
      <DialogButtons sending={sending} name="settle" label={words.text('settle')} onClose={onClose} />
    </DialogFrame>
  )
}
