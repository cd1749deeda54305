import { describe, expect, it } from 'vitest'
import { messageText } from '../../../alerting/notify/channels/message-text.ts'
import { webhookBody } from '../../../alerting/notify/channels/webhook-body.ts'
import { type OutageFacts, outageNotice } from '../../../alerting/watchdog/outage-notice.ts'
import { outcomeText } from '../../../alerting/watchdog/outcome-text.ts'
import { sayIn, WORDS, type Word } from '../../../alerting/watchdog/words.ts'
import type { Delivery } from '../../../contracts/notify/message.ts'
import { LANGUAGES, WEBHOOK_FORMATS } from '../../../contracts/notify/words.ts'
import { watched } from './watched.ts'

const SINCE = Date.UTC(2026, 10, 29, 2)
const FACTS: OutageFacts = {
  turn: 'broken',
  broken: 'unheard',
  since: SINCE,
  until: SINCE + 60_000,
  server: { says: 'silent', url: 'http://127.0.0.1:8080/readyz', detail: 'ECONNREFUSED' },
}
const { facility, plan } = watched()
const notice = (given: Partial<OutageFacts> = {}, language: 'en' | 'zh' = 'en') =>
  outageNotice({ ...FACTS, ...given }, { facility, plan }, language)

function delivery(given: Partial<Delivery> = {}): Delivery {
  return {
    id: 'dog-1-0',
    channel: 'mail',
    facility: 'plant',
    language: 'en',
    to: [...facility.notify.responders.values()].slice(0, 1),
    facts: [],
    notice: notice(),
    isUrgent: true,
    attempt: 1,
    ...given,
  }
}

describe('what people read when the path is broken', () => {
  it('says since when, where, what it means and what to do', () => {
    const { subject, lines } = notice()
    expect(subject).toBe('ALARM PATH BROKEN · Chemical plant · alarms may reach nobody')
    expect(lines.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'Since: 2026-11-29 10:00:00 (UTC+08:00, Asia/Shanghai)',
      'What is wrong: The gateway has read the test value of WD-1, and no message of its alarm has come within 1s.',
      'The server: It does not answer at http://127.0.0.1:8080/readyz (ECONNREFUSED), as seen from the watchdog.',
      expect.stringMatching(/^What it means: .*alarms may reach nobody/),
      expect.stringMatching(/^What to do now: .*docs\/runbooks\/watchdog-late\.md/),
    ])
  })

  it('names the device that no gateway reads, and what a server waits for', () => {
    const { lines } = notice({ broken: 'unread', server: { says: 'waiting', for: ['mqtt'] } })
    expect(lines.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('test device at 127.0.0.1:5029 for 1s'),
        'It answers, and waits for mqtt.',
      ]),
    )
    const [, , server] = notice({ server: { says: 'waiting', for: [] } }).lines
    expect(server?.text).toBe('It answers, and says that it is not ready.')
  })

  it('says when it is over from when to when, and asks for nothing but a look', () => {
    const { server: _asked, ...well } = FACTS
    const { subject, cause, lines } = outageNotice({ ...well, turn: 'well' }, { facility, plan }, 'en')
    expect([subject, cause]).toEqual(['ALARM PATH WORKS AGAIN · Chemical plant', 'returned'])
    expect(lines.map(({ label }) => label)).toEqual(['Since', 'Until', 'What it means', 'What to do now'])
  })

  it('is said in Chinese to who reads it', () => {
    const { subject, lines } = notice({}, 'zh')
    expect(subject).toBe('报警通路中断 · Chemical plant · 报警可能无人收到')
    expect(lines.map(({ label }) => label)).toEqual(['开始时间', '故障位置', '服务器', '影响', '立即处置'])
  })

  it('fills in every place, in every language alike', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()
    for (const word of Object.keys(WORDS) as Word[]) {
      expect(places(WORDS[word].zh), word).toEqual(places(WORDS[word].en))
      for (const language of LANGUAGES) expect(sayIn(language)(word)).not.toBe('')
    }
  })
})

describe('a message of a program about itself', () => {
  it('is read as one about an alarm is, without claiming that there is one', () => {
    const { subject, entries, closing } = messageText(delivery())
    expect(subject).toBe(notice().subject)
    expect(entries).toHaveLength(1)
    expect(entries[0]?.lines.at(-1)).toEqual({ label: 'Facility', text: 'Chemical plant' })
    expect(closing).toEqual([
      { label: 'For', text: 'Anna' },
      { label: 'Message', text: 'dog-1-0' },
    ])
  })

  it.each(WEBHOOK_FORMATS)('goes out in format %s', (format) => {
    const body = webhookBody(format, delivery())
    expect(body).toContain('ALARM PATH BROKEN')
    expect(body).toContain('watchdog-late')
    expect(Buffer.byteLength(body)).toBeLessThan(8_000)
  })

  it('is for programs a webhook without alarms, and says so', () => {
    expect(JSON.parse(webhookBody('davylamp', delivery()))).toMatchObject({
      version: 1,
      id: 'dog-1-0',
      cause: 'raised',
      priority: 'critical',
      urgent: true,
      alarms: [],
      more: 0,
      notice: { lines: notice().lines },
    })
  })

  it('is one line each, whatever stands in it', () => {
    const odd = { ...notice(), subject: 'a\r\nBcc: x', lines: [{ label: 'b\nc', text: 'd\u2028e' }] }
    const { subject, entries } = messageText(delivery({ notice: odd }))
    expect(JSON.stringify([subject, entries])).not.toMatch(/\\n|\\r|\u2028/)
  })
})

describe('a round for a terminal', () => {
  it('says how long each leg took, or how far it came', () => {
    const legs = { read: 40, whole: 1_234 }
    expect(outcomeText({ begun: 0, ended: 1, legs }, plan, undefined)).toBe(
      'the alarm path works: read 0.04 s, whole 1.23 s',
    )
    expect(outcomeText({ begun: 0, ended: 1, legs: {}, broken: 'unread' }, plan, { says: 'ready' })).toMatch(
      /^the alarm path is broken: No gateway has read .*\n {2}the server: It answers.*\n {2}-> docs\/runbooks\/watchdog-late.md$/,
    )
  })
})
