import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LEVEL_ANALYSIS } from '../../../../contracts/analytics/analyse/level-command.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { PLANT } from '../../plant-text.ts'

const AREA = Math.PI * 100
const START = Date.UTC(2026, 10, 21, 2)
const UPRIGHT = { shape: 'vertical-cylinder', diameter: '20', height: '12' }

/** 500 m3/h from a level on, once every 10 s. */
const filling = (level: number, more: (at: number) => string = () => ''): string[] =>
  Array.from({ length: 60 }, (_, at) => {
    const time = new Date(START + at * 10_000).toISOString()
    return `${time},${level + (at * 10 * 500) / 3_600 / AREA}${more(at)}`
  })

function recordOf(lines: readonly string[], head = 'time,level') {
  return { path: 'record.csv', bytes: new TextEncoder().encode([head, ...lines, ''].join('\n')) }
}

interface Row {
  level?: number
  volume: { value?: number; quality: string; reason?: string }
  standardVolume: { value?: number } | null
  netFlow: { value?: number; coverage: number }
  flowConfidence?: number
  timeToLimit: { value?: number } | null
}

const analyse = (record: ReturnType<typeof recordOf>, options: Record<string, string>) =>
  LEVEL_ANALYSIS.analyse(record, options) as { tank: string; to: string | null; rows: Row[] }
const refusalOf = (options: Record<string, string>, record = recordOf(filling(9))) => {
  try {
    analyse(record, options)
  } catch (error) {
    if (error instanceof CodedError) return `${error.code} ${error.detail}`
    throw error
  }
  return 'none'
}

describe('a tank of the command line', () => {
  it('has its volume at each row, its flow once most of a window is there, and the time to a limit', () => {
    const { rows, to } = analyse(recordOf(filling(9)), { ...UPRIGHT, limit: '10.5' })
    expect(to).toBe('HH')
    expect(rows.length).toBe(60)
    expect(rows[0]?.volume.value).toBeCloseTo(9 * AREA, 6)
    expect(rows.findIndex(({ netFlow }) => netFlow.value !== undefined)).toBe(23)
    const last = rows.at(-1)
    expect(last?.netFlow.value).toBeCloseTo(500, 6)
    expect(last?.timeToLimit?.value).toBeCloseTo(((1.5 * AREA) / 500) * 60 - 590 / 60, 6)
    expect(last?.flowConfidence).toBeGreaterThan(0)
    expect(last?.standardVolume).toBeNull()
  })

  it('is corrected by a column of temperatures, each of which holds until the next', () => {
    const warm = recordOf(
      filling(9, (at) => (at === 0 ? ',16' : ',')),
      'time,level,temperature',
    )
    const { rows } = analyse(warm, { ...UPRIGHT, beta: '0.0012' })
    expect((rows[59]?.standardVolume?.value ?? 0) / (rows[59]?.volume.value ?? 1)).toBeCloseTo(0.9988, 5)
    const twenty = analyse(warm, { ...UPRIGHT, beta: '0.0012', reference: '20' })
    expect((twenty.rows[59]?.standardVolume?.value ?? 0) / (rows[59]?.volume.value ?? 1)).toBeCloseTo(
      1.0048,
      4,
    )
    expect(analyse(warm, UPRIGHT).rows[59]?.standardVolume).toBeNull()
  })

  it('keeps out what no flow can have made, and what is bad', () => {
    const lines = filling(9)
    lines[30] = `${new Date(START + 300_000).toISOString()},3`
    lines[31] = `${new Date(START + 310_000).toISOString()},`
    const { rows } = analyse(recordOf(lines), { ...UPRIGHT, 'max-flow': '500' })
    expect(rows[30]?.volume).toMatchObject({ quality: 'bad', reason: 'implausible-rate' })
    expect(rows[31]?.volume).toMatchObject({ quality: 'bad', reason: 'inputs' })
    expect(rows[31]).not.toHaveProperty('level')
    expect(rows[59]?.netFlow.value).toBeCloseTo(500, 6)
  })

  it('may have a strapping table, and a level in mm', () => {
    const folder = mkdtempSync(join(temporaryFolder(), 'record-'))
    const file = join(folder, 'T-1.csv')
    writeFileSync(file, 'mm,m3\n0,0\n1000,40\n2000,100\n')
    const options = { shape: 'strapping', strapping: file, unit: 'mm' }
    const { rows } = analyse(recordOf(['0,1500', '60,2500']), options)
    expect(rows.map(({ volume }) => volume)).toEqual([
      { value: 70, quality: 'good', coverage: 1 },
      { value: 100, quality: 'uncertain', reason: 'out-of-spec', coverage: 1 },
    ])
  })
})

