import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { analyseCommand } from '../../../../contracts/analytics/analyse/analyse-command.ts'
import type { RecordFigures } from '../../../../contracts/analytics/seismic/record-figures.ts'
import { SeismicStation } from '../../../../contracts/analytics/seismic/station.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import vectors from '../../../vectors/seismic.json' with { type: 'json' }
import { yonago } from '../seismic/yonago.ts'

const YONAGO = new URL('../../../vectors/jma_yonago_20001006.csv', import.meta.url)

async function analyse(text: string | Uint8Array, ...argv: readonly string[]): Promise<RecordFigures> {
  let out = ''
  const terminal = {
    argv: ['seismic', 'own.csv', ...argv],
    env: {},
    out: (text: string) => {
      out += text
    },
    err: () => {},
    stopped: new Promise<void>(() => {}),
  }
  await analyseCommand(terminal, async () =>
    typeof text === 'string' ? new TextEncoder().encode(text) : text,
  )
  return JSON.parse(out)
}

const refusalOf = async (text: string, ...argv: readonly string[]) => {
  try {
    await analyse(text, ...argv)
  } catch (error) {
    if (error instanceof CodedError) return error.message
    throw error
  }
  return 'nothing thrown'
}

const column = (heading: string, samples: readonly number[]) => [heading, ...samples].join('\n')
const GAL = ['--rate', '100', '--unit', 'gal'] as const

