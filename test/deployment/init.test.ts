import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { codeOf, Deploy, EXAMPLE, edit } from './deployed.ts'

const example = readFileSync(EXAMPLE, 'utf8')

describe('deploy init', () => {
  const deploy = new Deploy()
  const folder = join(temporaryFolder(), 'deployment')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  let told: string

  beforeAll(async () => {
    const names = ['--name', 'plant.example', '--name', '10.0.0.5']
    told = (await deploy.run('init', '--config', EXAMPLE, '--to', folder, ...names)).out
  })

  it('gives server and gateways facility files that are the same where they have to be', () => {
    const [server] = loadFacilities([join(folder, 'server/facilities')])
    const gateways = ['gw-1', 'gw-2'].map((id) =>
      loadFacility(join(folder, `gateways/demo-plant.${id}/facility.yaml`)),
    )
    expect(gateways.map(({ digest }) => digest)).toEqual([server?.digest, server?.digest])
    expect(server?.digest).toBe(loadFacility(EXAMPLE).digest)
    expect(server?.mqtt).toMatchObject({ url: 'mqtts://mosquitto:8883', username: 'server', ca: '../ca.crt' })
    expect(gateways[0]?.mqtt).toMatchObject({
      url: 'mqtts://plant.example:8883',
      username: 'demo-plant.gw-1',
    })
    expect(server?.server).toMatchObject({ listen: '0.0.0.0:8443', auth: 'required' })
    expect(gateways[0]?.store.kind).toBe('embedded')
  })

  it('keeps the comments of the plant', () => {
    const comments = example.split('\n').filter((line) => /^\s*#/.test(line))
    const kept = read('server/facilities/demo-plant.yaml').split('\n')
    expect(comments.length).toBeGreaterThan(5)
    expect(comments.filter((line) => !kept.includes(line))).toEqual([])
    expect(kept.join('\n')).not.toContain('for the demo')
  })

  it('lets nobody else read a secret, and gives no two the same', () => {
    const secrets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(password|token|key|secret-key|passwords|acl|mosquitto_sub|\.pem)$/.test(name),
    )
    expect(secrets.length).toBeGreaterThan(12)
    for (const name of secrets)
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
    const passwords = secrets.filter((name) => name.endsWith('password')).map(read)
    expect(new Set(passwords).size).toBe(passwords.length)
    for (const password of passwords) expect(password).toMatch(/^[\w-]{32}$/)
  })

  it('says in order what to do next', () => {
    expect(told).toContain('1. Look whether all is sound.\n     npm run deploy -- check')
    expect(told).toContain(`docker compose --env-file ${folder}/.env up --detach --build`)
    expect(told).toContain('https://plant.example:8443')
    expect(told).toContain('demo-plant.gw-1, demo-plant.gw-2')
  })

  it('changes nothing when it is run again, and needs no options', async () => {
    const before = contents(folder)
    const { out } = await deploy.run('init', '--to', folder)
    expect(out).toContain('files were there and stay as they are')
    expect(contents(folder)).toEqual(before)
  })

  it('adds a gateway, and leaves what there is', async () => {
    const before = contents(folder)
    const plant = join(folder, '..', 'plant.yaml')
    writeFileSync(plant, example.replace('  - id: gw-2\n', '  - { id: gw-3, buses: [] }\n  - id: gw-2\n'))
    const { out } = await deploy.run('init', '--to', folder, '--config', plant)
    expect(out).toContain('gateways/demo-plant.gw-3/mqtt-password: made')
    expect(out).toContain('mosquitto/acl: brought up to date')
    const after = contents(folder)
    for (const [name, text] of before)
      if (/password$|\.key$|\.crt$|\.pem$|token$/.test(name))
        expect([name, after.get(name)]).toEqual([name, text])
    const lines = (before.get('mosquitto/passwords') ?? '').trim().split('\n')
    expect(after.get('mosquitto/passwords')?.trim().split('\n')).toEqual(expect.arrayContaining(lines))
    expect(await deploy.problems(folder)).toEqual([])
    await deploy.run('init', '--to', folder, '--config', EXAMPLE)
  })

  it('takes away the settings of a gateway that is no more, and keeps its secret', () => {
    expect(readdirSync(join(folder, 'gateways/demo-plant.gw-3'))).toEqual(['mqtt-password'])
    expect(read('mosquitto/acl')).not.toContain('gw-3')
  })

  it('leaves what somebody has changed, and says so', async () => {
    edit(folder, 'mosquitto/mosquitto.conf', (text) => `${text}max_topic_alias 5\n`)
    const { out } = await deploy.run('init', '--to', folder)
    expect(out).toContain('mosquitto/mosquitto.conf: LEFT as you changed it')
    expect(read('mosquitto/mosquitto.conf')).toContain('max_topic_alias')
    expect(await deploy.problems(folder)).toEqual(['DEPLOY_FILE_CHANGED mosquitto/mosquitto.conf'])
    rmSync(join(folder, 'mosquitto/mosquitto.conf'))
    await deploy.run('init', '--to', folder)
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('keeps the addresses that a person publishes, and variables of theirs', async () => {
    edit(
      folder,
      '.env',
      (text) =>
        `${text.replace('MQTT_BIND=127.0.0.1', 'MQTT_BIND=10.0.0.5')}DAVYLAMP_SCENARIO=calm\nCOMPOSE_PROFILES=postgresql\n`,
    )
    const { out } = await deploy.run('init', '--to', folder)
    // It has everything that is ours, too.
    expect(out).not.toContain('LEFT')
    expect(read('.env')).toContain('DAVYLAMP_MQTT_BIND=10.0.0.5\n')
    expect(read('.env')).toContain('DAVYLAMP_SCENARIO=calm\n')
    expect(read('.env')).toContain('COMPOSE_PROFILES=postgresql\n')
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('makes a certificate anew that lacks a name', async () => {
    const { out } = await deploy.run('init', '--to', folder, '--name', 'davylamp.example')
    expect(out).toContain('server/tls.crt: renewed')
    expect(out).not.toContain('ca/ca.crt: renewed')
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('hands Grafana what the server runs on', () => {
    const { facilities, datasource } = JSON.parse(read('grafana/provisioning/asked.json'))
    expect(facilities).toEqual([['demo-plant', loadFacility(EXAMPLE).digest]])
    expect(datasource.tokenFile).toBe('/run/tokens/grafana-token')
  })
})

describe('deploy init --native', () => {
  const deploy = new Deploy()
  const root = temporaryFolder()
  const folder = join(root, 'native')

  it('writes what processes of this machine read, with a profile of the plant beside it', async () => {
    const plant = join(root, 'plant.yaml')
    mkdirSync(join(root, 'own'))
    const profile = readFileSync(
      new URL('../../gateway/profiles/honeywell-xrl.yaml', import.meta.url),
      'utf8',
    )
    writeFileSync(join(root, 'own/xrl.yaml'), profile)
    writeFileSync(plant, example.replace('profile: honeywell-xrl', 'profile: own/xrl.yaml'))
    const ports = ['--port', 'mqtt=18883', '--port', 'https=18443']
    const more = ['--influxdb', '1', '--auth', 'off', '--data', join(root, 'data'), '--home', '/etc/davylamp']
    await deploy.run('init', '--to', folder, '--config', plant, '--native', ...ports, ...more)
    const [server] = loadFacilities([join(folder, 'server/facilities')])
    expect(server?.mqtt.url).toBe('mqtts://127.0.0.1:18883')
    expect(server?.server).toMatchObject({
      listen: '127.0.0.1:18443',
      data: join(root, 'data/davylamp/server'),
    })
    expect(server?.store).toMatchObject({ api: 'v1', database: 'davylamp', username: 'davylamp-ingest' })
    expect(readFileSync(join(folder, 'mosquitto/mosquitto.conf'), 'utf8')).toContain(
      'certfile /etc/davylamp/mosquitto/broker.crt',
    )
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('has the users of InfluxDB 1.x with the passwords that server and Grafana have', () => {
    const users = readFileSync(join(folder, 'influxdb/users.influxql'), 'utf8')
    for (const file of ['influxdb/admin-password', 'server/store-password', 'grafana/store-password'])
      expect(users).toContain(`'${readFileSync(join(folder, file), 'utf8')}'`)
    expect(users).toContain('GRANT READ ON "davylamp" TO "davylamp-grafana"')
  })

  it.each([
    ['no facility file', ['init', '--to', join(root, 'x')], 'USAGE'],
    ['a port that is none', ['init', '--to', folder, '--port', 'mqtt=0'], 'USAGE'],
    ['a name with a port', ['init', '--to', folder, '--name', 'plant:8883'], 'USAGE'],
    ['an address of mail that is none', ['init', '--to', folder, '--email', 'shift leader'], 'USAGE'],
    ['two addresses in one', ['init', '--to', folder, '--email', 'a@plant.example,b@plant.example'], 'USAGE'],
    ['a webhook that is none', ['init', '--to', folder, '--webhook', 'plant.example/hook'], 'USAGE'],
    ['a webhook that is a file', ['init', '--to', folder, '--webhook', 'file:///etc/passwd'], 'USAGE'],
    [
      'an option of processes for containers',
      ['init', '--to', join(root, 'x'), '--config', EXAMPLE, '--data', 'x'],
      'USAGE',
    ],
    ['a folder that is none', ['check', '--folder', root], 'DEPLOY_MISSING'],
    ['certificates without a word what for', ['certificates', '--folder', folder], 'USAGE'],
    ['no such command', ['deploy'], 'USAGE'],
  ])('refuses %s', async (_what, words, code) => {
    expect(await codeOf(deploy.run(...words))).toBe(code)
  })

  it('refuses two gateways that would be one user of the broker', async () => {
    const [one, two] = ['a', 'a.b'].map((id, index) => {
      const file = join(root, `${index}.yaml`)
      const gateway = id === 'a' ? 'b.c' : 'c'
      writeFileSync(file, `facility: { id: ${id} }\ngateways: [ { id: ${gateway}, buses: [] } ]\n`)
      return file
    })
    const words = ['init', '--to', join(root, 'clash'), '--config', one ?? '', '--config', two ?? '']
    expect(await codeOf(deploy.run(...words))).toBe('DEPLOY_USER_CLASH')
  })
})

/** Key: path; all files of a folder. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')]
    }),
  )
}
