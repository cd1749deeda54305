import type { Facility } from '../../../contracts/facility.ts'
import { readNamed, readSecret, secretFrom } from '../../../contracts/secret.ts'
import type { RegisterPlace } from './open-register.ts'

/**
 * Where the facility file has the register, with the password of an environment, DAVYLAMP_REGISTER_PASSWORD.
 * @throws CodedError SECRET_UNREADABLE or USAGE
 */
export function registerPlan(
  { server }: Pick<Facility, 'server'>,
  env: Readonly<Record<string, string | undefined>>,
): RegisterPlace {
  const { kind, url = '', passwordFile, ca } = server.register
  if (kind === 'sqlite') return { kind, folder: server.data }
  const password =
    secretFrom(env, 'DAVYLAMP_REGISTER_PASSWORD') ??
    (passwordFile === undefined ? undefined : readSecret(passwordFile, 'server.register.passwordFile'))
  return {
    kind,
    url,
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca: readNamed(ca, 'server.register.ca') }),
  }
}
