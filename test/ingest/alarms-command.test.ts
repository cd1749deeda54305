import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PLANT } from '../contracts/plant-text.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ingest } from './server-terminal.ts'

const folder = temporaryFolder()
let count = 0

/** A file of its own for each test. */
function file(name: string, text?: string): string {
  count += 1
  const path = join(folder, `${count}-${name}`)
  if (text !== undefined) writeFileSync(path, text)
  return path
}

const plant = () => file('plant.yaml', PLANT)
const TABLE = 'alarm,limit,owner\nGT-2.H,15,Ann\n'
const CHANGED = PLANT.replace(
  'register: { address: 2 } }',
  'register: { address: 2 }, alarms: { H: { limit: 15, rationalization: { owner: Ann } } } }',
)

describe('alarms export', () => {
  it('prints the table, or writes it', async () => {
    const config = plant()
    const { code, out } = await ingest('alarms', 'export', '--config', config)
    expect(code).toBe(0)
    expect(out).toMatch(/^alarm,facility,name,area,kind,quantity,unit,template,when,limit,/)
    expect(out.split('\r\n')).toHaveLength(1 + 3 + 1)
    const target = file('table.csv')
    expect(await ingest('alarms', 'export', '--config', config, '--output', target, '--bom')).toEqual({
      code: 0,
      out: `${target}: 3 alarms\n`,
      err: '',
    })
    expect(readFileSync(target, 'utf8')).toBe(`\ufeff${out}`)
  })

  it('takes several facilities', async () => {
    const other = file('other.yaml', PLANT.replace('id: plant', 'id: other'))
    const { out } = await ingest('alarms', 'export', '--config', plant(), '--config', other)
    expect(out.match(/^GT-2\.H,\w+/gm)).toEqual(['GT-2.H,plant', 'GT-2.H,other'])
  })
})

describe('alarms import', () => {
  it.each([
    ['by default', []],
    ['with --dry-run', ['--write', '--dry-run']],
  ])('writes nothing %s, and says what would change', async (_name, options) => {
    const config = plant()
    const { code, out } = await ingest(
      'alarms',
      'import',
      file('t.csv', TABLE),
      '--config',
      config,
      ...options,
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: 'GT-2.H limit: "20" -> "15"\nGT-2.H owner: nothing -> "Ann"\n2 changes of 1 alarms, nothing written\n',
    })
    expect(readFileSync(config, 'utf8')).toBe(PLANT)
  })

  it('writes into the facility file, through a link, and leaves no draft', async () => {
    const config = plant()
    const link = file('link.yaml')
    symlinkSync(config, link)
    const { code, out } = await ingest('alarms', 'import', file('t.csv', TABLE), '--config', link, '--write')
    expect(code).toBe(0)
    expect(out).toMatch(/2 changes of 1 alarms, written to /)
    expect(readFileSync(config, 'utf8')).toBe(CHANGED)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
    const again = await ingest('alarms', 'import', file('t.csv', TABLE), '--config', link, '--write')
    expect(again.out).toMatch(/^0 changes of 0 alarms/)
  })

  it('writes into another file, and says it as JSON', async () => {
    const [config, target] = [plant(), file('new.yaml')]
    const { out } = await ingest(
      ...['alarms', 'import', file('t.csv', TABLE), '--config', config, '--output', target, '--json'],
    )
    expect(JSON.parse(out)).toEqual({
      changes: [
        { alarm: 'GT-2.H', column: 'limit', from: '20', to: '15' },
        { alarm: 'GT-2.H', column: 'owner', from: '', to: 'Ann' },
      ],
      written: target,
    })
    expect(readFileSync(target, 'utf8')).toBe(CHANGED)
    expect(readFileSync(config, 'utf8')).toBe(PLANT)
  })

  it('refuses a table with errors and writes nothing', async () => {
    const config = plant()
    const table = file('t.csv', 'alarm,limit,priority\nGT-2.H,30,high\nGT-2.HH,x,top\n')
    const { code, out, err } = await ingest('alarms', 'import', table, '--config', config, '--write')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`TABLE_INVALID: `)
    expect(err).toContain(`${table} row 3, limit: "x": expected a number with a decimal point\n`)
    expect(err).toContain(`${table} row 3, priority: "top" is not one of low, medium, high, critical`)
    expect(readFileSync(config, 'utf8')).toBe(PLANT)
  })

  it.each<[name: string, argv: () => string[], code: number, err: string]>([
    ['no verb', () => ['alarms'], 2, 'USAGE'],
    ['another verb', () => ['alarms', 'list'], 2, 'USAGE'],
    ['no table', () => ['alarms', 'import', '--config', plant()], 2, 'say which table'],
    ['two tables', () => ['alarms', 'import', 'a', 'b', '--config', plant()], 2, 'unexpected argument "b"'],
    ['no file', () => ['alarms', 'export'], 2, 'give a facility file'],
    [
      'both targets',
      () => ['alarms', 'import', 'a', '--config', plant(), '--write', '--output', 'x'],
      2,
      'give one of',
    ],
    [
      'an option of import',
      () => ['alarms', 'export', '--config', plant(), '--write'],
      2,
      'takes no --write',
    ],
    [
      'two facilities',
      () => [
        'alarms',
        'import',
        'a',
        '--config',
        plant(),
        '--config',
        file('o', PLANT.replace('id: plant', 'id: o')),
      ],
      2,
      'into one facility file',
    ],
    [
      'a table that is not there',
      () => ['alarms', 'import', file('no'), '--config', plant()],
      1,
      'TABLE_UNREADABLE',
    ],
    [
      'no place to write',
      () => ['alarms', 'export', '--config', plant(), '--output', join(folder, 'no', 'x.csv')],
      1,
      'FILE_UNWRITABLE',
    ],
  ])('%s fails', async (_name, argv, code, err) => {
    const done = await ingest(...argv())
    expect(done.code).toBe(code)
    expect(done.err).toContain(err)
    expect(existsSync(join(folder, 'no'))).toBe(false)
  })

  it('does not take what is not UTF-8', async () => {
    const table = file('gbk.csv')
    writeFileSync(table, Buffer.from([...Buffer.from('alarm,owner\nGT-2.H,'), 0xd5, 0xc5, 0x0a]))
    const { code, err } = await ingest('alarms', 'import', table, '--config', plant())
    expect(code).toBe(1)
    expect(err).toContain('TABLE_UNREADABLE')
    expect(err).toContain('not UTF-8')
  })

  it('has a help', async () => {
    expect((await ingest('alarms', '--help')).out).toContain('alarms import FILE.csv')
    expect((await ingest('--help')).out).toContain('alarms export|import')
  })
})
