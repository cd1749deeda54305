import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Email } from '../../../../alerting/notify/channels/email.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import type { EmailChannel } from '../../../../contracts/notify/plan.ts'
import { type CertificateWishes, makeCertificate } from '../../../contracts/certificates.ts'
import { takePort } from '../../../ports.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { ANNA, delivery, emailChannel, LI, NOBODY, NOW, passed } from './scene.ts'
import { type Script, ScriptedSmtp } from './scripted-smtp.ts'

const TIMEOUT_MS = 250

const servers: ScriptedSmtp[] = []
const outlets: Email[] = []
afterEach(async () => {
  vi.useRealTimers()
  const end = new CodedError('THREAD_ENDED', 'the test is over')
  for (const outlet of outlets.splice(0)) outlet.abort(end)
  for (const server of servers.splice(0)) await server.stop()
})

async function scene(script: Script = {}, given: Partial<EmailChannel> = {}) {
  const smtp = await ScriptedSmtp.start(script)
  servers.push(smtp)
  const email = open({ port: smtp.port, ...given })
  return { smtp, email }
}

function open(given: Partial<EmailChannel> & { port: number }): Email {
  const email = new Email(emailChannel(given), () => NOW)
  outlets.push(email)
  return email
}

/** `code: detail` of what it fails with. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CodedError)) throw new Error(`no CodedError: ${String(error)}`)
  return error.message
}

/** What it fails with when its time is over while the server says nothing. The time is virtual: no machine is too slow. */
async function failureInTime(smtp: ScriptedSmtp, email: Email): Promise<string> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const failing = failure(email.send(delivery()))
  await passed(() => smtp.silences > 0)
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
  return failing
}

const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
const folder = temporaryFolder()
const ca = join(folder, 'ca.pem')
writeFileSync(ca, authority.pem)
const secured = (wishes: Partial<CertificateWishes> = {}) =>
  makeCertificate({ name: 'mail', names: ['127.0.0.1'], by: authority, ...wishes })

function passwordFile(password: string): string {
  const file = join(mkdtempSync(join(folder, 'p')), 'password')
  writeFileSync(file, `${password}\n`)
  return file
}

