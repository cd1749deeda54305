import { readFileSync } from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { RegisterConfig } from '../../contracts/register/database-schema.ts'
import { FILES } from './layout.ts'
import { namedFiles } from './named-files.ts'
import type { DeploymentOptions } from './options.ts'

/** A file of the plant's own that the server reads: it comes from others, and is copied into the deployment. */
export interface GivenFile {
  /** From the folder of the deployment. */
  readonly path: string
  /** Absolute: where the facility file has it. */
  readonly from: string
  /** Who names it. */
  readonly what: string
  readonly secret: boolean
  /** Undefined while it is not there. */
  readonly text: string | undefined
}

const OIDC_FOLDER = `${FILES.server.folder}/oidc/`
const OIDC_FILES = { clientSecretFile: 'client-secret', ca: 'ca.pem' } as const
export const OIDC_KEYS = Object.keys(OIDC_FILES) as (keyof typeof OIDC_FILES)[]

const REGISTER_FILES = { passwordFile: 'password', ca: 'ca.pem' } as const
type RegisterKey = keyof typeof REGISTER_FILES
/** Where compose puts the password of its own PostgreSQL. It is made here, and nobody gives it. */
export const COMPOSED_PASSWORD = '/run/secrets/postgresql-password'

/** From the folder of the server. */
export function oidcPath(key: keyof typeof OIDC_FILES): string {
  return `oidc/${OIDC_FILES[key]}`
}

/** From the folder of the server. */
export function registerPath(key: RegisterKey): string {
  return `register/${REGISTER_FILES[key]}`
}

/** Keys of `server.register` with a file of the plant's. */
export function registerKeys(register: RegisterConfig): RegisterKey[] {
  const keys = Object.keys(REGISTER_FILES) as RegisterKey[]
  return keys.filter((key) => register[key] !== undefined && register[key] !== COMPOSED_PASSWORD)
}

/**
 * Files that the channels, exports and reports of these facilities, the provider of sign-in and the database of the register
 * need. @throws CodedError CONFIG_UNREADABLE when one is there and cannot be read; CONFIG_INVALID
 */
export function givenFiles(facilities: readonly Facility[]): GivenFile[] {
  const [first] = facilities
  const register = first?.server.register ?? { kind: 'sqlite' }
  const given = (
    path: string,
    from: string | undefined,
    { what, secret = !path.endsWith('.pem') }: { what: string; secret?: boolean },
  ): GivenFile[] =>
    from === undefined
      ? []
      : [{ path: `${FILES.server.folder}/${path}`, from, what, secret, text: textIfThere(from) }]
  const named = new Map(facilities.flatMap(namedFiles).map((file) => [file.copy, file]))
  return [
    ...[...named.values()].flatMap(({ copy, from, ...about }) => given(copy, from, about)),
    // All facilities share these.
    ...OIDC_KEYS.flatMap((key) =>
      given(oidcPath(key), first?.server.oidc?.[key], { what: `server.oidc.${key}` }),
    ),
    ...registerKeys(register).flatMap((key) =>
      given(registerPath(key), register[key], { what: `server.register.${key}` }),
    ),
  ]
}

/** At trials nobody signs in, and so nobody asks a provider. */
export function neededFiles(
  given: readonly GivenFile[],
  { auth }: Pick<DeploymentOptions, 'auth'>,
): GivenFile[] {
  return given.filter(({ path }) => auth !== 'off' || !path.startsWith(OIDC_FOLDER))
}

function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CodedError('CONFIG_UNREADABLE', `${path}: ${message}`, { cause: error })
  }
}
