import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { FakePlant } from '../alerting/watchdog/fake-plant.ts'
import { Mailbox } from '../alerting/watchdog/mailbox.ts'
import { watchedText } from '../alerting/watchdog/watched.ts'
import { post, webhookMessage } from '../alerting/watchdog/webhook-message.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

const folder = temporaryFolder()
const config = join(folder, 'plant.yaml')
const soon = (look: () => void | Promise<void>, timeout = 40_000) =>
  vi.waitFor(look, { timeout, interval: 30 })

let mailbox: Mailbox
let plant: FakePlant
let watchdog: Child
let url: string

const command = (...args: string[]) => new Child('alerting/main.ts', ['watchdog', ...args], folder)

/** The watchdog as people run it; everything around it is the test's. Every 2.5 s, within 1 s. */
beforeAll(async () => {
  mailbox = await Mailbox.open()
  const [device = 0, listen = 0, server = 0] = await takePorts(3)
  url = `http://127.0.0.1:${listen}`
  writeFileSync(join(folder, 'secret'), 'a secret\n')
  const text = watchedText({ device, listen, server, mail: mailbox.port }, ', secretFile: secret')
  writeFileSync(config, text.replace('every: 4s', 'every: 2500ms'))
  plant = await FakePlant.start({ device, listen, server }, 'a secret')
})
afterAll(async () => {
  await watchdog?.[Symbol.asyncDispose]()
  await plant?.[Symbol.asyncDispose]()
  await mailbox?.[Symbol.asyncDispose]()
})

async function metric(labels: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.includes(labels))
      ?.split(' ')
      .at(-1),
  )
}

describe('one round by hand', () => {
  test('is 0 when the path works', async () => {
    await using once = command('--config', config, '--once', '--json', '--log-level', 'warn')
    expect([await once.exit, once.stderr]).toEqual([0, ''])
    expect(JSON.parse(once.stdout)).toMatchObject({ facility: 'plant', ok: true })
    // Normal, beyond, normal.
    await soon(() => expect(plant.values.map((raw) => raw > 500)).toEqual([false, true, false]))
  })

  test('is 1 when no message comes, and says where it ended', async () => {
    plant.isTelling = false
    await using once = command('--config', config, '--once', '--log-level', 'warn')
    expect(await once.exit).toBe(1)
    expect(once.stdout).toContain('plant: the alarm path is broken (read ')
    expect(once.stdout).toContain('The gateway has read the test value of WD-1')
    expect(once.stdout).toContain('the server: It answers and says that it is ready')
    expect(mailbox.subjects).toEqual([])
    plant.isTelling = true
  })
})

describe('the watchdog', () => {
  test('goes round after round, and counts what comes twice', async () => {
    plant.copies = 2
    watchdog = command('--config', config)
    await soon(async () => expect(await metric('rounds_total{facility="plant",result="ok"}')).toBe(2))
    expect(await metric('messages_total{facility="plant",hearing="duplicate"}')).toBeGreaterThanOrEqual(3)
    expect(new Set(plant.answers)).toEqual(new Set([200]))
    expect(await metric('leg_seconds_count{facility="plant",leg="whole"}')).toBe(2)
    plant.copies = 1
  })

  test('is not deceived by messages of others or of before', async () => {
    const before = await metric('rounds_total{facility="plant",result="ok"}')
    const [unsigned, ...signed] = await Promise.all([
      post(url, webhookMessage({ occurrence: 'WD-1.H#900' })),
      post(url, webhookMessage({ occurrence: 'WD-1.H#901', value: 12 }), 'a secret'),
      post(url, webhookMessage({ occurrence: 'WD-1.H#902', facility: 'farm' }), 'a secret'),
      post(url, webhookMessage({ occurrence: 'WD-1.H#903', cause: 'returned' }), 'a secret'),
    ])
    expect([unsigned?.status, ...signed.map(({ status }) => status)]).toEqual([401, 200, 200, 200])
    expect(await metric('messages_total{facility="plant",hearing="late"}')).toBeGreaterThanOrEqual(2)
    expect(await metric('messages_total{facility="plant",hearing="foreign"}')).toBe(1)
    expect(await metric('rounds_total{facility="plant",result="ok"}')).toBeLessThanOrEqual(before + 1)
  })

  test('tells everybody once when messages stop, each in their language', async () => {
    plant.isTelling = false
    await soon(() => expect(mailbox.subjects).toHaveLength(2))
    expect(mailbox.subjects.toSorted()).toEqual([
      'ALARM PATH BROKEN · Chemical plant · alarms may reach nobody',
      '报警通路中断 · Chemical plant · 报警可能无人收到',
    ])
    expect(mailbox.mails.map(({ to }) => to[0]).toSorted()).toEqual([
      'anna@plant.example',
      'li@plant.example',
    ])
    // The chat of the file answers nobody: that is counted and tried again.
    await soon(async () =>
      expect(await metric('told_total{facility="plant",channel="chat",result="failed"}')).toBeGreaterThan(0),
    )
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      healthy: true,
      path: 'broken',
      untold: 1,
    })
    await using health = command('health', '--config', config)
    expect(await health.exit).toBe(0)
    expect(health.stdout).toContain('the alarm path is broken')
  })

  test('tells them that it works again, and nothing in between', async () => {
    await soon(async () =>
      expect(await metric('rounds_total{facility="plant",result="failed"}')).toBeGreaterThanOrEqual(2),
    )
    plant.isTelling = true
    await soon(() => expect(mailbox.subjects).toHaveLength(4))
    expect(mailbox.subjects.slice(2).toSorted()).toEqual([
      'ALARM PATH WORKS AGAIN · Chemical plant',
      '报警通路已恢复 · Chemical plant',
    ])
  })

  test('ends with its sensor normal, in the middle of a round too', async () => {
    plant.isTelling = false
    await soon(() => expect(plant.values.at(-1)).toBeGreaterThan(500))
    expect(await watchdog.kill('SIGTERM')).toBe(0)
    expect(plant.values.at(-1)).toBeLessThan(480)
    await using health = command('health', '--config', config)
    expect(await health.exit).toBe(1)
    expect(health.stdout).toContain('not healthy: WATCHDOG_UNREACHABLE')
  })
})

describe('the command', () => {
  test.each([
    [['--help'], 0, 'Exit codes: 0 stopped or works'],
    [['--config', config, 'bark'], 2, 'no command "bark"'],
    [['--config', config, '--log-level', 'loud'], 2, 'no log level "loud"'],
    [['--config', 'facility.example.yaml'], 1, 'CONFIG_UNREADABLE'],
  ])('%s ends with %i', async (args, exit, words) => {
    await using child = command(...args)
    expect(await child.exit).toBe(exit)
    expect(child.stdout + child.stderr).toContain(words)
  })

  test('says that a file has no watchdog', async () => {
    const file = join(folder, 'none.yaml')
    const text = watchedText()
    writeFileSync(
      file,
      text.slice(0, text.indexOf('  watchdog:\n')).replaceAll('class: watchdog', 'class: process'),
    )
    await using child = command('--config', file)
    expect([await child.exit, child.stderr]).toEqual([
      1,
      expect.stringContaining('there is no notify.watchdog'),
    ])
  })
})
