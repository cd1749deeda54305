import { useEffect, useRef, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { Lamp } from './header.tsx'
import { LanguageChoice } from './language-choice.tsx'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ProviderSignIn } from './provider-sign-in.tsx'
import { TextField } from './text-field.tsx'
import { WelcomeForm } from './welcome-form.tsx'

/** What stands there while nobody is signed in, or a one-time link was opened. */
export function SignInPage({ code }: { code: string | undefined }) {
  const { words, session } = useConsole()
  return (
    <div class="app gate-page">
      <header class="header">
        <div class="brand">
          <Lamp />
          <span class="facility-name">{words.text('product')}</span>
        </div>
        <LanguageChoice />
      </header>
      <main class="main">
        {session.failure !== undefined && <ProblemNote failure={session.failure} />}
        {!session.isKnown ? (
          <p class="empty">{words.text('connecting')}</p>
        ) : code === undefined ? (
          <SignInForm />
        ) : (
          <WelcomeForm key={code} code={code} />
        )}
      </main>
      <footer class="footer">
        <span>{words.text('footer')}</span>
      </footer>
    </div>
  )
}

function SignInForm() {
  const { api, words, session } = useConsole()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [failure, setFailure] = useState<Failure>()
  const [isSending, setSending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
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
