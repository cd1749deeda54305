import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readReportKeys } from '../../alerting/register/report/report-keys.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { ExportSchema } from '../../contracts/register/export-schema.ts'
import { ReportsSchema } from '../../contracts/register/report-schema.ts'
import { issueAuthority } from '../../ingest/deployment/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { codeOf, Deploy, edit, NOW } from './deployed.ts'
import { registerPlant } from './register-plant.ts'

const authority = issueAuthority('City', { now: NOW, random: (bytes) => Buffer.alloc(bytes, 5) }).cert
const COPIES = {
  'server/exports/demo-plant/city/secret': 'own/city',
  'server/exports/demo-plant/city/headers': 'own/city-headers',
  'server/exports/demo-plant/city/ca.pem': 'own/city.pem',
  'server/exports/demo-plant/group/secret': 'own/group',
  'server/reports/demo-plant/report-3.key': 'own/report-3.key',
  'server/reports/demo-plant/report-2.key': 'own/report-2.key',
  'server/reports/demo-plant/report-1.pem': 'own/report-1.pem',
}
const KEYS = ['report-3.key', 'report-2.key', 'report-1.pem'].map((name, index) => ({
  name: `own/${name}`,
  text: Buffer.alloc(32, index + 1).toString('base64'),
}))
const FACILITY = 'server/facilities/demo-plant.yaml'

