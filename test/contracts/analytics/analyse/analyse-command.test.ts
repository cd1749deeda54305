import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { analyseCommand } from '../../../../contracts/analytics/analyse/analyse-command.ts'
import { ANALYSES } from '../../../../contracts/analytics/analyse/analyses.ts'
import { EXIT, type Terminal } from '../../../../contracts/cli.ts'
import type { CodedError } from '../../../../contracts/errors.ts'
import vectors from '../../../vectors/exposure.json' with { type: 'json' }
import { ROOT } from '../../source-files.ts'

const CO = ['--substance', 'CO', '--unit', 'ppm']

/** Runs the command over one file, called r.csv. */
async function analyse(
  argv: readonly string[],
  text = '',
  stopped: Promise<void> = new Promise(() => undefined),
) {
  const told: string[] = []
  const said: string[] = []
  const terminal: Terminal = {
    argv,
    env: {},
    out: (line) => void told.push(line),
    err: (line) => void said.push(line),
    stopped,
  }
  const status = await analyseCommand(terminal, async (path) => {
    if (path === 'r.csv' || path === '-') return Buffer.from(text)
    if (path === 'never') return new Promise(() => undefined)
    throw Object.assign(new Error('ENOENT: no such file'), { syscall: 'open' })
  })
  return { status, out: told.join(''), err: said.join('') }
}

const refusal = async (argv: readonly string[], text?: string) =>
  analyse(argv, text).then(
    () => undefined,
    (error: unknown) => error as CodedError,
  )

/** A CSV of rows, one a minute. */
const record = (values: readonly (number | string)[], from = 1_790_000_000 - (1_790_000_000 % 60)) =>
  ['time,value', ...values.map((value, at) => `${from + at * 60},${value}`)].join('\n')

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('npm run analyse', () => {
  it('lists what it can do', async () => {
    const { status, out } = await analyse(['--help'])
    expect(status).toBe(EXIT.ok)
    for (const { name, about } of ANALYSES) {
      expect(out).toContain(`npm run analyse -- ${name} `)
      expect(out).toContain(about)
    }
  })

  it.each(ANALYSES.map((analysis) => [analysis.name, analysis] as const))(
    '%s explains each of its options',
    async (name, analysis) => {
      const { status, out } = await analyse([name, '--help'])
      expect(status).toBe(EXIT.ok)
      expect(out).toMatch(new RegExp(`^npm run analyse -- ${name} FILE `))
      for (const option of Object.keys(analysis.options)) expect(out).toContain(`--${option} `)
      expect(out.endsWith('\n')).toBe(true)
    },
  )

  it.each([
    [[], 'which analysis: there are'],
    [['exposur', 'r.csv'], 'no analysis "exposur", did you mean "exposure"?'],
    [['exposure', ...CO], 'exposure reads a file: which one?'],
    [['exposure', 'r.csv', 'more', ...CO], 'unknown argument "more"'],
    [['exposure', 'r.csv', '--unti', 'ppm'], "Unknown option '--unti'"],
  ])('%j is bad usage', async (argv, message) => {
    const error = await refusal(argv)
    expect(error?.code).toBe('USAGE')
    expect(error?.detail).toContain(message)
  })

  it('says which file cannot be read', async () => {
    expect(await refusal(['exposure', 'gone.csv', ...CO])).toMatchObject({
      code: 'RECORD_UNREADABLE',
      detail: 'gone.csv: ENOENT: no such file',
    })
  })

  it('stops while it waits for input', async () => {
    expect((await analyse(['exposure', 'never', ...CO], '', Promise.resolve())).status).toBe(EXIT.failed)
  })

  it('runs from the shell', () => {
    const run = (argv: readonly string[], input = '') =>
      spawnSync(process.execPath, ['contracts/main.ts', 'analyse', ...argv], {
        cwd: ROOT,
        input,
        encoding: 'utf8',
      })
    expect(run(['exposure', '-', ...CO], record([1, 2]))).toMatchObject({ status: 0, stderr: '' })
    expect(run(['exposure', '-', ...CO], 'x').status).toBe(1)
    expect(run(['exposur']).status).toBe(2)
  })
})

