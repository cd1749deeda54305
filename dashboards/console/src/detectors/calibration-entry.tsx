import { useState } from 'preact/hooks'
import { CALIBRATION_KINDS, CALIBRATION_RESULTS } from '../../../../contracts/calibration-words.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { useSending } from '../sending.ts'
import { useBarrier } from '../session.ts'
import { CALIBRATION_KIND_TEXTS, CALIBRATION_RESULT_TEXTS } from '../texts/detectors.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { TextField } from '../views/text-field.tsx'
import { TimeField } from '../views/time-field.tsx'
import {
  calibrationBody,
  EMPTY_DRAFT,
  isNoteMissing,
  NUMBER_FIELDS,
  type NumberField,
  wrongNumbers,
} from './calibration-form.ts'
import { sensorPath } from './detector-client.ts'
import { useDetectorWords } from './use-detector-words.ts'

/** A form for what was done to a detector; what is rarely filled in is folded away. */
export function CalibrationEntry({ sensor, onDone }: { sensor: string; onDone: () => void }) {
  const { state, words, api } = useConsole()
  const text = useDetectorWords()
  const barrier = useBarrier()
  const person = usePerson()
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const [wrong, setWrong] = useState<readonly NumberField[]>([])
  const [isChecked, setChecked] = useState(false)
  const sending = useSending(() => {
    setDraft(EMPTY_DRAFT)
    setChecked(false)
    onDone()
  })
  const { progress, canSend, send } = sending
  const set = (name: keyof typeof draft) => (value: string) => setDraft({ ...draft, [name]: value })
  const submit = () => {
    const found = wrongNumbers(draft)
    setWrong(found)
    setChecked(true)
    const said = calibrationBody(draft, state.tree?.timezone ?? 'UTC')
    if (found.length > 0 || said === undefined || isNoteMissing(draft)) return
    const body = { ...said, ...person.named() }
    void send(() => api.asking.post(`${sensorPath(state.facility ?? '', sensor)}/calibrations`, body))
  }
  const line = (name: 'gas' | 'bottle' | 'certificate' | 'technician') => (
    <TextField id={`calibration-${name}`} label={text(name)} value={draft[name]} onInput={set(name)} />
  )
  return (
    <form
      data-testid="calibration-form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div class="care-fields">
        <Choice
          name="kind"
          value={draft.kind}
          choices={CALIBRATION_KINDS.map((kind) => [kind, words.of(CALIBRATION_KIND_TEXTS[kind])])}
          onChoose={set('kind')}
        />
        <Choice
          name="result"
          value={draft.result}
          choices={[
            ['', '–'],
            ...CALIBRATION_RESULTS.map(
              (result) => [result, words.of(CALIBRATION_RESULT_TEXTS[result])] as const,
            ),
          ]}
          problem={isChecked && draft.result === '' ? text('needResult') : undefined}
          onChoose={set('result')}
        />
        <TimeField id="calibration-when" label={text('when')} value={draft.when} onInput={set('when')} />
        <TextField
          id="calibration-note"
          label={text('note')}
          lines={2}
          value={draft.note}
          problem={isChecked && isNoteMissing(draft) ? 'needReason' : undefined}
          onInput={set('note')}
        />
      </div>
      <details open={draft.result === 'adjusted'}>
        <summary>{text('more')}</summary>
        <div class="care-fields">
          {line('gas')}
          {line('bottle')}
          {line('certificate')}
          <DayField value={draft.certificateExpiry} onInput={set('certificateExpiry')} />
          {NUMBER_FIELDS.map((name) => (
            <TextField
              key={name}
              id={`calibration-${name}`}
              label={text(name)}
              hint={wrong.includes(name) ? `✕ ${text('notNumber')}` : undefined}
              inputMode="decimal"
              value={draft[name]}
              onInput={set(name)}
            />
          ))}
          {line('technician')}
        </div>
      </details>
      <PersonField name="calibration" person={person} />
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      <p>
        <button
          type="submit"
          class="button primary"
          data-testid="calibration-submit"
          {...barrier('calibrate')}
          {...(canSend ? {} : { disabled: true })}
        >
          {progress.kind === 'sending' ? words.text('sending') : text('enterRecord')}
        </button>
      </p>
    </form>
  )
}

interface ChoiceProps {
  name: 'kind' | 'result'
  value: string
  choices: readonly (readonly [value: string, text: string])[]
  problem?: string | undefined
  onChoose: (value: string) => void
}

function Choice({ name, value, choices, problem, onChoose }: ChoiceProps) {
  const text = useDetectorWords()
  const id = `calibration-${name}`
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{text(name)}</label>
      <select
        id={id}
        data-testid={id}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {choices.map(([choice, shown]) => (
          <option key={choice} value={choice}>
            {shown}
          </option>
        ))}
      </select>
      <p id={`${id}-note`} class="field-note" role={problem === undefined ? undefined : 'alert'}>
        {problem !== undefined && `✕ ${problem}`}
      </p>
    </div>
  )
}

function DayField({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  const text = useDetectorWords()
  const id = 'calibration-certificateExpiry'
  return (
    <div class="field">
      <label for={id}>{text('certificateExpiry')}</label>
      <input
        id={id}
        type="date"
        data-testid={id}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  )
}
