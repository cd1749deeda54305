import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { problemsOf } from './plant-text.ts'

/** Alarms by sensor, such as `{ A: 'H: { when: high, limit: 20 }' }`. */
function plant(alarms: Readonly<Record<string, string>>, head = ''): string {
  const sensors = Object.entries(alarms).map(
    ([id, text], address) =>
      `              - { id: ${id}, kind: gas, unit: ppm, register: { address: ${address} }, alarms: { ${text} } }`,
  )
  return `facility: { id: plant }
${head}
gateways:
  - id: gw-1
    buses:
      - id: line
        driver: modbus-tcp
        host: h
        devices:
          - id: panel
            sensors:
${sensors.join('\n')}
`
}

function told(alarms: Readonly<Record<string, string>>, head = ''): string[] {
  return problemsOf(plant(alarms, head)).lines.map((line) =>
    line.replace(/^\d+:\d+ gateways\[0\].buses\[0\].devices\[0\]./, ''),
  )
}

/** An alarm H at 20, suppressed by this rule. */
const H = (rule: string) => `H: { when: high, limit: 20, suppressWhen: [ ${rule} ] }`

describe('alarms that suppress each other', () => {
  it('two of them, with the code, the line and the chain', () => {
    const text = plant({ A: H('{ alarm: B.H }'), B: H('{ alarm: A.H }') })
    const { code, lines } = problemsOf(text)
    expect(code).toBe('CONFIG_INVALID')
    expect(lines).toEqual([
      expect.stringMatching(
        /^12:\d+ gateways\[0\]\.buses\[0\]\.devices\[0\]\.sensors\[0\]\.alarms\.H\.suppressWhen\[0\]\.alarm: A\.H is suppressed by B\.H, B\.H by A\.H: while all are active nobody hears of any$/,
      ),
    ])
  })

  it('three in a circle, and who is only suppressed by one of them is left in peace', () => {
    const circle = { A: H('{ alarm: B.H }'), B: H('{ alarm: C.H }'), C: H('{ alarm: A.H }') }
    expect(told({ X: H('{ alarm: A.H }'), ...circle })).toEqual([
      'sensors[1].alarms.H.suppressWhen[0].alarm: A.H is suppressed by B.H, B.H by C.H, C.H by A.H: while all are active nobody hears of any',
    ])
  })

  it('the rule of the circle is named, not the first of the alarm', () => {
    const two = { A: H('{ alarm: X.H }, { alarm: B.H }'), B: H('{ alarm: A.H }'), X: H('') }
    expect(told(two)).toEqual([
      'sensors[0].alarms.H.suppressWhen[1].alarm: A.H is suppressed by B.H, B.H by A.H: while all are active nobody hears of any',
    ])
  })

  it('each of two circles', () => {
    const first = { A: H('{ alarm: B.H }'), B: H('{ alarm: A.H }') }
    const second = { C: H('{ alarm: D.H }'), D: H('{ alarm: C.H }') }
    expect(told({ ...first, ...second })).toHaveLength(2)
  })

  it('a derived sensor in the circle', () => {
    const mean = `derived: [ { id: M, kind: gas, unit: ppm, compute: linear, of: [ A, B ], alarms: { ${H('{ alarm: A.H }')} } } ]`
    expect(told({ A: H('{ alarm: M.H }'), B: '' }, mean)).toEqual([
      expect.stringContaining('A.H is suppressed by M.H, M.H by A.H'),
    ])
  })

  it('an alarm that suppresses itself is told once', () => {
    expect(told({ A: H('{ alarm: A.H }') })).toEqual([
      'sensors[0].alarms.H.suppressWhen[0].alarm: an alarm cannot suppress itself',
    ])
  })

  it.each([
    ['a chain', { A: H('{ alarm: B.H }'), B: H('{ alarm: C.H }'), C: H('') }],
    ['two that are suppressed by one', { A: H('{ alarm: C.H }'), B: H('{ alarm: C.H }'), C: H('') }],
    ['two ways to one', { A: H('{ alarm: B.H }, { alarm: C.H }'), B: H('{ alarm: C.H }'), C: H('') }],
    [
      'another alarm of the same sensor',
      { A: `${H('{ alarm: B.H }')}, L: { when: low, limit: 1 }`, B: H('{ alarm: A.L }') },
    ],
  ])('%s is no circle', (_name, alarms) => {
    expect(told(alarms)).toEqual([])
  })

  test('a circle is refused exactly when some alarm can be reached from itself', () => {
    const size = 6
    const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 10 })
    fc.assert(
      fc.property(edges, (all) => {
        const pairs = all.filter(([from, to]) => from !== to)
        const reached = Array.from({ length: size }, (_, from) =>
          Array.from({ length: size }, (_, to) => pairs.some(([a, b]) => a === from && b === to)),
        )
        for (const middle of reached.keys())
          for (const row of reached)
            if (row[middle] === true)
              for (const [to, is] of (reached[middle] ?? []).entries()) if (is) row[to] = true
        const alarms = Object.fromEntries(
          reached.map((_, from) => [
            `S${from}`,
            H(
              pairs
                .filter(([a]) => a === from)
                .map(([, to]) => `{ alarm: S${to}.H }`)
                .join(', '),
            ),
          ]),
        )
        const problems = told(alarms)
        expect(problems.length > 0).toBe(reached.some((row, from) => row[from] === true))
        // What is told is there: each step of the chain is a rule of the file.
        for (const problem of problems)
          for (const [, from = '', to = ''] of problem.matchAll(/S(\d)\.H (?:is suppressed )?by S(\d)\.H/g))
            expect(pairs).toContainEqual([Number(from), Number(to)])
      }),
      { numRuns: 60 },
    )
  })
})

