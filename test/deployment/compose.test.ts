import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { composeProblems } from '../../ingest/deployment/compose-check.ts'
import { type ComposeModel, readCompose } from '../../ingest/deployment/compose-model.ts'
import { FILES } from '../../ingest/deployment/layout.ts'
import { filesLike, ROOT, SOURCE_FOLDERS } from '../contracts/source-files.ts'
import { sentToBuild, stagesOf } from '../real/image.ts'
import { COMPOSE } from './deployed.ts'

const TEXT = readFileSync(COMPOSE, 'utf8')
const VARIABLES = new Map([
  ...Array.from(TEXT.matchAll(/\$\{(DAVYLAMP_\w+)/g), ([, name = '']) => [name, name.toLowerCase()] as const),
  ['DAVYLAMP_UID', '1000'],
  ['DAVYLAMP_GID', '1000'],
  ['DAVYLAMP_VERSION', '0.1.0'],
  ['DAVYLAMP_MQTT_BIND', '127.0.0.1'],
  ['DAVYLAMP_HTTPS_BIND', '127.0.0.1'],
  ['DAVYLAMP_GRAFANA_BIND', '[::1]'],
  ['DAVYLAMP_MQTT_PORT', '8883'],
  ['DAVYLAMP_HTTPS_PORT', '8443'],
  ['DAVYLAMP_GRAFANA_PORT', '3000'],
] as const)

/** As compose files have them, `body` without the common beginning. */
function variable(body: string): string {
  return `\${DAVYLAMP_${body}}`
}

function model(text = TEXT): ComposeModel {
  const { model: found, problems, missing } = readCompose(text, VARIABLES)
  expect({ problems, missing }).toEqual({ problems: [], missing: [] })
  if (found === undefined) throw new Error('no model')
  return found
}

const problems = (text: string) =>
  composeProblems(model(text), { isThere: () => true }).map(({ code, detail }) => `${code} ${detail}`)

describe('docker-compose.yml', () => {
  it('has nothing wrong', () => {
    expect(problems(TEXT)).toEqual([])
  })

  it('has the services of the design', () => {
    const services = [
      'mosquitto',
      'influxdb',
      'setup',
      'grafana',
      'server',
      'gateway',
      'simulator',
      'postgresql',
    ]
    expect(Object.keys(model().services).sort()).toEqual([...services, 'volumes'].sort())
  })

  it('keeps the databases away from where ports are published', () => {
    const { services, networks } = model()
    expect(networks?.data).toEqual({ internal: true })
    expect(services.influxdb).toMatchObject({ networks: ['data'] })
    expect(services.influxdb?.ports).toBeUndefined()
    expect(services.postgresql?.ports).toBeUndefined()
  })

  it('lets the server reach mail servers, chat services and a provider of sign-in, and databases nothing', () => {
    const { services, networks = {} } = model()
    const reaches = (name: string) => {
      const own = services[name]?.networks ?? []
      const names = Array.isArray(own) ? own : Object.keys(own)
      return names.some((network) => !JSON.stringify(networks[network]).includes('"internal":true'))
    }
    expect(['server', 'gateway'].map(reaches)).toEqual([true, true])
    expect(['influxdb', 'postgresql', 'setup'].map(reaches)).toEqual([false, false, false])
  })

  it('publishes on loopback unless somebody says otherwise', () => {
    const { model: bare } = readCompose(TEXT, new Map())
    const ports = Object.values(bare?.services ?? {}).flatMap(({ ports: found = [] }) => found)
    expect(ports).toEqual(['127.0.0.1:8883:8883', '127.0.0.1:8443:8443', '127.0.0.1:3000:3000'])
  })

  it('mounts what the folder has', () => {
    const paths = [...TEXT.matchAll(/\$\{DAVYLAMP_DEPLOYMENT:-\.\/deployment\}\/([\w./-]+)/g)].map(
      ([, path]) => path,
    )
    const { broker, server, grafana, influxdb, postgresql } = FILES
    const known: string[] = [
      broker.folder,
      server.folder,
      server.facilities,
      grafana.folder,
      influxdb.adminPassword,
      influxdb.adminToken,
      postgresql,
      'gateways/',
    ]
    expect([...new Set(paths)].sort()).toEqual(known.sort())
  })

  it.each([
    [
      'an image without a version',
      'image: influxdb:2.7.12',
      'image: influxdb',
      'DEPLOY_IMAGE_UNPINNED influxdb: influxdb',
    ],
    [
      'the latest image',
      'image: grafana/grafana:12.3.1',
      'image: grafana/grafana:latest',
      'DEPLOY_IMAGE_UNPINNED grafana: grafana/grafana:latest',
    ],
    [
      'a volume that is not there',
      'source: grafana, target: /var',
      'source: grafnaa, target: /var',
      'there is no volume grafnaa',
    ],
    [
      'a secret that is not there',
      'secrets: [postgresql-password]',
      'secrets: [other]',
      'there is no secret other',
    ],
    [
      'a network that is not there',
      'networks: [data, front]\n    ports',
      'networks: [dta]\n    ports',
      'there is no network dta',
    ],
    [
      'a service that is not there',
      'influxdb: { condition: service_healthy }',
      'influx: { condition: service_healthy }',
      'there is no service influx',
    ],
    [
      'health of what has no check',
      'setup: { condition: service_completed',
      'volumes: { condition: service_healthy } \n      setup: { condition: service_completed',
      'which has no check',
    ],
    [
      'two of one port',
      `${variable('GRAFANA_PORT:-3000')}:${variable('GRAFANA_PORT:-3000')}`,
      '8443:8443',
      'port 8443 is that of',
    ],
    ['another port inside', `:${variable('GRAFANA_PORT:-3000')}:`, ':3001:', 'has one port'],
    ['a port without an address', `- ${variable('GRAFANA_BIND:-127.0.0.1')}:`, '- ', 'names no address'],
    [
      'a service as root',
      `user: ${variable('UID:?run npm run deploy -- init, and give --env-file deployment/.env')}:${variable('GID:?')}`,
      'user: "0"',
      'server: user: it runs as root',
    ],
    ['a file system that can be written', '  read_only: true\n  cap_drop', '  cap_drop', 'read_only'],
    ['capabilities', '  cap_drop: [ALL]\n  security_opt', '  security_opt', 'server: cap_drop'],
    ['privileges', '  security_opt: ["no-new-privileges:true"]\n  init', '  init', 'server: security_opt'],
    ['a log without end', '{ max-size: 10m, max-file: "5" }', '{ max-file: "5" }', 'server: logging'],
    [
      'a service that stays down',
      '  init: true\n  restart: unless-stopped',
      '  init: true',
      'server: restart',
    ],
    ['memory without end', 'mem_limit: 2g', 'mem_limit: 3g', 'server: mem_limit'],
    [
      'a folder that can be written',
      'deployment}/mosquitto\n        target: /mosquitto/config\n        read_only: true',
      'deployment}/mosquitto\n        target: /mosquitto/config',
      'mosquitto: ',
    ],
    ['root with a network', 'network_mode: none', 'networks: [edge]', 'volumes: user: it runs as root'],
    [
      'a secret nobody uses',
      'secrets:\n  influxdb-admin-password:',
      'secrets:\n  other: { file: x }\n  influxdb-admin-password:',
      'other: nobody uses it',
    ],
  ])('sees %s', (_what, before, after, found) => {
    expect(TEXT).toContain(before)
    expect(problems(TEXT.replaceAll(before, after)).join('\n')).toContain(found)
  })

  it('sees files that are not there', () => {
    const found = composeProblems(model(), { isThere: (path) => !path.endsWith('/grafana') })
    expect(found.map(({ detail }) => detail)).toContain('grafana: davylamp_deployment/grafana is not there')
  })

  it('is told as YAML that is none, and by the service where its form is not ours', () => {
    expect(readCompose('a: [', new Map()).problems.length).toBeGreaterThan(0)
    expect(readCompose('services: { x: { ports: 3 } }', new Map()).problems[0]).toContain('services.x.ports')
  })
})

describe('Dockerfile', () => {
  const text = filesLike('Dockerfile').get('Dockerfile') ?? ''
  const sent = sentToBuild(
    filesLike('.dockerignore').get('.dockerignore') ?? readFileSync(`${ROOT}.dockerignore`, 'utf8'),
  )

  it('copies every folder of sources, and nothing that is not sent', () => {
    const copied = stagesOf(text).flatMap((stage) =>
      stage
        .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
        .flatMap(({ rest }) =>
          rest
            .split(' ')
            .filter((one) => !one.startsWith('--'))
            .slice(0, -1),
        ),
    )
    const tops = copied.map((path) => path.split('/')[0] ?? '')
    expect(SOURCE_FOLDERS.filter((folder) => !tops.includes(folder))).toEqual([])
    expect(tops.filter((top) => !sent.includes(top))).toEqual([])
    expect(sent.filter((top) => !tops.includes(top))).toEqual([])
    for (const path of copied) expect(existsSync(`${ROOT}${path}`), path).toBe(true)
  })

  it('pins its images, ends as nobody in particular, and says how its health is seen', () => {
    const [packages = [], final = []] = stagesOf(text)
    for (const [from] of [packages, final]) expect(from?.rest).toMatch(/:[\w.-]*\d[\w.-]*( AS \w+)?$/)
    expect(final.findLast(({ word }) => word === 'USER')?.rest).toBe('davylamp')
    expect(final.map(({ word }) => word)).toEqual(
      expect.arrayContaining(['HEALTHCHECK', 'ENTRYPOINT', 'LABEL', 'CMD']),
    )
    expect(text).toContain(`VERSION=${JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).version}`)
  })
})
