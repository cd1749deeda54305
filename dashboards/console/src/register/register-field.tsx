import type { ComponentChildren } from 'preact'
import type { RegisterTextKey } from '../texts/register.ts'
import { useRegisterWords } from './use-register-words.ts'

interface RegisterFieldProps {
  id: string
  label: string
  hint?: string | undefined
  value: string
  problem?: RegisterTextKey | undefined
  input: 'line' | 'text' | 'number' | 'time'
  maxLength?: number | undefined
  onInput: (value: string) => void
}

/** A named input of the register that says itself what is missing. */
export function RegisterField({ id, label, hint, value, problem, input, ...given }: RegisterFieldProps) {
  const shared = {
    id,
    value,
    'data-testid': id,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-note`,
    onInput: (event: { currentTarget: { value: string } }) => given.onInput(event.currentTarget.value),
  }
  return (
    <Framed id={id} label={label} hint={hint} problem={problem} isWide={input === 'text'}>
      {input === 'text' ? (
        <textarea {...shared} rows={3} maxLength={given.maxLength ?? 2_000} />
      ) : input === 'time' ? (
        <input {...shared} type="datetime-local" />
      ) : (
        <input
          {...shared}
          type="text"
          maxLength={given.maxLength ?? 200}
          inputMode={input === 'number' ? 'decimal' : 'text'}
          autocomplete="off"
        />
      )}
    </Framed>
  )
}

interface FramedProps {
  id: string
  label: string
  hint?: string | undefined
  problem?: RegisterTextKey | undefined
  isWide?: boolean
  children: ComponentChildren
}

/** Label above, and beneath it what is wrong, or a hint. */
export function Framed({ id, label, hint, problem, isWide = false, children }: FramedProps) {
  const words = useRegisterWords()
  const classes = ['field', problem !== undefined && 'wrong', isWide && 'wide'].filter(Boolean)
  return (
    <div class={classes.join(' ')}>
      <label for={id}>{label}</label>
      {children}
      <p id={`${id}-note`} class="field-note" role={problem === undefined ? undefined : 'alert'}>
        {problem === undefined ? hint : `✕ ${words.text(problem)}`}
      </p>
    </div>
  )
}

interface SelectFieldProps {
  id: string
  label: string
  hint?: string | undefined
  value: string
  problem?: RegisterTextKey | undefined
  choices: readonly { value: string; text: string }[]
  onChoose: (value: string) => void
}

export function SelectField({ id, label, hint, value, problem, choices, onChoose }: SelectFieldProps) {
  return (
    <Framed id={id} label={label} hint={hint} problem={problem}>
      <select
        id={id}
        data-testid={id}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </Framed>
  )
}
