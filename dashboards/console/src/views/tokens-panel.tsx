import { useCallback, useState } from 'preact/hooks'
import type { MadeToken } from '../../../../contracts/people-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoadedList } from '../loaded-list.ts'
import { ROLE_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { type Grant, GrantFields } from './grant-fields.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ScopeText } from './scope-text.tsx'
import { ShownOnce } from './shown-once.tsx'
import { TextField } from './text-field.tsx'

const DAYS = [30, 90, 365] as const

/** What machines show instead of a password. */
export function TokensPanel() {
  const { state, api, words, session } = useConsole()
  const { items = [], failure, act } = useLoadedList(useCallback(() => api.people.tokens(), [api]))
  const [name, setName] = useState('')
  const [days, setDays] = useState<number>(90)
  const [grant, setGrant] = useState<Grant>({ role: 'viewer', facilities: session.who?.facilities ?? null })
  const [made, setMade] = useState<MadeToken>()
  const make = async () => {
    const token = await act(() => api.people.makeToken({ name: name.trim(), for: `${days}d`, ...grant }))
    if (token === undefined) return
    setMade(token)
    setName('')
  }
  return (
    <section class="panel" data-testid="tokens">
      <h2>{words.text('tokens')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {made !== undefined && (
        <ShownOnce
          title={words.text('tokenOnce', { name: made.name })}
          hint={words.text('goodUntil', { time: shortTime(made.until, state.heardTime) })}
          secret={made.token}
        />
      )}
      {items.length === 0 && <p class="muted">{words.text('noTokens')}</p>}
      <ul class="people-rows">
        {items.map((token) => (
          <li key={token.id} class="people-row" data-testid={`token-${token.name}`}>
            <span class="people-words">
              <strong>{token.name}</strong>
              <span class="muted">
                {words.of(ROLE_TEXTS[token.role])} · <ScopeText facilities={token.facilities} /> ·{' '}
                {words.text('goodUntil', { time: shortTime(token.until, state.heardTime) })}
              </span>
              <span class="muted">
                {token.lastUsed === null
                  ? words.text('neverUsed')
                  : `${words.text('lastUsed')} ${shortTime(token.lastUsed, state.heardTime)}, ${token.lastAddress}`}
              </span>
            </span>
            <button type="button" class="button" onClick={() => void act(() => api.people.revoke(token.id))}>
              {words.text('revoke')}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="grant-form"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <TextField
          id="token-name"
          label={words.text('tokenName')}
          value={name}
          maxLength={40}
          onInput={setName}
        />
        <GrantFields name="token" grant={grant} onChange={setGrant} />
        <div class="field">
          <label for="token-days">{words.text('goodFor')}</label>
          <select
            id="token-days"
            value={days}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
          >
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {words.text('days', { count })}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button" data-testid="make-token" disabled={name.trim() === ''}>
          {words.text('makeToken')}
        </button>
      </form>
    </section>
  )
}