describe('a tank of a facility file', () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'record-'))
  const config = join(folder, 'plant.yaml')
  writeFileSync(
    config,
    `${PLANT}tanks:\n  - { id: T-101, shape: { kind: vertical-cylinder, diameter: 20, height: 12 }, levels: { HH: 11.1, MW: 10.5, LL: 0.5 } }\n`,
  )

  it.each([
    [{}, 11.1, 'HH'],
    [{ to: 'mw' }, 10.5, 'MW'],
    [{ limit: '11' }, 11, 'HH'],
  ])('has its limits: %j', (options, limit, name) => {
    const { tank, to, rows } = analyse(recordOf(filling(9)), { config, tank: 'T-101', ...options })
    expect([tank, to]).toEqual(['T-101', name])
    expect(rows.at(-1)?.timeToLimit?.value).toBeCloseTo((((limit - 9) * AREA) / 500) * 60 - 590 / 60, 6)
  })

  it('is told of when it is not there', () => {
    expect(refusalOf({ config, tank: 'T-102' })).toBe(
      `USAGE no tank "T-102", did you mean "T-101"? in ${config}: it has T-101`,
    )
    expect(refusalOf({ config })).toBe('USAGE --config and --tank go together; or give --shape')
    expect(refusalOf({ config, tank: 'T-101', ...UPRIGHT })).toBe(
      'USAGE tank T-101 is as the file has it: leave out --shape, --diameter, --height',
    )
    expect(refusalOf({ config, tank: 'T-101', beta: '0.001', 'max-flow': '500' })).toBe(
      'USAGE tank T-101 is as the file has it: leave out --max-flow, --beta',
    )
    expect(refusalOf({ config, tank: 'T-101', limit: '12.5' })).toBe(
      'USAGE --limit 12.5: above the tank, which ends at 12 m',
    )
    expect(refusalOf({ config, tank: 'T-101', to: 'CH' })).toBe(
      'USAGE --to: tank "T-101" has no level CH: it has HH, MW, LL',
    )
    expect(refusalOf({ config: join(folder, 'none.yaml'), tank: 'T' })).toMatch(/^CONFIG_UNREADABLE/)
  })
})

it.each<[options: Record<string, string>, refusal: string]>([
  [{}, 'USAGE --config and --tank, or --shape, are needed'],
  [{ shape: 'sphere' }, 'USAGE shape.kind: a sphere needs diameter'],
  [{ ...UPRIGHT, diameter: '0' }, 'USAGE shape.diameter: 0: expected more than 0'],
  [{ ...UPRIGHT, reference: '20' }, 'USAGE --reference is of use with --beta'],
  [{ ...UPRIGHT, timezone: 'Mars' }, 'USAGE --timezone Mars: no IANA time zone'],
  [
    { ...UPRIGHT, window: '20s' },
    'USAGE --window: a line needs a window of 4 steps of the grid at least, here 40s',
  ],
])('refuses %j', (options, refusal) => {
  expect(refusalOf(options)).toBe(refusal)
})

it('names the lines that are wrong', () => {
  expect(refusalOf(UPRIGHT, recordOf(['0,1', '0,x']))).toBe(
    'RECORD_INVALID record.csv:3: times ascend, and this one does not\n  record.csv:3: "x" is no number',
  )
  expect(refusalOf(UPRIGHT, recordOf(['0,1'], 'time,height'))).toBe(
    'RECORD_INVALID record.csv:1: no column "level"; there are time, height',
  )
  expect(refusalOf(UPRIGHT, recordOf(['0,1,-999', '60,1,20', '120,1,850'], 'time,level,temperature'))).toBe(
    'RECORD_INVALID record.csv:2: temperature -999 is not within -200 to 500\n  ' +
      'record.csv:4: temperature 850 is not within -200 to 500',
  )
})

it('prints a line for each row', () => {
  const result = LEVEL_ANALYSIS.analyse(recordOf(filling(9)), {
    ...UPRIGHT,
    limit: '10.5',
    timezone: 'Asia/Shanghai',
  })
  const lines = LEVEL_ANALYSIS.print?.(result).trim().split('\r\n') ?? []
  expect(lines.length).toBe(61)
  expect(lines[0]).toBe('time,level,volume,standardVolume,netFlow,flowConfidence,timeToLimit,quality')
  expect(lines[1]).toBe('2026-11-21T10:00:00+08:00,9,2827.433,,,,,good')
  expect(lines[60]).toMatch(/^2026-11-21T10:09:50\+08:00,9\.260837,2909\.378,,500,[\d.]+,46\.7\d+,good$/)
})
