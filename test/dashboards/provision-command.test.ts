import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provisionCommand } from '../../dashboards/grafana/provisioning/provision-command.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { dashboardsTerminal } from './dashboards-terminal.ts'

const RULES = 'provisioning/alerting/rules-plant.yaml'
const STORE = '\nstore: { kind: influxdb, url: "http://127.0.0.1:8086", bucket: davylamp }\n'

/** A folder with a facility file, and the command at work on it. */
function scene(env: Record<string, string> = {}) {
  const folder = temporaryFolder()
  const config = join(folder, 'plant.yaml')
  const to = join(folder, 'grafana')
  const write = (edits: Record<string, string> = {}) => writeFileSync(config, plantWith(edits, STORE))
  write()
  const provision = async (...args: string[]) => {
    const { terminal, said, run } = dashboardsTerminal(env)
    const code = await run(() => provisionCommand(terminal, ['--config', config, '--to', to, ...args]))
    return { code, ...said }
  }
  const textOf = (path: string) => readFileSync(join(to, path), 'utf8')
  return { to, write, provision, textOf }
}

describe('provision', () => {
  it('writes the files, and next time none', async () => {
    const { provision, textOf, to } = scene()
    expect(await provision()).toMatchObject({
      code: 0,
      out: expect.stringMatching(/6 files, 5 written|5 files, 5 written/),
    })
    expect(textOf(RULES)).toContain('at or above 20 %LEL')
    expect(await provision('--json')).toEqual({
      code: 0,
      out: '{"written":[],"removed":[],"files":5}\n',
      err: '',
    })
    expect(existsSync(join(to, `${RULES}.new`))).toBe(false)
  })

  it('--check says which rules differ, and writes nothing', async () => {
    const { provision, write, textOf } = scene()
    expect(await provision('--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${RULES}: missing\n`),
    })
    await provision()
    expect(await provision('--check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('as the facility files say'),
    })
    const before = textOf(RULES)
    write({ 'limit: 20': 'limit: 21' })
    const { code, out } = await provision('--check')
    expect(code).toBe(1)
    expect(out).toContain('  missing: plant: gas H at or above 21 %LEL, medium, 0 s\n')
    expect(out).toContain('  surplus: plant: gas H at or above 20 %LEL, medium, 0 s\n')
    expect(textOf(RULES)).toBe(before)
    await provision()
    expect(await provision('--check')).toMatchObject({ code: 0 })
  })

  it('--check sees what somebody changed by hand, and which part', async () => {
    const { provision, textOf, to } = scene()
    await provision()
    writeFileSync(join(to, RULES), textOf(RULES).replace('"value\\" >= 20 ', '"value\\" >= 90 '))
    expect(await provision('--check', '--json')).toMatchObject({ code: 1 })
    const [difference] = JSON.parse((await provision('--check', '--json')).out) as unknown[]
    expect(difference).toEqual({
      path: RULES,
      kind: 'changed',
      rules: [{ title: 'plant: gas H at or above 20 %LEL, medium, 0 s', kind: 'changed', parts: ['data'] }],
    })
  })

  it('takes away files of ours that are no more, and leaves those of others', async () => {
    const { provision, to, write, textOf } = scene()
    await provision()
    const foreign = join(to, 'provisioning/alerting/theirs.yaml')
    writeFileSync(foreign, 'apiVersion: 1\n')
    mkdirSync(join(to, 'provisioning/plugins'))
    write({ 'id: plant ': 'id: plant-2 ' })
    const { out } = await provision()
    expect(out).toContain(`${RULES}: removed\n`)
    expect(existsSync(join(to, RULES))).toBe(false)
    expect(existsSync(foreign)).toBe(true)
    expect(textOf('provisioning/alerting/removed.yaml')).toContain('deleteRules')
    expect(await provision('--check')).toMatchObject({ code: 0 })
  })

  it('takes contacts from the environment, and the rest from options', async () => {
    const env = { DAVYLAMP_GRAFANA_EMAIL: 'a@b.example, c@d.example', DAVYLAMP_GRAFANA_WEBHOOK: '' }
    const { provision, textOf } = scene(env)
    await provision('--database-url', 'http://influxdb:8086', '--token-file', '/t', '--dashboards', '/d')
    expect(textOf('provisioning/alerting/contact-points.yaml')).toContain('a@b.example;c@d.example')
    expect(textOf('provisioning/datasources/davylamp.yaml')).toContain('Token $__file{/t}')
    expect(textOf('provisioning/datasources/davylamp.yaml')).toContain('http://influxdb:8086')
    expect(textOf('provisioning/dashboards/davylamp.yaml')).toContain('"/d"')
    await provision('--unacknowledged', '5m', '--runbooks', 'https://x.example/books/', '--no-notifications')
    expect(textOf(RULES)).toContain('unacknowledged for 5m')
    expect(textOf(RULES)).toContain('"https://x.example/books/limit-exceeded.md"')
  })

  it.each([
    [{}, ['--unacknowledged', 'soon']],
    [{}, ['more']],
    [{}, ['--dashboard', 'x']],
    [{ DAVYLAMP_GRAFANA_EMAIL: 'nobody' }, []],
    [{ DAVYLAMP_GRAFANA_WEBHOOK: 'hook.example' }, []],
  ])('refuses what it cannot mean: %j %j', async (env, args) => {
    const { provision, to } = scene(env)
    expect(await provision(...args)).toMatchObject({ code: 2, err: expect.stringContaining('USAGE') })
    expect(existsSync(to)).toBe(false)
  })

  it('needs to know where to, and has help', async () => {
    const { terminal, said, run } = dashboardsTerminal()
    expect(await run(() => provisionCommand(terminal, []))).toBe(2)
    expect(await run(() => provisionCommand(terminal, ['--help']))).toBe(0)
    expect(said.out).toContain('DAVYLAMP_GRAFANA_EMAIL')
  })

  it('says which file it cannot write', async () => {
    const { provision, to } = scene()
    writeFileSync(to, 'a file in its place')
    expect(await provision()).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CONFIG_UNREADABLE|FILE_UNWRITABLE/),
    })
  })
})
