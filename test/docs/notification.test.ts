import { describe, expect, it } from 'vitest'
import { messageText } from '../../alerting/notify/channels/message-text.ts'
import { davylampBody } from '../../alerting/notify/channels/webhook-body.ts'
import { ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { NOTIFY_ERROR_GROUPS } from '../../contracts/notify/error-codes.ts'
import { signatureOf } from '../../contracts/notify/signature.ts'
import { delivery, facts } from '../alerting/notify/channels/scene.ts'
import { filesLike } from '../contracts/source-files.ts'

const page = filesLike('docs/notification.md').get('docs/notification.md') ?? ''
const sections = Array.from(page.matchAll(/^```yaml\n(.*?)^```$/gms), ([, text = '']) => text)
const section = sections.find((text) => text.includes('channels:')) ?? ''
const policies = sections.find((text) => text.includes('policies:')) ?? ''
const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(page) ?? []

describe('docs/notification.md', () => {
  it('has an example that loads, with a channel of each kind', () => {
    const { notify } = parseFacility(
      `facility: { id: demo }\ngateways: [ { id: gw-1, buses: [] } ]\n${section}`,
      'notification.md',
    )
    const kinds = [...notify.channels.values()].map((channel) =>
      channel.kind === 'email' ? 'email' : channel.format,
    )
    expect(kinds).toEqual(['email', 'davylamp', 'wecom', 'dingtalk', 'slack', 'teams'])
  })

  it('has policies that load beside it', () => {
    const roster = ['operators', 'managers', 'safety'].map((id) => `  - { id: ${id}, always: [li.wei] }`)
    const { notify } = parseFacility(
      `facility: { id: demo }\ngateways: [ { id: gw-1, buses: [] } ]\nroster:\n${roster.join('\n')}\n` +
        section +
        policies.replace('notify:\n', ''),
      'notification.md',
    )
    expect(notify.policies.map(({ id }) => id)).toEqual(['life-safety', 'urgent', 'the-system', 'rest'])
    expect(notify.policies[0]).toMatchObject({ returns: true, repeatMs: 600_000 })
  })

  it('has a way to check a signature that does', async () => {
    const { isFromDavylamp } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      isFromDavylamp: (
        body: string | Buffer,
        header: string | undefined,
        secret: string,
        now?: number,
      ) => boolean
    }
    const [body, now] = ['{"version":1,"subject":"甲烷"}', 1_764_381_600_000]
    const header = signatureOf(body, 'a secret', now)
    expect(isFromDavylamp(body, header, 'a secret', now)).toBe(true)
    expect(isFromDavylamp(Buffer.from(body), header, 'a secret', now + 299_000)).toBe(true)
    expect(isFromDavylamp(`${body} `, header, 'a secret', now)).toBe(false)
    expect(isFromDavylamp(body, header, 'another', now)).toBe(false)
    expect(isFromDavylamp(body, header, 'a secret', now + 301_000)).toBe(false)
    expect(isFromDavylamp(body, undefined, 'a secret', now)).toBe(false)
    expect(isFromDavylamp(body, header.replace('t=', 't=1'), 'a secret', now)).toBe(false)
  })

  it('lists every field of format davylamp, and no others', () => {
    const [, table = ''] = /#### Format davylamp\n(.*?)\n`answerUrl`/s.exec(page) ?? []
    const listed = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    expect(listed.sort()).toEqual(Object.keys(davylampBody(delivery())).sort())
  })

  it('shows subjects as they are', () => {
    const subject = (given: Parameters<typeof facts>[0]) =>
      messageText(delivery({ facts: [facts(given)] })).subject
    const shown = [
      subject({}),
      subject({ cause: 'escalated', step: 2 }),
      subject({ cause: 'repeated' }),
      subject({ cause: 'returned', alarm: { value: 12 } }),
      subject({ cause: 'test' }),
    ]
    expect(page).toContain(shown.map((line) => `    ${line}`).join('\n'))
  })

  it('says what to do about every code of a channel', () => {
    const codes = Object.keys(NOTIFY_ERROR_GROUPS['Telling people']).filter(
      (each) => each !== 'CHANNEL_UNKNOWN',
    )
    for (const each of codes) expect(page).toContain(`| \`${each}\` |`)
    const refused = codes.filter((each) => ERRORS[each as ErrorCode].duty === 'refused')
    expect(page).toContain(`${refused.map((each) => `\`${each}\``).join(' and ')} do not pass by themselves`)
  })
})