describe('a rule on a sensor', () => {
  const alarmOf = (when: string, limit: number, more = '') =>
    `K: { when: ${when}, limit: ${limit}${more}, suppressWhen: [ { alarm: A.H } ] }`
  const ruleOf = (when: string, limit: number, more = '') =>
    H(`{ sensor: B, when: ${when}, limit: ${limit}${more} }`)

  it.each([
    ['high', 'high', 20, 20],
    ['high', 'high', 30, 20],
    ['low', 'low', 10, 20],
    ['equals', 'equals', 0, 0],
    ['equals', 'high', 20, 10],
    ['equals', 'low', 5, 10],
    ['equals', 'not-equals', 1, 0],
    ['high', 'not-equals', 20, 0],
    ['low', 'not-equals', 5, 10],
    ['not-equals', 'not-equals', 1, 1],
  ])('an alarm when %s under a rule when %s, limits %d and %d: a circle', (when, rule, limit, other) => {
    expect(told({ A: ruleOf(rule, other), B: alarmOf(when, limit) })).toEqual([
      'sensors[0].alarms.H.suppressWhen[0].sensor: A.H is suppressed by B.K, B.K by A.H: while all are active nobody hears of any',
    ])
  })

  it.each([
    ['high', 'high', 19, 20],
    ['low', 'low', 21, 20],
    ['high', 'low', 10, 20],
    ['low', 'high', 30, 20],
    ['equals', 'equals', 0, 1],
    ['equals', 'not-equals', 1, 1],
    ['not-equals', 'equals', 1, 0],
    ['high', 'not-equals', 10, 20],
    ['low', 'not-equals', 20, 10],
    ['not-equals', 'not-equals', 1, 2],
  ])(
    'an alarm when %s under a rule when %s, limits %d and %d: seen at some value',
    (when, rule, limit, other) => {
      expect(told({ A: ruleOf(rule, other), B: alarmOf(when, limit) })).toEqual([])
    },
  )

  it('a deadband that widens what is equal leaves room', () => {
    expect(told({ A: ruleOf('not-equals', 0, ', deadband: 3'), B: alarmOf('high', 3) })).toEqual([])
    expect(told({ A: ruleOf('not-equals', 0, ', deadband: 3'), B: alarmOf('high', 3.1) })).toHaveLength(1)
    expect(told({ A: ruleOf('not-equals', 0, ', deadband: 3'), B: alarmOf('not-equals', 0) })).toEqual([])
  })

  it('a FAULT comes from bad data, which suppress nothing', () => {
    const fault = 'FAULT: { when: fault, suppressWhen: [ { alarm: A.H } ] }'
    expect(told({ A: ruleOf('high', 0), B: fault })).toEqual([])
  })

  it('an alarm that only its own sensor could hide', () => {
    expect(told({ A: H('{ sensor: A, when: high, limit: 15 }') })).toEqual([
      'sensors[0].alarms.H.suppressWhen[0].sensor: A.H is active only while this holds: an alarm cannot suppress itself',
    ])
    expect(told({ A: H('{ sensor: A, when: high, limit: 40 }') })).toEqual([])
  })
})
