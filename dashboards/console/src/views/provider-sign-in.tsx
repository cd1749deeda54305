import { useEffect, useState } from 'preact/hooks'
import type { SignInWays } from '../../../../contracts/people-api.ts'
import { useConsole } from '../console-context.ts'
import { signInCodeOf } from '../route.ts'
import { PROVIDER_TEXTS } from '../texts.ts'

/** The way to the provider of sign-in, where there is one, and what came of it last. */
export function ProviderSignIn() {
  const { api, words } = useConsole()
  const [provider, setProvider] = useState<SignInWays['provider']>(null)
  useEffect(() => {
    // Without an answer there is the password.
    void api.people.signInWays().then((answer) => {
      if (answer.ok) setProvider(answer.value.provider)
    })
  }, [api])
  const code = signInCodeOf(location.hash)
  if (provider === null) return null
  const to = code === undefined && location.hash.startsWith('#/') ? location.hash.slice(1) : '/'
  return (
    <div class="gate-other">
      {code !== undefined && <ProviderFailure code={code} />}
      <a class="button" data-testid="provider-sign-in" href={`${provider.path}?to=${encodeURIComponent(to)}`}>
        {words.text('signInWith', { label: provider.label })}
      </a>
    </div>
  )
}

function ProviderFailure({ code }: { code: string }) {
  const { words } = useConsole()
  const known = Object.entries(PROVIDER_TEXTS).find(([name]) => name === code)
  return (
    <div class="problem" role="alert" data-testid="provider-problem">
      <p>
        {known !== undefined && <code>{code}</code>} {words.of(known?.[1] ?? PROVIDER_TEXTS.other)}
      </p>
    </div>
  )
}
