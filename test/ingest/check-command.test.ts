import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { plantOf } from '../contracts/reviewed-plant.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ingest } from './server-terminal.ts'

const folder = temporaryFolder()
const EXAMPLE = fileURLToPath(new URL('../../facility.example.yaml', import.meta.url))

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, `${text}server: { auth: off }\n`)
  return file
}

const bad = written(
  'bad.yaml',
  plantOf('kind: gas, unit: "%LEL", alarms: { H: { when: high, limit: 30 }, HH: { when: high, limit: 40 } }'),
)
const good = written('good.yaml', plantOf('kind: flow, unit: m3/h').replace('id: plant', 'id: other'))

describe('ingest check', () => {
  it('passes the example', async () => {
    const { code, out, err } = await ingest('check', '--config', EXAMPLE)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/: ok, demo-plant: 2 gateways, 43 sensors, 103 alarms\n/)
    expect(out).not.toContain('refused')
  })

  it('fails on what is refused, with file, line, path, clause and remedy', async () => {
    const { code, out, err } = await ingest('check', '--config', bad)
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain(`${bad}: REFUSED, 1 to mend, plant: 1 gateways, 1 sensors, 3 alarms\n`)
    expect(out).toContain(
      `  refused: ${bad}:12:104 gateways[0].buses[0].devices[0].sensors[0].alarms.H.limit: ` +
        '30 %LEL is above 25 %LEL: level 1 (gas-combustible, GB/T 50493-2019 5.5.2)\n' +
        '    -> Lower the set point; where other law holds, facility.gasRule: none.\n',
    )
    expect(out).toContain('no rationalization (record-missing')
  })

  it('fails when one of several files is refused', async () => {
    expect((await ingest('check', '--config', good)).code).toBe(0)
    expect((await ingest('check', '--config', good, '--config', bad)).code).toBe(1)
  })

  it('gives all of it as JSON', async () => {
    const { code, out } = await ingest('check', '--json', '--config', bad, '--config', good)
    expect(code).toBe(1)
    const [first, second] = JSON.parse(out)
    expect(first.refusals).toEqual([
      {
        file: bad,
        line: 12,
        column: 104,
        path: 'gateways[0].buses[0].devices[0].sensors[0].alarms.H.limit',
        message: '30 %LEL is above 25 %LEL: level 1',
        rule: 'gas-combustible',
        level: 'refusal',
        clause: 'GB/T 50493-2019 5.5.2',
        remedy: 'Lower the set point; where other law holds, facility.gasRule: none.',
        sensors: 1,
      },
    ])
    expect(first.advice.length).toBeGreaterThan(0)
    expect(second).toMatchObject({ refusals: [], advice: [] })
  })

  it('prints ten of a kind and counts the rest', async () => {
    const alarms = Array.from({ length: 13 }, (_, index) => `A${index}: { when: high, limit: ${index} }`)
    const file = written('many.yaml', plantOf(`kind: other, unit: kg, alarms: { ${alarms.join(', ')} }`))
    const { code, out } = await ingest('check', '--config', file)
    expect(code).toBe(0)
    expect(out.match(/no rationalization/g)).toHaveLength(10)
    expect(out).toContain('  record-missing: 3 more, all with --json\n')
    const [report] = JSON.parse((await ingest('check', '--json', '--config', file)).out)
    expect(report.advice).toHaveLength(13)
  })
})
