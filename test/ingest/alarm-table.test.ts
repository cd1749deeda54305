import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCsv, parseCsv } from '../../contracts/csv.ts'
import { inspectFacility } from '../../contracts/facility-load.ts'
import { exportTable } from '../../ingest/alarm-table/table-export.ts'
import { importTable } from '../../ingest/alarm-table/table-import.ts'

const PLANT = `# The plant
facility: { id: plant,   name: "A plant" }   # odd blanks stay

templates:
  lel: { kind: gas, unit: "%LEL", range: [0, 100], alarms: { H: { when: high, limit: 20, message: Gas } } }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: h
        devices:
          - id: panel
            sensors:
              # what stands alone
              - id: GT-1
                kind: gas # toxic
                unit: ppm
                register: { address: 1 }
                alarms:
                  # the first
                  H:
                    when: high   # inline
                    limit: 5
                    deadband: 1
                    # behind all
                  HH: { when: high, limit: 10 } # the second

              - { id: GT-2, use: lel, register: { address: 2 } } # from the template
              - id: GT-3
                use: lel
                register: { address: 4 }

foreign:
  - id: f
    topic: t
    payload: text
    sensors: [ { id: F-1, kind: temperature, unit: degC } ]
`

const inspected = (text: string) => inspectFacility(text, 'x.yaml')
const tableOf = (text: string) => exportTable([inspected(text).content]).text

/** Rows of a table by alarm, to be edited. */
class Table {
  readonly names: string[]
  readonly rows: Map<string, string[]>

  constructor(text: string) {
    const [head, ...rows] = parseCsv(text).rows.map(({ cells }) => [...cells])
    this.names = head ?? []
    this.rows = new Map(rows.map((cells) => [cells[0] ?? '', cells]))
  }

  get(alarm: string, column: string): string | undefined {
    return this.rows.get(alarm)?.[this.names.indexOf(column)]
  }

  set(alarm: string, cells: Record<string, string>): this {
    const row = this.rows.get(alarm) ?? this.names.map((name) => (name === 'alarm' ? alarm : ''))
    for (const [name, cell] of Object.entries(cells)) row[this.names.indexOf(name)] = cell
    this.rows.set(alarm, row)
    return this
  }

  /** A row for an alarm that is not there yet, with what is fixed of another of its sensor. */
  add(alarm: string, like: string, cells: Record<string, string>): this {
    this.rows.set(alarm, [...(this.rows.get(like) ?? [])])
    return this.set(alarm, { alarm, ...cells })
  }

  text(): string {
    return formatCsv([this.names, ...this.rows.values()])
  }
}

const edited = (edit: (table: Table) => Table, plant = PLANT) =>
  importTable(edit(new Table(tableOf(plant))).text(), inspected(plant))

/** Lines of the second that the first does not have, and the other way round. */
function difference(before: string, after: string): { gone: string[]; fresh: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return { gone: old.filter((line) => !now.includes(line)), fresh: now.filter((line) => !old.includes(line)) }
}

describe('an export', () => {
  it('has one row an alarm, those of templates and FAULT among them', () => {
    const table = new Table(tableOf(PLANT))
    expect([...table.rows.keys()]).toEqual([
      'GT-1.H',
      'GT-1.HH',
      'GT-1.FAULT',
      'GT-2.H',
      'GT-2.FAULT',
      'GT-3.H',
      'GT-3.FAULT',
      'F-1.FAULT',
    ])
    expect(table.get('GT-2.H', 'limit')).toBe('20')
    expect(table.get('GT-2.H', 'template')).toBe('lel')
    expect(table.get('GT-2.FAULT', 'priority')).toBe('medium')
    expect(table.get('F-1.FAULT', 'area')).toBe('foreign')
  })

  it('changes nothing when it is taken back', () => {
    expect(importTable(tableOf(PLANT), inspected(PLANT))).toEqual({ changes: [], problems: [], text: PLANT })
  })
})

