import { useCallback, useState } from 'preact/hooks'
import type { DutyView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { useLoadedList } from '../loaded-list.ts'
import { usePerson } from '../person.ts'
import { useBarrier } from '../session.ts'
import type { TextKey } from '../texts.ts'
import { minuteTime } from '../time-text.ts'
import { PersonField } from './person-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { TextField } from './text-field.tsx'

/** What one shift leaves the next in writing, newest first. */
export function Handovers({ duty, onDone }: { duty: DutyView; onDone: () => void }) {
  const { state, api, words } = useConsole()
  const barrier = useBarrier()
  const person = usePerson()
  const { facility, duty: id } = duty
  const list = useLoadedList(
    useCallback(() => api.notify.handovers(facility, id), [api, facility, id, state.generation]),
  )
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<TextKey>()
  const [isDone, setDone] = useState(false)
  const { disabled, title } = barrier('handover')
  const send = async () => {
    setDone(false)
    if (text.trim() === '') {
      setProblem('needHandover')
      document.getElementById('handover-text')?.focus()
      return
    }
    const note = { duty: id, text: text.trim(), ...person.named() }
    const kept = await list.act(() => api.notify.handOver(facility, note))
    if (kept === undefined) return
    setText('')
    setDone(true)
    onDone()
  }
  return (
    <section class="panel" data-testid="handovers">
      <h2>
        {words.text('handovers')}: {duty.name}
      </h2>
      {list.failure !== undefined && <ProblemNote failure={list.failure} />}
      <form
        class="roster-form first"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <TextField
          id="handover-text"
          label={words.text('handoverText')}
          hint={words.text('handoverHint')}
          lines={4}
          maxLength={4000}
          value={text}
          problem={problem}
          isDisabled={title !== undefined}
          onInput={(said) => {
            setText(said)
            setProblem(undefined)
          }}
        />
        <PersonField name="handover" person={person} />
        <div class="form-actions">
          <button
            type="submit"
            class="button primary"
            data-testid="handover-submit"
            disabled={disabled}
            title={title}
          >
            {words.text('handOver')}
          </button>
          {title !== undefined && <span class="muted">⊘ {title}</span>}
          <span role="status">{isDone && `✓ ${words.text('handedOver')}`}</span>
        </div>
      </form>
      {list.items?.length === 0 && <p class="muted">{words.text('noHandover')}</p>}
      <ul class="handover-rows">
        {list.items?.map(({ time, by, text: note }) => (
          <li key={`${time}${by}`} class="handover-row">
            <p class="handover-head">
              <b>{by}</b> <span class="muted">{minuteTime(time, state.heardTime)}</span>
            </p>
            <p class="handover-text">{note}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
