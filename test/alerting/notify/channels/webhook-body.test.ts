import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dingtalkUrl } from '../../../../alerting/notify/channels/dingtalk-body.ts'
import { davylampBody, webhookBody } from '../../../../alerting/notify/channels/webhook-body.ts'
import type { WebhookFormat } from '../../../../contracts/notify/words.ts'
import { ANNA, delivery, facts, LI } from './scene.ts'

const linked = facts({
  answerUrl: 'https://plant.example/#/answer/abc',
  alarmUrl: 'https://plant.example/#/alarm/farm/GT-101.H',
})
const sent = (format: WebhookFormat, given: Parameters<typeof delivery>[0] = {}) =>
  JSON.parse(webhookBody(format, delivery({ facts: [linked], ...given })))

describe('format davylamp', () => {
  it('says everything, with a version', () => {
    expect(sent('davylamp', { to: [LI, ANNA], attempt: 3 })).toEqual({
      version: 1,
      id: 'n-1',
      attempt: 3,
      cause: 'raised',
      priority: 'critical',
      urgent: true,
      facility: { id: 'farm', name: 'Tank farm', timezone: 'Asia/Shanghai' },
      channel: 'main',
      language: 'en',
      subject: 'CRITICAL ALARM · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)',
      duties: ['Shift supervisor'],
      // Neither addresses nor numbers: who takes the message need not know them.
      to: [
        { id: 'li.wei', name: 'Li Wei' },
        { id: 'anna', name: 'Anna' },
      ],
      alarms: [JSON.parse(JSON.stringify(linked))],
      more: 0,
    })
  })

  it('counts the alarms beyond fifty', () => {
    const body = sent('davylamp', { facts: Array.from({ length: 53 }, () => linked) })
    expect([body.alarms.length, body.more]).toEqual([50, 3])
  })

  it('is about something', () => {
    expect(() => davylampBody(delivery({ facts: [] }))).toThrow('a message about nothing')
  })
})

describe('format wecom', () => {
  it('is markdown for a group', () => {
    const { msgtype, markdown } = sent('wecom', { to: [] })
    expect(msgtype).toBe('markdown')
    expect(markdown.content.split('\n')[0]).toBe(
      '**CRITICAL ALARM · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)**',
    )
    expect(markdown.content).toContain('[Acknowledge](https://plant.example/#/answer/abc)')
  })

  it('mentions people by mobile in plain text, where alone it can', () => {
    const { msgtype, text } = sent('wecom', { to: [LI, ANNA, { ...ANNA, mobile: '+4915112345678' }] })
    expect(msgtype).toBe('text')
    expect(text.mentioned_mobile_list).toEqual(['13800000000', '+4915112345678'])
    expect(text.content).toContain('https://plant.example/#/answer/abc')
  })
})

describe('format dingtalk', () => {
  it('mentions people in its text too', () => {
    const { msgtype, markdown, at } = sent('dingtalk')
    expect(msgtype).toBe('markdown')
    expect(markdown.title).toContain('CRITICAL ALARM')
    expect(markdown.text.split('\n\n').at(-1)).toBe('@13800000000')
    expect(at).toEqual({ atMobiles: ['13800000000'], isAtAll: false })
  })

  it('signs time and secret, and leaves the rest of the URL as it is', () => {
    const url = dingtalkUrl(
      new URL('https://oapi.example/robot/send?access_token=t0ken'),
      'SECabc',
      1_764_381_600_000,
    )
    expect(url.searchParams.get('access_token')).toBe('t0ken')
    expect(url.searchParams.get('timestamp')).toBe('1764381600000')
    const sign = createHmac('sha256', 'SECabc').update('1764381600000\nSECabc').digest('base64')
    expect(url.searchParams.get('sign')).toBe(sign)
    // As it goes over the wire: neither + nor / nor = of Base64 stands in it as it is.
    expect(/sign=([^&]*)/.exec(url.search)?.[1]).toBe(encodeURIComponent(sign))
  })
})

describe('format slack', () => {
  it('escapes what would be markup, so that a name mentions nobody', () => {
    const hostile = facts({ alarm: { sensorName: '<!channel> & <https://evil.example|x>' } })
    const body = sent('slack', { facts: [hostile] })
    const whole = JSON.stringify(body.blocks.slice(1)) + body.text
    expect(whole).not.toContain('<!channel>')
    expect(whole).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;')
    expect(body.blocks[0].text).toMatchObject({ type: 'plain_text', emoji: false })
  })

  it('links to answer and alarm', () => {
    expect(JSON.stringify(sent('slack'))).toContain('*<https://plant.example/#/answer/abc|Acknowledge>*')
  })
})

describe('format teams', () => {
  it('is an Adaptive Card in a message, whose texts are no markdown', () => {
    const body = sent('teams', {
      facts: [
        {
          ...linked,
          ...facts({ alarm: { sensorName: '[x](https://evil.example)' } }),
          answerUrl: 'https://plant.example/#/answer/abc',
        },
      ],
    })
    expect(body.type).toBe('message')
    const [{ contentType, content }] = body.attachments
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
    expect(content.type).toBe('AdaptiveCard')
    const types = new Set(content.body.map(({ type }: { type: string }) => type))
    expect([...types]).toEqual(['RichTextBlock'])
    expect(content.actions[0]).toEqual({
      type: 'Action.OpenUrl',
      title: 'Acknowledge',
      url: 'https://plant.example/#/answer/abc',
    })
  })
})

describe('several alarms', () => {
  it.each<WebhookFormat>(['wecom', 'dingtalk', 'slack', 'teams'])('are a list in format %s', (format) => {
    const many = Array.from({ length: 3 }, (_, n) => ({
      ...linked,
      alarm: { ...linked.alarm, sensorName: `Sensor ${n}` },
    }))
    const whole = JSON.stringify(sent(format, { facts: many, to: [] }))
    for (const words of ['1. ', 'Sensor 0', 'Sensor 2', '3 alarms']) expect(whole).toContain(words)
  })
})
