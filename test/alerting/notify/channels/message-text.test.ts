import { describe, expect, it } from 'vitest'
import { plainBody } from '../../../../alerting/notify/channels/mail-body.ts'
import { messageText } from '../../../../alerting/notify/channels/message-text.ts'
import { QUALITY_WORDS, WORDS } from '../../../../alerting/notify/channels/words.ts'
import type { Language } from '../../../../contracts/notify/words.ts'
import { PRIORITY_TEXTS, TEXTS } from '../../../../dashboards/console/src/texts.ts'
import { delivery, facts } from './scene.ts'

type Given = Parameters<typeof facts>[0]

const subject = (given: Given = {}, language: Language = 'en') =>
  messageText(delivery({ facts: [facts(given)], language })).subject
const body = (given: Given = {}, language: Language = 'en') =>
  plainBody(messageText(delivery({ facts: [facts(given)], language })), language)

describe('the subject', () => {
  it.each<[Given, string, string]>([
    [
      {},
      'CRITICAL ALARM · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)',
      '紧急报警 · Tank farm · Methane, pump bay：43.1 %LEL (限值 40)',
    ],
    [
      { cause: 'escalated', step: 2 },
      'CRITICAL ALARM, ESCALATED (step 2) · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)',
      '紧急报警，未确认已升级（第 2 步） · Tank farm · Methane, pump bay：43.1 %LEL (限值 40)',
    ],
    [
      { cause: 'repeated', alarm: { priority: 'high' } },
      'HIGH PRIORITY ALARM, STILL NOT ACKNOWLEDGED · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)',
      '高优先级报警，仍未确认 · Tank farm · Methane, pump bay：43.1 %LEL (限值 40)',
    ],
    [
      { cause: 'returned', step: 0, alarm: { value: 12 } },
      'RETURNED TO NORMAL (critical alarm) · Tank farm · Methane, pump bay: 12 %LEL (limit 40)',
      '已恢复正常（紧急报警） · Tank farm · Methane, pump bay：12 %LEL (限值 40)',
    ],
    [{ cause: 'test' }, 'TEST, NO ALARM · Tank farm', '测试，并非报警 · Tank farm'],
    [
      { alarm: { when: 'fault', value: null, limit: null, quality: 'bad', reason: 'comm-lost' } },
      'CRITICAL ALARM · Tank farm · Methane, pump bay: reading cannot be trusted (communication lost)',
      '紧急报警 · Tank farm · Methane, pump bay：读数不可信 (通信中断)',
    ],
    [
      { alarm: { when: 'stale', value: null, limit: null } },
      'CRITICAL ALARM · Tank farm · Methane, pump bay: has not reported',
      '紧急报警 · Tank farm · Methane, pump bay：无更新',
    ],
    [
      { alarm: { quality: 'bad', reason: 'exception-4', value: null } },
      'CRITICAL ALARM · Tank farm · Methane, pump bay: alarm without a value (limit 40), BAD, exception 4',
      '紧急报警 · Tank farm · Methane, pump bay：报警，无数值 (限值 40), 坏值, 设备异常码 4',
    ],
    [
      { alarm: { when: 'equals', unit: '1', kind: 'state', value: 1, limit: 1, priority: 'low' } },
      'LOW PRIORITY ALARM · Tank farm · Methane, pump bay: 1 (alarm at 1)',
      '低优先级报警 · Tank farm · Methane, pump bay：1 (报警值 1)',
    ],
  ])('of %j says what is the matter', (given, en, zh) => {
    expect(subject(given)).toBe(en)
    expect(subject(given, 'zh')).toBe(zh)
  })

  it.each([
    [0.34, 0.3, '0.34 %LEL (limit 0.3)'],
    [-3.5, -2, '−3.5 %LEL (limit −2)'],
    [1234.5678, 1000, '1235 %LEL (limit 1000)'],
    [-0.00001, 0, '0.0000 %LEL (limit 0)'],
  ])('writes %d as it is read elsewhere', (value, limit, words) => {
    expect(subject({ alarm: { value, limit } })).toContain(words)
  })

  it('is one line, whatever names hold', () => {
    const hostile = 'Tank\r\nBcc: x@evil.example\u2028\u202egnp.exe \ud800'
    const text = subject({
      facility: { id: 'f', name: hostile, timezone: 'UTC' },
      alarm: { sensorName: hostile },
    })
    expect(text).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    expect(text.isWellFormed()).toBe(true)
    expect(text).toContain('Tank Bcc: x@evil.example gnp.exe')
  })

  it('tells how many there are, and the most urgent', () => {
    const many = [facts(), facts({ alarm: { id: 'GT-102.H', sensorName: 'Other', priority: 'low' } })]
    expect(messageText(delivery({ facts: many })).subject).toBe(
      'CRITICAL ALARM · Tank farm · 2 alarms · Methane, pump bay: 43.1 %LEL (limit 40)',
    )
  })
})