describe('mail that is taken', () => {
  it('has the answer of the server as its receipt', async () => {
    const { smtp, email } = await scene()
    expect(await email.send(delivery())).toEqual({ text: '250 2.0.0 Ok: queued as 4F2A' })
    const [message = ''] = smtp.messages
    expect(message).toMatch(/^Message-ID: <n-1@plant.example>$/m)
    expect(message).toMatch(/^Auto-Submitted: auto-generated$/m)
    expect(message).toMatch(/^X-Priority: 1/m)
    expect(message).toMatch(/^Importance: High$/m)
    expect(message).toMatch(/^Davylamp-Notice: n-1$/m)
    expect(message).toMatch(/^Date: Sun, 29 Nov 2026 02:00:00 \+0000$/m)
    expect(message).toMatch(/^To: Li Wei <li.wei@plant.example>$/m)
  })

  it('is not urgent unless it is of life safety', async () => {
    const { smtp, email } = await scene()
    await email.send(delivery({ isUrgent: false }))
    expect(smtp.messages[0]).not.toMatch(/X-Priority|Importance/)
  })

  it('has a page that fetches nothing and escapes names', async () => {
    const { smtp, email } = await scene()
    const { facts } = await import('./scene.ts')
    await email.send(delivery({ facts: [facts({ alarm: { sensorName: '<img src=x onerror=1>"' } })] }))
    const message = (smtp.messages[0] ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
    expect(message).toContain('&lt;img src=x onerror=1&gt;&quot;')
    expect(message.split('text/html')[1]).not.toMatch(/<img|<script|<link|src=["']?http/)
  })

  it('goes by one connection after the other, and by four at once', async () => {
    const { smtp, email } = await scene()
    for (let n = 0; n < 5; n++) await email.send(delivery())
    expect(smtp.connections).toBe(1)
    await Promise.all(Array.from({ length: 20 }, () => email.send(delivery())))
    expect(smtp.messages).toHaveLength(25)
    expect(smtp.connections).toBeLessThanOrEqual(4)
  })

  it('goes by a new connection when the server has ended the idle one', async () => {
    const { smtp, email } = await scene()
    await email.send(delivery())
    smtp.drop()
    expect((await email.send(delivery({ id: 'n-2' }))).text).toContain('250')
    expect(smtp.connections).toBe(2)
    expect(smtp.messages).toHaveLength(2)
  })

  it('says who was refused, and who has no address', async () => {
    const { email } = await scene({ rcpt: ['250 ok', '550 no such user'] })
    const { text } = await email.send(delivery({ to: [LI, ANNA, NOBODY] }))
    expect(text).toBe(
      '250 2.0.0 Ok: queued as 4F2A; refused: anna@plant.example (550 no such user); no address: nobody',
    )
  })

  it('has a receipt of 200 characters in one line at most', async () => {
    const { email } = await scene({ end: `250 ${'x\u0007'.repeat(300)}` })
    const { text } = await email.send(delivery())
    expect(text).toHaveLength(200)
    expect(text).not.toContain('\u0007')
  })

  it('cannot be given headers or commands by names', async () => {
    const { smtp, email } = await scene({}, { from: 'Evil\r\nBcc: a@evil.example <alarm@plant.example>' })
    await email.send(
      delivery({
        id: 'n\r\nX-Evil: 1',
        to: [{ ...LI, name: 'Li\r\nBcc: b@evil.example', email: 'li@plant.example' }],
      }),
    )
    expect(smtp.messages[0]).not.toMatch(/^(Bcc|X-Evil):/im)
    expect(smtp.commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<li@plant.example>'])
  })
})

describe('mail that fails', () => {
  it.each<[string, Script, string]>([
    ['a greeting that refuses', { greeting: '554 go away' }, 'CHANNEL_REFUSED: 127.0.0.1: CONN: 554 go away'],
    [
      'a server that is full',
      { greeting: '421 too many connections' },
      'CHANNEL_BUSY: 127.0.0.1: CONN: 421 too many connections',
    ],
    [
      'a sender that is refused',
      { mail: '550 5.7.1 not you' },
      'CHANNEL_REFUSED: 127.0.0.1: MAIL FROM: 550 5.7.1 not you',
    ],
    [
      'a receiver that is refused',
      { rcpt: ['550 no such user'] },
      'CHANNEL_REFUSED: 127.0.0.1: RCPT TO: li.wei@plant.example (550 no such user)',
    ],
    [
      'greylisting',
      { rcpt: ['451 4.7.1 come later'] },
      'CHANNEL_BUSY: 127.0.0.1: RCPT TO: li.wei@plant.example (451 4.7.1 come later)',
    ],
    ['a mailbox in use', { rcpt: ['450 busy'] }, 'CHANNEL_BUSY'],
    ['no room', { end: '452 no room' }, 'CHANNEL_BUSY: 127.0.0.1: DATA: 452 no room'],
    ['a temporary failure', { end: '454 later' }, 'CHANNEL_FAILED: 127.0.0.1: DATA: 454 later'],
    [
      'a message that is refused',
      { end: '554 5.7.1 spam' },
      'CHANNEL_REFUSED: 127.0.0.1: DATA: 554 5.7.1 spam',
    ],
    ['DATA that is refused', { data: '503 no' }, 'CHANNEL_REFUSED'],
    ['a connection that is cut while it is taken', { end: 'cut' }, 'CHANNEL_FAILED'],
    ['a connection that is cut at once', { greeting: 'cut' }, 'CHANNEL_FAILED'],
    ['what is no mail server', { greeting: 'SSH-2.0-OpenSSH_9.6' }, 'CHANNEL_FAILED'],
  ])('tells of %s', async (_name, script, words) => {
    const { email } = await scene(script)
    expect(await failure(email.send(delivery()))).toContain(words)
  })

  it.each<[string, Script]>([
    ['greeting', { greeting: 'hang' }],
    ['greeting', { ehlo: ['hang'] }],
    ['message', { mail: 'hang' }],
    ['message', { rcpt: ['hang'] }],
    ['message', { data: 'hang' }],
    ['message', { end: 'hang' }],
    ['message', { isTrickling: true }],
  ])('waits no longer than it may: %s %j', async (stage, script) => {
    const { smtp, email } = await scene(script, { timeoutMs: TIMEOUT_MS })
    expect(await failureInTime(smtp, email)).toBe(
      `CHANNEL_TIMEOUT: 127.0.0.1: no answer within 0.25 s (${stage})`,
    )
  })

  it('waits no longer at the sign-in', async () => {
    const { smtp, email } = await scene(
      { ehlo: ['AUTH PLAIN'], auth: 'hang' },
      { timeoutMs: TIMEOUT_MS, username: 'u', passwordFile: passwordFile('p4ssw0rd') },
    )
    expect(await failureInTime(smtp, email)).toContain(
      'CHANNEL_TIMEOUT: 127.0.0.1: no answer within 0.25 s (sign-in)',
    )
  })

  it('is told of nobody at the port, and of a name that is none', async () => {
    const email = open({ port: await takePort() })
    expect(await failure(email.send(delivery()))).toContain(
      'CHANNEL_UNREACHABLE: 127.0.0.1: connect ECONNREFUSED',
    )
    const other = open({ port: 25, host: 'mail.invalid' })
    expect(await failure(other.send(delivery()))).toContain('CHANNEL_UNREACHABLE')
  })

  it('needs somebody with an address', async () => {
    const { smtp, email } = await scene()
    expect(await failure(email.send(delivery({ to: [NOBODY] })))).toBe(
      'RECEIVER_UNREACHED: nobody: no e-mail address',
    )
    expect(await failure(email.send(delivery({ to: [] })))).toContain('RECEIVER_UNREACHED')
    expect(smtp.connections).toBe(0)
  })

  it('uses the connection on after a message that was refused', async () => {
    const { smtp, email } = await scene({ end: '554 spam' })
    await failure(email.send(delivery()))
    smtp.script = {}
    // The script of a connection is that of its beginning.
    expect(await failure(email.send(delivery()))).toContain('554 spam')
    expect(smtp.connections).toBe(1)
    expect(smtp.commands).toContain('RSET')
  })
})

describe('sign-in', () => {
  it('reads the password anew for each connection, and never tells it', async () => {
    const file = passwordFile('wr0ng-p4ss')
    const { smtp, email } = await scene(
      { ehlo: ['AUTH PLAIN'], auth: '535 wr0ng-p4ss is wrong' },
      { username: 'davylamp', passwordFile: file },
    )
    const told = await failure(email.send(delivery()))
    expect(told).toContain('CHANNEL_REFUSED: 127.0.0.1: AUTH PLAIN: 535 *** is wrong')
    writeFileSync(file, 'r1ght-p4ss')
    smtp.script = { ehlo: ['AUTH PLAIN'] }
    await email.send(delivery())
    const plain = Buffer.from('\0davylamp\0r1ght-p4ss').toString('base64')
    expect(smtp.commands.filter((line) => line.startsWith('AUTH')).at(-1)).toBe(`AUTH PLAIN ${plain}`)
  })

  it('hides the password in the form in which it was sent', async () => {
    const sent = Buffer.from('\0davylamp\0s3cr3t-w0rd').toString('base64')
    const { email } = await scene(
      { ehlo: ['AUTH PLAIN'], end: `250 took ${sent} from s3cr3t-w0rd` },
      { username: 'davylamp', passwordFile: passwordFile('s3cr3t-w0rd') },
    )
    expect((await email.send(delivery())).text).toBe('250 took *** from ***')
  })

  it('says that it may come later', async () => {
    const { email } = await scene(
      { ehlo: ['AUTH PLAIN'], auth: '454 later' },
      { username: 'u', passwordFile: passwordFile('p4ssw0rd') },
    )
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_FAILED')
  })

  it('is not left out where the server offers none', async () => {
    const { smtp, email } = await scene(
      { auth: '503 no AUTH here' },
      { username: 'u', passwordFile: passwordFile('p4ssw0rd') },
    )
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_REFUSED')
    expect(smtp.messages).toEqual([])
  })

  it('tells of a file that is not there', async () => {
    const { email } = await scene({}, { username: 'u', passwordFile: join(folder, 'none') })
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_REFUSED: 127.0.0.1: passwordFile:')
  })
})

describe('TLS', () => {
  it.each<['tls' | 'starttls', Script]>([
    ['tls', { isSecure: true, certificate: secured() }],
    ['starttls', { ehlo: ['STARTTLS'], certificate: secured() }],
  ])('carries mail with %s and an own CA', async (security, script) => {
    const { smtp, email } = await scene(script, { security, ca })
    expect((await email.send(delivery())).text).toContain('250')
    expect(smtp.messages).toHaveLength(1)
  })

  const wrong: [string, Partial<CertificateWishes>][] = [
    ['of another name', { names: ['10.9.9.9'] }],
    ['that has expired', { from: 0, until: 1_000_000 }],
    ['of nobody we know', { by: makeCertificate({ name: 'Other CA', isAuthority: true }) }],
  ]
  it.each(
    wrong.flatMap(([name, wishes]) =>
      (['tls', 'starttls'] as const).map((security) => [name, security, wishes] as const),
    ),
  )('trusts no certificate %s with %s', async (_name, security, wishes) => {
    const { smtp, email } = await scene(
      { isSecure: security === 'tls', ehlo: ['STARTTLS'], certificate: secured(wishes) },
      { security, ca },
    )
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_CERTIFICATE: 127.0.0.1: ')
    expect(smtp.messages).toEqual([])
  })

  it('trusts the well-known authorities alone without an own CA', async () => {
    const { email } = await scene({ isSecure: true, certificate: secured() }, { security: 'tls' })
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_CERTIFICATE')
  })

  it.each<Script>([
    {},
    { ehlo: ['STARTTLS'], starttls: '454 not now' },
    { ehlo: ['8BITMIME'], starttls: '502 what' },
  ])('never falls back to the clear: %j', async (script) => {
    const { smtp, email } = await scene(script, {
      security: 'starttls',
      timeoutMs: 1_000,
      ca,
      username: 'u',
      passwordFile: passwordFile('p4ssw0rd'),
    })
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_')
    expect(smtp.commands.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([])
  })

  it('tells of a port that speaks no TLS, and of one that does not go on', async () => {
    const { email } = await scene({}, { security: 'tls', ca })
    expect(await failure(email.send(delivery()))).toContain('CHANNEL_FAILED: 127.0.0.1: TLS')
    const { smtp, email: other } = await scene(
      { greeting: 'hang' },
      { security: 'tls', ca, timeoutMs: TIMEOUT_MS },
    )
    expect(await failureInTime(smtp, other)).toContain(
      'CHANNEL_TIMEOUT: 127.0.0.1: no answer within 0.25 s (TLS)',
    )
  })
})

describe('a probe', () => {
  it('signs in and sends nothing', async () => {
    const { smtp, email } = await scene(
      { ehlo: ['AUTH PLAIN'] },
      { username: 'u', passwordFile: passwordFile('p4ssw0rd') },
    )
    await email.probe()
    expect(smtp.commands.some((line) => line.startsWith('AUTH PLAIN'))).toBe(true)
    expect(smtp.commands.some((line) => line.startsWith('MAIL'))).toBe(false)
  })

  it('fails as a message would', async () => {
    const { email } = await scene({ greeting: '421 full' })
    expect(await failure(email.probe())).toContain('CHANNEL_BUSY')
  })
})

describe('an end', () => {
  it('lets what has begun be done, and fails what waits', async () => {
    const { smtp, email } = await scene({ end: 'hang' }, { timeoutMs: 1_500 })
    const begun = Array.from({ length: 4 }, () => failure(email.send(delivery())))
    const waiting = failure(email.send(delivery()))
    await vi.waitFor(() => expect(smtp.connections).toBe(4), { interval: 5 })
    email.end(new CodedError('THREAD_ENDED', 'closing'))
    expect(await waiting).toBe('THREAD_ENDED: closing')
    for (const each of begun) expect(await each).toContain('CHANNEL_TIMEOUT')
  })

  it('aborts what has begun', async () => {
    const { smtp, email } = await scene({ end: 'hang' })
    const begun = failure(email.send(delivery()))
    await vi.waitFor(() => expect(smtp.connections).toBe(1), { interval: 5 })
    email.abort(new CodedError('THREAD_ENDED', 'closing'))
    expect(await begun).toContain('THREAD_ENDED')
  })
})
