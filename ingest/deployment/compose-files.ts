import { isIP } from 'node:net'
import { brokerName } from './facility-files.ts'
import { gatewayFiles } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
import type { DeploymentOptions } from './options.ts'

export interface ComposeSetting {
  readonly options: DeploymentOptions
  readonly users: readonly MqttUser[]
  /** The folder of the deployment as compose finds it: relative to docker-compose.yml, or absolute. */
  readonly folder: string
  /** Who owns the files of the folder, and so runs the containers. */
  readonly owner: { readonly uid: number; readonly gid: number }
  readonly version: string
  readonly timezone: string
  readonly influx: { readonly org: string; readonly bucket: string; readonly retention: string }
  readonly moreGateways: string
}

/** Variables that go when there is one gateway again. */
const OURS_AT_TIMES: readonly string[] = ['COMPOSE_FILE', 'COMPOSE_PATH_SEPARATOR']

/** Variables of docker-compose.yml. Key: name. The first gateway is that of the service `gateway`. */
export function composeVariables(setting: ComposeSetting): Record<string, string> {
  const { options, folder, owner, version, timezone, influx } = setting
  const [first, ...others] = gatewaysOf(setting.users)
  const host = brokerName(options)
  return {
    ...(others.length === 0
      ? {}
      : {
          COMPOSE_FILE: `docker-compose.yml:${folder}/${setting.moreGateways}`,
          COMPOSE_PATH_SEPARATOR: ':',
        }),
    DAVYLAMP_DEPLOYMENT: folder,
    DAVYLAMP_VERSION: version,
    DAVYLAMP_UID: String(owner.uid),
    DAVYLAMP_GID: String(owner.gid),
    DAVYLAMP_TIMEZONE: timezone,
    // Within compose it is another name of the broker. An address needs none: it is that of this machine.
    DAVYLAMP_HOST: isIP(host) === 0 ? host : 'mosquitto',
    DAVYLAMP_GATEWAY: first?.name ?? '',
    DAVYLAMP_GATEWAY_ID: first?.gateway.id ?? '',
    DAVYLAMP_MQTT_BIND: '127.0.0.1',
    DAVYLAMP_MQTT_PORT: String(options.ports.mqtt),
    DAVYLAMP_HTTPS_BIND: '127.0.0.1',
    DAVYLAMP_HTTPS_PORT: String(options.ports.https),
    DAVYLAMP_GRAFANA_BIND: '127.0.0.1',
    DAVYLAMP_GRAFANA_PORT: String(options.ports.grafana),
    DAVYLAMP_INFLUXDB_PORT: String(options.ports.influxdb),
    DAVYLAMP_INFLUXDB_ORG: influx.org,
    DAVYLAMP_INFLUXDB_BUCKET: influx.bucket,
    DAVYLAMP_INFLUXDB_RETENTION: influx.retention,
  }
}

/**
 * The file of variables. What a person has set there stays: which addresses are published is theirs to say.
 * `before` is the file as it was.
 */
export function composeEnvironment(setting: ComposeSetting, before: string): string {
  const kept = parseEnvironment(before)
  const lines = Object.entries(composeVariables(setting)).map(([name, value]) => {
    const own = name.endsWith('_BIND') ? kept.get(name) : undefined
    return `${name}=${own ?? value}`
  })
  const head = [
    '# Written by npm run deploy -- init. Variables that end in _BIND are yours: 127.0.0.1 publishes to this machine only,',
    '# an address of this machine to its network. Other variables of docker-compose.yml that you add here stay too.',
  ]
  const known = new Set(Object.keys(composeVariables(setting)))
  const others = [...kept].filter(([name]) => !known.has(name) && !OURS_AT_TIMES.includes(name))
  return `${[...head, ...lines, ...others.map(([name, value]) => `${name}=${value}`)].join('\n')}\n`
}

export function parseEnvironment(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(line))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

/**
 * A compose file with the gateways beyond the first: each is the service `gateway` of docker-compose.yml with another
 * folder. Undefined when there is one.
 */
export function composeGateways(setting: ComposeSetting): string | undefined {
  const [, ...others] = gatewaysOf(setting.users)
  if (others.length === 0) return undefined
  const services = others.map(({ name, gateway }) => {
    const service = `gateway-${name}`
    const folder = `\${DAVYLAMP_DEPLOYMENT:-./deployment}/${gatewayFiles(name).folder}`
    return `  ${service}:
    extends: { file: docker-compose.yml, service: gateway }
    command: [gateway, run, --config, /etc/davylamp/facility.yaml, --gateway, ${quoted(gateway.id)}]
    healthcheck:
      test: [CMD, davylamp, gateway, health, --config, /etc/davylamp/facility.yaml, --gateway, ${quoted(gateway.id)}]
    volumes:
      - { type: bind, source: ${quoted(folder)}, target: /etc/davylamp, read_only: true }
      - { type: volume, source: ${service}, target: /var/lib/davylamp, volume: { nocopy: true } }

  simulator-${name}:
    extends: { file: docker-compose.yml, service: simulator }
    network_mode: service:${service}
    volumes:
      - { type: bind, source: ${quoted(folder)}, target: /etc/davylamp, read_only: true }
`
  })
  const names = others.map(({ name }) => `gateway-${name}`)
  const volumes = names.map((name) => `      - { type: volume, source: ${name}, target: /volumes/${name} }`)
  return `# Written by npm run deploy -- init: the gateways beyond the first. Compose finds it by COMPOSE_FILE in .env.
services:
  volumes:
    volumes:
${volumes.join('\n')}

${services.join('\n')}
volumes:
${names.map((name) => `  ${name}: {}`).join('\n')}
`
}

function gatewaysOf(users: readonly MqttUser[]) {
  return users.flatMap(({ name, gateway }) => (gateway === undefined ? [] : [{ name, gateway }]))
}

/** JSON is YAML: an id such as 1e3 stays text. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
