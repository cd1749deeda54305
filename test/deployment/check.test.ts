import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { issueAuthority, issueCertificate } from '../../ingest/deployment/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { COMPOSE, DAY, Deploy, EXAMPLE, edit, NOW, smallPlant } from './deployed.ts'

const deploy = new Deploy()
const root = temporaryFolder()
const sound = join(root, 'sound')
let count = 0

beforeAll(async () => {
  await deploy.run('init', '--config', smallPlant(root), '--to', sound, '--name', 'plant.example')
})

/** A sound folder with one thing broken. */
function broken(breakIt: (folder: string) => void): string {
  const folder = join(root, `broken-${count++}`)
  cpSync(sound, folder, { recursive: true })
  breakIt(folder)
  return folder
}

function put(folder: string, name: string, pair: { cert: string; key: string }): void {
  writeFileSync(join(folder, `${name}.crt`), pair.cert)
  writeFileSync(join(folder, `${name}.key`), pair.key, { mode: 0o600 })
}

/** A certificate of the server as it should be, but for what is said. */
function certificate(
  folder: string,
  { ago = 0, names = ['server', 'plant.example', 'localhost', '127.0.0.1', '::1'] },
) {
  const ca = {
    cert: readFileSync(join(folder, 'ca/ca.crt'), 'utf8'),
    key: readFileSync(join(folder, 'ca/ca.key'), 'utf8'),
  }
  const tools = { now: NOW - ago, random: (bytes: number) => Buffer.alloc(bytes, 7) }
  return issueCertificate({ commonName: 'server', usage: 'server', names }, ca, tools)
}

const stranger = issueAuthority('Stranger', { now: NOW, random: (bytes) => Buffer.alloc(bytes, 9) })

