import type { Entry } from '../texts/entry.ts'
import { useRegisterWords } from './use-register-words.ts'

interface ChoiceProps<T extends string> {
  id: string
  label: string
  values: readonly T[]
  texts: Readonly<Record<T, Entry>>
  value: string
  /** What an empty value says; undefined: one has to be chosen. */
  none?: string | undefined
  onChoose: (value: string) => void
}

/** One word of a list. */
export function Choice<T extends string>({
  id,
  label,
  values,
  texts,
  value,
  none,
  onChoose,
}: ChoiceProps<T>) {
  const words = useRegisterWords()
  return (
    <label>
      {label}
      <select
        id={id}
        data-testid={id}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {values.map((choice) => (
          <option key={choice} value={choice}>
            {words.of(texts[choice])}
          </option>
        ))}
      </select>
    </label>
  )
}
