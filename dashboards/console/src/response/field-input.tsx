import { Framed, RegisterField, SelectField } from '../register/register-field.tsx'
import { useRegisterWords } from '../register/use-register-words.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import type { FormField } from './form-field.ts'
import { useResponseWords } from './use-response-words.ts'

interface FieldInputProps {
  id: string
  field: FormField
  value: string
  problem: RegisterTextKey | undefined
  onInput: (value: string) => void
}

export function FieldInput({ id, field, value, problem, onInput }: FieldInputProps) {
  const register = useRegisterWords()
  const words = useResponseWords()
  const { label, input, hint, maxLength, choices = [], isNeeded = false } = field
  switch (input) {
    case 'check':
      return (
        <label class="check wide">
          <input
            id={id}
            data-testid={id}
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => onInput(event.currentTarget.checked ? 'true' : '')}
          />{' '}
          {label}
        </label>
      )
    case 'choice':
      return (
        <SelectField
          id={id}
          label={label}
          value={value}
          hint={hint}
          problem={problem}
          choices={
            isNeeded && field.value === undefined
              ? [{ value: '', text: register.text('choose') }, ...choices]
              : choices
          }
          onChoose={onInput}
        />
      )
    case 'past':
      return (
        <Framed id={id} label={label} hint={hint ?? words.text('emptyIsNow')} problem={problem}>
          <PastInput id={id} value={value} isWrong={problem !== undefined} onInput={onInput} />
        </Framed>
      )
    default:
      return (
        <RegisterField
          id={id}
          label={label}
          hint={hint}
          value={value}
          problem={problem}
          maxLength={maxLength}
          input={input === 'count' ? 'number' : input}
          onInput={onInput}
        />
      )
  }
}

interface PastInputProps {
  id: string
  value: string
  isWrong?: boolean
  onInput: (value: string) => void
}

/** A time to the second: who arrives soon after they were sent would otherwise have come before. */
export function PastInput({ id, value, isWrong = false, onInput }: PastInputProps) {
  return (
    <input
      id={id}
      data-testid={id}
      type="datetime-local"
      step={1}
      value={value}
      aria-invalid={isWrong}
      aria-describedby={`${id}-note`}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  )
}