describe('npm run analyse -- seismic', () => {
  it('prints what DESIGN says, in its order', async () => {
    const figures = await analyse(await readFile(YONAGO), ...GAL)
    expect(Object.keys(figures)).toEqual([
      'pga',
      'pgv',
      'cav',
      'standardizedCav',
      'arias',
      'jma',
      'gbt17742',
      'staLta',
      'triggers',
    ])
    expect(figures.jma).toBe(vectors.yonago.intensity)
    expect(figures.triggers[0]?.on).toBeCloseTo(11.4, 1)
  })

  it('agrees with the station that is fed the same samples live', async () => {
    const figures = await analyse(await readFile(YONAGO), ...GAL)
    const { seconds, events } = new SeismicStation({ ltaMs: 10_000 }).take(yonago())
    const greatest = (feature: 'pga' | 'pgv' | 'gbt17742') =>
      Math.max(...seconds.map(({ values }) => values[feature] ?? 0))
    expect(greatest('pga') / figures.pga).toBeCloseTo(1, 2)
    expect(greatest('pgv') / figures.pgv).toBeCloseTo(1, 1)
    expect(Math.abs(greatest('gbt17742') - figures.gbt17742)).toBeLessThanOrEqual(0.1001)
    expect((events[0]?.features.standardizedCav ?? 0) / figures.standardizedCav).toBeCloseTo(1, 1)
    expect((events[0]?.features.arias ?? 0) / figures.arias).toBeCloseTo(1, 1)
  })

  it('gives CAV and Arias intensity of the field', async () => {
    const square = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i < 100 ? 0.1 : 0.02))
    for (const heading of ['ns', 'ew_g', 'ud']) {
      const figures = await analyse(column(heading, square), '--rate', '100', '--unit', 'g')
      expect(figures.cav).toBeCloseTo(vectors.cav.cavGs, 9)
      expect(figures.standardizedCav).toBeCloseTo(vectors.cav.standardizedCavGs, 9)
      expect(Math.abs(figures.arias - vectors.cav.ariasMs)).toBeLessThan(0.000_05)
      expect(figures.pga).toBeCloseTo(98.0665, 9)
    }
  })

  it('gives the STA/LTA ratios of the field', async () => {
    const input = Array.from({ length: 2_500 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i < 2_000 ? 0.01 : 0.05))
    const { staLta, triggers } = await analyse(column('ud', input), ...GAL, '--sta', '0.5', '--lta', '10')
    // One sample behind the figure, where it is 0.003 greater.
    expect(staLta.recursive).toBeGreaterThan(7.9614)
    expect(staLta.recursive).toBeLessThan(7.965)
    expect(Math.abs(staLta.classic - 11.3636)).toBeLessThan(vectors.staLta.absTol)
    // 50 Hz is far beyond the band of the trigger.
    expect(triggers).toEqual([])
  })

  it.each(vectors.jmaIntensity.cases)(
    '$gal Gal at $hz Hz are $intensity after the JMA',
    async ({ gal, hz, intensity }) => {
      const sine = Array.from({ length: 2_048 }, (_, i) => {
        const t = i / 100
        return gal * Math.min(1, t / 2, (20.47 - t) / 2) * Math.sin(2 * Math.PI * hz * t)
      })
      expect((await analyse(column('ns', sine), ...GAL)).jma).toBe(intensity)
    },
  )

  it('takes the unit of the option or of the headings: the same motion in each', async () => {
    const gal = Array.from({ length: 500 }, (_, i) => 50 * Math.sin(i / 5))
    const expected = await analyse(column('ns', gal), ...GAL)
    const scaled = (factor: number) => gal.map((sample) => sample * factor)
    for (const [heading, factor, argv] of [
      ['ns_gal', 1, []],
      ['NS (gal)', 1, []],
      ['ns', 0.01, ['--unit', 'm/s2']],
      ['ns_m/s2', 0.01, []],
      ['ns_ms2', 0.01, ['--unit', 'm/s2']],
      ['ns_g', 1 / 980.665, []],
      ['ns [cm/s²]', 1, []],
      ['ns(m/s^2)', 0.01, []],
      ['ns_mps2', 0.01, []],
      ['ns', 0.01, ['--unit', 'm/s²']],
      ['ns', 1 / 980.665, ['--unit', 'G']],
    ] as const) {
      const found = await analyse(column(heading, scaled(factor)), '--rate', '100', ...argv)
      expect(found.pga, heading).toBeCloseTo(expected.pga, 6)
      expect(found.jma).toBe(expected.jma)
    }
  })

  it('reads what spreadsheets save as Unicode text, and rows that were cleared', async () => {
    const text = '\ufeffns\tew\tud\r\n1\t2\t3\r\n-1\t-2\t-3\r\n\t\t\r\n  \r\n'
    const little = Buffer.from(text, 'utf16le')
    const expected = await analyse('ns,ew,ud\n1,2,3\n-1,-2,-3\n', ...GAL)
    expect(expected.pga).toBeCloseTo(Math.sqrt(14), 9)
    for (const bytes of [little, Buffer.from(little).swap16(), Buffer.from(text)])
      expect(await analyse(bytes, ...GAL)).toEqual(expected)
  })

  it('refuses a record that would not fit into memory', async () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1)
    await expect(analyse(bytes, ...GAL)).rejects.toThrow(
      'RECORD_INVALID: own.csv:1: 65 MB, at most 64: cut it into pieces',
    )
  })

  it.each<[string, readonly string[], RegExp]>([
    ['ns\n1\nx\n3\n', GAL, /^RECORD_INVALID: own.csv:3: ns: "x" is no number$/],
    ['ns,ud\n1,2\n1,\n,3\n', GAL, /own.csv:3: ud: "" is no number\n {2}own.csv:4: ns: "" is no number$/],
    ['ns,ud\n1,2\n1\n3,4\n', GAL, /^RECORD_INVALID: own.csv:3: 1 cells under 2 headings$/],
    ['Memo.\nns,ud\n1,2\n', GAL, /own.csv:1: "memo." is taken for the headings: nothing stands before/],
    ['ns;ud\n0,5;1\n', GAL, /own.csv:2: ns: "0,5" is no number: decimals have a point/],
    ['ns\n0x10\n', GAL, /own.csv:2: ns: "0x10" is no number$/],
    ['ns\n1\0\n', GAL, /own.csv:1: this is no text: save it as CSV in UTF-8$/],
    ['ns,ud\n,\n1,2\n', GAL, /own.csv:2: ns: "" is no number/],
    ['x,y\n1,2\n', GAL, /own.csv:1: no column ns, ew or ud; there are x, y/],
    ['ns,ns_gal\n1,2\n', GAL, /own.csv:1: two columns are ns/],
    ['ns_g\n1\n', GAL, /own.csv:1: "ns_g" is in g, and --unit says Gal/],
    ['ns_kg\n1\n', GAL, /own.csv:1: "ns_kg": its unit is none of gal, m\/s2, g/],
    ['ns [µm/s]\n1\n', GAL, /own.csv:1: "ns \[µm\/s\]": its unit is none of gal, m\/s2, g/],
    ['ns\n1\n-1e300\n', GAL, /own.csv:3: ns: "-1e300" is beyond 200,000 Gal, which no ground reaches$/],
    ['ns_g\n205\n', ['--rate', '100'], /own.csv:2: ns: "205" is beyond 200,000 Gal/],
    ['ns\n1\n', ['--rate', '100'], /^USAGE: --unit is needed/],
    ['ns\n1\n', ['--rate', '100', '--unit', 'mm'], /^USAGE: --unit mm: gal \(cm\/s2\), m\/s2 or g/],
    ['ns\n1\n', ['--unit', 'gal'], /^USAGE: --rate is needed/],
    ['ns\n1\n', ['--unit', 'gal', '--rate', '1e9'], /^USAGE: --rate 1000000000: 10 to 10000 Hz/],
    ['ns\n1\n', [...GAL, '--lta', '0'], /^USAGE: --lta "0" is no number above 0/],
    ['ns\n1\n', [...GAL, '--sta', '20'], /^USAGE: --sta has to be shorter/],
    ['ns\n1\n', [...GAL, '--off', '9'], /^USAGE: --off is no more than --on/],
  ])('refuses %j with %j', async (text, argv, message) => {
    expect(await refusalOf(text, ...argv)).toMatch(message)
  })

  it.each([
    [29, null],
    [30, 5.3],
  ])('gives %i samples at 100 Hz the JMA intensity %j', async (length, jma) => {
    const turn = Array.from({ length }, (_, i) => (2 * Math.PI * i) / length)
    const rows = turn.map((angle) => `${400 * Math.sin(angle)},${400 * Math.cos(angle)}`)
    const figures = await analyse(['ns,ew', ...rows].join('\n'), ...GAL)
    expect(figures.jma).toBe(jma)
    expect(figures.pga).toBeGreaterThan(390)
  })

  it('names no unit in place of another one', async () => {
    expect(await refusalOf('ns\n1\n', '--rate', '100', '--unit', 'mg')).toBe(
      'USAGE: --unit mg: gal (cm/s2), m/s2 or g',
    )
  })

  it('takes a record of one sample', async () => {
    expect(await analyse('ud\n5\n', ...GAL)).toMatchObject({
      pga: 0,
      cav: 0,
      jma: null,
      gbt17742: 1,
      triggers: [],
    })
  })
})
