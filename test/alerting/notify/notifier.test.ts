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

describe('who is told', () => {
  test('everybody who has the duty, each in their language, with a link of their own', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(50)
    expect(scene.sender.letters).toEqual(['raised mail li', 'raised mail wang'])
    const [first, second] = scene.sender.sent
    expect([first?.language, second?.language]).toEqual(['zh', 'en'])
    const links = scene.sender.sent.map(({ facts }) => facts[0]?.answerUrl)
    expect(new Set(links).size).toBe(2)
    expect(links[0]).toMatch(/^https:\/\/console\.example\/#\/answer\/[\w.-]+$/)
    expect(first?.facts[0]).toMatchObject({
      cause: 'raised',
      step: 1,
      duties: ['operators'],
      alarmUrl: 'https://console.example/#/alarm/plant/T-1.H',
      alarm: { id: 'T-1.H', value: 25, limit: 20 },
    })
  })

  test('the next while nobody acknowledges, and then all of them again and again', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(119_000)
    expect(scene.sender.letters).toHaveLength(2)
    await scene.pass(1_500)
    expect(scene.sender.letters.slice(2)).toEqual(['escalated mail chen'])
    await scene.pass(180_000)
    expect(scene.sender.letters.slice(3)).toEqual(['escalated chat group'])
    await scene.pass(600_500)
    expect(scene.sender.letters.slice(4)).toEqual([
      'repeated mail li',
      'repeated mail wang',
      'repeated mail chen',
      'repeated chat group',
    ])
    await scene.pass(600_500)
    expect(scene.sender.letters).toHaveLength(12)
  })

  test('nobody any more once somebody has acknowledged', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(60_000)
    await scene.act('acknowledge', 'T-1.H')
    await scene.pass(3_600_000)
    expect(scene.sender.letters).toEqual(['raised mail li', 'raised mail wang'])
  })

  test('still the next when it has returned and nobody has acknowledged', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    await scene.read('T-1', 1)
    await scene.pass(121_000)
    expect(scene.sender.letters.slice(2)).toEqual(['escalated mail chen'])
  })

  test('nobody while it is shelved, and everybody anew once it is not', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    await scene.act('shelve', 'T-1.H')
    await scene.pass(600_000)
    expect(scene.sender.letters).toHaveLength(2)
    await scene.act('unshelve', 'T-1.H')
    await scene.pass(1_000)
    expect(scene.sender.letters.slice(2)).toEqual(['raised mail li', 'raised mail wang'])
  })

  test('of a return those who were told that it was raised', async () => {
    await open(`
    - id: all
      steps: [ { to: [operators], by: [mail, chat] }, { after: 2m, to: [oncall], by: [mail] } ]
      returns: true`)
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    scene.duty.set('operators', ['chen'])
    await scene.act('acknowledge', 'T-1.H')
    await scene.read('T-1', 1)
    await scene.pass(1_000)
    expect(scene.sender.letters.slice(3)).toEqual([
      'returned mail li',
      'returned mail wang',
      'returned chat group',
    ])
    const returned = scene.sender.sent.at(-1)?.facts[0]
    expect(returned).toMatchObject({ cause: 'returned', alarm: { state: 'NORM' } })
    expect(returned).not.toHaveProperty('answerUrl')
  })

  test('the first policy that matches decides, and one without steps tells nobody', async () => {
    await open(
      `
    - { id: quiet, match: { areas: [yard], priorities: [medium] }, steps: [] }
    - { id: urgent, match: { priorities: [critical] }, steps: [ { to: [managers], by: [chat] } ] }
    - { id: all, match: { sensors: [T-3] }, steps: [ { to: [oncall], by: [mail] } ] }`,
      {
        alarms: '{ H: { when: high, limit: 20 }, HH: { when: high, limit: 40, priority: critical } }',
      },
    )
    await scene.read('T-1', 25)
    await scene.read('T-3', 25)
    await scene.pass(1_000)
    expect(scene.sender.letters).toEqual(['raised mail chen'])
    await scene.read('T-1', 45)
    await scene.pass(1_000)
    expect(scene.sender.letters.slice(1)).toEqual(['raised chat group'])
  })

  test('of a class that nobody acknowledges, once, and of its return', async () => {
    scene = await NotifyScene.open(
      toldFacility(ESCALATING.replace('steps:', 'returns: true\n      steps:'), {
        alarms: '{ H: { when: high, limit: 20, class: process } }',
        head: 'classes: { process: { acknowledge: auto } }',
      }),
    )
    await scene.read('T-1', 25)
    await scene.pass(400_000)
    expect(scene.sender.letters).toEqual(['raised mail li', 'raised mail wang'])
    expect(scene.sender.sent[0]?.facts[0]).not.toHaveProperty('answerUrl')
    await scene.read('T-1', 1)
    await scene.pass(1_000)
    expect(scene.sender.letters.slice(2)).toEqual(['returned mail li', 'returned mail wang'])
  })

  test('of that of the watchdog nobody, whatever the policies say', async () => {
    await open(ESCALATING, { alarms: '{ H: { when: high, limit: 20, class: watchdog } }' })
    await scene.read('T-1', 25)
    await scene.pass(400_000)
    expect(scene.sender.letters).toEqual([])
  })
})

