import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { busySeconds } from '../../../../alerting/notify/channels/sender.ts'
import { Webhook } from '../../../../alerting/notify/channels/webhook.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import type { WebhookChannel } from '../../../../contracts/notify/plan.ts'
import { isSignedBy } from '../../../../contracts/notify/signature.ts'
import { type CertificateWishes, makeCertificate } from '../../../contracts/certificates.ts'
import { takePort } from '../../../ports.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { delivery, NOW, passed, webhookChannel } from './scene.ts'

interface Asked {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
type Answer = (response: ServerResponse, asked: Asked) => void

const TIMEOUT_MS = 250

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing.splice(0)) await close()
})

async function listening(server: Server | ReturnType<typeof createPlainServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A server that answers so, and what it was asked. */
async function serving(answer: Answer, tls?: { cert: string; key: string }) {
  const asked: Asked[] = []
  const take = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const each = {
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      asked.push(each)
      answer(response, each)
    })
  }
  const port = await listening(tls === undefined ? createServer(take) : createSecureServer(tls, take))
  return {
    asked,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook/T0PS3CR3TKEY?token=4n0th3rkey`,
  }
}

function open(given: Partial<WebhookChannel>): Webhook {
  const webhook = new Webhook(webhookChannel(given), () => NOW)
  closing.push(async () => webhook.abort(new CodedError('THREAD_ENDED', 'the test is over')))
  return webhook
}

async function failure(work: Promise<unknown>): Promise<CodedError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CodedError)) throw new Error(`no CodedError: ${String(error)}`)
  // Whatever goes wrong, the URL of a webhook is a secret, and so is what signs it.
  for (const secret of ['T0PS3CR3TKEY', '4n0th3rkey', 's1gn1ng-k3y']) {
    expect(error.message).not.toContain(secret)
    expect(JSON.stringify(error.cause ?? null)).not.toContain(secret)
  }
  return error
}

/** What it fails with when its time is over once it waits. The time is virtual: no machine is too slow. */
async function failureInTime(given: Partial<WebhookChannel>, isWaiting: () => boolean): Promise<CodedError> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const failing = failure(open({ ...given, timeoutMs: TIMEOUT_MS }).send(delivery()))
  await passed(isWaiting)
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
  return failing
}

const folder = temporaryFolder()
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body)

describe('a webhook that is taken', () => {
  it('is a POST of JSON with the id of its notice', async () => {
    const { asked, url } = await serving(answering(204))
    expect(await open({ url }).send(delivery())).toEqual({ text: 'HTTP 204' })
    const [{ headers, body, url: path } = { headers: {}, body: '', url: '' }] = asked
    expect(path).toBe('/hook/T0PS3CR3TKEY?token=4n0th3rkey')
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': 'n-1',
      'davylamp-notice': 'n-1',
    })
    expect(headers['davylamp-signature']).toBeUndefined()
    expect(JSON.parse(body)).toMatchObject({ version: 1, id: 'n-1', cause: 'raised' })
  })

  it('has an id that is no second header', async () => {
    const { asked, url } = await serving(answering(204))
    await open({ url }).send(delivery({ id: 'n\r\nX-Evil: 1' }))
    expect(asked[0]?.headers).toMatchObject({ 'davylamp-notice': 'n%0D%0AX-Evil%3A%201' })
    expect(asked[0]?.headers['x-evil']).toBeUndefined()
  })

  it('is signed where there is a secret, and read anew each time', async () => {
    const { asked, url } = await serving(answering(200))
    const secretFile = file('secret', 's1gn1ng-k3y\n')
    const webhook = open({ urlFile: file('url', `${url}\n`), secretFile })
    await webhook.send(delivery())
    file('secret', 'other-key')
    await webhook.send(delivery())
    const shown = (n: number) => ({
      body: asked[n]?.body ?? '',
      header: String(asked[n]?.headers['davylamp-signature']),
    })
    expect(isSignedBy({ ...shown(0), secret: 's1gn1ng-k3y' }, NOW)).toBe(true)
    expect(isSignedBy({ ...shown(1), secret: 'other-key' }, NOW)).toBe(true)
    expect(isSignedBy({ ...shown(1), secret: 's1gn1ng-k3y' }, NOW)).toBe(false)
    expect(isSignedBy({ ...shown(0), body: `${shown(0).body} `, secret: 's1gn1ng-k3y' }, NOW)).toBe(false)
    // What was overheard is not good for ever.
    expect(isSignedBy({ ...shown(0), secret: 's1gn1ng-k3y' }, NOW + 301_000)).toBe(false)
    expect(isSignedBy({ ...shown(0), header: undefined, secret: 's1gn1ng-k3y' }, NOW)).toBe(false)
  })

  it('has time and sign in its URL in format dingtalk', async () => {
    const { asked, url } = await serving(answering(200, '{"errcode":0,"errmsg":"ok"}'))
    const secretFile = file('ding', 's1gn1ng-k3y')
    expect(await open({ url, secretFile, format: 'dingtalk' }).send(delivery())).toEqual({
      text: 'HTTP 200, errcode 0',
    })
    expect(asked[0]?.url).toMatch(
      /^\/hook\/T0PS3CR3TKEY\?token=4n0th3rkey&timestamp=1795917600000&sign=[\w%]+$/,
    )
    expect(asked[0]?.headers['davylamp-signature']).toBeUndefined()
  })

  it('goes by 16 connections at most, kept open', async () => {
    let now = 0
    let most = 0
    const ports = new Set<number>()
    const { asked, url } = await serving((response) => {
      now += 1
      most = Math.max(most, now)
      ports.add(response.socket?.remotePort ?? 0)
      setTimeout(() => {
        now -= 1
        response.end('ok')
      }, 5)
    })
    const webhook = open({ url })
    await Promise.all(Array.from({ length: 100 }, (_, n) => webhook.send(delivery({ id: `n-${n}` }))))
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(100)
    expect(most).toBeLessThanOrEqual(16)
    expect(ports.size).toBeLessThanOrEqual(16)
  })

  it('leaves nothing behind on a connection that is used on', async () => {
    const { url } = await serving(answering(200))
    const webhook = open({ url })
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    for (let n = 0; n < 30; n++) await webhook.send(delivery({ id: `n-${n}` }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('takes what is urgent before what waits already', async () => {
    const order: string[] = []
    const { url } = await serving((response, { headers }) => {
      order.push(String(headers['idempotency-key']))
      setTimeout(() => response.end(), 20)
    })
    const webhook = open({ url })
    const others = Array.from({ length: 40 }, (_, n) =>
      webhook.send(delivery({ id: `n-${n}`, isUrgent: false })),
    )
    await webhook.send(delivery({ id: 'urgent' }))
    await Promise.all(others)
    expect(order.indexOf('urgent')).toBeLessThan(24)
  })

  it('goes once more by a new connection when the idle one is closed as it is used', async () => {
    let count = 0
    const { asked, url } = await serving((response) => {
      count += 1
      if (count === 2) response.socket?.destroy()
      else response.end('ok')
    })
    const webhook = open({ url })
    await webhook.send(delivery())
    await webhook.send(delivery({ id: 'n-2' }))
    // The same id, so that a receiver that had taken it can tell.
    expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['n-1', 'n-2', 'n-2'])
  })
})

describe('a webhook that fails', () => {
  it.each<[number, string, Record<string, string>, string]>([
    [400, 'no_text', {}, 'CHANNEL_REFUSED: {host}: HTTP 400: no_text'],
    [401, '', {}, 'CHANNEL_REFUSED: {host}: HTTP 401'],
    [404, 'no such hook T0PS3CR3TKEY', {}, 'CHANNEL_REFUSED: {host}: HTTP 404: no such hook ***'],
    [408, '', {}, 'CHANNEL_FAILED: {host}: HTTP 408'],
    [410, 'channel_is_archived\r\n\u0007', {}, 'CHANNEL_REFUSED: {host}: HTTP 410: channel_is_archived'],
    [
      429,
      'slow down',
      { 'retry-after': '30' },
      'CHANNEL_BUSY: {host}: HTTP 429: slow down; again after 30 s',
    ],
    [429, '', {}, 'CHANNEL_BUSY: {host}: HTTP 429'],
    [
      429,
      '',
      { 'retry-after': 'Sun, 29 Nov 2026 02:01:00 GMT' },
      'CHANNEL_BUSY: {host}: HTTP 429; again after 60 s',
    ],
    [503, '', { 'retry-after': '99999999' }, 'CHANNEL_BUSY: {host}: HTTP 503; again after 3600 s'],
    [503, '', { 'retry-after': 'soon' }, 'CHANNEL_FAILED: {host}: HTTP 503'],
    [500, 'oops', {}, 'CHANNEL_FAILED: {host}: HTTP 500: oops'],
    [502, '', {}, 'CHANNEL_FAILED: {host}: HTTP 502'],
  ])('with HTTP %i %j %j', async (status, body, headers, words) => {
    const { url } = await serving(answering(status, body, headers))
    const error = await failure(open({ url }).send(delivery()))
    expect(error.message).toBe(words.replace('{host}', new URL(url).host))
    const wait = /again after (\d+) s/.exec(words)?.[1]
    expect(busySeconds(error)).toBe(wait === undefined ? undefined : Number(wait))
  })

  it('follows no redirect', async () => {
    const other = await serving(answering(200))
    const { url } = await serving(answering(302, '', { location: other.url }))
    expect((await failure(open({ url }).send(delivery()))).message).toMatch(
      /^CHANNEL_REFUSED: .*redirects are not followed/,
    )
    expect(other.asked).toEqual([])
  })

  it.each<['wecom' | 'dingtalk', string, string]>([
    [
      'wecom',
      '{"errcode":93000,"errmsg":"invalid webhook url"}',
      'CHANNEL_REFUSED: {host}: errcode 93000: invalid webhook url',
    ],
    [
      'wecom',
      '{"errcode":45009,"errmsg":"api freq out of limit"}',
      'CHANNEL_BUSY: {host}: errcode 45009: api freq out of limit; again after 60 s',
    ],
    ['wecom', '{"errcode":-1,"errmsg":"system busy"}', 'CHANNEL_FAILED: {host}: errcode -1: system busy'],
    [
      'dingtalk',
      '{"errcode":310000,"errmsg":"sign not match"}',
      'CHANNEL_REFUSED: {host}: errcode 310000: sign not match',
    ],
    [
      'dingtalk',
      '{"errcode":130101,"errmsg":"send too fast"}',
      'CHANNEL_BUSY: {host}: errcode 130101: send too fast; again after 60 s',
    ],
    ['dingtalk', '{"errcode":"0x"}', 'CHANNEL_FAILED: {host}: HTTP 200 without an errcode'],
    [
      'dingtalk',
      '<html>Sign in to the network</html>',
      'CHANNEL_FAILED: {host}: HTTP 200 without an errcode: <html>',
    ],
    ['wecom', 'null', 'CHANNEL_FAILED: {host}: HTTP 200 without an errcode'],
  ])('with an errcode of %s %s', async (format, body, words) => {
    const { url } = await serving(answering(200, body))
    expect((await failure(open({ url, format }).send(delivery()))).message).toContain(
      words.replace('{host}', new URL(url).host),
    )
  })

  it.each<[string, Answer]>([
    ['no answer', () => undefined],
    [
      'an answer that never ends',
      (response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('with %s in time', async (_name, answer) => {
    const { asked, url } = await serving(answer)
    const { message } = await failureInTime({ url }, () => asked.length > 0)
    expect(message).toBe(`CHANNEL_TIMEOUT: ${new URL(url).host}: no answer within 0.25 s (answer)`)
  })

  it('reads no more of an answer than 64 kB', async () => {
    let written = 0
    const { url } = await serving((response) => {
      response.writeHead(500)
      const more = () => {
        while (!response.destroyed && written < 50_000_000) {
          written += 65_536
          if (!response.write(Buffer.alloc(65_536, 'x'))) break
        }
      }
      response.on('drain', more)
      more()
    })
    const { message } = await failure(open({ url }).send(delivery()))
    expect(message).toContain('CHANNEL_FAILED')
    expect(message.length).toBeLessThan(300)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(written).toBeLessThan(20_000_000)
  })

  it('with a connection that is cut, or speaks no HTTP', async () => {
    const { url } = await serving((response) => response.socket?.destroy())
    expect((await failure(open({ url }).send(delivery()))).code).toBe('CHANNEL_FAILED')
    const port = await listening(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    expect((await failure(open({ url: `http://127.0.0.1:${port}/` }).send(delivery()))).code).toBe(
      'CHANNEL_FAILED',
    )
  })

  it('with nobody there', async () => {
    const port = await takePort()
    const error = await failure(open({ url: `http://127.0.0.1:${port}/T0PS3CR3TKEY` }).send(delivery()))
    expect(error.message).toContain(`CHANNEL_UNREACHABLE: 127.0.0.1:${port}: connect ECONNREFUSED`)
    expect((await failure(open({ url: 'https://hook.invalid/T0PS3CR3TKEY' }).send(delivery()))).code).toBe(
      'CHANNEL_UNREACHABLE',
    )
  })

  it.each([
    ['', 'is empty'],
    ['no url T0PS3CR3TKEY', 'holds none'],
    ['http://hooks.example/T0PS3CR3TKEY', 'loopback'],
    ['ftp://127.0.0.1/T0PS3CR3TKEY', 'holds none'],
  ])('with a file that holds %j', async (content, words) => {
    const error = await failure(open({ urlFile: file('odd', content) }).send(delivery()))
    expect(error.code).toBe('CHANNEL_REFUSED')
    expect(error.message).toContain(words)
  })
})

