import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSender } from '../../alerting/notify/channels/channel-thread.ts'
import { busySeconds, type Sender } from '../../alerting/notify/channels/sender.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { EmailChannel } from '../../contracts/notify/plan.ts'
import { ANNA, delivery, emailChannel, facts, LI, webhookChannel } from '../alerting/notify/channels/scene.ts'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

// Other programs, in processes of their own, at the other end of the wire. They are of npm alone, so nothing is skipped.

const folder = temporaryFolder()
const children: Child[] = []
const senders: Sender[] = []

function open(): Sender {
  const sender = openSender({ logger: silentLogger })
  senders.push(sender)
  return sender
}

async function started(file: string, args: readonly string[] = []): Promise<{ child: Child; port: number }> {
  const child = new Child(file, args)
  children.push(child)
  await vi.waitUntil(() => child.stdout.includes('\n'), { timeout: 90_000 })
  return { child, port: (JSON.parse(child.stdout.split('\n')[0] ?? '{}') as { port: number }).port }
}

interface Taken {
  readonly message: string
  readonly from: string
  readonly to: readonly string[]
  readonly user: string
  readonly secure: boolean
}

const takenBy = (child: Child): Taken[] =>
  child.stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Taken)

/** Headers by name, decoded, and the parts of the body. */
function parsed(message: string) {
  const [head = '', ...rest] = message.split('\r\n\r\n')
  const headers = new Map(
    head
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim())] as const
      }),
  )
  return { headers, body: rest.join('\r\n\r\n') }
}

