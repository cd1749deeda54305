import type { CertificateRequest } from './certificates.ts'
import { annunciatorFiles, FILES, gatewayFiles } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
import type { DeploymentOptions } from './options.ts'

/** A certificate of a deployment and where it stands, from its folder. */
export interface PlannedCertificate extends CertificateRequest {
  readonly cert: string
  readonly key: string
}

const OWN_NAMES = ['localhost', '127.0.0.1', '::1'] as const

/** All but that of the CA. */
export function plannedCertificates(
  options: DeploymentOptions,
  users: readonly MqttUser[],
): PlannedCertificate[] {
  const { native, names, listen, clientCertificates } = options
  const bound = native && !['0.0.0.0', '::'].includes(listen) ? [listen] : []
  const server = (service: string, folder: string, file: string): PlannedCertificate => ({
    commonName: service,
    usage: 'server',
    names: [...new Set([...(native ? [] : [service]), ...names, ...bound, ...OWN_NAMES])],
    cert: `${folder}/${file}.crt`,
    key: `${folder}/${file}.key`,
  })
  const client = (user: MqttUser): PlannedCertificate => ({
    commonName: user.name,
    usage: 'client',
    names: [],
    cert: `${clientFolder(user)}/client.crt`,
    key: `${clientFolder(user)}/client.key`,
  })
  return [
    server('mosquitto', FILES.broker.folder, 'broker'),
    server('server', FILES.server.folder, 'tls'),
    server('grafana', FILES.grafana.folder, 'tls'),
    ...(clientCertificates ? users.map(client) : []),
  ]
}

/** Where a user of the broker has its password, and its certificate. */
export function clientFolder({ kind, name }: MqttUser): string {
  switch (kind) {
    case 'server':
      return FILES.server.folder
    case 'gateway':
      return gatewayFiles(name).folder
    case 'health':
      return `${FILES.broker.folder}/health`
    case 'annunciator':
      return annunciatorFiles(name).folder
    case 'foreign':
    case 'listener':
      return `clients/${name}`
  }
}
