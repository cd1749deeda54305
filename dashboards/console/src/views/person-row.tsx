import type { Link, PersonView } from '../../../../contracts/people-api.ts'
import { useConsole } from '../console-context.ts'
import type { LoadedList } from '../loaded-list.ts'
import { ROLE_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { GrantFields } from './grant-fields.tsx'
import { ScopeText } from './scope-text.tsx'

interface PersonRowProps {
  person: PersonView
  act: LoadedList<PersonView>['act']
  onLink: (link: Link) => void
}

/** One of the people: what they may, and what can be changed about that. */
export function PersonRow({ person, act, onLink }: PersonRowProps) {
  const { api, words } = useConsole()
  const { name, role, facilities, disabled } = person
  const link = async () => {
    const made = await act(() => api.people.link(name))
    if (made !== undefined) onLink(made)
  }
  return (
    <li class={disabled ? 'people-row is-disabled' : 'people-row'} data-testid={`person-${name}`}>
      <span class="people-words">
        <strong>{name}</strong> <span>{person.fullName}</span>
        <span class="muted">
          {words.of(ROLE_TEXTS[role])} · <ScopeText facilities={facilities} />
        </span>
        <PersonState person={person} />
      </span>
      <details class="people-more">
        <summary class="button" data-testid={`more-${name}`}>
          {words.text('actions')}
        </summary>
        <div class="grant-form">
          <GrantFields
            name={`grant-${name}`}
            grant={{ role, facilities }}
            onChange={(grant) => void act(() => api.people.change(name, grant))}
          />
          <div class="action-buttons">
            <button type="button" class="button" data-testid={`link-${name}`} onClick={() => void link()}>
              {words.text('newLink')}
            </button>
            <button
              type="button"
              class="button"
              disabled={person.sessions === 0}
              onClick={() => void act(() => api.people.signOutEverywhere(name))}
            >
              {words.text('signOutEverywhere')}
            </button>
            {person.linked && (
              <button
                type="button"
                class="button"
                data-testid={`unlink-${name}`}
                title={words.text('unlinkHint')}
                onClick={() => void act(() => api.people.unlink(name))}
              >
                {words.text('unlink')}
              </button>
            )}
            <button
              type="button"
              class="button"
              data-testid={`disable-${name}`}
              onClick={() => void act(() => api.people.change(name, { disabled: !disabled }))}
            >
              {words.text(disabled ? 'enable' : 'disable')}
            </button>
          </div>
        </div>
      </details>
    </li>
  )
}

function PersonState({ person }: { person: PersonView }) {
  const { state, words } = useConsole()
  const { disabled, hasPassword, linked, invitedUntil, lastSignIn, sessions } = person
  const waiting = invitedUntil === null ? 'noPassword' : 'invited'
  return (
    <span class="muted">
      {disabled && <span class="tag">⊘ {words.text('disabled')}</span>}
      {linked && <span class="tag">{words.text('linked')}</span>}
      {!hasPassword && <span class="tag">{words.text(waiting)}</span>}
      {sessions > 0 && <span>{words.text('signedInCount', { count: sessions })} · </span>}
      {lastSignIn === null
        ? words.text('neverSignedIn')
        : `${words.text('lastUsed')} ${shortTime(lastSignIn, state.heardTime)}`}
    </span>
  )
}
