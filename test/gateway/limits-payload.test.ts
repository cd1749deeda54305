import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { PROCESS_CLASS } from '../../contracts/alarm-class.ts'
import { BATCH_MAX_BYTES } from '../../contracts/wire.ts'
import { parseLimits } from '../../gateway/delivery/limits-payload.ts'
import { Board } from '../../gateway/quality/board.ts'
import { sensor } from './plant.ts'

const parse = (message: unknown) => parseLimits(Buffer.from(JSON.stringify(message)))

describe('limits', () => {
  it('are taken by sensor; a deadband that is left out is 0', () => {
    const limits = {
      'GT-1': [
        { when: 'high', limit: 15, deadband: 1 },
        { when: 'low', limit: -2 },
      ],
    }
    expect(parse({ limits, time: 1, later: 'a field of another release' })).toEqual(
      new Map([
        [
          'GT-1',
          [
            { when: 'high', limit: 15, deadband: 1 },
            { when: 'low', limit: -2, deadband: 0 },
          ],
        ],
      ]),
    )
  })

  test('of an empty payload are none', () => {
    expect(parseLimits(Buffer.alloc(0))).toEqual(new Map())
  })

  const nonsense: [string, Buffer][] = [
    ['no JSON', Buffer.from('{')],
    ['a list', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['no limits', Buffer.from('{"time":1}')],
    ['limits that are a list', Buffer.from('{"limits":[]}')],
    ['limits that are null', Buffer.from('{"limits":null}')],
    ['too much', Buffer.from(`{"limits":{},"more":"${'x'.repeat(BATCH_MAX_BYTES)}"}`)],
  ]
  test.each(nonsense)('of %s are nothing that could be taken', (_, payload) => {
    expect(parseLimits(payload)).toBeUndefined()
  })

  const broken: [string, unknown][] = [
    ['another condition', { when: 'higher', limit: 1 }],
    ['a condition of everything', { when: 'constructor', limit: 1 }],
    ['no limit', { when: 'high' }],
    ['a text', { when: 'high', limit: '15' }],
    ['null', { when: 'high', limit: null }],
    ['a negative deadband', { when: 'high', limit: 1, deadband: -1 }],
    ['a list', []],
    ['nothing', null],
  ]
  test.each(broken)('with %s is left out, and takes no other down', (_, item) => {
    const whole = { when: 'high', limit: 15, deadband: 0 }
    expect(parse({ limits: { 'GT-1': [item, whole], 'GT-2': item, 'GT-3': [item] } })).toEqual(
      new Map([['GT-1', [whole]]]),
    )
  })

  it('that are not finite are left out', () => {
    expect(parseLimits(Buffer.from('{"limits":{"GT-1":[{"when":"high","limit":1e999}]}}'))).toEqual(new Map())
  })

  it('are no more than 16 of a sensor', () => {
    const many = Array.from({ length: 100 }, (_, limit) => ({ when: 'high', limit }))
    expect(parse({ limits: { 'GT-1': many } })?.get('GT-1')).toHaveLength(16)
  })

  it('of a sensor by any name are data', () => {
    const payload = Buffer.from('{"limits":{"__proto__":[{"when":"high","limit":1}]}}')
    expect(parseLimits(payload)?.get('__proto__')).toEqual([{ when: 'high', limit: 1, deadband: 0 }])
  })

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json().map((limits) => `{"limits":${limits}}`),
        ),
        (text) => {
          for (const [, list] of parseLimits(Buffer.from(text)) ?? [])
            for (const { limit, deadband } of list)
              expect([limit, deadband].every(Number.isFinite)).toBe(true)
        },
      ),
    )
  })
})

describe('a board', () => {
  const rules = { deadband: 10, maxIntervalMs: 1e6 }
  const own = {
    id: 'GT-1.H',
    key: 'H',
    sensor: 'GT-1',
    when: 'high' as const,
    limit: 20,
    deadband: 0,
    onDelayMs: 0,
    offDelayMs: 0,
    priority: 'high' as const,
    latching: false,
    onBad: 'freeze' as const,
  }
  const good = (value: number, time: number) => ({ sensor: 'GT-1', time, value, quality: 'good' as const })

  it('sends what crosses a changed limit, and what crosses one of its file', () => {
    const alarms = [{ ...own, class: PROCESS_CLASS }]
    const board = new Board([sensor({ id: 'GT-1', report: rules, alarms })])
    board.setLimits(
      new Map([
        ['GT-1', [{ when: 'high' as const, limit: 15, deadband: 1 }]],
        ['GT-9', [{ when: 'high' as const, limit: 15, deadband: 1 }]],
      ]),
    )
    const sent = [13, 14.5, 13.5, 16, 19, 20, 19].map((value, index) => board.take(good(value, index)))
    // Returned, between, returned, beyond, beyond, and beyond that of the file, and back.
    expect(sent).toEqual([true, true, true, true, false, true, true])
    board.setLimits(new Map())
    expect(board.take(good(14, 8))).toBe(false)
    expect(board.take({ ...good(1, 9), sensor: 'GT-9' })).toBe(false)
  })
})
