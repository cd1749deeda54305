import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'

/** What the provider says is told no longer than this. */
const MAX_DETAIL = 300
const STATUS = 'OAUTH_RESPONSE_IS_NOT_CONFORM'

/**
 * What an error of openid-client comes to. `usual` is that of the step in which nothing more is known.
 * Texts of the provider are bounded and lose their control characters.
 */
export function providerError(error: unknown, usual: ErrorCode): CodedError {
  const chain = causesOf(error)
  const ours = chain.find((cause) => cause instanceof CodedError)
  if (ours !== undefined) return ours
  for (const cause of chain) {
    const { code, error: said, error_description: description, status } = cause as Partial<Said>
    if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR')
      return new CodedError('OIDC_REFUSED', plain(['the provider says', said, description]))
    if (code === 'OAUTH_RESPONSE_BODY_ERROR')
      // A code that was used, or is too old; all else is between the provider and this client.
      return new CodedError(
        said === 'invalid_grant' ? 'OIDC_REFUSED' : 'OIDC_MISCONFIGURED',
        plain(['the provider says', said, description]),
      )
    if (code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE')
      return new CodedError('OIDC_MISCONFIGURED', plain(['the provider does not take this client:', status]))
    if (code === STATUS) {
      const answer = cause.cause instanceof Response ? cause.cause.status : undefined
      return new CodedError(
        answer !== undefined && answer < 500 ? 'OIDC_MISCONFIGURED' : 'OIDC_UNREACHABLE',
        plain(['the provider answers with HTTP', answer]),
      )
    }
  }
  return new CodedError(usual, plain(chain.map(({ message }) => message)), { cause: error })
}

interface Said {
  code: unknown
  error: unknown
  error_description: unknown
  status: unknown
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = []
  for (let next = error; next instanceof Error && chain.length < 8; next = next.cause) chain.push(next)
  return chain
}

/** One line, bounded. */
export function plain(parts: readonly unknown[]): string {
  return parts
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ')
    .replaceAll(/\p{C}+/gu, ' ')
    .slice(0, MAX_DETAIL)
}
