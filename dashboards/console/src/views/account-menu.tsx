import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { ROLE_TEXTS } from '../texts.ts'

/** Who is signed in, and what they can do with that; nothing while nobody signs in. */
export function AccountMenu() {
  const { words, session } = useConsole()
  const { who } = session
  if (who === undefined || who.auth === 'off') return null
  const close = (event: Event) => {
    if (event.currentTarget instanceof HTMLElement)
      event.currentTarget.closest('details')?.removeAttribute('open')
  }
  const isOpen = !who.locked && who.kind === 'person'
  return (
    <details
      class="account"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.currentTarget.open = false
        event.currentTarget.querySelector('summary')?.focus()
      }}
    >
      <summary data-testid="account" aria-label={`${words.text('account')}: ${who.name}`}>
        <strong>{who.name}</strong>
        <span>{words.of(ROLE_TEXTS[who.role])}</span>
      </summary>
      <div class="account-menu">
        {isOpen && (
          <>
            <a href={formatRoute({ page: 'account' })} data-testid="to-account" onClick={close}>
              {words.text('account')}
            </a>
            {who.role === 'admin' && (
              <a href={formatRoute({ page: 'people' })} data-testid="to-people" onClick={close}>
                {words.text('people')}
              </a>
            )}
            <button
              type="button"
              class="button"
              data-testid="lock"
              onClick={(event) => {
                close(event)
                session.lock()
              }}
            >
              {words.text('lockScreen')}
            </button>
          </>
        )}
        <button type="button" class="button" data-testid="sign-out" onClick={session.signOut}>
          {words.text('signOut')}
        </button>
      </div>
    </details>
  )
}
