import { useState } from 'preact/hooks'
import type { InhibitView } from '../../../../contracts/inhibit-api.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { useBarrier } from '../session.ts'
import { countdownText, shortTime } from '../time-text.ts'
import { ApprovalField } from '../views/approval-field.tsx'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { SpanField } from '../views/span-field.tsx'
import { TextField } from '../views/text-field.tsx'
import { sensorPath } from './detector-client.ts'
import { useDetectorWords } from './use-detector-words.ts'

const SPANS = ['30m', '1h', '2h', '4h', '8h']

interface InhibitPanelProps {
  sensor: string
  inhibit: InhibitView | null
  onChanged: () => void
}

/** Who works on a detector and how long still, or the form to begin. */
export function InhibitPanel({ sensor, inhibit, onChanged }: InhibitPanelProps) {
  return inhibit === null ? (
    <InhibitForm sensor={sensor} onChanged={onChanged} />
  ) : (
    <Running sensor={sensor} inhibit={inhibit} onChanged={onChanged} />
  )
}

function Running({ sensor, inhibit, onChanged }: InhibitPanelProps & { inhibit: InhibitView }) {
  const { state, words, api } = useConsole()
  const text = useDetectorWords()
  const barrier = useBarrier()
  const person = usePerson()
  const { progress, canSend, send } = useSending(onChanged)
  const { owner, by, reason } = inhibit
  const until = shortTime(inhibit.until, state.heardTime)
  const release = () =>
    send(() => api.asking.post(`${sensorPath(state.facility ?? '', sensor)}/release`, person.named()))
  return (
    <div class="inhibited" data-testid="inhibited">
      <p>
        <b class="inhibit-badge">⊘ {text('isInhibited')}</b>{' '}
        {text('inhibitedBy', { owner, until, reason, by })} ·{' '}
        {words.text('left', { span: countdownText(inhibit.until, state.now, words) })}
      </p>
      <PersonField name="release" person={person} />
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      <button
        type="button"
        class="button primary"
        data-testid="release"
        {...barrier('release-inhibit')}
        {...(canSend ? {} : { disabled: true })}
        onClick={() => void release()}
      >
        {text('release')}
      </button>
    </div>
  )
}

function InhibitForm({ sensor, onChanged }: Omit<InhibitPanelProps, 'inhibit'>) {
  const { state, words, api } = useConsole()
  const text = useDetectorWords()
  const barrier = useBarrier()
  const person = usePerson()
  const { progress, canSend, send } = useSending(onChanged)
  const [span, setSpan] = useState('1h')
  const [said, say] = useState({ reason: '', owner: '', approvedBy: '' })
  const [isChecked, setChecked] = useState(false)
  const field = (name: keyof typeof said) => ({
    id: `inhibit-${name}`,
    value: said[name],
    onInput: (value: string) => say({ ...said, [name]: value }),
  })
  const submit = () => {
    setChecked(true)
    if (said.reason.trim() === '') return
    const given = Object.fromEntries(
      Object.entries(said)
        .map(([name, value]) => [name, value.trim()])
        .filter(([, value]) => value !== ''),
    )
    void send(() =>
      api.asking.post(`${sensorPath(state.facility ?? '', sensor)}/inhibit`, {
        ...given,
        for: span,
        ...person.named(),
      }),
    )
  }
  return (
    <details>
      <summary>{text('inhibit')} …</summary>
      <form
        data-testid="inhibit-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p class="hint">{text('inhibitHint')}</p>
        <SpanField name="inhibit" spans={SPANS} value={span} onChoose={setSpan} />
        <div class="care-fields">
          <TextField
            label={words.text('why')}
            problem={isChecked && said.reason.trim() === '' ? 'needReason' : undefined}
            {...field('reason')}
          />
          <TextField label={text('owner')} {...field('owner')} />
          <PersonField name="inhibit" person={person} />
          <TextField label={text('needTwo')} {...field('approvedBy')} />
          {said.approvedBy.trim() !== '' && <ApprovalField name="inhibit" person={person} />}
        </div>
        {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
        <p>
          <button
            type="submit"
            class="button primary"
            data-testid="inhibit-submit"
            {...barrier('inhibit')}
            {...(canSend ? {} : { disabled: true })}
          >
            {progress.kind === 'sending' ? words.text('sending') : text('inhibit')}
          </button>
        </p>
      </form>
    </details>
  )
}
