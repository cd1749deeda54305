import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AnswerLinks } from '../../../alerting/notify/answer-link.ts'
import { DEMO, type Principal } from '../../../alerting/people/person.ts'
import { NotifyScene, toldFacility } from './notify-scene.ts'

const POLICY = `
    - id: all
      steps: [ { to: [operators], by: [mail, chat] } ]`
const HOUR = 3_600_000

const person = (name: string): Principal => ({
  ...DEMO,
  name,
  kind: 'person',
  role: 'operator',
  credential: 'hash',
  address: '192.0.2.7',
})

let scene: NotifyScene

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-29T00:00:00Z') })
  scene = await NotifyScene.open(toldFacility(POLICY))
})
afterEach(async () => {
  await scene.close()
  vi.useRealTimers()
})

/** The code that was sent to somebody last. */
function codeOf(to: string): string {
  const mails = scene.sender.sent.filter((sent) => sent.channel === 'mail' && sent.to[0]?.id === to)
  const [, code = ''] = mails.at(-1)?.facts[0]?.answerUrl?.split('#/answer/') ?? []
  return code
}

async function raised(): Promise<string> {
  await scene.read('T-1', 25)
  await scene.pass(100)
  return codeOf('li')
}

describe('a link from a message', () => {
  test('shows its alarm to whoever has it, and acknowledges nothing by that', async () => {
    const code = await raised()
    for (let n = 0; n < 3; n += 1)
      expect(await scene.answers.look(code)).toMatchObject({
        facility: 'plant',
        to: 'li',
        until: '2026-11-30T08:00:00+08:00',
        isCurrent: true,
        alarm: { id: 'T-1.H', state: 'UNACK', value: 25 },
      })
    expect(scene.alarms.view('T-1.H')?.state).toBe('UNACK')
  })

  test('acknowledges under the name of who is signed in, from where they are, and tells nobody further', async () => {
    const code = await raised()
    expect(await scene.answers.answer(code, person('li'), 'on my way')).toMatchObject({
      state: 'ACKED',
      acknowledgedBy: 'li',
      comment: 'on my way',
    })
    const items = await scene.states.journal({ facility: 'plant', alarm: 'T-1.H', limit: 10 })
    expect(items.find(({ event }) => event === 'acknowledged')).toMatchObject({
      by: 'li',
      address: '192.0.2.7',
    })
    const { items: notices } = await scene.desk.list({ facilities: ['plant'], alarm: 'T-1.H', limit: 10 })
    expect(notices.find(({ to }) => to === 'li')?.answered).toMatchObject({ by: 'li' })
    expect(notices.find(({ to }) => to === 'wang')?.answered).toBeNull()
  })

  test('is good once, also after a start', async () => {
    const code = await raised()
    const [first, second] = await Promise.allSettled([
      scene.answers.answer(code, person('li'), undefined),
      scene.answers.answer(code, person('li'), undefined),
    ])
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(scene.answers.look(code)).rejects.toMatchObject({ code: 'ANSWER_USED' })
    scene = await scene.kill()
    await expect(scene.answers.look(code)).rejects.toMatchObject({ code: 'ANSWER_USED' })
  })

  test('is for whom it was sent to, however the name is typed', async () => {
    const code = await raised()
    await expect(scene.answers.answer(code, person('wang'), undefined)).rejects.toMatchObject({
      code: 'ANSWER_NOT_YOURS',
    })
    expect(await scene.answers.answer(code, person('LI'), undefined)).toMatchObject({ state: 'ACKED' })
  })

  test('is as good as before when the acknowledgement is refused', async () => {
    const code = await raised()
    await scene.act('acknowledge', 'T-1.H', 'wang')
    for (let n = 0; n < 2; n += 1)
      await expect(scene.answers.answer(code, person('li'), undefined)).rejects.toMatchObject({
        code: 'ALREADY_ACKNOWLEDGED',
      })
  })

  test('acknowledges its own occurrence, never a later one', async () => {
    const code = await raised()
    await scene.read('T-1', 1)
    await scene.read('T-1', 25)
    await scene.pass(100)
    expect(await scene.answers.look(code)).toMatchObject({ isCurrent: false })
    await expect(scene.answers.answer(code, person('li'), undefined)).rejects.toMatchObject({
      code: 'OCCURRENCE_PAST',
    })
    expect(scene.alarms.view('T-1.H')?.state).toBe('UNACK')
  })

  test('ends after its time', async () => {
    const code = await raised()
    scene.step(24 * HOUR)
    await expect(scene.answers.look(code)).rejects.toMatchObject({ code: 'ANSWER_ENDED' })
    await expect(scene.answers.answer(code, person('li'), undefined)).rejects.toMatchObject({
      code: 'ANSWER_ENDED',
    })
  })

  test('that was changed in any way is none', async () => {
    const code = await raised()
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: code.length - 1 }),
        fc.constantFrom(...'ABCabc019-_.%\n'),
        async (at, letter) => {
          const forged = `${code.slice(0, at)}${letter}${code.slice(at + 1)}`
          fc.pre(forged !== code)
          await expect(scene.answers.look(forged)).rejects.toMatchObject({ code: 'ANSWER_INVALID' })
        },
      ),
    )
    const foreign = new AnswerLinks('another key').code('a'.repeat(22), scene.now() + HOUR)
    await expect(scene.answers.look(foreign)).rejects.toMatchObject({ code: 'ANSWER_INVALID' })
    const unknown = scene.links.code('a'.repeat(22), scene.now() + HOUR)
    await expect(scene.answers.look(unknown)).rejects.toMatchObject({ code: 'ANSWER_INVALID' })
  })

  test('goes to one person only, never to a group', async () => {
    await raised()
    const ofGroup = scene.sender.sent.filter(({ channel }) => channel === 'chat')
    expect(ofGroup).toHaveLength(1)
    expect(ofGroup[0]?.facts[0]).not.toHaveProperty('answerUrl')
    expect(ofGroup[0]?.facts[0]?.alarmUrl).toBeDefined()
  })
})

test('codes are read as they were made', () => {
  const links = new AnswerLinks('key')
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      fc.integer({ min: 1_000, max: 8_000_000_000_000 }),
      (notice, until) => {
        const code = links.code(notice, until)
        const seconds = Math.floor(until / 1_000) * 1_000
        expect(links.read(code, seconds - 1)).toEqual({ notice, until: seconds })
        expect(() => links.read(code, seconds)).toThrow(expect.objectContaining({ code: 'ANSWER_ENDED' }))
      },
    ),
  )
})