/** Encoded words of RFC 2047, base64 and quoted-printable. */
function words(text: string): string {
  const joined = text.replaceAll(/\?=\s+=\?/g, '?==?')
  const bytes = joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, kind: string, coded: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(coded, 'base64').toString('latin1')
      : coded
          .replaceAll('_', ' ')
          .replaceAll(/=([0-9A-F]{2})/gi, (_code, hex: string) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          ),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** The text of the part of this type, decoded. */
function part(message: string, type: string): string {
  const piece = message.split(/\r\n--[^\r\n]+/).find((each) => each.includes(`Content-Type: ${type}`)) ?? ''
  const [head = '', ...rest] = piece.split('\r\n\r\n')
  const text = rest.join('\r\n\r\n')
  if (/base64/.test(head)) return Buffer.from(text, 'base64').toString('utf8')
  if (!/quoted-printable/.test(head)) return Buffer.from(text, 'latin1').toString('utf8')
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

const ca = join(folder, 'ca.pem')
const passwordFile = join(folder, 'password')

beforeAll(() => {
  const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
  writeFileSync(ca, authority.pem)
  keepCertificate(folder, 'mail', makeCertificate({ name: 'mail', names: ['127.0.0.1'], by: authority }))
  writeFileSync(passwordFile, 'c0rrect horse\n')
})

afterAll(async () => {
  for (const sender of senders) await sender.close()
  for (const child of children) await child[Symbol.asyncDispose]()
})

describe.each(['tls', 'starttls'] as const)('a mail server that speaks %s', (security) => {
  let sender: Sender
  let server: Awaited<ReturnType<typeof started>>
  const channel = (given: Partial<EmailChannel> = {}) =>
    emailChannel({ port: server.port, security, ca, username: 'davylamp', passwordFile, ...given })

  beforeAll(async () => {
    server = await started('test/e2e/channels/mail-server.ts', [
      join(folder, 'mail.pem'),
      join(folder, 'mail.key'),
      'davylamp',
      'c0rrect horse',
      security,
    ])
    sender = open()
    await sender.configure('farm', [channel()])
  })

  it('takes a message that a person can read', async () => {
    await sender.probe('farm', 'main')
    const hostile = facts({
      alarm: { sensorName: '甲烷 <script>\r\nBcc: x@evil.example' },
      action: 'Close V-3 🔥 & leave.\n.\nQUIT',
      alarmUrl: 'https://plant.example/#/alarm/farm/GT-101.H',
    })
    const { text } = await sender.send(
      delivery({ facts: [hostile], to: [{ ...LI, name: '李伟' }, ANNA], language: 'zh' }),
    )
    expect(text).toContain('queued as 1')
    const [taken] = takenBy(server.child)
    expect(taken).toMatchObject({
      from: 'alarm@plant.example',
      to: ['li.wei@plant.example', 'anna@plant.example'],
      user: 'davylamp',
      secure: true,
    })
    const message = taken?.message ?? ''
    const { headers } = parsed(message)
    expect(headers.get('subject')).toBe(
      '紧急报警 · Tank farm · 甲烷 <script> Bcc: x@evil.example：43.1 %LEL (限值 40)',
    )
    expect(headers.get('to')).toBe('李伟 <li.wei@plant.example>, Anna <anna@plant.example>')
    expect(headers.get('message-id')).toBe('<n-1@plant.example>')
    expect(headers.get('auto-submitted')).toBe('auto-generated')
    expect(headers.has('bcc')).toBe(false)
    const plain = part(message, 'text/plain')
    expect(plain).toContain('立即处置：Close V-3 🔥 & leave. . QUIT')
    expect(plain).toContain('https://plant.example/#/alarm/farm/GT-101.H')
    const html = part(message, 'text/html')
    expect(html).toContain('甲烷 &lt;script&gt;')
    expect(html).not.toContain('<script')
  })

  it('says whom it does not know, and takes it for the others', async () => {
    const { text } = await sender.send(delivery({ to: [LI, { ...ANNA, email: 'gone@plant.example' }] }))
    expect(text).toMatch(/queued as \d+; refused: gone@plant.example \(550 no such user\)/)
    await expect(
      sender.send(delivery({ to: [{ ...ANNA, email: 'gone@plant.example' }] })),
    ).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
    })
  })

  it('takes a hundred at once, each once', async () => {
    const before = takenBy(server.child).length
    const ids = Array.from({ length: 100 }, (_, n) => `m-${n}`)
    await Promise.all(ids.map((id) => sender.send(delivery({ id }))))
    // What the server writes of the last may come after its answer.
    await vi.waitFor(() => expect(takenBy(server.child).length).toBeGreaterThanOrEqual(before + ids.length))
    const messages = takenBy(server.child).slice(before)
    expect(messages.map(({ message }) => parsed(message).headers.get('davylamp-notice')).sort()).toEqual(
      ids.sort(),
    )
  })

  it('refuses a wrong password, which stands in no error', async () => {
    const wrong = join(folder, `wrong-${security}`)
    writeFileSync(wrong, 'wr0ng horse')
    await sender.configure('farm', [channel({ passwordFile: wrong })])
    const error = await sender.send(delivery()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CHANNEL_REFUSED' })
    expect(String(error)).not.toContain('wr0ng')
    // Put right while it runs.
    writeFileSync(wrong, 'c0rrect horse')
    expect((await sender.send(delivery())).text).toContain('queued')
  })

  it('is trusted with its own CA alone', async () => {
    const { ca: _ca, ...without } = channel()
    await sender.configure('farm', [without])
    await expect(sender.send(delivery())).rejects.toMatchObject({ code: 'CHANNEL_CERTIFICATE' })
  })
})

describe('a receiver of webhooks', () => {
  let sender: Sender
  let port = 0
  const counted = async () =>
    new Map((await (await fetch(`http://127.0.0.1:${port}/counted`)).json()) as [string, number][])

  beforeAll(async () => {
    port = (await started('test/e2e/channels/hook-server.ts')).port
    sender = open()
    const at = (path: string) => ({ id: path, url: `http://127.0.0.1:${port}/${path}` })
    await sender.configure('farm', [
      webhookChannel({ ...at('ok'), timeoutMs: 20_000 }),
      webhookChannel({ ...at('flaky'), timeoutMs: 500 }),
      webhookChannel(at('busy')),
    ])
  })

  it('takes a thousand messages, each once', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `ok-${n}`)
    await Promise.all(ids.map((id) => sender.send(delivery({ channel: 'ok', id }))))
    const counts = await counted()
    expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([])
  })

  it('that fails, cuts and says nothing has every message in the end, and can tell what came twice', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `flaky-${n}`)
    const codes = new Map<string, number>()
    const carry = async (id: string) => {
      for (let attempt = 1; attempt <= 20; attempt++) {
        try {
          await sender.send(delivery({ channel: 'flaky', id, attempt }))
          return
        } catch (error) {
          const code = error instanceof CodedError ? error.code : String(error)
          codes.set(code, (codes.get(code) ?? 0) + 1)
        }
      }
      throw new Error(`${id} never arrived`)
    }
    await Promise.all(ids.map(carry))
    const counts = await counted()
    expect(ids.filter((id) => !counts.has(id))).toEqual([])
    // Those were taken without an answer, and came again under the same id.
    expect(ids.filter((id) => (counts.get(id) ?? 0) > 1).length).toBeGreaterThan(0)
    expect([...codes.keys()].sort()).toEqual(['CHANNEL_FAILED', 'CHANNEL_TIMEOUT'])
  })

  it('that is busy says for how long', async () => {
    const error = await sender.send(delivery({ channel: 'busy' })).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CHANNEL_BUSY' })
    expect(busySeconds(error as CodedError)).toBe(7)
  })
})
