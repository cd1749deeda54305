import type { DeploymentOptions } from './options.ts'

/** Files of a deployment, relative to its folder. */
export const FILES = {
  manifest: 'deployment.json',
  environment: '.env',
  moreGateways: 'compose.gateways.yml',
  authority: { cert: 'ca/ca.crt', key: 'ca/ca.key' },
  broker: {
    folder: 'mosquitto',
    config: 'mosquitto/mosquitto.conf',
    acl: 'mosquitto/acl',
    passwords: 'mosquitto/passwords',
    /** Options of mosquitto_sub for the health check. */
    health: 'mosquitto/health/mosquitto_sub',
  },
  server: { folder: 'server', facilities: 'server/facilities', signingKey: 'server/journal-key.pem' },
  grafana: {
    folder: 'grafana',
    settings: 'grafana/grafana.ini',
    adminPassword: 'grafana/admin-password',
    secretKey: 'grafana/secret-key',
    /** InfluxDB 1.x, read only. */
    storePassword: 'grafana/store-password',
  },
  influxdb: {
    adminPassword: 'influxdb/admin-password',
    adminToken: 'influxdb/admin-token',
    users: 'influxdb/users.influxql',
    tokens: 'influxdb/tokens',
  },
  storePassword: 'server/store-password',
  postgresql: 'postgresql/password',
  units: {
    server: 'systemd/davylamp-server.service',
    user: 'systemd/davylamp.sysusers.conf',
    broker: 'systemd/mosquitto.service.d/davylamp.conf',
  },
} as const

/** The bundle of a gateway: all that its machine needs of this folder. */
export function gatewayFiles(user: string) {
  const folder = `gateways/${user}`
  return {
    folder,
    facility: `${folder}/facility.yaml`,
    password: `${folder}/mqtt-password`,
    unit: `${folder}/davylamp-gateway.service`,
  }
}

/** The bundle of an annunciator, likewise. */
export function annunciatorFiles(user: string) {
  const folder = `annunciators/${user}`
  return {
    folder,
    facility: `${folder}/facility.yaml`,
    password: `${folder}/mqtt-password`,
    unit: `${folder}/davylamp-annunciator.service`,
  }
}

/** Where processes see the parts of the folder, and where they keep what they have. Absolute, without a slash at the end. */
export interface Places {
  readonly broker: string
  readonly brokerData: string
  readonly server: string
  readonly serverData: string
  readonly grafana: string
  readonly grafanaData: string
  /** Where Grafana finds the token of InfluxDB 2.x. */
  readonly grafanaToken: string
}

export function placesOf({ native, home, data }: DeploymentOptions): Places {
  if (native)
    return {
      broker: `${home}/${FILES.broker.folder}`,
      brokerData: `${data}/mosquitto`,
      server: `${home}/${FILES.server.folder}`,
      serverData: `${data}/davylamp`,
      grafana: `${home}/${FILES.grafana.folder}`,
      grafanaData: `${data}/grafana`,
      grafanaToken: `${home}/${FILES.influxdb.tokens}/grafana-token`,
    }
  return {
    broker: '/mosquitto/config',
    brokerData: '/mosquitto/data',
    server: '/etc/davylamp',
    serverData: '/var/lib/davylamp',
    grafana: '/etc/grafana',
    grafanaData: '/var/lib/grafana',
    grafanaToken: '/run/tokens/grafana-token',
  }
}