describe('a webhook with TLS', () => {
  const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
  const ca = file('ca.pem', authority.pem)
  const pair = (wishes: Partial<CertificateWishes> = {}) => {
    const { pem, keyPem } = makeCertificate({ name: 'hook', names: ['127.0.0.1'], by: authority, ...wishes })
    return { cert: pem, key: keyPem }
  }

  it('trusts its own CA', async () => {
    const { url } = await serving(answering(200), pair())
    const webhook = open({ url, ca })
    expect(await webhook.send(delivery())).toEqual({ text: 'HTTP 200' })
    await webhook.probe()
  })

  it.each<[string, Partial<CertificateWishes>, string | undefined]>([
    ['of another name', { names: ['10.9.9.9'] }, ca],
    ['that has expired', { from: 0, until: 1_000_000 }, ca],
    ['of nobody we know', { by: makeCertificate({ name: 'Other CA', isAuthority: true }) }, ca],
    ['that is good, without the CA', {}, undefined],
  ])('trusts no certificate %s', async (_name, wishes, trusted) => {
    const { asked, url } = await serving(answering(200), pair(wishes))
    const webhook = open({ url, ...(trusted === undefined ? {} : { ca: trusted }) })
    expect((await failure(webhook.send(delivery()))).code).toBe('CHANNEL_CERTIFICATE')
    expect((await failure(webhook.probe())).code).toBe('CHANNEL_CERTIFICATE')
    expect(asked).toEqual([])
  })

  it('tells of a port that speaks none, and of one that does not go on', async () => {
    const plain = await serving(answering(200))
    const url = plain.url.replace('http:', 'https:')
    expect((await failure(open({ url, ca }).send(delivery()))).code).toBe('CHANNEL_FAILED')
    let isConnected = false
    const port = await listening(
      createPlainServer(() => {
        isConnected = true
      }),
    )
    const error = await failureInTime({ url: `https://127.0.0.1:${port}/`, ca }, () => isConnected)
    expect(error.message).toContain('CHANNEL_TIMEOUT: 127.0.0.1')
    expect(error.message).toContain('(TLS)')
  })
})

describe('a probe', () => {
  it('connects and asks nothing', async () => {
    const { asked, url } = await serving(answering(200))
    await open({ url }).probe()
    expect(asked).toEqual([])
  })
})

describe('an end', () => {
  it('fails what waits, and what has begun when it is aborted', async () => {
    const { url } = await serving(() => undefined)
    const webhook = open({ url })
    const all = Array.from({ length: 17 }, () => failure(webhook.send(delivery())))
    await new Promise((resolve) => setTimeout(resolve, 100))
    webhook.end(new CodedError('THREAD_ENDED', 'closing'))
    expect((await all[16])?.message).toBe('THREAD_ENDED: closing')
    webhook.abort(new CodedError('THREAD_ENDED', 'closing'))
    expect((await all[0])?.code).toBe('THREAD_ENDED')
    expect((await failure(webhook.send(delivery()))).code).toBe('THREAD_ENDED')
  })
})
