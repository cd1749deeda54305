import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Webhook } from '../../../alerting/notify/channels/webhook.ts'
import { Figures } from '../../../alerting/watchdog/figures.ts'
import { healthCommand } from '../../../alerting/watchdog/health-command.ts'
import type { HeardAlarm } from '../../../alerting/watchdog/heard.ts'
import { Listener } from '../../../alerting/watchdog/listener.ts'
import { watchdogTls } from '../../../alerting/watchdog/watchdog-tls.ts'
import type { Terminal } from '../../../contracts/cli.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { keepCertificate, makeCertificate } from '../../contracts/certificates.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { delivery, facts, webhookChannel } from '../notify/channels/scene.ts'
import { watched } from './watched.ts'

const folder = temporaryFolder()
const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
writeFileSync(join(folder, 'ca.pem'), authority.pem)
keepCertificate(folder, 'dog', makeCertificate({ name: 'dog', names: ['127.0.0.1'], by: authority }))
keepCertificate(folder, 'other', makeCertificate({ name: 'other', names: ['127.0.0.1'], by: authority }))
const paths = (name: string) => ({ cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) })

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function scene(health: () => { healthy: boolean } = () => ({ healthy: true })) {
  const tls = watchdogTls(paths('dog'), Date.now())
  if (tls === undefined) throw new Error('no certificate')
  const alarms: HeardAlarm[] = []
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    tls,
    secret: async () => undefined,
    onAlarm: (alarm) => alarms.push(alarm),
    health,
    figures: new Figures('plant'),
    now: () => Date.now(),
    logger: silentLogger,
  })
  await listener.start()
  ends.push(() => listener.stop())
  return { listener, alarms }
}

async function healthOf(port: number, certificate: string, json = false) {
  const out: string[] = []
  const terminal = { out: (text: string) => void out.push(text) } as Partial<Terminal> as Terminal
  const { facility, plan } = watched()
  const listen = { host: '127.0.0.1', port }
  const exit = await healthCommand(
    terminal,
    [{ facility, plan: { ...plan, listen, tls: paths(certificate) } }],
    json,
  )
  return { exit, text: out.join('') }
}

describe('a watchdog beyond loopback', () => {
  it('takes the messages that a channel sends by HTTPS', async () => {
    const { listener, alarms } = await scene()
    const channel = webhookChannel({ url: `https://127.0.0.1:${listener.port}/`, ca: join(folder, 'ca.pem') })
    const webhook = new Webhook(channel, () => Date.now())
    ends.push(() => webhook.abort(new CodedError('THREAD_ENDED', 'the test is over')))
    await webhook.send(
      delivery({ facts: [facts({ cause: 'returned', alarm: { occurrence: 'GT-101.H#4' } })] }),
    )
    expect(alarms).toMatchObject([
      { facility: 'farm', occurrence: 'GT-101.H#4', cause: 'returned', value: 43.1 },
    ])
  })

  it('is asked for its health, and known by its own certificate', async () => {
    const { listener } = await scene(() => ({ healthy: true, path: 'works', lastSuccess: null, untold: 0 }))
    expect(await healthOf(listener.port, 'dog')).toEqual({
      exit: 0,
      text: 'the watchdog of plant is healthy: the alarm path works\n',
    })
    const other = await healthOf(listener.port, 'other')
    expect([other.exit, other.text]).toEqual([1, expect.stringContaining('WATCHDOG_UNREACHABLE')])
  })

  it('says that its rounds have stopped, and whom it could not tell', async () => {
    const { listener } = await scene(() => ({
      healthy: false,
      path: 'broken',
      lastSuccess: 'then',
      untold: 2,
    }))
    const { exit, text } = await healthOf(listener.port, 'dog', true)
    expect([exit, JSON.parse(text)]).toEqual([
      1,
      {
        healthy: false,
        facility: 'plant',
        code: 'WATCHDOG_STALLED',
        detail:
          'the alarm path is broken, it worked last at then, 2 of those who are to be told could not be',
      },
    ])
  })

  it('is no watchdog when something else answers', async () => {
    const { listener } = await scene(() => ({ healthy: true }))
    expect((await healthOf(listener.port, 'dog')).text).toContain('what answers there is no watchdog')
  })

  it('does not start with the key of another certificate, or none', () => {
    const mixed = { cert: paths('dog').cert, key: paths('other').key }
    expect(() => watchdogTls(mixed, Date.now())).toThrow('KEY_MISMATCH')
    expect(() => watchdogTls(paths('nobody'), Date.now())).toThrow('SECRET_UNREADABLE')
    expect(() => watchdogTls(paths('dog'), Date.now() + 1e12)).toThrow('CERTIFICATE_EXPIRED')
    expect(watchdogTls(undefined, Date.now())).toBeUndefined()
  })
})
