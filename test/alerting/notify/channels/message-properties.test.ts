import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_DINGTALK } from '../../../../alerting/notify/channels/dingtalk-body.ts'
import { composeMail } from '../../../../alerting/notify/channels/mail.ts'
import { messageText } from '../../../../alerting/notify/channels/message-text.ts'
import {
  MOST_SLACK_BLOCKS,
  MOST_SLACK_HEADER,
  MOST_SLACK_SECTION,
} from '../../../../alerting/notify/channels/slack-body.ts'
import { MOST_TEAMS } from '../../../../alerting/notify/channels/teams-body.ts'
import { webhookBody } from '../../../../alerting/notify/channels/webhook-body.ts'
import { MOST_WECOM_MARKDOWN, MOST_WECOM_TEXT } from '../../../../alerting/notify/channels/wecom-body.ts'
import { CONDITIONS, PRIORITIES } from '../../../../contracts/facility-words.ts'
import type { Delivery, MessageFacts } from '../../../../contracts/notify/message.ts'
import { LANGUAGES, NOTICE_CAUSES } from '../../../../contracts/notify/words.ts'
import { QUALITIES } from '../../../../contracts/quality.ts'
import { alarm, LI, NOW } from './scene.ts'

// Whatever a facility file, a device or a person could have written.
const NASTY = [
  '\r\nBcc: evil@evil.example',
  '<b>',
  '&',
  '\u202e',
  '\u2028',
  '🔥',
  '甲烷',
  '[x](y)',
  '@all',
  '\ud800',
  ' ',
  '|',
  '`',
  '=?utf-8?q?x?=',
]
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.constantFrom('报'.repeat(3_000), '🔥'.repeat(2_000), '&'.repeat(4_000), '"'.repeat(3_000), ''),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

const anyAlarm = fc
  .record({
    id: anyText,
    sensor: anyText,
    sensorName: anyText,
    unit: fc.constantFrom('%LEL', '1', 'degC', 'strange'),
    when: fc.constantFrom(...CONDITIONS),
    priority: fc.constantFrom(...PRIORITIES),
    lifeSafety: fc.boolean(),
    raised: fc.constantFrom('2026-11-29T10:00:00+08:00', null),
    value: maybe(fc.double()),
    limit: maybe(fc.double({ noNaN: true })),
    quality: maybe(fc.constantFrom(...QUALITIES)),
    reason: maybe(anyText),
    message: anyText,
  })
  .map((given) => alarm(given))
const anyUrl = fc.oneof(
  anyText.map((text) => `https://plant.example/#/answer/${text}`),
  fc.constantFrom(
    'https://plant.example/#/alarm/farm/GT-101.H',
    'javascript:alert(1)',
    `https://x.example/${'a'.repeat(900)}`,
  ),
)
const anyFacts: fc.Arbitrary<MessageFacts> = fc.record(
  {
    id: anyText,
    cause: fc.constantFrom(...NOTICE_CAUSES),
    facility: fc.record({ id: anyText, name: anyText, timezone: fc.constantFrom('Asia/Shanghai', 'UTC') }),
    area: anyText,
    alarm: anyAlarm,
    consequence: anyText,
    action: anyText,
    respondWithinMs: fc.integer({ min: 0, max: 86_400_000 }),
    duties: fc.array(anyText, { maxLength: 5 }),
    step: fc.integer({ min: 0, max: 9 }),
    answerUrl: anyUrl,
    alarmUrl: anyUrl,
    time: fc.constant(NOW),
  },
  { requiredKeys: ['id', 'cause', 'facility', 'area', 'alarm', 'duties', 'step', 'time'] },
)
const anyDelivery: fc.Arbitrary<Delivery> = fc
  .record({
    id: anyText,
    language: fc.constantFrom(...LANGUAGES),
    facts: fc.oneof(
      fc.array(anyFacts, { minLength: 1, maxLength: 4 }),
      anyFacts.map((each) => Array.from({ length: 70 }, () => each)),
    ),
    name: anyText,
    isNamed: fc.boolean(),
  })
  .map(({ name, isNamed, ...given }) => ({
    ...given,
    channel: 'main',
    facility: 'farm',
    to: isNamed ? [{ ...LI, name }] : [],
    isUrgent: true,
    attempt: 1,
  }))

const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u

describe('any message', () => {
  it('is lines without control characters and halves of characters', () => {
    fc.assert(
      fc.property(anyDelivery, (delivery) => {
        const { subject, intro = '', entries, rest = '', closing } = messageText(delivery)
        const lines = [subject, intro, rest, ...entries.map(({ title }) => title)]
        const all = [
          ...lines,
          ...[...closing, ...entries.flatMap((entry) => entry.lines)].map(({ text }) => text),
        ]
        for (const line of all) {
          expect(line).not.toMatch(CONTROL)
          expect(line.isWellFormed()).toBe(true)
        }
        expect(Array.from(subject).length).toBeLessThanOrEqual(200)
        expect(subject).not.toBe('')
        expect(entries.length).toBeLessThanOrEqual(50)
        for (const { url } of entries.flatMap(({ links }) => links))
          expect(url).toMatch(/^https?:[^\s<>"'()|*]+$/)
      }),
    )
  })

  it('has room in every format', () => {
    fc.assert(
      fc.property(anyDelivery, (delivery) => {
        const wecom = JSON.parse(webhookBody('wecom', delivery))
        const text: string = wecom.msgtype === 'text' ? wecom.text.content : wecom.markdown.content
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(
          wecom.msgtype === 'text' ? MOST_WECOM_TEXT : MOST_WECOM_MARKDOWN,
        )
        expect(text.isWellFormed()).toBe(true)
        const dingtalk = JSON.parse(webhookBody('dingtalk', delivery))
        expect(Buffer.byteLength(dingtalk.markdown.text)).toBeLessThanOrEqual(MOST_DINGTALK)
        const { blocks } = JSON.parse(webhookBody('slack', delivery)) as {
          blocks: { type: string; text: { text: string } }[]
        }
        expect(blocks.length).toBeLessThanOrEqual(MOST_SLACK_BLOCKS)
        for (const { type, text } of blocks) {
          expect(text.text.length).toBeLessThanOrEqual(
            type === 'header' ? MOST_SLACK_HEADER : MOST_SLACK_SECTION,
          )
          expect(text.text).not.toBe('')
        }
        expect(Buffer.byteLength(webhookBody('teams', delivery))).toBeLessThanOrEqual(MOST_TEAMS)
        expect(() => JSON.parse(webhookBody('davylamp', delivery))).not.toThrow()
      }),
    )
  })

  it('is mail with the headers that it is given, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(anyDelivery, async (delivery) => {
        const to = [{ ...LI, name: delivery.to[0]?.name ?? 'x' }]
        const { data, to: receivers } = await composeMail(
          { ...delivery, to },
          'Davylamp <alarm@plant.example>',
          NOW,
        )
        const head = data.toString('latin1').split('\r\n\r\n')[0] ?? ''
        const names = head.split(/\r\n(?![ \t])/).map((line) => line.split(':')[0])
        const known = [
          'From',
          'To',
          'Subject',
          'Message-ID',
          'Date',
          'MIME-Version',
          'Content-Type',
          'Auto-Submitted',
          'X-Auto-Response-Suppress',
          'Davylamp-Notice',
          'X-Priority',
          'X-Msmail-Priority',
          'Importance',
        ]
        expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([])
        expect(new Set(names).size).toBe(names.length)
        expect(receivers).toEqual(['li.wei@plant.example'])
      }),
      { numRuns: 40 },
    )
  })
})
