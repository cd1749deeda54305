import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Figures } from '../../../alerting/watchdog/figures.ts'
import type { Outcome } from '../../../alerting/watchdog/rounds.ts'
import type { ServerWord } from '../../../alerting/watchdog/server-question.ts'
import { Watchdog } from '../../../alerting/watchdog/watchdog.ts'
import type { Clock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { SystemNotice } from '../../../contracts/notify/message.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { watched, watchedText } from './watched.ts'
import { post, webhookMessage } from './webhook-message.ts'

/** Time of timers and clock is virtual; sockets are real. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }))
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ends.splice(0)) await end()
})
const ends: (() => Promise<void>)[] = []
const folder = temporaryFolder()

/** Its wall clock can be stepped; the other goes on. */
class VirtualClock implements Clock {
  shift = 0
  /** Time that passed without any timer. */
  stall = 0
  wall = () => Date.now() + this.shift
  monotonic = () => performance.now() + this.stall
}

async function scene({
  secret,
  onTell,
}: {
  secret?: string
  onTell?: () => ServerWord | Promise<ServerWord>
} = {}) {
  const home = mkdtempSync(join(folder, 'd'))
  mkdirSync(home, { recursive: true })
  if (secret !== undefined) writeFileSync(join(home, 'secret'), secret)
  const text = watchedText({}, secret === undefined ? '' : ', secretFile: secret').replace(
    'every: 4s',
    'every: 5m',
  )
  const { facility, plan: given } = watched(text, join(home, 'x.yaml'))
  const plan = { ...given, listen: { host: '127.0.0.1', port: 0 } }
  const values: number[] = []
  const told: SystemNotice[] = []
  const outcomes: Outcome[] = []
  const asked: string[] = []
  const clock = new VirtualClock()
  const device = {
    onAsked: () => {},
    start: async () => undefined,
    stop: async () => undefined,
    write: (value: number) => void (value !== values.at(-1) && values.push(value)),
  }
  const watchdog = new Watchdog({
    facility,
    plan,
    device,
    teller: { tell: (make) => told.push(make('en')), failing: 0 },
    figures: new Figures('plant'),
    askServer: async (url) => {
      asked.push(url)
      return onTell?.() ?? { says: 'ready' }
    },
    onOutcome: (outcome) => outcomes.push(outcome),
    clock,
    logger: silentLogger,
  })
  await watchdog.start()
  ends.push(() => watchdog.stop())
  const url = `http://127.0.0.1:${watchdog.port}`
  let occurrence = 0
  const say = async (cause: 'raised' | 'returned') => {
    if (cause === 'raised') occurrence += 1
    const value = values.at(-1) ?? 0
    const body = webhookMessage({ occurrence: `WD-1.H#${occurrence}`, cause, value, time: clock.wall() })
    return (await post(url, body, secret, clock.wall())).status
  }
  return { watchdog, device, values, told, outcomes, asked, clock, say, url }
}

const MINUTE = 60_000

describe('a watchdog', () => {
  it('waits for its gateway, goes round, and rests until the next', async () => {
    const { device, values, outcomes, say, watchdog } = await scene({ secret: 'a secret' })
    expect(values).toEqual([24])
    device.onAsked()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(values.at(-1)).toBeGreaterThan(50)
    device.onAsked()
    expect(await say('raised')).toBe(200)
    expect(values.at(-1)).toBe(24)
    expect(await say('returned')).toBe(200)
    expect(outcomes).toHaveLength(1)
    expect(outcomes[0]).not.toHaveProperty('broken')
    expect(watchdog.health()).toMatchObject({ healthy: true, path: 'works', untold: 0 })
    await vi.advanceTimersByTimeAsync(5 * MINUTE - 2_000)
    expect(values.at(-1)).toBe(24)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(values.at(-1)).toBeGreaterThan(50)
  })

  it('begins without a gateway when that does not come, and tells that it did not', async () => {
    const { told, asked, values } = await scene()
    // One that pauses between attempts to connect is waited for.
    await vi.advanceTimersByTimeAsync(29_000)
    expect(values).toEqual([24])
    await vi.advanceTimersByTimeAsync(2_500)
    expect(told.map(({ subject }) => subject)).toEqual([expect.stringContaining('ALARM PATH BROKEN')])
    expect(told[0]?.lines.map(({ text }) => text).join()).toContain('No gateway has read')
    expect(asked).toEqual(['http://127.0.0.1:8080/readyz'])
  })

  it('tells once, every hour, and at the end', async () => {
    const { told, say, device, values } = await scene()
    await vi.advanceTimersByTimeAsync(150 * MINUTE)
    const subjects = () => told.map(({ subject }) => /ALARM PATH [A-Z ]+/.exec(subject)?.[0].trim())
    expect(subjects()).toEqual(['ALARM PATH BROKEN', 'ALARM PATH STILL BROKEN', 'ALARM PATH STILL BROKEN'])
    while ((values.at(-1) ?? 0) < 50) await vi.advanceTimersByTimeAsync(100)
    device.onAsked()
    await say('raised')
    await say('returned')
    await vi.advanceTimersByTimeAsync(0)
    expect(subjects().at(-1)).toBe('ALARM PATH WORKS AGAIN')
    expect(told).toHaveLength(4)
  })

  it('says since when by the wall clock, whenever that was stepped', async () => {
    const { told, clock } = await scene()
    const began = Date.now() + 30_000
    clock.shift = 3_600_000
    await vi.advanceTimersByTimeAsync(31_500)
    const hour = new Date(began + 3_600_000 + 8 * 3_600_000).toISOString().slice(11, 16)
    expect(told[0]?.lines[0]?.text).toContain(hour)
  })

  it('tells nobody of a break that was over before the server had answered', async () => {
    const { promise, resolve: answer } = Promise.withResolvers<ServerWord>()
    const { told, say, device, values } = await scene({ onTell: () => promise })
    await vi.advanceTimersByTimeAsync(31_500)
    while ((values.at(-1) ?? 0) < 50) await vi.advanceTimersByTimeAsync(1_000)
    device.onAsked()
    await say('raised')
    await say('returned')
    answer({ says: 'ready' })
    await vi.advanceTimersByTimeAsync(0)
    expect(told.map(({ cause }) => cause)).toEqual(['returned'])
  })

  it('is not healthy when its rounds stop', async () => {
    const { watchdog, url, clock } = await scene()
    await vi.advanceTimersByTimeAsync(30 * MINUTE)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    clock.stall = 10 * MINUTE
    expect(watchdog.health().healthy).toBe(false)
    expect((await fetch(`${url}/health`)).status).toBe(503)
  })

  it('lets go of its port when it cannot have its device', async () => {
    const { facility, plan } = watched()
    const device = {
      onAsked: () => undefined,
      start: () => Promise.reject(new CodedError('PORT_TAKEN', 'by another')),
      stop: async () => undefined,
      write: () => undefined,
    }
    const watchdog = new Watchdog({
      facility,
      plan: { ...plan, listen: { host: '127.0.0.1', port: 0 } },
      device,
      teller: undefined,
      figures: new Figures('plant'),
      askServer: async () => ({ says: 'ready' }),
      clock: new VirtualClock(),
      logger: silentLogger,
    })
    await expect(watchdog.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    expect(watchdog.port).toBe(0)
  })
})