describe('a hole in the roster', () => {
  test('has the next step taken at once', async () => {
    await open(ESCALATING)
    scene.duty.set('operators', [])
    await scene.read('T-1', 25)
    await scene.pass(50)
    expect(scene.sender.letters).toEqual(['escalated mail chen'])
  })

  test('that is total has nobody told, and is an alarm of its own', async () => {
    await open(ESCALATING)
    for (const duty of ['operators', 'oncall', 'managers']) scene.duty.set(duty, [])
    scene.hole = scene.now()
    await scene.read('T-1', 25)
    await scene.pass(12_000)
    // A group is there whoever has the duty.
    expect(scene.sender.letters).toContain('escalated chat group')
    expect(scene.alarms.view('sys.roster.HOLE')).toMatchObject({ state: 'UNACK', priority: 'medium' })
    scene.hole = undefined
    await scene.pass(12_000)
    expect(scene.alarms.view('sys.roster.HOLE')?.condition).toBe('inactive')
  })
})

describe('many at once', () => {
  const TOGETHER = `
    - { id: safety, match: { lifeSafety: true }, steps: [ { to: [operators], by: [chat] } ], group: 30s }
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ], group: 30s }`
  const CLASSES =
    '{ H: { when: high, limit: 20 }, HH: { when: high, limit: 40, class: safety, priority: critical } }'

  test('are put together within their time, life safety never', async () => {
    await open(TOGETHER, { alarms: CLASSES })
    await scene.read('T-1', 25)
    await scene.pass(10_000)
    await scene.read('T-2', 45)
    await scene.pass(1_000)
    expect(scene.sender.letters).toEqual(['raised chat group'])
    expect(scene.sender.sent[0]?.facts[0]?.alarm.id).toBe('T-2.HH')
    await scene.pass(20_000)
    expect(scene.sender.letters.slice(1)).toEqual(['raised chat group x2'])
    const sent = (await scene.notices()).filter(({ together }) => together !== null)
    expect(new Set(sent.map(({ together }) => together)).size).toBe(1)
    expect(sent).toHaveLength(2)
  })

  test('beyond the limit of a channel wait and go together, life safety goes at once', async () => {
    await open(TOGETHER.replaceAll(', group: 30s', ''), {
      alarms: CLASSES,
      channels: `
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/chat", limit: { count: 1, per: 1m } }`,
    })
    await scene.read('T-1', 25)
    await scene.pass(100)
    await scene.read('T-2', 25)
    await scene.pass(100)
    await scene.read('T-1', 1)
    await scene.pass(100)
    await scene.read('T-1', 25)
    await scene.pass(100)
    expect(scene.sender.letters).toEqual(['raised chat group'])
    await scene.read('T-3', 45)
    await scene.pass(1_000)
    expect(scene.sender.sent.at(-1)?.facts[0]?.alarm.id).toBe('T-3.HH')
    await scene.pass(65_000)
    expect(scene.sender.letters.slice(2)).toEqual(['raised chat group x2'])
  })
})

describe('the record', () => {
  test('has who was told in the journal of the alarm, an entry for a step', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(2_000)
    expect(await scene.events('T-1.H')).toEqual(['raised', 'notified'])
    const [entry] = await scene.states.journal({ facility: 'plant', alarm: 'T-1.H', limit: 1 })
    expect(entry?.notice).toMatchObject({
      occurrence: 'T-1.H#1',
      cause: 'raised',
      policy: 'all',
      step: 1,
      told: [
        { channel: 'mail', to: 'li', state: 'sent', receipt: 'taken' },
        { channel: 'mail', to: 'wang', state: 'sent', receipt: 'taken' },
      ],
    })
    expect(entry?.alarm).toMatchObject({ state: 'UNACK', occurrence: 'T-1.H#1' })
  })

  test('has the legs of the way', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(40)
    await scene.act('acknowledge', 'T-1.H')
    const { legs } = scene.desk.path(['plant'])
    expect(legs.map(({ leg, count }) => [leg, count])).toEqual([
      ['evaluated', 1],
      ['journalled', 1],
      ['sent', 1],
      ['acknowledged', 1],
    ])
  })

  test('of a test says so, and reaches who asks', async () => {
    await open(ESCALATING)
    await scene.desk.test('plant', 'mail', 'wang')
    await scene.desk.test('plant', 'chat', 'wang')
    await scene.pass(100)
    expect(scene.sender.letters).toEqual(['test mail wang', 'test chat group'])
    await expect(scene.desk.test('plant', 'mail', 'nobody')).rejects.toMatchObject({
      code: 'RECEIVER_UNREACHED',
    })
    await expect(scene.desk.test('plant', 'fax', 'wang')).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' })
  })
})

describe('another facility file', () => {
  test('takes a channel away: what waited for it is dropped, and says so', async () => {
    await open(`
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [spare] } ] }`)
    scene.sender.faults.set('spare', 'CHANNEL_UNREACHABLE')
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    scene.facility = toldFacility(
      `
    - { id: all, match: { areas: [yard] }, steps: [ { to: [operators], by: [chat] } ] }`,
      {
        channels: `
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/chat" }`,
      },
    )
    await scene.pass(1_000)
    const [notice] = await scene.notices()
    expect(notice).toMatchObject({ state: 'dropped', why: 'no-channel' })
  })

  test('takes a policy away: what stands is told by the one that there is now', async () => {
    await open(ESCALATING)
    await scene.read('T-1', 25)
    await scene.pass(1_000)
    scene.facility = toldFacility(`
    - { id: other, steps: [ { to: [oncall], by: [mail] } ] }`)
    await scene.pass(121_000)
    expect(scene.sender.letters.slice(2)).toEqual(['raised mail chen'])
  })
})

test('a stepped clock neither hurries nor delays anybody', async () => {
  await open(ESCALATING)
  await scene.read('T-1', 25)
  await scene.pass(60_000)
  scene.step(3_600_000)
  await scene.pass(1_000)
  expect(scene.sender.letters).toHaveLength(2)
  scene.step(-7_200_000)
  await scene.pass(60_500)
  expect(scene.sender.letters.slice(2)).toEqual(['escalated mail chen'])
})