describe('a deployment of a plant with outside registers and public reports', () => {
  const deploy = new Deploy()
  let root: string
  let folder: string
  let plant: string
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const give = (file: string, text: string) => writeFileSync(join(root, file), text)
  const init = async (...more: string[]) =>
    (await deploy.run('init', '--config', plant, '--to', folder, '--name', 'plant.example', ...more)).out
  const registerOf = (file: string) => loadFacility(file).register

  beforeEach(() => {
    root = temporaryFolder()
    folder = join(root, 'deployment')
    plant = registerPlant(root)
    for (const file of Object.values(COPIES)) give(file, `of ${file}`)
    for (const { name, text } of KEYS) give(name, text)
    give('own/city.pem', authority)
  })

  it('gives the server what exports and reports need, each file where the facility file has it', async () => {
    await init()
    const { exports, reports } = registerOf(join(folder, FACILITY))
    const named = exports.flatMap((each) =>
      each.kind === 'webhook'
        ? [each.secretFile, each.headersFile, each.ca].filter((path) => path !== undefined)
        : [],
    )
    const keys = [reports.keyFile ?? '', ...reports.previousKeyFiles]
    expect([...named, ...keys.map((path) => join(folder, 'server/facilities', path))]).toEqual(
      Object.keys(COPIES).map((path) => join(folder, path)),
    )
    for (const [copy, file] of Object.entries(COPIES)) {
      expect(read(copy)).toBe(readFileSync(join(root, file), 'utf8'))
      const mode = statSync(join(folder, copy)).mode & 0o777
      expect([copy, mode]).toEqual([copy, copy.endsWith('ca.pem') ? 0o644 : 0o600])
    }
    expect(readReportKeys(loadFacility(join(folder, FACILITY)))).toEqual(readReportKeys(loadFacility(plant)))
    expect(read(FACILITY)).toContain('# The platform of the city.')
    expect(await deploy.problems(folder)).toEqual([])
    expect(await init()).toContain('files were there and stay as they are')
  })

  it('leaves no path of the plant in the file of the server, whatever key names it', async () => {
    await init()
    // A key that is new has to be said anew too.
    const keys = Object.keys({ ...ExportSchema.properties, ...ReportsSchema.properties })
    const paths = keys.filter((key) => /(Files?|^ca|^folder)$/.test(key))
    const text = readFileSync(plant, 'utf8')
    for (const key of paths) expect(text).toMatch(new RegExp(`\\b${key}: \\[?own/`))
    expect(read(FACILITY)).not.toContain('own/')
  })

  it.each([
    [
      'compose',
      [],
      '/var/lib/davylamp',
      'exec server mkdir --parents /var/lib/davylamp/exports/demo-plant/archive\n',
    ],
    [
      'systemd',
      ['--native', '--data', '/srv/keep'],
      '/srv/keep/davylamp',
      'install --directory --owner=davylamp --group=davylamp /srv/keep/davylamp/exports/demo-plant/archive\n',
    ],
  ])(
    'has files exported to where the server may write under %s, and says so',
    async (_what, more, data, made) => {
      const out = await init(...more)
      const { server, register } = loadFacility(join(folder, FACILITY))
      const archive = register.exports.find(({ kind }) => kind === 'file')
      expect(archive).toMatchObject({ folder: `${data}/exports/demo-plant/archive` })
      // Backups of the data are not to have it.
      expect(server.data).toBe(`${data}/server`)
      expect(out).toContain(made)
      expect(await deploy.problems(folder)).toEqual([])
    },
  )

  it('says nothing of folders to a plant that exports no files', async () => {
    writeFileSync(plant, readFileSync(plant, 'utf8').replace(/^.*id: archive.*\n/m, ''))
    expect(await init()).not.toContain('exported')
  })

  it('says which files are still missing, and takes them where they belong', async () => {
    rmSync(join(root, 'own/city'))
    rmSync(join(root, 'own/report-3.key'))
    const out = await init()
    const [city, key] = ['exports/demo-plant/city/secret', 'reports/demo-plant/report-3.key'].map(
      (name) => `server/${name}`,
    )
    expect(out).toContain(`  ${city}: MISSING`)
    expect(out).toMatch(/1\. Bring what the facility file names .*\n.*city\/secret\n.*report-3\.key\n/)
    const gone = [`DEPLOY_GIVEN_MISSING ${city}`, `DEPLOY_GIVEN_MISSING ${key}`]
    expect(await deploy.problems(folder)).toEqual(gone)
    for (const path of [city, key])
      writeFileSync(join(folder, path ?? ''), 'by hand', { flag: 'wx', mode: 0o600 })
    expect(await init()).not.toContain('MISSING')
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('sees files that are open, empty or no certificate', async () => {
    await init()
    chmodSync(join(folder, 'server/exports/demo-plant/city/headers'), 0o644)
    writeFileSync(join(folder, 'server/exports/demo-plant/group/secret'), '\n')
    writeFileSync(join(folder, 'server/exports/demo-plant/city/ca.pem'), 'none')
    chmodSync(join(folder, 'server/reports/demo-plant/report-1.pem'), 0o640)
    writeFileSync(join(folder, 'server/reports/demo-plant/report-2.key'), '')
    expect(await deploy.problems(folder)).toEqual([
      'DEPLOY_FILE_OPEN server/exports/demo-plant/city/headers',
      'CERTIFICATE_UNREADABLE server/exports/demo-plant/city/ca.pem',
      'DEPLOY_GIVEN_MISSING server/exports/demo-plant/group/secret',
      'DEPLOY_GIVEN_MISSING server/reports/demo-plant/report-2.key',
      'DEPLOY_FILE_OPEN server/reports/demo-plant/report-1.pem',
    ])
  })

  it('keeps the key that a new one takes the place of, also when the plant has it no more', async () => {
    await init()
    for (const { name } of KEYS) rmSync(join(root, name))
    give('own/report-4.key', Buffer.alloc(32, 9).toString('base64'))
    edit(root, 'plant.yaml', (text) =>
      text
        .replace('keyFile: own/report-3.key', 'keyFile: own/report-4.key')
        .replace('previousKeyFiles: [', 'previousKeyFiles: [own/report-3.key, '),
    )
    expect(await init()).not.toContain('MISSING')
    for (const { name, text } of KEYS) expect(read(`server/reports/demo-plant/${name.slice(4)}`)).toBe(text)
    expect(readReportKeys(loadFacility(join(folder, FACILITY))).all.size).toBe(4)
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('refuses two keys that would be one file', async () => {
    mkdirSync(join(root, 'old'))
    edit(root, 'plant.yaml', (text) => text.replace('[own/report-2.key', '[old/report-3.key'))
    expect(await codeOf(init())).toBe('CONFIG_INVALID')
  })

  it('takes exports and keys that are written by anchors', async () => {
    edit(root, 'plant.yaml', (text) =>
      text
        .replace('  exports:\n', '  exports: &outside\n')
        .replace('secretFile: own/city\n', 'secretFile: &own own/city\n')
        .replace('secretFile: own/group,', 'secretFile: *own ,')
        .replace('[own/report-2.key, ', '[&old own/report-2.key, *old, '),
    )
    await init()
    expect(read('server/exports/demo-plant/group/secret')).toBe('of own/city')
    const [first, again] = registerOf(join(folder, FACILITY)).reports.previousKeyFiles
    expect([first, again]).toEqual(Array(2).fill('../reports/demo-plant/report-2.key'))
    expect(await deploy.problems(folder)).toEqual([])
  })
})
