import { readFileSync } from 'node:fs'
import Value from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { analyseCommand } from '../../contracts/analytics/analyse/analyse-command.ts'
import { computationOf } from '../../contracts/analytics/derived.ts'
import { DerivedDetailSchema } from '../../contracts/analytics/derived-api.ts'
import { architecture, type ChannelState } from '../../contracts/analytics/general/architecture.ts'
import { voteSettings } from '../../contracts/analytics/general/vote-rules.ts'
import { KINDS } from '../../contracts/analytics/kinds.ts'
import type { Slice } from '../../contracts/analytics/slice.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

const page = readFileSync('docs/analytics.md', 'utf8')

const gas = (id: string, unit: string, address: number) =>
  `{ id: ${id}, kind: gas, unit: "${unit}", register: { address: ${address} }, alarms: { H: { when: high, limit: 20, priority: high } } }`
const sensor = (id: string, kind: string, unit: string, address: number) =>
  `{ id: ${id}, kind: ${kind}, unit: "${unit}", register: { address: ${address} } }`
const SENSORS = [
  gas('GT-101', '%LEL', 0),
  gas('GT-102', '%LEL', 2),
  gas('GT-103', '%LEL', 4),
  gas('HS-101', 'ppm', 6),
  gas('CO-101', 'ppm', 8),
  sensor('LT-101', 'level', 'm', 10),
  sensor('LT-102', 'level', 'm', 12),
  sensor('TT-101', 'temperature', 'degC', 14),
  sensor('FT-101', 'flow', 'm3/h', 16),
  sensor('FT-102', 'flow', 'm3/h', 18),
  sensor('XV-101', 'state', '1', 20),
  sensor('SM-1.PGA', 'seismic', 'Gal', 22),
  sensor('SM-2.PGA', 'seismic', 'Gal', 24),
  sensor('SM-3.PGA', 'seismic', 'Gal', 26),
]
const PLANT = `facility: { id: plant, timezone: Asia/Shanghai, shifts: ["08:00", "20:00"] }
areas: [ { id: hall }, { id: tank-farm } ]
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            area: hall
            poll: 1s
            sensors:
${SENSORS.map((each) => `              - ${each}`).join('\n')}
register:
  sources:
    - id: tanks
      name: Tanks
      kind: storage
      areas: [hall, tank-farm]
      people500m: 60
      substances: [ { cas: 86290-81-5, tonnes: 800 } ]
      responsible: { overall: wei, technical: liu, operations: li }
responders: [ { id: wei }, { id: liu }, { id: li } ]
`

