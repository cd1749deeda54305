import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { codeOf, DAY, Deploy, smallPlant } from './deployed.ts'

describe('the CA of a deployment', () => {
  let deploy: Deploy
  let folder: string
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const renew = (...words: string[]) => deploy.run('certificates', '--renew', '--folder', folder, ...words)
  const takeKeyOff = () => renameSync(join(folder, 'ca/ca.key'), join(folder, '../ca.key'))
  const bringKeyBack = () => renameSync(join(folder, '../ca.key'), join(folder, 'ca/ca.key'))

  beforeEach(async () => {
    deploy = new Deploy()
    const root = temporaryFolder()
    folder = join(root, 'deployment')
    await deploy.run('init', '--config', smallPlant(root), '--to', folder)
  })

  it('stays while its key is kept elsewhere, as long as nothing is to be signed', async () => {
    const authority = read('ca/ca.crt')
    takeKeyOff()
    await deploy.run('init', '--to', folder)
    await renew()
    expect(read('ca/ca.crt')).toBe(authority)
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('is asked for its key when something is to be signed, and nothing has changed by then', async () => {
    const [authority, server] = [read('ca/ca.crt'), read('server/tls.crt')]
    takeKeyOff()
    for (const attempt of [
      () => deploy.run('init', '--to', folder, '--name', 'plant.example'),
      () => renew('--all'),
      () => renew('--ca'),
    ])
      expect(await codeOf(attempt())).toBe('DEPLOY_AUTHORITY_KEY')
    expect([read('ca/ca.crt'), read('server/tls.crt')]).toEqual([authority, server])
    bringKeyBack()
    await renew('--all', '--ca')
    expect(await deploy.problems(folder)).toEqual([])
  })

  it.each<[string, string, () => string, string]>([
    ['whose certificate is damaged', 'ca/ca.crt', () => 'none', 'CERTIFICATE_UNREADABLE'],
    ['whose key is damaged', 'ca/ca.key', () => 'none', 'KEY_UNREADABLE'],
    ['whose key is that of another', 'ca/ca.key', () => read('server/tls.key'), 'KEY_MISMATCH'],
    ['that is none', 'ca/ca.crt', () => read('server/tls.crt'), 'CERTIFICATE_UNREADABLE'],
  ])('%s signs nothing', async (_what, file, text, code) => {
    const before = read('server/tls.crt')
    writeFileSync(join(folder, file), text())
    expect((await deploy.problems(folder))[0]).toMatch(`${code} ca/`)
    for (const words of [['--all'], ['--ca']]) expect(await codeOf(renew(...words))).toBe(code)
    expect(read('server/tls.crt')).toBe(before)
  })

  it('is made anew with everything it signed when it is taken away', async () => {
    const before = read('ca/ca.crt')
    rmSync(join(folder, 'ca'), { recursive: true })
    await renew()
    expect(read('ca/ca.crt')).not.toBe(before)
    expect(await deploy.problems(folder)).toEqual([])
  })

  it('ends soon, which a renewal with its own key mends', async () => {
    deploy.clock.step(3_640 * DAY)
    const problems = await deploy.problems(folder)
    expect(problems).toContain('CERTIFICATE_EXPIRES_SOON ca/ca.crt')
    expect(problems).toContain('CERTIFICATE_EXPIRED mosquitto/broker.crt')
    await renew('--ca')
    expect(await deploy.problems(folder)).toEqual([])
  })
})
