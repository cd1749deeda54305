import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { ACTION_TEXTS, type TextKey } from '../texts.ts'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { MeanwhileNote } from './meanwhile-note.tsx'
import { PersonField } from './person-field.tsx'

/** Actions that ask nothing but who acts. Key: the action. */
const SAYINGS = {
  reset: { title: 'resetTitle', hint: 'resetHint' },
  unshelve: { title: 'unshelveTitle', hint: 'liftHint' },
  unsuppress: { title: 'unsuppressTitle', hint: 'liftHint' },
  'return-to-service': { title: 'returnToServiceTitle', hint: 'liftHint' },
} as const satisfies Record<string, { title: TextKey; hint: TextKey }>
export type ConfirmedAction = keyof typeof SAYINGS

interface ConfirmDialogProps {
  action: ConfirmedAction
  /** As it was when the operator opened the dialog: this occurrence is reset, no later one. */
  alarm: AlarmView
  onClose: () => void
}

/** Asks once more before a latch is released or a flag is lifted. */
export function ConfirmDialog({ action, alarm, onClose }: ConfirmDialogProps) {
  const { api, words } = useConsole()
  const sending = useSending(onClose)
  const person = usePerson()
  const { title, hint } = SAYINGS[action]
  const send = () => {
    const seen = action === 'reset' ? { occurrence: alarm.occurrence ?? '' } : {}
    return sending.send(() => api.act(alarm, action, { ...seen, ...person.named() }))
  }
  return (
    <DialogFrame name={action} title={words.text(title)} onSubmit={send} onClose={onClose}>
      <AlarmSubjects alarms={[alarm]} />
      <MeanwhileNote alarms={[alarm]} />
      <p class="dialog-hint">{words.text(hint)}</p>
      <PersonField name={action} person={person} />
      <DialogButtons
        sending={sending}
        name={action}
        label={words.of(ACTION_TEXTS[action])}
        onClose={onClose}
      />
    </DialogFrame>
  )
}
