import { useCallback, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { useLoadedList } from '../loaded-list.ts'
import type { Failure } from '../state.ts'
import { ROLE_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { BrowserNotices } from './browser-notices.tsx'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ScopeText } from './scope-text.tsx'

/** Who is signed in, their password, and where else they are. */
export function AccountPage() {
  const { state, words, session } = useConsole()
  const { who } = session
  if (who === undefined) return null
  return (
    <div class="page" data-testid="account-page">
      <section class="panel">
        <h1>{who.fullName === '' ? who.name : `${who.fullName} (${who.name})`}</h1>
        <dl class="facts">
          <div>
            <dt>{words.text('role')}</dt>
            <dd>{words.of(ROLE_TEXTS[who.role])}</dd>
          </div>
          <div>
            <dt>{words.text('scope')}</dt>
            <dd>
              <ScopeText facilities={who.facilities} />
            </dd>
          </div>
        </dl>
        {who.end !== null && (
          <p class="hint">{words.text('sessionEnds', { time: shortTime(who.end, state.heardTime) })}</p>
        )}
      </section>
      <BrowserNotices />
      {who.kind === 'person' && (
        <>
          <OwnSessions />
          <ChangePassword />
        </>
      )}
    </div>
  )
}

function OwnSessions() {
  const { state, api, words } = useConsole()
  const { items = [], failure, act } = useLoadedList(useCallback(() => api.people.sessions(), [api]))
  return (
    <section class="panel">
      <h2>{words.text('ownSessions')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <ul class="people-rows" data-testid="own-sessions">
        {items.map(({ id, current, address, agent, used }) => (
          <li key={id} class="people-row">
            <span class="people-words">
              <strong>{address}</strong> {current && <span class="tag">{words.text('thisSession')}</span>}
              <span class="muted">
                {words.text('lastUsed')} {shortTime(used, state.heardTime)}
              </span>
              <span class="muted agent">{agent}</span>
            </span>
            {!current && (
              <button type="button" class="button" onClick={() => void act(() => api.people.endSession(id))}>
                {words.text('endSession')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function ChangePassword() {
  const { api, words } = useConsole()
  const [said, say] = useState({ password: '', newPassword: '' })
  const [failure, setFailure] = useState<Failure>()
  const [isDone, setDone] = useState(false)
  const send = async () => {
    const answer = await api.people.changePassword(said)
    setDone(answer.ok)
    setFailure(answer.ok ? undefined : answer.failure)
    if (answer.ok) say({ password: '', newPassword: '' })
  }
  return (
    <form
      class="panel grant-form"
      data-testid="change-password"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h2>{words.text('changePassword')}</h2>
      <PasswordField
        id="old-password"
        label={words.text('oldPassword')}
        value={said.password}
        onInput={(password) => say({ ...said, password })}
      />
      <PasswordField
        id="new-password"
        label={words.text('newPassword')}
        value={said.newPassword}
        isNew
        onInput={(newPassword) => say({ ...said, newPassword })}
      />
      {failure !== undefined && <ProblemNote failure={failure} />}
      {isDone && <p role="status">✓ {words.text('passwordChanged')}</p>}
      <button
        type="submit"
        class="button primary"
        data-testid="change-password-submit"
        disabled={said.password === '' || said.newPassword === ''}
      >
        {words.text('changePassword')}
      </button>
    </form>
  )
}
