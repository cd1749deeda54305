import type * as OpenIdClient from 'openid-client'
import { CodedError } from '../../../contracts/errors.ts'
import { isSafeUrl } from '../../../contracts/oidc-rules.ts'
import type { OidcConfig } from '../../../contracts/oidc-schema.ts'
import type { Attempt } from './attempts.ts'
import { providerError } from './provider-error.ts'
import { providerFetch } from './provider-fetch.ts'

type Library = typeof OpenIdClient
type Client = { library: Library; configuration: OpenIdClient.Configuration }

export interface ProviderOptions {
  config: OidcConfig
  /** As they are now: files may be renewed. @throws CodedError SECRET_UNREADABLE */
  files: () => ProviderFiles
  /** Epoch ms. */
  now: () => number
  timeoutMs?: number
}

export interface ProviderFiles {
  secret: string | undefined
  /** PEM. */
  ca: Buffer | undefined
}

/** What a token says, whose signature, issuer, audience, time and nonce were looked at. */
export interface Claims {
  readonly issuer: string
  readonly sub: string
  /** Whatever stands in the claim. */
  readonly name: unknown
  /** When the provider made it, and when it last saw credentials; epoch s. */
  readonly issued: number
  readonly authenticated: number | undefined
}

/** A provider that does not answer within this is away, ms. */
const TIMEOUT_MS = 8_000
/** What it says of itself is asked again after so long, ms. */
const AGE_MS = 3_600_000
/** One that could not be asked is left alone for so long, ms: who begins meanwhile hears the same. */
const FAILED_MS = 2_000

/** An OpenID Connect provider, asked when somebody signs in there and not before. */
export class Provider {
  readonly #options: ProviderOptions
  #client: { client: Promise<Client>; asked: number; isGood: boolean } | undefined
  /** While a younger one cannot be had. */
  #last: Client | undefined

  constructor(options: ProviderOptions) {
    this.#options = options
  }

  /** Where the browser goes. @throws CodedError OIDC_UNREACHABLE, OIDC_UNTRUSTED or OIDC_MISCONFIGURED */
  async address({ state, nonce, verifier, isFresh }: Attempt): Promise<string> {
    const { redirectUrl, scopes } = this.#options.config
    const { library, configuration } = await this.#ready()
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUrl,
      scope: scopes.join(' '),
      state,
      nonce,
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(isFresh ? { prompt: 'login', max_age: '0' } : {}),
    })
    return url.href
  }

  /**
   * What the answer that came back is worth. @throws CodedError OIDC_REFUSED, OIDC_TOKEN_INVALID, and as
   * {@link address}
   */
  async claims(query: URLSearchParams, { state, nonce, verifier }: Attempt): Promise<Claims> {
    const { config } = this.#options
    const { library, configuration } = await this.#ready()
    const url = new URL(config.redirectUrl)
    url.search = String(query)
    try {
      const answer = await library.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      const claims = answer.claims()
      if (claims === undefined) throw new CodedError('OIDC_TOKEN_INVALID', 'there is no ID token')
      const { iss: issuer, sub, iat: issued, auth_time: authenticated } = claims
      const name = Object.hasOwn(claims, config.nameClaim) ? claims[config.nameClaim] : undefined
      return { issuer, sub, name, issued, authenticated }
    } catch (error) {
      throw providerError(error, 'OIDC_TOKEN_INVALID')
    }
  }

  async #ready(): Promise<Client> {
    const now = this.#options.now()
    const known = this.#client
    const age = known === undefined ? 0 : now - known.asked
    if (known !== undefined && age >= 0 && age < (known.isGood ? AGE_MS : FAILED_MS)) return known.client
    const asking = this.#discover()
    const entry = { client: asking, asked: now, isGood: true }
    this.#client = entry
    try {
      this.#last = await asking
      return this.#last
    } catch (error) {
      entry.isGood = false
      const last = this.#last
      if (last === undefined) throw error
      entry.client = Promise.resolve(last)
      return last
    }
  }

  async #discover(): Promise<Client> {
    const { config, files, timeoutMs = TIMEOUT_MS } = this.#options
    const { secret, ca } = files()
    const library = await import('openid-client')
    try {
      const configuration = await library.discovery(
        new URL(config.issuer),
        config.clientId,
        undefined,
        secret === undefined ? library.None() : withSecret(library, secret),
        {
          // Plain HTTP beyond this machine is refused by the fetch.
          execute: [library.allowInsecureRequests, library.enableNonRepudiationChecks],
          [library.customFetch]: providerFetch({ ca, timeoutMs }),
          timeout: Math.ceil(timeoutMs / 1_000) + 1,
        },
      )
      refuseMetadata(configuration.serverMetadata(), config.issuer)
      return { library, configuration }
    } catch (error) {
      throw providerError(error, 'OIDC_MISCONFIGURED')
    }
  }
}

/** In the body where the provider says that it takes that; else in the header, which every one has to take. */
function withSecret(library: Library, secret: string): OpenIdClient.ClientAuth {
  const [post, basic] = [library.ClientSecretPost(secret), library.ClientSecretBasic(secret)]
  return (server, ...others) => {
    const methods = server.token_endpoint_auth_methods_supported
    const isPost = methods?.includes('client_secret_post') === true
    return (isPost ? post : basic)(server, ...others)
  }
}

/** @throws CodedError OIDC_MISCONFIGURED */
function refuseMetadata(server: OpenIdClient.ServerMetadata, issuer: string): void {
  // A provider of many tenants that answers for another one would let their people in.
  if (URL.parse(server.issuer)?.href !== URL.parse(issuer)?.href)
    throw new CodedError('OIDC_MISCONFIGURED', `the provider is ${server.issuer.slice(0, 200)}`)
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const url: unknown = server[name]
    if (typeof url !== 'string' || !isSafeUrl(url))
      throw new CodedError('OIDC_MISCONFIGURED', `${name} of the provider is no https address`)
  }
}