/** What stands between fences of a language, in order. */
const blocks = (language: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms')), ([, text = '']) => text)

/** The table whose head begins so: its cells by row. */
function table(head: string): string[][] {
  const [rows = ''] = page.slice(page.indexOf(`| ${head} |`)).split('\n\n')
  return rows.split('\n').map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/** What a channel of the answer holds, over a whole step. */
function sliceOf({ value }: { value: number | null }): Slice {
  const held = value ?? Number.NaN
  const isUsable = value !== null
  return {
    value: value ?? undefined,
    quality: isUsable ? 'good' : 'bad',
    reason: isUsable ? undefined : 'device-fault',
    time: 500,
    usableMs: isUsable ? 1_000 : 0,
    integral: isUsable ? held * 1_000 : 0,
    positiveIntegral: isUsable ? held * 1_000 : 0,
    min: held,
    max: held,
    isUncertain: false,
    isOverdue: false,
  }
}

/** What a command prints; other files are those of this folder. */
async function analyse(argv: readonly string[], files: ReadonlyMap<string, string>): Promise<string> {
  let printed = ''
  const out = (text: string) => {
    printed += text
  }
  const terminal = { argv, env: {}, out, err: out, stopped: new Promise<void>(() => undefined) }
  await analyseCommand(terminal, async (path) => Buffer.from(files.get(path) ?? readFileSync(path)))
  return printed.replaceAll('\r', '')
}

const facility = () => parseFacility(PLANT + (blocks('yaml')[0] ?? ''), 'plant.yaml')

describe('docs/analytics.md', () => {
  it('has an example of every computation, which a facility can have and the server can run', () => {
    const { derived } = facility()
    expect(new Set(derived.map(({ compute }) => compute))).toEqual(new Set(KINDS.keys()))
    for (const each of derived) expect(computationOf(each).start().snapshot(), each.id).toBeDefined()
  })

  it('says the grids that nobody chose', () => {
    const grids = new Map(facility().derived.map(({ id, everyMs, windowMs }) => [id, [windowMs, everyMs]]))
    expect(grids.get('HS-101.STEL')).toEqual([900_000, 5_000])
    expect(grids.get('HS-101.TWA')).toEqual([28_800_000, 60_000])
    expect(page).toContain('5 s for 15 minutes, 1 minute for 8 hours')
  })

  it('names what late readings compute nothing anew of', () => {
    const forgetful = (id: string) => {
      const found = facility().derived.find((each) => each.id === id)
      return found && computationOf(found).memoryMs !== undefined
    }
    const remembering = facility()
      .derived.filter((each) => computationOf(each).memoryMs === undefined)
      .map(({ compute }) => compute)
    expect(new Set(remembering)).toEqual(new Set(['vote', 'healthy', 'movement', 'balance']))
    for (const name of remembering) expect(page).toContain(`\`${name}\``)
    // Those of the page begin anew with the shift.
    expect([forgetful('FT-101.SHIFT'), forgetful('CO-101.TWA')]).toEqual([true, true])
  })

  it('has the degradation of votes as it is', () => {
    const [head = [], , ...rows] = table('designed')
    expect(rows.map(([designed]) => designed)).toEqual(['1oo2', '2oo2', '2oo3', '3oo4'])
    for (const [designed = '', ...cells] of rows) {
      const [need = 0, of = 0] = designed.split('oo').map(Number)
      for (const [at, cell] of cells.entries()) {
        const [, two, what, key = '', value] =
          /^(two )?(\w+), `(\w+): ([\w-]+)`$/.exec(head[at + 1] ?? '') ?? []
        const wrong = what === 'faulted' ? 'fault' : what
        const channels = Array.from({ length: of }, (_, channel) =>
          channel < (two === undefined ? 1 : 2) ? wrong : 'normal',
        ) as ChannelState[]
        const file = { id: 'V', of: [], compute: 'vote', need, [key]: value } as never
        const { live, trips } = architecture(channels, voteSettings(file))
        expect(trips ? `${live}, trips` : live, `${designed}: ${head[at + 1]}`).toBe(cell)
      }
    }
  })

  it('has the defaults of votes', () => {
    const settings = voteSettings({ id: 'V', of: [], compute: 'vote' } as never)
    const { need: _, ...defaults } = settings
    for (const [key, value] of Object.entries(defaults)) expect(page).toContain(`\`${key}: ${value}\``)
  })

  it('shows an answer of the interface, which a vote gives', () => {
    const shown = JSON.parse(blocks('json')[0] ?? '')
    expect(Value.Check(DerivedDetailSchema, shown)).toBe(true)
    const vote = facility().derived.find(({ id }) => id === 'HALL.TRIP')
    if (vote === undefined) throw new Error('no vote')
    const running = computationOf(vote).start()
    const { coverage } = running.step({ from: 0, to: 1_000, inputs: shown.detail.channels.map(sliceOf) })
    const ours = JSON.parse(JSON.stringify(running.describe?.()).replaceAll('GT-10', 'GT-'))
    expect({ coverage, detail: ours }).toEqual({ coverage: shown.coverage, detail: shown.detail })
  })

  it('shows what the commands print', async () => {
    const [exposure = '', ofExposure = '', level = '', ofLevel = ''] = blocks('csv')
    const files = new Map([
      ['co.csv', exposure],
      ['lt.csv', level],
    ])
    const commands = [...page.matchAll(/^ {4}npm run analyse -- (.*)$/gm)].map(([, line = '']) => line)
    expect(commands.map((line) => line.split(' ')[0])).toEqual(['seismic', 'exposure', 'level'])
    const printed = await Promise.all(commands.map((line) => analyse(line.split(' '), files)))
    const [, seismic = ''] = blocks('json')
    expect(printed).toEqual([seismic, ofExposure, ofLevel])
  })
})
