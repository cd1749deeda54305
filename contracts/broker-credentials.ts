import { dirname, resolve } from 'node:path'
import { CodedError } from './errors.ts'
import type { Facility } from './facility.ts'
import { readNamed, readSecret, secretFrom } from './secret.ts'
import { certificatesIn, requirePair } from './tls/certificate.ts'
import type { CertificateSource } from './tls/certificate-watch.ts'

/** What a client shows a broker. Key material as it stands in its files. */
export interface BrokerCredentials {
  readonly username?: string
  readonly password?: string
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/** What the environment says of them; it wins over the facility file. */
export interface GivenCredentials {
  readonly username?: string
  readonly password?: string
  /** Paths of the certificate that the client shows, and of its key, from the working directory. */
  readonly certFile?: string
  readonly keyFile?: string
}

/**
 * DAVYLAMP_MQTT_USERNAME, _PASSWORD, _CERT_FILE and _KEY_FILE.
 * @throws CodedError SECRET_UNREADABLE, or USAGE when one of certificate and key is given without the other
 */
export function givenCredentials(env: Readonly<Record<string, string | undefined>>): GivenCredentials {
  const username = env.DAVYLAMP_MQTT_USERNAME
  const password = secretFrom(env, 'DAVYLAMP_MQTT_PASSWORD')
  const { DAVYLAMP_MQTT_CERT_FILE: certFile = '', DAVYLAMP_MQTT_KEY_FILE: keyFile = '' } = env
  if ((certFile === '') !== (keyFile === ''))
    throw new CodedError('USAGE', 'give both of DAVYLAMP_MQTT_CERT_FILE and DAVYLAMP_MQTT_KEY_FILE, or none')
  return {
    ...(username === undefined || username === '' ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(certFile === '' ? {} : { certFile, keyFile }),
  }
}

type Mqtt = Pick<Facility, 'mqtt' | 'file'>

/**
 * User, password and certificates of a facility's `mqtt` section. Files are relative to the facility
 * file. That they are in force is not asked for: a client goes on trying, and a clock may still be set.
 * @throws CodedError SECRET_UNREADABLE, CERTIFICATE_UNREADABLE, KEY_UNREADABLE, KEY_MISMATCH or CONFIG_INVALID
 */
export function brokerCredentials(facility: Mqtt, given: GivenCredentials = {}): BrokerCredentials {
  const { mqtt, file } = facility
  const folder = dirname(file)
  const username = given.username ?? mqtt.username
  const password =
    given.password ??
    (mqtt.passwordFile === undefined
      ? undefined
      : readSecret(resolve(folder, mqtt.passwordFile), 'mqtt.passwordFile'))
  const { ca, cert, key } = filesOf(facility, given)
  if ((cert === undefined) !== (key === undefined))
    throw new CodedError('CONFIG_INVALID', `${file}: mqtt.cert and mqtt.key belong together`)
  const pems = {
    ...(ca === undefined ? {} : { ca: readNamed(ca.path, ca.what) }),
    ...(cert === undefined ? {} : { cert: readNamed(cert.path, cert.what) }),
    ...(key === undefined ? {} : { key: readNamed(key.path, key.what) }),
  }
  if (ca !== undefined && pems.ca !== undefined) certificatesIn(pems.ca, ca.path)
  if (cert !== undefined && key !== undefined && pems.cert !== undefined && pems.key !== undefined)
    requirePair({ pem: pems.cert, where: cert.path }, { pem: pems.key, where: key.path })
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...pems,
  }
}

/**
 * The same, read again for every connection, so that what is renewed on the disk needs no restart. What cannot be
 * read at that moment is as it was. @throws CodedError at once, as {@link brokerCredentials}
 */
export function freshCredentials(facility: Mqtt, given?: GivenCredentials): () => BrokerCredentials {
  let last = brokerCredentials(facility, given)
  return () => {
    try {
      last = brokerCredentials(facility, given)
    } catch {
      // Half written, perhaps: whoever looks at the certificates tells it.
    }
    return last
  }
}

/** The certificates among them that end one day. */
export function brokerCertificates(facility: Mqtt, given: GivenCredentials = {}): CertificateSource[] {
  const { ca, cert } = filesOf(facility, given)
  return [ca, cert].flatMap((found) => {
    if (found === undefined) return []
    const { what, path } = found
    return [{ what, file: path, isAuthority: found === ca, read: () => readNamed(path, what) }]
  })
}

/** A URL may carry user and password; logs may not. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//')
}

interface Named {
  path: string
  /** Who named it. */
  what: string
}

function filesOf({ mqtt, file }: Mqtt, given: GivenCredentials): { ca?: Named; cert?: Named; key?: Named } {
  const named = (key: 'ca' | 'cert' | 'key', path: string | undefined): { [Key in typeof key]?: Named } =>
    path === undefined ? {} : { [key]: { path: resolve(dirname(file), path), what: `mqtt.${key}` } }
  const ca = named('ca', mqtt.ca)
  if (given.certFile === undefined || given.keyFile === undefined)
    return { ...ca, ...named('cert', mqtt.cert), ...named('key', mqtt.key) }
  return {
    ...ca,
    cert: { path: resolve(given.certFile), what: 'DAVYLAMP_MQTT_CERT_FILE' },
    key: { path: resolve(given.keyFile), what: 'DAVYLAMP_MQTT_KEY_FILE' },
  }
}
