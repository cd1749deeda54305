import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { signatureOf } from '../../contracts/notify/signature.ts'
import { ExportDocumentSchema, exportDocumentSchema } from '../../contracts/register/export-document.ts'
import { HeldStates } from '../../simulators/register-receiver/held-states.ts'
import { faultIn } from '../../simulators/register-receiver/json-check.ts'
import { receive } from '../../simulators/register-receiver/receive-command.ts'
import { isGenuine } from '../../simulators/register-receiver/signature.ts'

const NOW = Date.UTC(2026, 10, 29, 2)

describe('the signature as the receiver checks it', () => {
  it('is the one that is sent', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }),
        fc.integer({ min: -300, max: 300 }),
        (body, secret, off) => {
          const header = signatureOf(body, secret, NOW + off * 1_000)
          expect(isGenuine(header, { body: Buffer.from(body), secret }, NOW)).toBe(true)
          expect(isGenuine(header, { body: Buffer.from(`${body} `), secret }, NOW)).toBe(false)
          expect(isGenuine(header, { body: Buffer.from(body), secret: `${secret}x` }, NOW)).toBe(false)
        },
      ),
    )
  })

  it.each([
    undefined,
    '',
    't=1',
    `t=${NOW / 1_000}`,
    `t=${NOW / 1_000},v1=`,
    `t=${NOW / 1_000},v1=${'0'.repeat(63)}`,
    `t=x,v1=${'0'.repeat(64)}`,
    signatureOf('{}', 'secret', NOW - 301_000),
    signatureOf('{}', 'secret', NOW + 301_000),
  ])('is not %s', (header) => {
    expect(isGenuine(header, { body: Buffer.from('{}'), secret: 'secret' }, NOW)).toBe(false)
  })
})

const DOCUMENT = {
  format: 'davylamp-register',
  version: 1,
  id: 'd-1',
  facility: { id: 'plant', name: 'Plant', region: null, location: { lat: 35, lon: 115 } },
  sent: '2026-11-29T10:00:00+08:00',
  items: [
    {
      sequence: 4,
      id: 'hazard-1',
      version: 2,
      changed: '2026-11-29T10:00:00+08:00',
      kind: 'hazard',
      hazard: {
        number: 1,
        area: null,
        source: 'manual',
        sensor: null,
        alarm: null,
        title: 'Valve leaks',
        description: '',
        kind: 'condition',
        grade: 'major',
        needsShutdown: false,
        risk: { method: 'LS', likelihood: 4, exposure: null, consequence: 5, score: 20, colour: 'red' },
        status: 'assigned',
        found: '2026-11-29T10:00:00+08:00',
        measures: 'Replace it',
        responsible: 'li',
        funds: 1200.5,
        deadline: null,
        contingency: null,
        leader: 'eva',
        rectified: { by: 'li', time: '2026-11-29T10:00:00+08:00' },
        verified: null,
        closed: null,
        supervised: null,
        reopens: null,
        reopenedAs: null,
        occurrences: 0,
      },
    },
  ],
}

/** Every place in a value, as steps. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, each]) => placesIn(each, [...at, name]))]
}

/** A copy with something else there; undefined: it is gone. */
function withAt(value: unknown, [step, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (step === undefined) return put
  const copy = structuredClone(value) as Record<string | number, unknown>
  if (rest.length === 0 && put === undefined) delete copy[step]
  else copy[step] = withAt(copy[step], rest, put)
  return copy
}

describe('the shape as the receiver checks it', () => {
  const schema = exportDocumentSchema()

  it('is what is sent, also with fields that a later release adds', () => {
    expect(faultIn(DOCUMENT, schema)).toBeUndefined()
    expect(faultIn({ ...DOCUMENT, later: 1 }, schema)).toBeUndefined()
  })

  it('agrees with that of the sender about anything', () => {
    const odd = fc.oneof(
      fc.constantFrom(undefined, null, '', 'closed', 'x'.repeat(101), 0, -1, 1.5, true, [], {}),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(DOCUMENT).slice(1)), odd, (place, put) => {
        // As it arrives: JSON has no holes and no undefined.
        const changed = JSON.parse(JSON.stringify(withAt(DOCUMENT, place, put)))
        expect(faultIn(changed, schema) === undefined).toBe(Value.Check(ExportDocumentSchema, changed))
      }),
      { numRuns: 2_000 },
    )
  })

  it('names what is wrong', () => {
    expect(faultIn({ ...DOCUMENT, sent: undefined }, schema)).toBe('sent: expected string')
    expect(faultIn({ ...DOCUMENT, items: [] }, schema)).toBe('items: 0 of them')
    expect(faultIn({ ...DOCUMENT, version: 2 }, schema)).toBe('version: expected 1')
    expect(() => faultIn(1, { oneOf: [] })).toThrow('"oneOf"')
  })
})

describe('what the receiver holds', () => {
  it('is the highest version, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (versions) => {
        const held = new HeldStates()
        for (const version of versions)
          held.take('plant', { sequence: 1, id: 'hazard-1', version, kind: 'hazard' })
        expect(held.list().map(({ item }) => item.version)).toEqual([Math.max(...versions)])
        expect(held.counts.new + held.counts.same + held.counts.older).toBe(versions.length)
      }),
    )
  })
})

describe('the command', () => {
  const terminal = (...argv: string[]) => {
    const lines: string[] = []
    const out = (text: string) => void lines.push(text)
    return { lines, argv, env: {}, out, err: out, stopped: Promise.resolve() }
  }

  it('listens until it is stopped', async () => {
    const given = terminal('--port', '0')
    expect(
      await receive(
        given,
        () => 0,
        () => NOW,
      ),
    ).toBe(0)
    expect(given.lines.join('')).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\//)
  })

  it.each([
    [['--port', '99999']],
    [['--fail-rate', '2']],
    [['--hang-rate', '']],
    [['more']],
    [['--secret', 'x']],
  ])('refuses %j', async (argv) => {
    await expect(
      receive(
        terminal(...argv),
        () => 0,
        () => NOW,
      ),
    ).rejects.toMatchObject({ code: 'USAGE' })
  })
})