describe('deploy check', () => {
  it('finds nothing in what init writes, also without the key of the CA', async () => {
    const example = join(root, 'example')
    await deploy.run('init', '--config', EXAMPLE, '--to', example, '--name', 'plant.example')
    for (const folder of [example, sound]) expect(await deploy.problems(folder)).toEqual([])
    expect(await deploy.problems(broken((folder) => rmSync(join(folder, 'ca/ca.key'))))).toEqual([])
  })

  it.each<[string, (folder: string) => void, string[]]>([
    [
      'a secret is missing',
      (f) => rmSync(join(f, 'grafana/admin-password')),
      ['DEPLOY_FILE_MISSING grafana/admin-password'],
    ],
    [
      'a template is missing',
      (f) => rmSync(join(f, 'grafana/grafana.ini')),
      ['DEPLOY_FILE_MISSING grafana/grafana.ini'],
    ],
    [
      'others may read a secret',
      (f) => chmodSync(join(f, 'server/mqtt-password'), 0o640),
      ['DEPLOY_FILE_OPEN server/mqtt-password'],
    ],
    [
      'others may read a key',
      (f) => chmodSync(join(f, 'server/tls.key'), 0o644),
      ['DEPLOY_FILE_OPEN server/tls.key'],
    ],
    [
      'others may read the hashes',
      (f) => chmodSync(join(f, 'mosquitto/passwords'), 0o644),
      ['DEPLOY_FILE_OPEN mosquitto/passwords'],
    ],
    [
      'a secret is empty',
      (f) => writeFileSync(join(f, 'influxdb/admin-token'), ''),
      ['DEPLOY_SECRET_WEAK influxdb/admin-token'],
    ],
    [
      'a secret is a word',
      (f) => writeFileSync(join(f, 'grafana/admin-password'), 'admin'),
      ['DEPLOY_SECRET_WEAK grafana/admin-password'],
    ],
    [
      'a secret is long and not random',
      (f) => writeFileSync(join(f, 'grafana/secret-key'), 'a'.repeat(40)),
      ['DEPLOY_SECRET_WEAK grafana/secret-key'],
    ],
    [
      'a certificate is none',
      (f) => writeFileSync(join(f, 'server/tls.crt'), 'none'),
      ['CERTIFICATE_UNREADABLE server/tls.crt'],
    ],
    [
      'a certificate has ended',
      (f) => put(f, 'server/tls', certificate(f, { ago: 398 * DAY })),
      ['CERTIFICATE_EXPIRED server/tls.crt'],
    ],
    [
      'a certificate ends within 30 days',
      (f) => put(f, 'server/tls', certificate(f, { ago: 368 * DAY })),
      ['CERTIFICATE_EXPIRES_SOON server/tls.crt'],
    ],
    [
      'a certificate is not in force yet',
      (f) => put(f, 'server/tls', certificate(f, { ago: -3 * DAY })),
      ['CERTIFICATE_NOT_YET_VALID server/tls.crt'],
    ],
    [
      'a certificate lacks a name',
      (f) => put(f, 'server/tls', certificate(f, { names: ['localhost'] })),
      ['DEPLOY_CERTIFICATE_NAMES server/tls.crt'],
    ],
    [
      'a key is of another certificate',
      (f) => cpSync(join(f, 'grafana/tls.key'), join(f, 'server/tls.key')),
      ['KEY_MISMATCH server/tls.crt'],
    ],
    ['a key is none', (f) => writeFileSync(join(f, 'server/tls.key'), ''), ['KEY_UNREADABLE server/tls.crt']],
    [
      'a gateway knows another CA',
      (f) => writeFileSync(join(f, 'gateways/demo-plant.gw-1/ca.crt'), stranger.cert),
      ['DEPLOY_CERTIFICATE_FOREIGN gateways/demo-plant.gw-1/ca.crt'],
    ],
    [
      'a facility file is wrong',
      (f) => edit(f, 'server/facilities/demo-plant.yaml', (text) => text.replace('facility:', 'facilty:')),
      ['DEPLOY_FACILITY_INVALID server/facilities'],
    ],
    [
      'a gateway has other limits than the server',
      (f) =>
        edit(f, 'gateways/demo-plant.gw-1/facility.yaml', (text) => text.replace('limit: 20', 'limit: 21')),
      [
        'DEPLOY_FILE_CHANGED gateways/demo-plant.gw-1/facility.yaml',
        'DEPLOY_FACILITY_DIFFERS gateways/demo-plant.gw-1/facility.yaml',
      ],
    ],
    [
      'the broker lets everybody in',
      (f) =>
        edit(f, 'mosquitto/mosquitto.conf', (text) =>
          text.replace('allow_anonymous false', 'allow_anonymous true'),
        ),
      ['DEPLOY_FILE_CHANGED mosquitto/mosquitto.conf'],
    ],
    [
      'Grafana lets everybody in',
      (f) => edit(f, 'grafana/grafana.ini', (text) => text.replace('enabled = false', 'enabled = true')),
      ['DEPLOY_FILE_CHANGED grafana/grafana.ini'],
    ],
    [
      'the ACL lacks a gateway',
      (f) => edit(f, 'mosquitto/acl', (text) => text.replace('user demo-plant.gw-2', '# nobody')),
      ['DEPLOY_BROKER_USERS mosquitto/acl'],
    ],
    [
      'the ACL has a rule for everybody',
      (f) => edit(f, 'mosquitto/acl', (text) => `topic readwrite #\n${text}`),
      ['DEPLOY_BROKER_USERS mosquitto/acl'],
    ],
    [
      'the ACL gives a gateway more than its own',
      (f) =>
        edit(f, 'mosquitto/acl', (text) => text.replace('gateways/gw-2/readings', 'gateways/+/readings')),
      ['DEPLOY_BROKER_USERS mosquitto/acl'],
    ],
    [
      'the broker knows somebody who is nobody',
      (f) =>
        edit(
          f,
          'mosquitto/passwords',
          (text) => `${text}${text.split('\n')[0]?.replace('server', 'mallory')}\n`,
        ),
      ['DEPLOY_BROKER_USERS mosquitto/passwords'],
    ],
    [
      'the broker does not know a gateway',
      (f) => edit(f, 'mosquitto/passwords', (text) => text.replace(/^demo-plant\.gw-1:.*\n/m, '')),
      ['DEPLOY_BROKER_USERS mosquitto/passwords'],
    ],
    [
      'a gateway has another password than the broker knows',
      (f) =>
        writeFileSync(join(f, 'gateways/demo-plant.gw-1/mqtt-password'), 'Another-one-1234567890abcdefghij'),
      ['DEPLOY_BROKER_USERS mosquitto/passwords'],
    ],
    [
      'a variable of the compose file is missing',
      (f) => edit(f, '.env', (text) => text.replace(/DAVYLAMP_INFLUXDB_ORG=.*\n/, '')),
      [`DEPLOY_VARIABLE_MISSING ${COMPOSE}`],
    ],
    [
      'a broker is published to everybody by a port alone',
      (f) => edit(f, '.env', (text) => text.replace('MQTT_BIND=127.0.0.1', 'MQTT_BIND=plant')),
      [`DEPLOY_COMPOSE_INVALID ${COMPOSE}`],
    ],
    [
      'Grafana is provisioned for other facility files',
      (f) => writeFileSync(join(f, 'grafana/provisioning/asked.json'), '{}'),
      ['DEPLOY_GRAFANA_DRIFTED grafana/provisioning/asked.json'],
    ],
  ])('sees that %s', async (_what, breakIt, found) => {
    expect(await deploy.problems(broken(breakIt))).toEqual(found)
  })

  it('sees a certificate of another CA', async () => {
    const request = {
      commonName: 'server',
      usage: 'server',
      names: ['server', 'plant.example', 'localhost', '127.0.0.1', '::1'],
    } as const
    const foreign = issueCertificate(request, stranger, {
      now: NOW,
      random: (bytes) => Buffer.alloc(bytes, 3),
    })
    const folder = broken((f) => put(f, 'server/tls', foreign))
    expect(await deploy.problems(folder)).toEqual(['DEPLOY_CERTIFICATE_FOREIGN server/tls.crt'])
  })

  it('sees that the CA ends soon, which a renewal with its own key mends', async () => {
    const folder = broken(() => undefined)
    deploy.clock.step(3_640 * DAY)
    const problems = await deploy.problems(folder)
    expect(problems).toContain('CERTIFICATE_EXPIRES_SOON ca/ca.crt')
    expect(problems).toContain('CERTIFICATE_EXPIRED mosquitto/broker.crt')
    await deploy.run('certificates', '--renew', '--ca', '--folder', folder)
    expect(await deploy.problems(folder)).toEqual([])
    deploy.clock.step(-3_640 * DAY)
  })

  it('says what it looked at, and for each problem what to do', async () => {
    const words = ['--compose', COMPOSE, '--folder']
    const fine = await deploy.run('check', ...words, sound)
    expect(fine).toEqual({ code: 0, out: `${sound}: ok\n` })
    const folder = broken((f) => rmSync(join(f, 'grafana/admin-password')))
    const { code, out } = await deploy.run('check', ...words, folder)
    expect(code).toBe(1)
    expect(out).toBe(
      `${folder}: 1 to mend\n  DEPLOY_FILE_MISSING: grafana/admin-password: it is not there\n    -> Run \`npm run deploy -- init\` again: it writes what is missing and leaves the rest.\n`,
    )
  })
})