describe('npm run analyse -- exposure', () => {
  const { hours, ppm, twa } = vectors.osha8h
  const shift = record([...ppm.flatMap((value, at) => times((hours[at] ?? 0) * 60, value)), 0])

  it.each(['moving', 'accumulated'])('%s: gives the example of 29 CFR 1910.1000(d)', async (mode) => {
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--mode', mode, '--json'], shift)
    const { rows, substance, limits } = JSON.parse(out)
    expect(rows).toHaveLength(8 * 60 + 1)
    expect(rows.at(-1)).toMatchObject({
      value: 0,
      stel: { value: 50, quality: 'good', coverage: 1 },
      twa: { value: expect.closeTo(twa, 9), coverage: 1 },
      beyond: ['PC-TWA', 'PC-STEL', 'OSHA-PEL', 'NIOSH-REL', 'ACGIH-TWA'],
    })
    expect(substance).toEqual({ cas: '630-08-0', formula: 'CO', name: 'carbon monoxide' })
    expect(limits).toContainEqual({
      basis: 'PC-TWA',
      value: expect.closeTo(17.165, 3),
      published: { value: 20, unit: 'mg/m3' },
      edition: 'GBZ 2.1-2019',
      isConfirmed: true,
    })
  })

  it('prints a row for each row', async () => {
    const { out } = await analyse(
      ['exposure', 'r.csv', ...CO, '--timezone', 'Asia/Shanghai'],
      record(times(17, 48)),
    )
    const lines = out.trimEnd().split('\r\n')
    expect(lines).toHaveLength(18)
    expect(lines[0]).toBe('time,value,stel,stelCoverage,twa,twaCoverage,beyond')
    expect(lines[1]).toBe('2026-09-21T22:13:00+08:00,48,,0,,0,')
    expect(lines[12]).toBe('2026-09-21T22:24:00+08:00,48,,0.733333,1.1,1,PC-STEL')
    expect(lines[17]).toBe('2026-09-21T22:29:00+08:00,48,48,1,1.6,1,PC-STEL')
  })

  it('prints on a grid when asked to', async () => {
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--every', '1h'], shift)
    const lines = out.trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + 8)
    expect(lines[1]).toMatch(/^2026-09-21T15:00:00\+00:00,150,150,1,14\.6875,1,/)
  })

  it('says the same on a grid as at each row, gaps and all', async () => {
    const start = 1_790_000_000 - (1_790_000_000 % 3_600)
    const minutes = Array.from({ length: 241 }, (_, at) => at).filter((at) => at <= 20 || at >= 50)
    const text = ['time,value', ...minutes.map((at) => `${start + at * 60},40`)].join('\n')
    const at = async (...more: string[]) => {
      const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json', ...more], text)
      const rows: { time: number; twa: { coverage: number }; beyond: string[] }[] = JSON.parse(out).rows
      // What was beyond is of all the time since the row before.
      return rows.filter(({ time }) => time % 3_600_000 === 0).map(({ beyond: _, ...row }) => row)
    }
    const grid = await at('--every', '1h')
    expect(grid[1]?.twa.coverage).toBeCloseTo(35 / 60, 12)
    expect(grid).toEqual(await at())
  })

  it('reads records of long ago', async () => {
    const { out } = await analyse(
      ['exposure', 'r.csv', ...CO, '--json'],
      ['time,value', ...times(16, '').map((_, at) => `1965-01-01T00:${10 + at}:00Z,40`)].join('\n'),
    )
    expect(JSON.parse(out).rows.at(-1).stel).toMatchObject({ value: 40, coverage: 1 })
  })

  it('says what is beyond by what was seen alone, as it raises an alarm live', async () => {
    // 400 ppm of 5 minutes are 133 of 15, and 4.2 of 480.
    const text = record([...times(5, 400), ...times(3, '')])
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json'], text)
    const row = JSON.parse(out).rows.at(-1)
    expect(row.stel).not.toHaveProperty('value')
    expect(row.beyond).toContain('PC-STEL')
    expect(row.beyond).not.toContain('PC-TWA')
  })

  it('says of a grid what was beyond between two of its rows', async () => {
    // A minute at 600 ppm: beyond ceilings of moments, and 40 ppm as a mean of 15.
    const text = record([...times(20, 0), 600, ...times(40, 0)])
    const beyondOf = async (...more: string[]) => {
      const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json', ...more], text)
      return JSON.parse(out).rows.map(({ beyond }: { beyond: string[] }) => beyond)
    }
    const rows = await beyondOf()
    expect(rows[20]).toEqual(['NIOSH-C'])
    expect(rows[21]).toEqual(['PC-STEL'])
    expect(rows[40]).toEqual([])
    expect((await beyondOf('--every', '1h')).filter((beyond: string[]) => beyond.length > 0)).toEqual([
      ['PC-STEL', 'NIOSH-C'],
    ])
  })

  it('goes by the mean of a ceiling that is one', async () => {
    const gas = ['--substance', 'H2S', '--unit', 'ppm', '--json']
    const beyondOf = async (minutes: number) => {
      const text = record([...times(20, 0), ...times(minutes, 15), ...times(20, 0)])
      const { out } = await analyse(['exposure', 'r.csv', ...gas], text)
      return JSON.parse(out).rows.filter(({ beyond }: { beyond: string[] }) => beyond.includes('NIOSH-C'))
    }
    // 10 ppm as a mean of 10 minutes: 15 ppm reach it in the seventh.
    expect(await beyondOf(6)).toHaveLength(0)
    expect(await beyondOf(7)).toHaveLength(4)
  })

  it('refuses a grid that nobody could print', async () => {
    const error = await refusal(['exposure', 'r.csv', ...CO, '--every', '1ms'], record(times(20, 1)))
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(error?.detail).toBe('--every: 1140001 times are too many to print, at most 1000000')
  })

  it('lets a row hold no longer than told', async () => {
    const sparse = 'time,value\n2026-11-21 08:00,60\n2026-11-21 10:00,0\n'
    const last = async (hold: string) => {
      const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json', '--hold', hold], sparse)
      return JSON.parse(out).rows.at(-1)
    }
    expect(await last('2h')).toMatchObject({ twa: { value: 15, coverage: 1 } })
    expect(await last('30m')).toMatchObject({ twa: { quality: 'bad', coverage: 0.25 } })
  })

  it('counts nothing of bad rows', async () => {
    const text = record(times(20, '10,good')).replace('value', 'value,quality')
    const lines = text.split('\n')
    lines[3] = lines[3]?.replace('10,good', '9999,bad') ?? ''
    lines[4] = lines[4]?.replace('10,good', ',') ?? ''
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json'], lines.join('\n'))
    const { rows } = JSON.parse(out)
    expect(rows[2]).not.toHaveProperty('value')
    expect(rows[15].stel).toMatchObject({ value: 10, coverage: 13 / 15 })
  })

  it('reads other separators and times', async () => {
    const text =
      '\ufeffTime;Value\r\n2026-11-21T08:00:00+08:00;1\r\n2026-11-21 00:01;2\r\n1795219320.5;3\r\n1795219380500;4\r\n'
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json'], text)
    const start = Date.UTC(2026, 10, 21)
    expect(JSON.parse(out).rows.map(({ time }: { time: number }) => time - start)).toEqual([
      0, 60_000, 120_500, 180_500,
    ])
  })

  it('reads times without an offset in the time zone', async () => {
    const times = async (timezone: string) => {
      const text = 'time,value\n2026-10-25 01:30,1\n2026-10-25 03:30,2\n'
      const { out } = await analyse(['exposure', 'r.csv', ...CO, '--json', '--timezone', timezone], text)
      const [first, second] = JSON.parse(out).rows
      return (second.time - first.time) / 3_600_000
    }
    expect(await times('UTC')).toBe(2)
    // Clocks go back an hour in between.
    expect(await times('Europe/Berlin')).toBe(3)
  })

  it('reads times as spreadsheets in China write them', async () => {
    const text = 'time,value\n2026/11/5 8:00,1\n2026/11/5 8:01:30,2\n2026-11-05 10:00,3\n'
    const { out } = await analyse(['exposure', 'r.csv', ...CO, '--timezone', 'Asia/Shanghai'], text)
    expect(out.match(/^2026.{21}/gm)).toEqual([
      '2026-11-05T08:00:00+08:00',
      '2026-11-05T08:01:30+08:00',
      '2026-11-05T10:00:00+08:00',
    ])
  })

  it('takes a unit with its own sign', async () => {
    const { out } = await analyse(
      ['exposure', 'r.csv', '--substance', 'CO', '--unit', 'mg/m³', '--json'],
      record([1]),
    )
    expect(JSON.parse(out).unit).toBe('mg/m3')
  })

  it('names every line that is wrong', async () => {
    const text = 'time,value,quality\n0,1,good\n60,x,\nfoo,2,bd\n30,2,bad\n'
    expect(await refusal(['exposure', 'r.csv', ...CO], text)).toMatchObject({
      code: 'RECORD_INVALID',
      detail: [
        'r.csv:3: "x" is no number',
        'r.csv:4: "foo" is no time: ISO 8601, or seconds or milliseconds since 1970',
        'r.csv:4: "bd" is no quality: these are good, uncertain, bad',
        'r.csv:5: times ascend, and this one does not',
      ].join('\n  '),
    })
  })

  it.each([
    ['', 'r.csv:1: a line of headings and at least one row are expected'],
    ['time,value\n', 'r.csv:1: a line of headings and at least one row are expected'],
    ['when,value\n0,1\n', 'r.csv:1: no column "time"; there are when, value'],
    ['time,value\n0,1,2\n60,1\n', 'r.csv:2: 3 cells under 2 headings'],
    [
      'time,value\n0,0,5\n',
      'r.csv:1: "time, value" is taken for the headings: nothing stands before them, and decimals have a point\n  ' +
        'r.csv:2: 3 cells under 2 headings',
    ],
    ['time,value,value\n0,1,2\n', 'r.csv:1: two columns are value'],
    ['time,value\n0,0x10\n', 'r.csv:2: "0x10" is no number'],
    [
      'time;value\n0;1.234,5\n',
      'r.csv:2: "1.234,5" is no number: decimals have a point, and thousands no mark',
    ],
    [
      'time,value\n46355.41667,1\n46355.5,1\n',
      'r.csv:2: "46355.41667" looks like a day as spreadsheets count them: let them write 2026-11-21 08:00:00',
    ],
    [
      'time,value\n2026-02-30 10:00,1\n',
      'r.csv:2: "2026-02-30 10:00" is no time: ISO 8601, or seconds or milliseconds since 1970',
    ],
    ['time,value\n0,"1\n', 'r.csv:2: a quote is not closed'],
  ])('refuses %j', async (text, detail) => {
    expect(await refusal(['exposure', 'r.csv', ...CO], text)).toMatchObject({
      code: 'RECORD_INVALID',
      detail,
    })
  })

  it('says that a long record takes its time, and nothing of a short one', async () => {
    const long = `time,value\n0,1\n60,2${' '.repeat(5 * 1024 ** 2)}\n`
    const { out, err } = await analyse(['exposure', 'r.csv', ...CO], long)
    expect(err).toBe('r.csv: 5 MB read, computing ...\n')
    expect(await analyse(['exposure', 'r.csv', ...CO], long.replace(/ +/, ''))).toMatchObject({
      out,
      err: '',
    })
  })

  it('stops listing after ten', async () => {
    const error = await refusal(['exposure', 'r.csv', ...CO], record(times(13, 'x')))
    expect(error?.detail.split('\n')).toHaveLength(11)
    expect(error?.detail).toMatch(/and 3 more$/)
  })

  it.each([
    [['--unit', 'ppm'], '--substance is needed'],
    [['--substance', 'CO'], '--unit is needed'],
    [['--substance', 'carbon monoxid', '--unit', 'ppm'], 'did you mean "carbon monoxide"?'],
    [[...CO, '--unit', 'pmm'], '--unit pmm, did you mean "ppm"?: one of ppm, '],
    [['--substance', 'Cl2', '--unit', '%LEL'], 'chlorine has no lower explosive limit'],
    [[...CO, '--mode', 'rolling'], '--mode rolling: one of moving, accumulated'],
    [[...CO, '--reset', 'day'], '--reset: a moving window never begins anew'],
    [[...CO, '--basis', 'OSHA-STEL'], '--basis: carbon monoxide has no OSHA-STEL here: there is PC-STEL'],
    [[...CO, '--at', 'warm'], '--at warm: a number from -50 to 100'],
    [[...CO, '--hold', '0s'], '--hold 0s: a duration such as'],
    [[...CO, '--timezone', 'Mars'], '--timezone Mars: no IANA time zone'],
    [[...CO, '--shifts', '20:00,08:00'], '--shifts 20:00,08:00: times of the day in order'],
  ])('%j is bad usage', async (argv, message) => {
    const error = await refusal(['exposure', 'r.csv', ...argv], record([1, 2]))
    expect(error?.code).toBe('USAGE')
    expect(error?.detail).toContain(message)
  })
})
