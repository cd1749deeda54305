import { useEffect, useState } from 'preact/hooks'
import type { LinkView } from '../../../../contracts/people-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import type { Failure } from '../state.ts'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { TextField } from './text-field.tsx'

/** What a one-time link opens: a password is set, and the first administrator takes a name. */
export function WelcomeForm({ code }: { code: string }) {
  const { api, words, session } = useConsole()
  const [link, setLink] = useState<LinkView>()
  const [said, say] = useState({ name: '', fullName: '', password: '' })
  const [failure, setFailure] = useState<Failure>()
  const [isSending, setSending] = useState(false)
  useEffect(() => {
    void api.people.lookAtLink(code).then((answer) => {
      if (answer.ok) setLink(answer.value)
      else setFailure(answer.failure)
    })
  }, [api, code])
  const send = async () => {
    if (isSending) return
    setSending(true)
    const { name, fullName, password } = said
    const first = link?.kind === 'first-admin' ? { name: name.trim(), fullName: fullName.trim() } : {}
    const answer = await api.people.useLink({ code, password, ...first })
    setSending(false)
    if (!answer.ok) {
      setFailure(answer.failure)
      return
    }
    // The code goes out of the address, and out of the history of the browser.
    history.replaceState(null, '', formatRoute({ page: 'overview' }))
    dispatchEvent(new HashChangeEvent('hashchange'))
    session.enter(answer.value)
  }
  if (link === undefined)
    return (
      <div class="panel gate" data-testid="welcome">
        {failure === undefined ? (
          <p class="empty">{words.text('loading')}</p>
        ) : (
          <>
            <ProblemNote failure={failure} />
            <p>
              <a href={formatRoute({ page: 'overview' })}>{words.text('toSignIn')}</a>
            </p>
          </>
        )}
      </div>
    )
  const isFirst = link.kind === 'first-admin'
  return (
    <form
      class="panel gate"
      data-testid="welcome"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h1>
        {isFirst ? words.text('firstAdminTitle') : words.text('welcomeTitle', { name: link.name ?? '' })}
      </h1>
      <p class="hint">{words.text(isFirst ? 'firstAdminHint' : 'welcomeHint')}</p>
      {isFirst ? (
        <>
          <TextField
            id="welcome-name"
            label={words.text('userName')}
            hint={words.text('userNameHint')}
            value={said.name}
            maxLength={40}
            autocomplete="username"
            onInput={(name) => say({ ...said, name })}
          />
          <TextField
            id="welcome-full-name"
            label={words.text('fullName')}
            value={said.fullName}
            onInput={(fullName) => say({ ...said, fullName })}
          />
        </>
      ) : (
        <input type="hidden" autocomplete="username" value={link.name ?? ''} />
      )}
      <PasswordField
        id="welcome-password"
        label={words.text('newPassword')}
        hint={words.text('passwordHint', { count: link.minPassword })}
        value={said.password}
        isNew
        onInput={(password) => say({ ...said, password })}
      />
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="dialog-actions">
        <button
          type="submit"
          class="button primary"
          data-testid="welcome-submit"
          disabled={isSending || said.password === '' || (isFirst && said.name.trim() === '')}
        >
          {words.text('setPassword')}
        </button>
      </div>
    </form>
  )
}
