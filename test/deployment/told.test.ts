import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { ServerSchema } from '../../contracts/server-schema.ts'
import { issueAuthority } from '../../ingest/deployment/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Deploy, NOW, smallPlant } from './deployed.ts'
import { toldPlant } from './told-plant.ts'

const authority = issueAuthority('Proxy', { now: NOW, random: (bytes) => Buffer.alloc(bytes, 5) }).cert
const COPIES = {
  'server/channels/demo-plant/mail/password': 'own/mail',
  'server/channels/demo-plant/group/url': 'own/group-url',
  'server/channels/demo-plant/group/secret': 'own/group-secret',
  'server/channels/demo-plant/group/ca.pem': 'own/proxy.pem',
  'server/oidc/client-secret': 'own/oidc-secret',
}

describe('a deployment of a plant that tells people', () => {
  const deploy = new Deploy()
  let root: string
  let folder: string
  let plant: string
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const give = (file: string, text: string) => writeFileSync(join(root, file), text)
  const init = async (...more: string[]) =>
    (await deploy.run('init', '--config', plant, '--to', folder, '--name', 'plant.example', ...more)).out

  beforeEach(() => {
    root = temporaryFolder()
    folder = join(root, 'deployment')
    plant = toldPlant(root)
    for (const file of Object.values(COPIES)) give(file, `of ${file}`)
    give('own/proxy.pem', authority)
  })

  it('gives the server what channels and the provider of sign-in need, each file where the facility file has it', async () => {
    await init()
    const { notify, server } = loadFacility(join(folder, 'server/facilities/demo-plant.yaml'))
    const named = [...notify.channels.values()].flatMap((channel) =>
      channel.kind === 'email' ? [channel.passwordFile] : [channel.urlFile, channel.secretFile, channel.ca],
    )
    const paths = [...named, server.oidc?.clientSecretFile]
    expect(paths).toEqual(Object.keys(COPIES).map((path) => join(folder, path)))
    for (const [copy, file] of Object.entries(COPIES)) {
      expect(read(copy)).toBe(readFileSync(join(root, file), 'utf8'))
      const mode = statSync(join(folder, copy)).mode & 0o777
      expect([copy, mode]).toEqual([copy, copy.endsWith('.pem') ? 0o644 : 0o600])
    }
    expect(read('server/facilities/demo-plant.yaml')).toContain('# The relay of the company.')
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('keeps every key of the section server that is not its own to say', async () => {
    await init()
    const { server } = loadFacility(join(folder, 'server/facilities/demo-plant.yaml'))
    expect(server.sessions).toEqual(loadFacility(plant).server.sessions)
    expect(server.oidc).toMatchObject({
      issuer: 'https://id.plant.example/realms/plant',
      clientId: 'davylamp',
    })
    // A key that is new has to be carried over too.
    const written = read('server/facilities/demo-plant.yaml')
    for (const key of Object.keys(ServerSchema.properties))
      expect(written).toMatch(new RegExp(`^  ${key}:`, 'm'))
  })

  it('leaves the provider out of a trial without sign-in', async () => {
    await init('--native', '--auth', 'off')
    expect(read('server/facilities/demo-plant.yaml')).not.toContain('oidc')
    expect(existsSync(join(folder, 'server/oidc'))).toBe(false)
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('tells gateways and annunciators nothing of people, and has the same digest everywhere', async () => {
    await init()
    const edges = [
      'gateways/demo-plant.gw-1',
      'gateways/demo-plant.gw-2',
      'annunciators/demo-plant.annunciator.horns',
    ]
    const { digest, register, plans } = loadFacility(join(folder, 'server/facilities/demo-plant.yaml'))
    expect(digest).toBe(loadFacility(plant).digest)
    const { register: nothing } = loadFacility(smallPlant(temporaryFolder()))
    expect(register).not.toEqual(nothing)
    expect(plans.size).toBeGreaterThan(0)
    for (const edge of edges) {
      const file = `${edge}/facility.yaml`
      const known = loadFacility(join(folder, file))
      const { notify, annunciators, digest: own } = known
      expect(own).toBe(digest)
      expect(notify.responders.size + notify.duties.size + notify.channels.size).toBe(0)
      expect(known.register).toEqual(nothing)
      expect(known.plans.size).toBe(0)
      expect(read(file)).not.toMatch(/^(responders|roster|notify|register|plans):/m)
      // What it repeated of the policies it has in full.
      expect(annunciators[0]?.outputs[0]?.match).toEqual({ priorities: ['high', 'critical'] })
      expect(read(file)).not.toMatch(
        /li\.wei|a\.novak|liu\.yang|李伟|@|relay\.plant|own\/|oidc|Who is told|passwordFile: mail/,
      )
      // Comments may say anything.
      expect(read(file).match(/#.*/g)).toEqual([expect.stringContaining('without comments')])
    }
  })

  it('gives each annunciator a user, a file and a unit of its own', async () => {
    const out = await init()
    const { mqtt } = loadFacility(join(folder, 'annunciators/demo-plant.annunciator.horns/facility.yaml'))
    expect(mqtt).toMatchObject({
      username: 'demo-plant.annunciator.horns',
      url: 'mqtts://plant.example:8883',
    })
    const acl = read('mosquitto/acl')
    const rules = acl.split('\n\n').find((part) => part.includes('user demo-plant.annunciator.horns\n'))
    const topic = 'davylamp/v1/demo-plant'
    expect(rules?.split('\n').slice(2)).toEqual([
      `topic read ${topic}/alarms/+`,
      `topic read ${topic}/server`,
      `topic write ${topic}/annunciators/horns`,
    ])
    const others = acl.split('\n\n').find((part) => part.includes('user annunciator\n'))
    expect(others).not.toContain('write')
    expect(read('annunciators/demo-plant.annunciator.lamps/davylamp-annunciator.service')).toContain(
      'annunciator --config /etc/davylamp-annunciators/demo-plant.annunciator.lamps/facility.yaml --id lamps\n',
    )
    expect(out).toContain('demo-plant.annunciator.horns, demo-plant.annunciator.lamps')
  })

  it('says which files are still missing, and takes them where they belong', async () => {
    rmSync(join(root, 'own/mail'))
    rmSync(join(root, 'own/proxy.pem'))
    const out = await init()
    const [mail, proxy] = ['mail/password', 'group/ca.pem'].map(
      (name) => `server/channels/demo-plant/${name}`,
    )
    expect(out).toContain(`  ${mail}: MISSING`)
    expect(out).toMatch(/1\. Bring what the facility file names .*\n.*mail\/password\n.*group\/ca\.pem\n/)
    const gone = [`DEPLOY_GIVEN_MISSING ${mail}`, `DEPLOY_GIVEN_MISSING ${proxy}`]
    expect(await deploy.problems(folder)).toEqual(gone)
    writeFileSync(join(folder, mail ?? ''), 'by hand', { flag: 'wx', mode: 0o600 })
    give('own/proxy.pem', authority)
    expect(await init()).not.toContain('MISSING')
    expect(await deploy.problems(folder)).toEqual([])
    // What the plant has later is not what a person has put there.
    give('own/mail', 'other')
    expect(await init()).toContain(`${mail}: LEFT as you changed it`)
    expect(read(mail ?? '')).toBe('by hand')
  })

  it('takes a secret that changed at the plant, and keeps a copy whose original is no more', async () => {
    const copy = 'server/channels/demo-plant/mail/password'
    await init()
    give('own/mail', 'renewed')
    expect(await init()).toContain(`${copy}: brought up to date`)
    rmSync(join(root, 'own'), { recursive: true })
    expect(await init()).not.toContain(copy)
    expect(read(copy)).toBe('renewed')
    expect(await deploy.problems(folder)).toEqual([])
    writeFileSync(
      plant,
      readFileSync(plant, 'utf8').replace(', username: davylamp, passwordFile: own/mail', ''),
    )
    expect(await init()).toContain(`${copy}: removed`)
    expect(existsSync(join(folder, copy))).toBe(false)
  })

  it('sees files of the plant that are open, empty or no certificate', async () => {
    await init()
    chmodSync(join(folder, 'server/oidc/client-secret'), 0o640)
    writeFileSync(join(folder, 'server/channels/demo-plant/group/url'), '\n')
    writeFileSync(join(folder, 'server/channels/demo-plant/group/ca.pem'), 'none')
    expect(await deploy.problems(folder)).toEqual([
      'DEPLOY_GIVEN_MISSING server/channels/demo-plant/group/url',
      'CERTIFICATE_UNREADABLE server/channels/demo-plant/group/ca.pem',
      'DEPLOY_FILE_OPEN server/oidc/client-secret',
    ])
  })

  it('takes channels that are written by anchors', async () => {
    const text = readFileSync(plant, 'utf8')
    const moved = text
      .replace('  channels:\n', '  channels: &ways\n')
      .replace(
        'username: davylamp, passwordFile: own/mail',
        'username: davylamp, passwordFile: &own own/mail',
      )
      .replace('secretFile: own/group-secret', 'secretFile: *own')
    writeFileSync(plant, moved)
    await init()
    expect(read('server/channels/demo-plant/group/secret')).toBe('of own/mail')
    expect(await deploy.problems(folder)).toEqual([])
  })
})
