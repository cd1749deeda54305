import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NoticeEntry, NoticeView } from '../../contracts/notify/api.ts'
import { NOTICE_STATES } from '../../contracts/notify/words.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { mergeNotices, toldOf } from '../../dashboards/console/src/notice-groups.ts'
import { causeText, channelError, latencyText, toldTexts } from '../../dashboards/console/src/notice-text.ts'
import { noticeOf } from './fake-notify.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const en = new Words('en')
const zh = new Words('zh')

const anyNotice = fc
  .record({
    id: fc.integer({ min: 0, max: 20 }),
    age: fc.integer({ min: 0, max: 10 }),
    occurrence: fc.constantFrom('o1', 'o2', 'o3'),
    step: fc.integer({ min: 0, max: 3 }),
    state: fc.constantFrom(...NOTICE_STATES),
  })
  .map(({ id, age, ...more }) => noticeOf(`n${id}`, NOW - age * 60_000, more))

describe('pages of notices', () => {
  test('none is lost or twice, the newest is first, and the later answer holds', () => {
    fc.assert(
      fc.property(fc.array(anyNotice), fc.array(anyNotice), (known, fresh) => {
        const merged = mergeNotices(known, fresh)
        const last = new Map([...known, ...fresh].map((notice) => [notice.id, notice]))
        expect(new Set(merged)).toEqual(new Set(last.values()))
        const times = merged.map(({ created }) => Date.parse(created))
        expect(times).toEqual([...times].sort((a, b) => b - a))
      }),
    )
  })

  test('what waited is sent by the next answer', () => {
    const waiting = noticeOf('n1', NOW, { state: 'waiting' })
    expect(mergeNotices([waiting], [noticeOf('n1', NOW)]).map(({ state }) => state)).toEqual(['sent'])
  })
})

describe('who was told of an occurrence', () => {
  const at = (id: string, minutes: number, more: Partial<NoticeView> = {}) =>
    noticeOf(id, NOW + minutes * 60_000, more)

  test('steps in the order in which they were taken, occurrences from the newest', () => {
    const told = toldOf([
      at('d', 10, { step: 0, cause: 'returned' }),
      at('c', 5, { step: 2, cause: 'escalated' }),
      at('b', 0, { to: 'Chen Yu' }),
      at('a', 0),
      at('z', -600, { occurrence: 'before' }),
    ])
    expect(told.map(({ occurrence }) => occurrence)).toEqual(['o1', 'before'])
    expect(told[0]?.steps.map(({ step, cause, notices }) => [step, cause, notices.length])).toEqual([
      [1, 'raised', 2],
      [2, 'escalated', 1],
      [0, 'returned', 1],
    ])
  })

  test('every notice stands in exactly one step', () => {
    fc.assert(
      fc.property(fc.array(anyNotice), (notices) => {
        const distinct = mergeNotices([], notices)
        const told = toldOf(distinct).flatMap(({ steps }) => steps.flatMap((step) => step.notices))
        expect(told.map(({ id }) => id).sort()).toEqual(distinct.map(({ id }) => id).sort())
      }),
    )
  })
})

describe('words', () => {
  const entry: NoticeEntry = {
    cause: 'escalated',
    occurrence: 'GT-1.H#1',
    policy: 'urgent',
    step: 2,
    told: [
      { channel: 'mail', to: 'Li Wei', state: 'sent', time: null, receipt: '250 Ok' },
      { channel: 'chat', to: null, state: 'failed', time: null, receipt: 'CHANNEL_TIMEOUT: 10 s' },
      { channel: 'sms', to: 'Sun Jie', state: 'waiting', time: null, receipt: null },
    ],
  }

  test('an entry of the journal says whom, how and with what outcome, in both languages', () => {
    expect(causeText(entry, en)).toBe('Escalated · step 2')
    expect(toldTexts(entry, en)).toEqual([
      'Li Wei by mail: ✓ sent (250 Ok)',
      'group by chat: ✕ FAILED (CHANNEL_TIMEOUT: 10 s)',
      'Sun Jie by sms: ◷ waiting',
    ])
    expect(toldTexts(entry, zh)[1]).toBe('群组（chat）: ✕ 失败 (CHANNEL_TIMEOUT: 10 s)')
    expect(causeText({ cause: 'returned', step: 0 }, zh)).toBe('恢复')
  })

  test.each([
    ['CHANNEL_TIMEOUT: no answer', { code: 'CHANNEL_TIMEOUT', detail: 'no answer' }],
    ['CHANNEL_REFUSED 550 no such user\nbye', { code: 'CHANNEL_REFUSED', detail: '550 no such user\nbye' }],
    ['CHANNEL_BUSY', { code: 'CHANNEL_BUSY', detail: '' }],
    ['connection reset', { code: undefined, detail: 'connection reset' }],
    ['Broken', { code: undefined, detail: 'Broken' }],
  ])('%s', (text, error) => {
    expect(channelError(text)).toEqual(error)
  })

  test.each([
    [null, '–'],
    [0.4, '0 ms'],
    [850, '850 ms'],
    [3_449, '3.4 s'],
    [96_000, '1 min 36 s'],
    [3_599_700, '1 h 00 min'],
    [4_200_000, '1 h 10 min'],
  ])('%s ms: %s', (ms, text) => {
    expect(latencyText(ms, en)).toBe(text)
  })
})
