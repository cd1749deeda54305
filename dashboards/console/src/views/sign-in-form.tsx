import { useEffect, useRef, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ProviderSignIn } from './provider-sign-in.tsx'
import { TextField } from './text-field.tsx'

/** Name and password; the name stands there already where a message was for somebody. */
export function SignInForm({ name: first = '' }: { name?: string }) {
  const { api, words, session } = useConsole()
  const [name, setName] = useState(first)
  const [password, setPassword] = useState('')
  const [failure, setFailure] = useState<Failure>()
  const [isSending, setSending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const [name, password] = form.current?.querySelectorAll('input') ?? []
    const field = first === '' ? name : password
    field?.focus({ preventScroll: true })
  }, [first])
  const send = async () => {
    if (isSending) return
    setSending(true)
    const answer = await api.people.signIn({ name: name.trim(), password })
    setSending(false)
    if (answer.ok) session.enter(answer.value)
    else {
      setPassword('')
      setFailure(answer.failure)
    }
  }
  return (
    <form
      ref={form}
      class="panel gate"
      data-testid="sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h1>{words.text('signInTitle')}</h1>
      <TextField
        id="sign-in-name"
        label={words.text('userName')}
        value={name}
        autocomplete="username"
        onInput={setName}
      />
      <PasswordField
        id="sign-in-password"
        label={words.text('password')}
        hint={words.text('forgotHint')}
        value={password}
        onInput={setPassword}
      />
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="dialog-actions">
        <button
          type="submit"
          class="button primary"
          data-testid="sign-in-submit"
          disabled={isSending || name.trim() === '' || password === ''}
        >
          {words.text(isSending ? 'signingIn' : 'signIn')}
        </button>
      </div>
      <ProviderSignIn />
    </form>
  )
}
