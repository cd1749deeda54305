import { useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'

interface PasswordFieldProps {
  id: string
  label: string
  hint?: string | undefined
  value: string
  /** What password keepers go by. */
  isNew?: boolean
  /** Of somebody else than who is signed in: nothing is kept or filled in. */
  isForeign?: boolean
  onInput: (value: string) => void
}

/** A password, which can be shown to whoever types it. */
export function PasswordField({ id, label, hint, value, onInput, ...given }: PasswordFieldProps) {
  const { words } = useConsole()
  const [isShown, show] = useState(false)
  const keeping =
    given.isForeign === true ? 'off' : given.isNew === true ? 'new-password' : 'current-password'
  const shared = {
    id,
    value,
    'data-testid': id,
    maxLength: 256,
    autocomplete: keeping,
    'aria-describedby': `${id}-note`,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="password">
        {isShown ? <input {...shared} type="text" /> : <input {...shared} type="password" />}
        <button
          type="button"
          class="button"
          aria-pressed={isShown}
          aria-label={words.text('showPassword')}
          title={words.text('showPassword')}
          onClick={() => show(!isShown)}
        >
          {words.text(isShown ? 'hide' : 'show')}
        </button>
      </span>
      <p id={`${id}-note`} class="field-note">
        {hint}
      </p>
    </div>
  )
}