describe('the body', () => {
  const told: Given = {
    consequence: 'The bay fills with gas.',
    action: 'Leave the bay and close V-3.',
    respondWithinMs: 300_000,
    duties: ['Shift supervisor', 'Safety'],
    answerUrl: 'https://plant.example/#/answer/abc',
    alarmUrl: 'https://plant.example/#/alarm/farm/GT-101.H',
    alarm: { quality: 'uncertain', reason: 'clock', message: 'Evacuate' },
  }

  it('says all that a person needs who knows nothing yet', () => {
    expect(body(told).split('\n')).toEqual([
      'CRITICAL ALARM (life safety): Methane, pump bay',
      'Value: 43.1 %LEL (limit 40), uncertain, clock not trusted',
      'Message: Evacuate',
      'What to do now: Leave the bay and close V-3.',
      'Time to respond: within 5 min, until 10:05:00',
      'If nothing is done: The bay fills with gas.',
      'Sensor: Methane, pump bay (GT-101)',
      'Alarm: GT-101.H',
      'Area: Pump bay',
      'Facility: Tank farm',
      'Raised: 2026-11-29 10:00:00 (UTC+08:00, Asia/Shanghai)',
      'Quality: uncertain (clock not trusted)',
      '',
      'Acknowledge: ',
      'https://plant.example/#/answer/abc',
      '',
      'Open in the console: ',
      'https://plant.example/#/alarm/farm/GT-101.H',
      '',
      'Goes to: Shift supervisor, Safety',
      'For: Li Wei',
      'Message: n-1',
      '',
    ])
  })

  it('says it in Chinese', () => {
    const text = body(told, 'zh')
    for (const words of [
      '立即处置：Leave',
      '响应时间：5 分钟 内，至 10:05:00',
      '不处置的后果：',
      '人身安全',
      '确认：',
    ])
      expect(text).toContain(words)
  })

  it('asks for nothing once it has returned', () => {
    const text = body({ ...told, cause: 'returned', alarm: { since: '2026-11-29T10:20:00+08:00' } })
    expect(text).toContain('Returned: 2026-11-29 10:20:00 (UTC+08:00, Asia/Shanghai)')
    expect(text).not.toMatch(/Acknowledge|Time to respond/)
    expect(text).toContain('Open in the console')
  })

  it('says of a test that it is one, and of no alarm', () => {
    const text = body({ ...told, cause: 'test' })
    expect(text).toContain('This is a test of the channel. There is no alarm')
    expect(text).not.toMatch(/Methane|Leave the bay|Acknowledge/)
    expect(body({ cause: 'test' }, 'zh')).toContain('这是通道测试')
  })

  it('gives each of several a line, at most fifty, and counts the rest', () => {
    const many = Array.from({ length: 60 }, (_, n) => facts({ alarm: { sensorName: `Sensor ${n}` } }))
    const lines = plainBody(messageText(delivery({ facts: many })), 'en').split('\n')
    expect(lines[0]).toBe('1. CRITICAL ALARM · Sensor 0: 43.1 %LEL (limit 40), 10:00:00')
    expect(lines[49]).toContain('50. CRITICAL ALARM · Sensor 49')
    expect(lines[50]).toBe('and 10 more: see the console')
  })

  it('leaves out what is no link', () => {
    expect(body({ alarmUrl: 'javascript:alert(1)' })).not.toContain('javascript')
    const text = body({ alarmUrl: 'https://plant.example/#/a(b)<c>|d e' })
    expect(text).toContain('https://plant.example/#/a%28b%29%3Cc%3E%7cd%20e')
  })
})

describe('words', () => {
  it('are those of the console', () => {
    expect(subject({}, 'zh').startsWith(PRIORITY_TEXTS.critical.zh)).toBe(true)
    const same = [
      [WORDS.action, TEXTS.whatToDoNow],
      [WORDS.consequence, TEXTS.consequence],
      [WORDS.respond, TEXTS.timeToRespond],
      [WORDS.acknowledge, TEXTS.acknowledge],
      [WORDS.sensor, TEXTS.sensor],
      [WORDS.facility, TEXTS.facility],
      [WORDS.area, TEXTS.area],
      [WORDS.message, TEXTS.message],
      [WORDS.raisedAt, TEXTS.raisedAt],
      [WORDS.lifeSafety, TEXTS.lifeSafety],
    ] as const
    for (const [ours, theirs] of same) expect(ours.zh).toBe(theirs.zh)
    expect([QUALITY_WORDS.bad.zh, QUALITY_WORDS.uncertain.zh]).toEqual([TEXTS.bad.zh, TEXTS.uncertain.zh])
  })
})