describe('an import', () => {
  it('changes a value where it stands and leaves every other character', () => {
    const { text, changes, problems } = edited((table) =>
      table.set('GT-1.H', { limit: '6', deadband: '0.5' }),
    )
    expect(problems).toEqual([])
    expect(changes).toEqual([
      { alarm: 'GT-1.H', column: 'limit', from: '5', to: '6' },
      { alarm: 'GT-1.H', column: 'deadband', from: '1', to: '0.5' },
    ])
    expect(difference(PLANT, text ?? '')).toEqual({
      // A comment keeps its place; the blanks before it are those of the library.
      gone: [
        '                    when: high   # inline',
        '                    limit: 5',
        '                    deadband: 1',
      ],
      fresh: [
        '                    when: high # inline',
        '                    limit: 6',
        '                    deadband: 0.5',
      ],
    })
  })

  it('overrides a template at the sensor', () => {
    const { text } = edited((table) =>
      table.set('GT-2.H', { limit: '15' }).set('GT-3.H', { priority: 'high', owner: 'me' }),
    )
    expect(difference(PLANT, text ?? '').fresh).toEqual(
      [
        '              - { id: GT-2, use: lel, register: { address: 2 }, alarms: { H: { limit: 15 } } } # from the template',
        '                alarms:',
        '                  H: { priority: high, rationalization: { owner: me } }',
      ].filter((line) => !PLANT.includes(`${line}\n`)),
    )
    expect(tableOf(text ?? '')).toBe(
      new Table(tableOf(PLANT))
        .set('GT-2.H', { limit: '15' })
        .set('GT-3.H', { priority: 'high', owner: 'me' })
        .text(),
    )
  })

  it('takes away at the sensor what a template says', () => {
    const { text } = edited((table) => table.set('GT-2.H', { message: '' }))
    expect(difference(PLANT, text ?? '').fresh).toEqual([
      '              - { id: GT-2, use: lel, register: { address: 2 }, alarms: { H: { message: null } } } # from the template',
    ])
    expect(new Table(tableOf(text ?? '')).get('GT-2.H', 'message')).toBe('')
    expect(new Table(tableOf(text ?? '')).get('GT-3.H', 'message')).toBe('Gas')
  })

  it('adds alarms, and an override of FAULT says its condition', () => {
    const { text, problems } = edited((table) =>
      table
        .add('GT-1.L', 'GT-1.FAULT', { when: 'low', limit: '1' })
        .set('F-1.FAULT', { priority: 'low' })
        .add('F-1.H', 'F-1.FAULT', { when: 'high', limit: '-5', priority: 'medium' }),
    )
    expect(problems).toEqual([])
    expect(difference(PLANT, text ?? '').fresh).toEqual([
      '                  L: { when: low, limit: 1 }',
      '    sensors: [ { id: F-1, kind: temperature, unit: degC, alarms: { FAULT: { when: fault, priority: low }, H: { when: high, limit: -5 } } } ]',
    ])
  })

  it('writes a rationalization, and a list, and takes them away again', () => {
    const cells = { causes: 'A seal\nA flange', people: 'severe', respondWithin: '5m', action: "'=run: now" }
    const first = edited((table) => table.set('GT-1.HH', cells))
    const alarm = inspected(first.text ?? '').facility.sensors.get('GT-1')?.alarms[1]
    expect(alarm?.rationalization).toEqual({
      action: '=run: now',
      causes: ['A seal', 'A flange'],
      respondWithin: '5m',
      severity: { people: 'severe' },
    })
    const none = { causes: '', people: '', respondWithin: '', action: '' }
    const second = edited((table) => table.set('GT-1.HH', none), first.text)
    expect(second.text).toBe(PLANT)
  })

  it('leaves alone alarms without a row and columns that are not there', () => {
    const { text, changes } = importTable('alarm,limit\nGT-2.H,12\n', inspected(PLANT))
    expect(changes).toHaveLength(1)
    expect(tableOf(text ?? '')).toBe(new Table(tableOf(PLANT)).set('GT-2.H', { limit: '12' }).text())
  })

  it('takes JSON for JSON', () => {
    const json = JSON.stringify(
      {
        facility: { id: 'plant' },
        gateways: [{ id: 'g', buses: [] }],
        foreign: [
          { id: 'f', topic: 't', payload: 'text', sensors: [{ id: 'F', kind: 'other', unit: 'kg' }] },
        ],
      },
      null,
      2,
    )
    const { text } = edited((table) => table.add('F.H', 'F.FAULT', { when: 'high', limit: '4' }), json)
    expect(JSON.parse(text ?? '').foreign[0].sensors[0].alarms).toEqual({ H: { when: 'high', limit: 4 } })
  })

  it('reads back whatever was written, and no other alarm changes', () => {
    const text = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }).filter((t) => t.trim() !== '')
    const word = fc.string({ minLength: 1, maxLength: 40 }).filter((t) => t.trim() !== '')
    const cells = fc.record(
      {
        message: text,
        action: text,
        consequence: text,
        causes: fc.array(
          word.filter((line) => !/[\r\n]/.test(line)),
          { minLength: 1, maxLength: 3 },
        ),
        owner: word,
        limit: fc.double({ min: 0, max: 100, noNaN: true }),
        revision: fc.nat(1_000_000),
        people: fc.constantFrom('none', 'minor', 'major', 'severe'),
        latching: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    const alarm = fc.constantFrom('GT-1.H', 'GT-1.HH', 'GT-2.H', 'GT-3.H', 'F-1.FAULT')
    // Refused set points are another story.
    const plant = PLANT.replace('id: plant,', 'id: plant, gasRule: none,')
    fc.assert(
      fc.property(fc.dictionary(alarm, cells, { maxKeys: 4 }), (edits) => {
        const table = new Table(tableOf(plant))
        for (const [id, { limit, ...given }] of Object.entries(edits)) {
          const own = { ...given, ...(limit === undefined || id !== 'GT-2.H' ? {} : { limit }) }
          for (const [column, value] of Object.entries(own))
            table.set(id, { [column]: cellFor(Array.isArray(value) ? value.join('\n') : value) })
        }
        const { text: done, problems } = importTable(table.text(), inspected(plant))
        expect(problems).toEqual([])
        expect(tableOf(done ?? '')).toBe(table.text())
        for (const comment of plant.match(/#.*/g) ?? []) expect(done).toContain(comment)
      }),
      { numRuns: 25 },
    )
  })
})

/** What a spreadsheet would compute stands behind a quote. */
function cellFor(value: string | number | boolean): string {
  const text = String(value)
  return typeof value === 'string' && /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text)
    ? `'${text}`
    : text
}

describe('errors of a table', () => {
  it('are told all at once, each with row and column', () => {
    const { text, problems } = edited((table) =>
      table
        .set('GT-1.H', { limit: 'five', priority: 'hihg' })
        .set('GT-1.HH', { unit: 'mg/m3', onDelay: '5' })
        .set('GT-2.H', { limit: '120', respondWithin: '1m', onDelay: '2m' })
        .set('GT-3.H', { limit: '', approvedAt: '2026-02-30' })
        .set('GT-9.H', { when: 'high' })
        .add('F-1.H', 'F-1.FAULT', { when: '', limit: '5' }),
    )
    expect(text).toBeUndefined()
    expect(problems).toEqual([
      { row: 2, column: 'limit', message: '"five": expected a number with a decimal point' },
      {
        row: 2,
        column: 'priority',
        message: '"hihg" is not one of low, medium, high, critical; did you mean "high"?',
      },
      { row: 3, column: 'unit', message: '"mg/m3" is "ppm" in the file; a table does not change it' },
      { row: 3, column: 'onDelay', message: '"5": expected a duration such as 250ms, 2s, 10m, 8h or 7d' },
      { row: 7, column: 'limit', message: 'required key "limit" is missing for an alarm when high' },
      { row: 7, column: 'approvedAt', message: 'there is no 2026-02-30' },
      { row: 10, column: 'alarm', message: 'no sensor of the file has it: "GT-9.H", did you mean "GT-1.H"?' },
      { row: 11, column: 'when', message: '"": expected a value' },
    ])
  })

  it('are what check would refuse, too; what was refused before hinders nobody', () => {
    const forbidden = PLANT.replace('limit: 20', 'limit: 30')
    const one = edited((table) => table.set('GT-1.H', { deadband: '0.5' }), forbidden)
    expect(one.problems).toEqual([])
    const { problems } = edited(
      (table) =>
        table
          .set('GT-1.HH', { limit: '4' })
          .set('GT-2.H', { limit: '40', onDelay: '2m', respondWithin: '1m' }),
      forbidden,
    )
    expect(problems).toEqual([
      { row: 3, column: 'limit', message: 'HH at 4 does not come after H at 5' },
      { row: 5, column: 'limit', message: '40 %LEL is above 25 %LEL: level 1' },
      { row: 5, column: 'onDelay', message: '2m is longer than the time to respond, 1m' },
    ])
  })

  it.each([
    ['', [{ row: 1, column: 'alarm', message: 'this column is missing: the id of each alarm' }]],
    ['limit\n1\n', [{ row: 1, column: 'alarm', message: 'this column is missing: the id of each alarm' }]],
    ['alarm,limt\n', [{ row: 1, column: 'limt', message: 'no such column, did you mean "limit"?' }]],
    ['alarm,limit,limit\n', [{ row: 1, column: 'limit', message: 'this column is there already' }]],
    ['alarm,limit\nGT-1.H\n', [{ row: 2, column: null, message: '1 cells, and there are 2 columns' }]],
    ['alarm\n""\n', [{ row: 2, column: 'alarm', message: 'empty: expected the id of an alarm' }].slice(1)],
    ['alarm,limit\n,5\n', [{ row: 2, column: 'alarm', message: 'empty: expected the id of an alarm' }]],
    [
      'alarm,limit\nGT-1.H,5\nGT-1.H,6\n',
      [{ row: 3, column: 'alarm', message: '"GT-1.H" stands in row 2 already' }],
    ],
    ['alarm,limit\nGT-1.H,"5\n', [{ row: 2, column: null, message: 'a quote is not closed' }]],
  ])('%j', (table, problems) => {
    expect(importTable(table, inspected(PLANT)).problems).toEqual(problems)
  })

  it('are sensors that do not stand in the file by themselves', () => {
    const shared = PLANT.replace(
      'alarms: { H: { when: high, limit: 20',
      'alarms: { H: &h { when: high, limit: 20',
    ).replace('register: { address: 4 }', 'register: { address: 4 }\n                alarms: { H: *h }')
    expect(importTable('alarm,limit\nGT-3.H,12\n', inspected(shared)).problems).toEqual([
      { row: 2, column: null, message: 'GT-3: its alarm H is no map of its own' },
    ])
    const twins = PLANT.replace(
      '                alarms:\n                  # the first',
      '                alarms: &both\n                  # the first',
    ).replace('register: { address: 4 }', 'register: { address: 4 }\n                alarms: *both')
    expect(importTable('alarm,limit\nGT-1.H,6\n', inspected(twins)).problems).toEqual([
      {
        row: 1,
        column: 'limit',
        message: 'GT-3.H does not stand by itself in the file: change it there by hand',
      },
    ])
    const profiled = PLANT.replace(
      'foreign:',
      '      - id: line\n        driver: modbus-tcp\n        host: h\n        devices: [ { id: xrl, unitId: 3, profile: honeywell-xrl } ]\nforeign:',
    )
    const [sensor] = [...inspected(profiled).facility.sensors.keys()].filter((id) => id.startsWith('xrl'))
    const { problems } = edited(
      (table) => table.add(`${sensor}.H`, `${sensor}.FAULT`, { when: 'high', limit: '1' }),
      profiled,
    )
    expect(problems).toMatchObject([{ message: expect.stringContaining('list it under its device') }])
  })
})
