import { resolve } from 'node:path'
import { parseCommandLine } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import {
  type DeploymentOptions,
  defaultOptions,
  emailAddress,
  hostName,
  portsOf,
  webhookUrl,
} from '../deployment/options.ts'

const OPTIONS = {
  config: { type: 'string', multiple: true, default: [] as string[] },
  to: { type: 'string' },
  folder: { type: 'string' },
  name: { type: 'string', multiple: true, default: [] as string[] },
  native: { type: 'boolean', default: false },
  home: { type: 'string' },
  data: { type: 'string' },
  influxdb: { type: 'string' },
  'influxdb-url': { type: 'string' },
  listen: { type: 'string' },
  auth: { type: 'string' },
  port: { type: 'string', multiple: true, default: [] as string[] },
  'client-certificates': { type: 'boolean', default: false },
  'broker-user': { type: 'string' },
  email: { type: 'string', multiple: true, default: [] as string[] },
  webhook: { type: 'string' },
  compose: { type: 'string' },
  renew: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  ca: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export type DeployWords = ReturnType<typeof deployWords>

/** What is written after `deploy`. @throws CodedError USAGE */
export function deployWords(argv: readonly string[]) {
  const { values, positionals } = parseCommandLine(argv, OPTIONS)
  const [, command, ...surplus] = positionals
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  return { command, values, folder: values.to ?? values.folder ?? 'deployment' }
}

/** What is to be in force: what is said now, else what was said before, else what is usual. @throws CodedError USAGE */
export function deploymentOptions(
  { values, folder }: DeployWords,
  before: DeploymentOptions | undefined,
): DeploymentOptions {
  const was = before ?? defaultOptions(folder)
  const native = values.native || was.native
  const ports = portsOf(values.port, was.ports)
  const configs = values.config.length > 0 ? values.config.map((config) => resolve(config)) : was.configs
  const names = [...new Set([...was.names, ...values.name.map(hostName)])]
  const brokerUser = values['broker-user'] ?? was.brokerUser
  const webhook = values.webhook === undefined ? was.contacts.webhook : webhookUrl(values.webhook)
  const influxdb = influxOf(values.influxdb, was.influxdb)
  const auth = values.auth ?? was.auth
  if (auth !== 'required' && auth !== 'off') throw new CodedError('USAGE', '--auth is required or off')
  if (configs.length === 0) throw new CodedError('USAGE', 'give a facility file with --config')
  const isSame = native === was.native
  if (before !== undefined && !isSame)
    throw new CodedError('USAGE', `${folder} is for containers: give another folder with --to for --native`)
  if (!native) refuseNativeOnly(values)
  return {
    configs,
    names,
    native,
    home: values.home === undefined ? was.home : resolve(values.home),
    data: values.data === undefined ? was.data : resolve(values.data),
    influxdb,
    influxdbUrl: values['influxdb-url'] ?? (was.influxdbUrl || `http://127.0.0.1:${ports.influxdb}`),
    listen: values.listen === undefined ? was.listen : hostName(values.listen),
    auth,
    ports,
    clientCertificates: values['client-certificates'] || was.clientCertificates,
    ...(brokerUser === undefined ? {} : { brokerUser }),
    contacts: {
      emails: [...new Set([...was.contacts.emails, ...values.email.map(emailAddress)])],
      ...(webhook === undefined ? {} : { webhook }),
    },
  }
}

function influxOf(text: string | undefined, before: 1 | 2): 1 | 2 {
  if (text === undefined) return before
  if (text === '1') return 1
  if (text === '2') return 2
  throw new CodedError('USAGE', `--influxdb ${text}: give 1 or 2`)
}

/** What means nothing to containers is refused rather than passed over. */
function refuseNativeOnly(values: DeployWords['values']): void {
  const given = (['home', 'data', 'influxdb-url', 'listen', 'broker-user', 'auth'] as const).filter(
    (name) => values[name] !== undefined,
  )
  const names = given.map((name) => `--${name}`).join(', ')
  if (given.length > 0) throw new CodedError('USAGE', `${names}: with --native only`)
  if (values.influxdb === '1') throw new CodedError('USAGE', '--influxdb 1: with --native only')
}
