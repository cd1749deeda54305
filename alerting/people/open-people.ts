import type { Facility } from '../../contracts/facility.ts'
import type { OidcConfig } from '../../contracts/oidc-schema.ts'
import { readNamed, readSecret } from '../../contracts/secret.ts'
import { Provider, type ProviderFiles } from './oidc/provider.ts'
import { People, type PeopleOptions } from './people.ts'

interface Opening extends Pick<PeopleOptions, 'stream' | 'random' | 'logger'> {
  /** Its section `server` is that of all. */
  main: Pick<Facility, 'id' | 'name' | 'server'>
  states: PeopleOptions['store']
  places: { readonly all: ReadonlyMap<string, unknown> }
  steady: { now(): number }
}

/**
 * The people of the server, until the stack is disposed of; undefined where nobody signs in. A provider of sign-in is
 * not asked. @throws CodedError SECRET_UNREADABLE
 */
export async function openPeople(stack: AsyncDisposableStack, opening: Opening): Promise<People | undefined> {
  const { main, states, places, stream, steady, random, logger } = opening
  const { auth, sessions, oidc } = main.server
  if (auth === 'off') return undefined
  const now = () => steady.now()
  const people = await People.open({
    store: states,
    limits: sessions,
    facilities: { has: (id) => places.all.has(id) },
    words: [main.id, main.name],
    stream,
    now,
    random,
    logger,
    oidc: oidc && oidcOf(oidc, now),
  })
  stack.defer(() => people.stop())
  people.start()
  return people
}

/** @throws CodedError SECRET_UNREADABLE: a file that is not there is told at start, like others */
function oidcOf(config: OidcConfig, now: () => number): PeopleOptions['oidc'] {
  const files = () => filesOf(config)
  files()
  const { label, reauthenticate } = config
  return { provider: new Provider({ config, files, now }), label, reauthenticate }
}

function filesOf({ clientSecretFile, ca }: OidcConfig): ProviderFiles {
  return {
    secret:
      clientSecretFile === undefined
        ? undefined
        : readSecret(clientSecretFile, 'server.oidc.clientSecretFile'),
    ca: ca === undefined ? undefined : readNamed(ca, 'server.oidc.ca'),
  }
}
