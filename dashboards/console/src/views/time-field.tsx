import { useConsole } from '../console-context.ts'
import type { TextKey } from '../texts.ts'

interface TimeFieldProps {
  id: string
  label: string
  /** As the input gives it, in the time of the plant. */
  value: string
  problem?: TextKey | undefined
  isDisabled?: boolean
  onInput: (value: string) => void
}

/** A day and a time, of the plant. */
export function TimeField({ id, label, value, problem, isDisabled = false, onInput }: TimeFieldProps) {
  const { words } = useConsole()
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        data-testid={id}
        value={value}
        disabled={isDisabled}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-note`} class="field-note" role={problem === undefined ? undefined : 'alert'}>
        {problem !== undefined && `✕ ${words.text(problem)}`}
      </p>
    </div>
  )
}
