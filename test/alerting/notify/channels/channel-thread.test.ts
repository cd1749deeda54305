import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openSender, type SenderOptions } from '../../../../alerting/notify/channels/channel-thread.ts'
import type { Sender } from '../../../../alerting/notify/channels/sender.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { delivery, emailChannel, webhookChannel } from './scene.ts'
import { type Script, ScriptedSmtp } from './scripted-smtp.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function open(options: Partial<SenderOptions> = {}): Sender {
  const sender = openSender({ logger: silentLogger, ...options })
  closing.unshift(() => sender.close())
  return sender
}

async function hook(): Promise<{ url: string; ids: string[] }> {
  const ids: string[] = []
  const server: Server = createServer((request, response) => {
    ids.push(String(request.headers['idempotency-key']))
    request.resume()
    request.on('end', () => response.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ids }
}

async function smtp(script: Script = {}): Promise<ScriptedSmtp> {
  const server = await ScriptedSmtp.start(script)
  closing.push(() => server.stop())
  return server
}

describe('the thread of the channels', () => {
  it('holds up no channel for another that hangs', async () => {
    const hanging = await smtp({ greeting: 'hang' })
    const { url, ids } = await hook()
    const sender = open()
    await sender.configure('farm', [
      emailChannel({ port: hanging.port, timeoutMs: 10_000 }),
      webhookChannel({ id: 'hook', url }),
    ])
    const stuck = Promise.allSettled(Array.from({ length: 20 }, () => sender.send(delivery())))
    const before = performance.now()
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => sender.send(delivery({ channel: 'hook', id: `n-${n}` }))),
    )
    expect(performance.now() - before).toBeLessThan(9_000)
    expect(new Set(ids).size).toBe(50)
    await sender.close()
    // What had not begun is told that it was not sent; the others may have been.
    const codes = (await stuck).map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : 'sent',
    )
    expect(codes.filter((code) => code === 'THREAD_ENDED').length).toBeGreaterThanOrEqual(16)
    expect(codes).not.toContain('sent')
  })

  it('carries errors with code and detail', async () => {
    const { url } = await hook()
    const sender = open()
    await sender.configure('farm', [webhookChannel({ url })])
    await expect(sender.send(delivery({ channel: 'none' }))).rejects.toMatchObject({
      code: 'CHANNEL_UNKNOWN',
      detail: 'farm has no channel none',
    })
    await expect(sender.probe('works', 'main')).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' })
    await sender.probe('farm', 'main')
  })

  it('takes other channels at any time, and leaves those that stay their connections', async () => {
    const [old, fresh] = [await hook(), await hook()]
    const mail = await smtp()
    const sender = open()
    const email = emailChannel({ id: 'mail', port: mail.port })
    await sender.configure('farm', [webhookChannel({ url: old.url }), email])
    await sender.send(delivery())
    await sender.send(delivery({ channel: 'mail' }))
    await sender.configure('farm', [webhookChannel({ url: fresh.url }), { ...email }])
    await sender.send(delivery({ id: 'n-2' }))
    await sender.send(delivery({ channel: 'mail' }))
    expect([old.ids, fresh.ids, mail.connections]).toEqual([['n-1'], ['n-2'], 1])
    await sender.configure('farm', [])
    await expect(sender.send(delivery())).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' })
  })

  it('is replaced with all its channels when it dies', async () => {
    const sender = open({ module: new URL('./odd-sender.ts', import.meta.url) })
    await sender.configure('farm', [webhookChannel({ id: 'a', url: 'http://127.0.0.1:1/' })])
    await sender.configure('works', [webhookChannel({ id: 'b', url: 'http://127.0.0.1:1/' })])
    await expect(sender.send(delivery({ id: 'die' }))).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    expect(await sender.send(delivery())).toEqual({ text: 'farm: a; works: b' })
  })

  it('closes though a server takes a connection and says nothing', async () => {
    const hanging = await smtp({ greeting: 'hang' })
    const sender = open()
    await sender.configure('farm', [emailChannel({ port: hanging.port, timeoutMs: 60_000 })])
    const stuck = sender.send(delivery()).catch((error: { code: string }) => error.code)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const before = performance.now()
    await sender.close()
    expect(performance.now() - before).toBeLessThan(20_000)
    expect(await stuck).toBe('THREAD_ENDED')
    await expect(sender.send(delivery())).rejects.toMatchObject({ code: 'THREAD_ENDED' })
  })

  it('never starts where there is nothing to send by', async () => {
    const sender = open({ module: new URL('./none.ts', import.meta.url) })
    await sender.configure('farm', [])
    await sender.close()
  })
})

describe('the mail library', () => {
  const spy = `import { registerHooks } from 'node:module'; import { writeSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads';
    registerHooks({ load(url, context, next) { if (url.includes('/nodemailer/')) writeSync(1, 'mail library in ' + (isMainThread ? 'main' : 'thread') + '\\n'); return next(url, context) } })`
  const load = async (kind: string) => {
    const program = fileURLToPath(new URL('./loading.ts', import.meta.url))
    const hooks = `data:text/javascript,${encodeURIComponent(spy)}`
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', hooks, program, kind])
    return stdout
  }

  it('is loaded in the thread alone, and for a channel of kind email alone', async () => {
    const [email, webhook] = await Promise.all([load('email'), load('webhook')])
    expect(email).toContain('CHANNEL_UNREACHABLE')
    expect(email).toContain('mail library in thread')
    expect(email).not.toContain('mail library in main')
    expect(webhook).toContain('CHANNEL_UNREACHABLE')
    expect(webhook).not.toContain('mail library')
  })
})
