import { isLoopback } from './address.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import type { FacilityFile } from './facility-schema.ts'
import { OIDC_CALLBACK } from './oidc-schema.ts'
import type { Sound } from './sound-parts.ts'

const AT: Path = ['server', 'oidc']

/** What the schema cannot say of a provider of sign-in. */
export function oidcProblems(server: Sound<FacilityFile>['server']): Problem[] {
  const { oidc, auth } = server ?? {}
  if (oidc === undefined) return []
  const { issuer, redirectUrl, scopes } = oidc
  const problems: Problem[] = []
  if (auth === 'off') problems.push({ path: AT, message: 'takes auth: required' })
  if (issuer !== undefined && !isSafeUrl(issuer))
    problems.push({
      path: [...AT, 'issuer'],
      message: `"${issuer}": expected https:// and a host, or http:// and a loopback address`,
    })
  if (redirectUrl !== undefined && !isCallback(redirectUrl))
    problems.push({
      path: [...AT, 'redirectUrl'],
      message: `"${redirectUrl}": expected the https address of the console (http on loopback) and ${OIDC_CALLBACK}`,
    })
  if (scopes !== undefined && !scopes.includes('openid'))
    problems.push({ path: [...AT, 'scopes'], message: 'openid is missing' })
  return problems
}

/** What is sent there cannot be read on its way. */
export function isSafeUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(bare(url.hostname)))
}

function isCallback(text: string): boolean {
  const url = URL.parse(text)
  return isSafeUrl(text) && url?.pathname === OIDC_CALLBACK && url.search === ''
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
