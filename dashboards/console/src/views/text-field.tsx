import { useConsole } from '../console-context.ts'
import type { TextKey } from '../texts.ts'

interface TextFieldProps {
  id: string
  label: string
  hint?: string | undefined
  value: string
  /** What is wrong with it; undefined while nothing is. */
  problem?: TextKey | undefined
  lines?: number
  maxLength?: number
  /** Id of a list of suggestions. */
  list?: string
  isDisabled?: boolean
  inputMode?: 'text' | 'decimal'
  /** What the browser may fill in. */
  autocomplete?: 'off' | 'username'
  onInput: (value: string) => void
}

/** A named line or box of text that says itself what is missing, in the language of the console. */
export function TextField({ id, label, hint, value, problem, lines = 1, ...given }: TextFieldProps) {
  const { words } = useConsole()
  const shared = {
    id,
    value,
    maxLength: given.maxLength ?? 100,
    disabled: given.isDisabled ?? false,
    'data-testid': id,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-note`,
    onInput: (event: { currentTarget: { value: string } }) => given.onInput(event.currentTarget.value),
  }
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} maxLength={given.maxLength ?? 1000} />
      ) : (
        <input
          {...shared}
          type="text"
          list={given.list}
          inputMode={given.inputMode ?? 'text'}
          autocomplete={given.autocomplete ?? 'off'}
        />
      )}
      <p id={`${id}-note`} class="field-note" role={problem === undefined ? undefined : 'alert'}>
        {problem === undefined ? hint : `✕ ${words.text(problem)}`}
      </p>
    </div>
  )
}
