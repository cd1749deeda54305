import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NotifyScene, toldFacility } from './notify-scene.ts'

const ESCALATING = `
    - id: all
      steps:
        - { to: [operators], by: [mail] }
        - { after: 2m, to: [oncall], by: [mail] }
        - { after: 5m, to: [managers], by: [chat] }
      repeat: 10m`

let scene: NotifyScene

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-29T00:00:00Z') })
})
afterEach(async () => {
  await scene.close()
  vi.useRealTimers()
})

async function open(policies: string, over: Parameters<typeof toldFacility>[1] = {}): Promise<NotifyScene> {
  scene = await NotifyScene.open(toldFacility(policies, over))
  return scene
}

describe('a channel that fails', () => {
  test('raises its alarm, has the next step taken at once, and is tried until it works', async () => {
    await open(ESCALATING)
    scene.sender.faults.set('mail', 'CHANNEL_UNREACHABLE')
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    expect(scene.alarms.view('sys.notify.mail.FAIL')).toMatchObject({ state: 'UNACK', priority: 'high' })
    // li, wang, then chen: all by mail. The managers are told by chat, of the alarm and of the channel.
    expect(scene.sender.letters).toContain('escalated chat group')
    scene.sender.faults.delete('mail')
    await scene.pass(20_000)
    expect(scene.sender.letters).toContain('raised mail li')
    expect(scene.sender.letters).toContain('raised mail wang')
    expect(scene.alarms.view('sys.notify.mail.FAIL')?.condition).toBe('inactive')
    expect((await scene.notices()).filter(({ state }) => state !== 'sent')).toEqual([])
  })

  test('is not what tells that it fails', async () => {
    await open(`
    - { id: all, steps: [ { to: [operators], by: [mail, chat] } ] }`)
    scene.sender.faults.set('chat', 'CHANNEL_TIMEOUT')
    await scene.read('T-1', 25)
    await scene.pass(5_000)
    const ofChannel = scene.sender.tried.filter(({ facts }) => facts[0]?.alarm.sensor === 'sys.notify.chat')
    expect(new Set(ofChannel.map(({ channel }) => channel))).toEqual(new Set(['mail']))
  })

  test('has its fallback take over, for everything that waits', async () => {
    await open(
      `
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ] }`,
      {
        channels: `
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/chat", fallback: mail }
    - { id: mail, kind: email, host: 127.0.0.1, security: none, from: davylamp@plant.example }`,
      },
    )
    scene.sender.faults.set('chat', 'CHANNEL_FAILED')
    await scene.read('T-1', 25)
    await scene.read('T-2', 25)
    await scene.pass(1_000)
    expect(scene.sender.letters.toSorted()).toEqual([
      'raised mail li',
      'raised mail li',
      'raised mail wang',
      'raised mail wang',
    ])
    scene.sender.faults.delete('chat')
    await scene.pass(60_000)
    expect(scene.sender.letters.filter((letter) => letter === 'raised chat group')).toHaveLength(2)
  })

  test('holds up no other channel when it hangs', async () => {
    await open(`
    - { id: all, steps: [ { to: [operators], by: [mail, chat] } ] }`)
    scene.sender.faults.set('mail', 'hang')
    await scene.read('T-1', 25)
    await scene.pass(100)
    expect(scene.sender.letters).toEqual(['raised chat group'])
    // Nothing is heard of the thread: after the timeout of the channel and 5 s it counts as failed.
    await scene.pass(16_000)
    expect(scene.alarms.view('sys.notify.mail.FAIL')?.condition).toBe('active')
  })

  test('refuses for good: no further attempt, and somebody else', async () => {
    await open(ESCALATING)
    scene.sender.faults.set('mail', 'CHANNEL_REFUSED')
    await scene.read('T-1', 25)
    await scene.pass(5_000)
    const failed = (await scene.notices()).filter(
      ({ state, alarm }) => state === 'failed' && alarm === 'T-1.H',
    )
    expect(failed.map(({ to, attempts }) => [to, attempts]).toSorted()).toEqual([
      ['chen', 1],
      ['li', 1],
      ['wang', 1],
    ])
    expect(failed[0]?.error).toBe('CHANNEL_REFUSED: as the test wants it')
    expect(scene.sender.letters).toContain('escalated chat group')
  })

  test('is tried no more with what somebody has acknowledged meanwhile', async () => {
    await open(`
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ] }`)
    scene.sender.faults.set('chat', 'CHANNEL_UNREACHABLE')
    await scene.read('T-1', 25)
    await scene.pass(1_500)
    await scene.act('acknowledge', 'T-1.H')
    scene.sender.faults.delete('chat')
    await scene.pass(120_000)
    expect(scene.sender.letters).toEqual([])
    expect(await scene.notices()).toMatchObject([{ state: 'dropped', why: 'acknowledged' }])
  })

  test('that nobody uses is tried without a message', async () => {
    await open(ESCALATING)
    scene.sender.faults.set('chat', 'CHANNEL_CERTIFICATE')
    await scene.pass(611_000)
    expect(scene.alarms.view('sys.notify.chat.FAIL')?.condition).toBe('active')
    expect(scene.desk.channels(['plant']).map(({ id, state, error }) => [id, state, error])).toEqual([
      ['mail', 'working', null],
      ['chat', 'failing', 'CHANNEL_CERTIFICATE: as the test wants it'],
      ['spare', 'working', null],
    ])
    expect(scene.sender.sent.every(({ channel }) => channel === 'mail')).toBe(true)
  })
})

