import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import type { RunningTest } from '../running-tests.ts'
import { useSending } from '../sending.ts'
import { DialogButtons } from './dialog-buttons.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { PersonField } from './person-field.tsx'

/** Asks once more, since alarms may come at once. */
export function EndTestDialog({ test, onClose }: { test: RunningTest; onClose: () => void }) {
  const { api, words } = useConsole()
  const person = usePerson()
  const sending = useSending(onClose)
  const send = () => sending.send(() => api.endTest(test.facility, test.id, person.named()))
  return (
    <DialogFrame name="end-test" title={words.text('endTestTitle')} onSubmit={send} onClose={onClose}>
      <p class="dialog-hint">
        <b>{test.sensors.join(', ')}</b> · {test.reason}
      </p>
      <p class="dialog-hint">{words.text('endTestHint')}</p>
      <PersonField name="end-test" person={person} />
      <DialogButtons sending={sending} name="end-test" label={words.text('endTest')} onClose={onClose} />
    </DialogFrame>
  )
}
