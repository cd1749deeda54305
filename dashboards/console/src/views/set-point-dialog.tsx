import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { SettingsView } from '../../../../contracts/settings-api.ts'
import { PRIORITY_ORDER } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { type FormProblems, problemsOf } from '../flag-form.ts'
import { unitSign } from '../number-text.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { readSettings, type SettingsReading, type SettingTexts, textsOf } from '../settings-form.ts'
import { PRIORITY_TEXTS, SETTING_TEXTS } from '../texts.ts'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { ApprovalField } from './approval-field.tsx'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { MeanwhileNote } from './meanwhile-note.tsx'
import { PersonField } from './person-field.tsx'
import { TextField } from './text-field.tsx'

interface SetPointDialogProps {
  alarm: AlarmView
  /** As they were when the dialog opened: a change of somebody else's since then is refused. */
  settings: SettingsView
  onClose: () => void
}

/** A controlled change: old and new, why, who, and who approved it. */
export function SetPointDialog({ alarm, settings, onClose }: SetPointDialogProps) {
  const { api, words } = useConsole()
  const person = usePerson()
  const sending = useSending(onClose)
  const [texts, setTexts] = useState<SettingTexts>(() => textsOf(settings.current))
  const [said, say] = useState({ reason: '', approvedBy: '' })
  const [wrong, setWrong] = useState<{ form: FormProblems; fields: SettingsReading['problems'] }>({
    form: {},
    fields: {},
  })
  const [isUnchanged, setUnchanged] = useState(false)

  const send = async () => {
    const { changes, problems } = readSettings(texts, settings.current)
    const form = problemsOf({ ...said, by: person.name }, { person: person.isAsked, two: true })
    const isEmpty = Object.keys(changes).length === 0 && Object.keys(problems).length === 0
    setWrong({ form, fields: problems })
    setUnchanged(isEmpty)
    if (isEmpty || Object.keys(form).length + Object.keys(problems).length > 0) return
    await sending.send(() =>
      api.changeSettings(alarm, {
        revision: settings.revision,
        changes,
        reason: said.reason.trim(),
        approvedBy: said.approvedBy.trim(),
        ...person.named(),
      }),
    )
  }

  const field = (name: keyof SettingTexts, unit: string) => (
    <TextField
      id={`set-point-${name}`}
      label={unit === '' ? words.of(SETTING_TEXTS[name]) : `${words.of(SETTING_TEXTS[name])} (${unit})`}
      value={texts[name]}
      problem={wrong.fields[name]}
      onInput={(value) => setTexts({ ...texts, [name]: value })}
    />
  )
  const unit = unitSign(alarm.unit)
  return (
    <DialogFrame
      name="set-point"
      title={words.text('changeSetPointTitle', { alarm: alarm.id })}
      onSubmit={send}
      onClose={onClose}
    >
      <AlarmSubjects alarms={[alarm]} />
      <MeanwhileNote alarms={[alarm]} />
      <p class="dialog-hint">{words.text('changeSetPointHint')}</p>
      <div class="field-pairs">
        {settings.current.limit !== null && field('limit', unit)}
        {settings.current.limit !== null && field('deadband', unit)}
        {field('onDelay', '')}
        {field('offDelay', '')}
        <div class="field">
          <label for="set-point-priority">{words.of(SETTING_TEXTS.priority)}</label>
          <select
            id="set-point-priority"
            data-testid="set-point-priority"
            value={texts.priority}
            onChange={(event) => setTexts({ ...texts, priority: event.currentTarget.value })}
          >
            {PRIORITY_ORDER.map((priority) => (
              <option key={priority} value={priority}>
                {words.of(PRIORITY_TEXTS[priority])}
              </option>
            ))}
          </select>
        </div>
      </div>
      {isUnchanged && (
        <p class="forbidden" role="alert">
          ✕ {words.text('needChange')}
        </p>
      )}
      <TextField
        id="set-point-reason"
        label={words.text('why')}
        lines={2}
        value={said.reason}
        problem={wrong.form.reason}
        onInput={(reason) => say({ ...said, reason })}
      />
      <PersonField name="set-point" person={person} problem={wrong.form.by} />
      <TextField
        id="set-point-approver"
        label={words.text('approver')}
        value={said.approvedBy}
        problem={wrong.form.approvedBy}
        onInput={(approvedBy) => say({ ...said, approvedBy })}
      />
      <ApprovalField name="set-point" person={person} />
      <DialogButtons
        sending={sending}
        name="set-point"
        label={words.text('changeSetPoint')}
        onClose={onClose}
      />
    </DialogFrame>
  )
}