test('a channel that has failed for long is tried soon with something new', async () => {
  await open(`
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ] }`)
  scene.sender.faults.set('chat', 'CHANNEL_UNREACHABLE')
  await scene.read('T-1', 25)
  await scene.pass(600_000)
  const tried = scene.sender.tried.length
  scene.sender.faults.delete('chat')
  await scene.read('T-2', 25)
  await scene.pass(5_500)
  expect(scene.sender.tried.length).toBeGreaterThan(tried)
  expect(scene.sender.letters).toEqual(['raised chat group', 'raised chat group'])
})

test('a channel that comes back says the latest of each alarm, not all that it missed', async () => {
  await open(`
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ], repeat: 1m }`)
  scene.sender.faults.set('chat', 'CHANNEL_UNREACHABLE')
  await scene.read('T-1', 25)
  await scene.pass(600_000)
  scene.sender.faults.delete('chat')
  await scene.pass(59_000)
  expect(scene.sender.letters).toEqual(['repeated chat group'])
  const left = (await scene.notices()).filter(({ state }) => state !== 'sent')
  expect(new Set(left.map(({ state, why }) => `${state} ${why}`))).toEqual(new Set(['dropped superseded']))
})

test('that something has returned is no news after a quarter of an hour', async () => {
  await open(`
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ], returns: true }`)
  await scene.read('T-1', 25)
  await scene.pass(1_000)
  scene.sender.faults.set('chat', 'CHANNEL_UNREACHABLE')
  await scene.read('T-1', 1)
  await scene.pass(1_000_000)
  scene.sender.faults.delete('chat')
  await scene.pass(70_000)
  expect(scene.sender.letters).toEqual(['raised chat group'])
  expect((await scene.notices())[0]).toMatchObject({ cause: 'returned', state: 'dropped', why: 'past' })
})

test('a message that is cut off by the end of the server is no failure of its channel', async () => {
  await open(
    `
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ] }`,
    {
      channels: `
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/chat", fallback: mail }
    - { id: mail, kind: email, host: 127.0.0.1, security: none, from: davylamp@plant.example }`,
    },
  )
  scene.sender.faults.set('chat', 'hang')
  await scene.read('T-1', 25)
  await scene.pass(100)
  await scene.notifier.close()
  await scene.pass(20_000)
  expect(scene.alarms.view('sys.notify.chat.FAIL')?.condition).toBe('inactive')
  expect((await scene.notices()).map(({ channel, state }) => [channel, state])).toEqual([['chat', 'waiting']])
})
