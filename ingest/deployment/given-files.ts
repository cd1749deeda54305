import { readFileSync } from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { FILES } from './layout.ts'
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

/** Keys of a channel that name a file. Value: its name in the deployment; those that end in .pem are no secrets. */
const CHANNEL_FILES = {
  passwordFile: 'password',
  urlFile: 'url',
  secretFile: 'secret',
  ca: 'ca.pem',
} as const
type ChannelKey = keyof typeof CHANNEL_FILES
export const CHANNEL_KEYS = Object.keys(CHANNEL_FILES) as ChannelKey[]

const OIDC_FOLDER = `${FILES.server.folder}/oidc/`
const OIDC_FILES = { clientSecretFile: 'client-secret', ca: 'ca.pem' } as const
export const OIDC_KEYS = Object.keys(OIDC_FILES) as (keyof typeof OIDC_FILES)[]

const REGISTER_FILES = { passwordFile: 'password', ca: 'ca.pem' } as const
export const REGISTER_KEYS = Object.keys(REGISTER_FILES) as (keyof typeof REGISTER_FILES)[]

/** From the folder of the server. */
export function channelPath(facility: string, channel: string, key: ChannelKey): string {
  return `channels/${facility}/${channel}/${CHANNEL_FILES[key]}`
}

/** From the folder of the server. */
export function oidcPath(key: keyof typeof OIDC_FILES): string {
  return `oidc/${OIDC_FILES[key]}`
}

/** From the folder of the server. */
export function registerPath(key: keyof typeof REGISTER_FILES): string {
  return `register/${REGISTER_FILES[key]}`
}

/**
 * Files that the channels of these facilities, the provider of sign-in and the database of the register need.
 * @throws CodedError CONFIG_UNREADABLE when one is there and cannot be read
 */
export function givenFiles(facilities: readonly Facility[]): GivenFile[] {
  const [first] = facilities
  const given = (path: string, from: string | undefined, what: string): GivenFile[] =>
    from === undefined
      ? []
      : [
          {
            path: `${FILES.server.folder}/${path}`,
            from,
            what,
            secret: !path.endsWith('.pem'),
            text: textIfThere(from),
          },
        ]
  return [
    ...facilities.flatMap(({ id, notify }) =>
      [...notify.channels.values()].flatMap((channel) =>
        CHANNEL_KEYS.flatMap((key) => {
          const named: Partial<Record<ChannelKey, string>> = channel
          return given(
            channelPath(id, channel.id, key),
            named[key],
            `${key} of channel ${channel.id} of ${id}`,
          )
        }),
      ),
    ),
    // All facilities share it.
    ...OIDC_KEYS.flatMap((key) => given(oidcPath(key), first?.server.oidc?.[key], `server.oidc.${key}`)),
    ...REGISTER_KEYS.flatMap((key) =>
      given(registerPath(key), first?.server.register[key], `server.register.${key}`),
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
