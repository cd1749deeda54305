import { useEffect, useRef, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ProviderSignIn } from './provider-sign-in.tsx'

/** In place of every page while the screen is locked; the banner above it goes on. */
export function LockPanel() {
  const { api, words, session } = useConsole()
  const [password, setPassword] = useState('')
  const [failure, setFailure] = useState<Failure>()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const unlock = async () => {
    const answer = await api.people.unlock(password)
    setPassword('')
    if (answer.ok) session.enter(answer.value)
    else setFailure(answer.failure)
  }
  return (
    <form
      ref={form}
      class="panel gate"
      data-testid="lock-panel"
      onSubmit={(event) => {
        event.preventDefault()
        void unlock()
      }}
    >
      <h1>{words.text('lockedBy', { name: session.who?.name ?? '' })}</h1>
      <p class="hint">{words.text('lockedHint')}</p>
      <PasswordField
        id="unlock-password"
        label={words.text('password')}
        value={password}
        onInput={setPassword}
      />
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={session.signOut}>
          {words.text('signOut')}
        </button>
        <button type="submit" class="button primary" data-testid="unlock" disabled={password === ''}>
          {words.text('unlock')}
        </button>
      </div>
      <ProviderSignIn />
    </form>
  )
}
