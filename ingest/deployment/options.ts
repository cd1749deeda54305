import { resolve } from 'node:path'
import { isLoopback } from '../../contracts/address.ts'
import { CodedError } from '../../contracts/errors.ts'

/** Ports that people and gateways reach. Key: what listens. */
export const DEFAULT_PORTS = { mqtt: 8_883, https: 8_443, grafana: 3_000, influxdb: 8_086 } as const
export type Port = keyof typeof DEFAULT_PORTS

/** Everything that `deploy init` was told; kept in the folder, so that a second run needs none of it. */
export interface DeploymentOptions {
  /** Facility files of the plant, or folders of them; absolute. */
  readonly configs: readonly string[]
  /** Host names and addresses under which gateways and people reach this machine. */
  readonly names: readonly string[]
  /** For processes of this machine instead of containers. */
  readonly native: boolean
  /** Where the folder stands when native processes read it; absolute. */
  readonly home: string
  /** Native: the folder in which broker, server and Grafana keep what they have; absolute. */
  readonly data: string
  readonly influxdb: 1 | 2
  /** Native: where InfluxDB is. */
  readonly influxdbUrl: string
  /** Native: the host that server and Grafana listen on. */
  readonly listen: string
  readonly auth: 'required' | 'off'
  readonly ports: Readonly<Record<Port, number>>
  /** The broker asks every client for a certificate too. */
  readonly clientCertificates: boolean
  /** Native: the user that the broker becomes when root starts it. Undefined: its own default. */
  readonly brokerUser?: string
  readonly contacts: Contacts
}

/** Whom Grafana tells of its own alerts. */
export interface Contacts {
  readonly emails: readonly string[]
  readonly webhook?: string
}

/** Ports of `--port NAME=N`. @throws CodedError USAGE */
export function portsOf(given: readonly string[], before: Record<Port, number>): Record<Port, number> {
  const ports = { ...before }
  for (const text of given) {
    const [name = '', number = ''] = text.split('=')
    const known = (Object.keys(DEFAULT_PORTS) as Port[]).find((port) => port === name)
    const port = Number(number)
    if (known === undefined || !/^\d+$/.test(number) || port < 1 || port > 65_535) {
      const names = Object.keys(DEFAULT_PORTS).join(', ')
      throw new CodedError('USAGE', `--port ${text}: give NAME=PORT, NAME one of ${names}`)
    }
    ports[known] = port
  }
  return ports
}

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

/** A host name or an address, as certificates and URLs take it. @throws CodedError USAGE */
export function hostName(text: string): string {
  const isAddress = text.includes(':') && URL.canParse(`http://[${text}]`)
  if (isAddress || HOST.test(text)) return text.toLowerCase()
  throw new CodedError('USAGE', `--name ${text}: give a host name or an IP address, without a port`)
}

/** @throws CodedError USAGE */
export function emailAddress(text: string): string {
  if (/^[^@\s,;\p{C}]+@[^@\s,;\p{C}]+$/u.test(text)) return text
  throw new CodedError('USAGE', `--email ${text}: give one address such as shift@plant.example`)
}

/** @throws CodedError USAGE */
export function webhookUrl(text: string): string {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (isWeb && !/[\s\p{C}]/u.test(text)) return text
  throw new CodedError('USAGE', `--webhook ${text}: give an http or https URL`)
}

/** As a URL has it: IPv6 in brackets. */
export function urlHost(name: string): string {
  return name.includes(':') ? `[${name}]` : name
}

/** What is in force where nothing is said. `folder` is that of the deployment. */
export function defaultOptions(folder: string): DeploymentOptions {
  return {
    configs: [],
    names: [],
    native: false,
    home: resolve(folder),
    data: '/var/lib',
    influxdb: 2,
    influxdbUrl: '',
    listen: '127.0.0.1',
    auth: 'required',
    ports: { ...DEFAULT_PORTS },
    clientCertificates: false,
    contacts: { emails: [] },
  }
}

/** Native: the address under which a process of this machine finds another one of it. */
export function ownHost({ listen }: Pick<DeploymentOptions, 'listen'>): string {
  return ['0.0.0.0', '::', 'localhost'].includes(listen) || isLoopback(listen) ? '127.0.0.1' : listen
}
