import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reportCommand } from '../../alerting/kpi/report-command.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { DirectStates } from '../alerting/direct-states.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { monthOf, monthPlant } from './simulated-month.ts'

const BEGIN = Date.parse('2026-11-01T00:00:00+08:00')
const facility = monthPlant('Asia/Shanghai')
const entries = monthOf(facility, BEGIN, 30, 5)
let folder: string
let out: string
let err: string
let monotonic: number
/** Half a second passes between any two looks at it. */
const clock: Clock = {
  wall: () => Date.parse('2026-12-05T00:00:00+08:00'),
  monotonic: () => {
    monotonic += 500
    return monotonic
  },
}

beforeEach(() => {
  folder = temporaryFolder()
  ;[out, err, monotonic] = ['', '', 0]
  writeFileSync(join(folder, 'plant.yaml'), plantText('plant'))
})

function plantText(id: string): string {
  return `
facility: { id: ${id}, name: Plant of a month, timezone: Asia/Shanghai }
server: { auth: off, data: ${JSON.stringify(join(folder, 'data'))} }
gateways: [ { id: gw-1, buses: [] } ]
`
}

async function run(...argv: string[]): Promise<number> {
  const terminal: Terminal = {
    argv,
    env: {},
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    stopped: new Promise(() => undefined),
  }
  return runCommand(terminal, () => reportCommand(terminal, clock))
}

const config = () => ['--config', join(folder, 'plant.yaml')]

describe('with a journal', () => {
  let states: DirectStates

  beforeEach(async () => {
    mkdirSync(join(folder, 'data'))
    states = new DirectStates(join(folder, 'data'))
    await states.commit({
      facility: 'plant',
      timezone: 'Asia/Shanghai',
      recorded: BEGIN,
      entries,
      records: new Map(),
    })
  })
  afterEach(() => states.close())

  it('writes a page of the month while the server has the database open', async () => {
    expect(await run(...config(), '--month', '2026-11')).toBe(0)
    expect(out).toContain('# Alarm performance of Plant of a month, November 2026')
    expect(out).toContain('2026-11-01 00:00 to 2026-12-01 00:00, Asia/Shanghai.')
    expect(out).toMatch(/Of 1[45] figures with a target \d+ are good/)
    expect(out.match(/^\| 2026-11-\d\d \| 24 \|/gm)?.length).toBe(30)
  })

  it('and when no server runs, as a table into a file', async () => {
    await states.close()
    const file = join(folder, 'november.csv')
    expect(await run(...config(), '--month', '2026-11', '--format', 'csv', '--output', file)).toBe(0)
    expect(out).toBe('')
    expect(readFileSync(file, 'utf8')).toContain('"Alarms per day, mean"')
    states = new DirectStates(join(folder, 'data'))
  })

  it('of a plant among several', async () => {
    writeFileSync(join(folder, 'mill.yaml'), plantText('mill'))
    expect(await run('--config', folder, '--month', '2026-11')).toBe(2)
    expect(err).toContain('say which with --facility: mill, plant')
    expect(await run('--config', folder, '--month', '2026-11', '--facility', 'mill')).toBe(0)
    expect(out).toContain('Operators were told 0 alarms')
    expect(await run('--config', folder, '--month', '2026-11', '--facility', 'farm')).toBe(2)
  })

  it('says how far it is when it takes long', async () => {
    expect(await run(...config(), '--month', '2026-11')).toBe(0)
    expect(err).toMatch(/^\d+000 entries read\n/)
  })

  it('says when a file cannot be written', async () => {
    const file = join(folder, 'nowhere', 'report.md')
    expect(await run(...config(), '--month', '2026-11', '--output', file)).toBe(1)
    expect(err).toContain('REPORT_UNWRITABLE')
  })
})

describe('without', () => {
  it('says that there is none', async () => {
    expect(await run(...config(), '--month', '2026-11')).toBe(1)
    expect(err).toContain('DATA_MISSING')
  })

  it.each([
    [['--month', '2026-13'], 'no month'],
    [['--month', '2027-01'], 'has not begun'],
    [['--month', '2026-11', '--format', 'pdf'], '--format is markdown or csv'],
    [['--month', '2026-11', 'more'], 'unknown argument "more"'],
    [[], 'say which month'],
  ])('refuses %j', async (argv, message) => {
    expect(await run(...config(), ...argv)).toBe(2)
    expect(err).toContain(message)
  })

  it('has a help', async () => {
    expect(await run('--help')).toBe(0)
    expect(out).toContain('npm run report -- --config F --month 2026-11')
  })
})
