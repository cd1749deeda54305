import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmService } from '../../../alerting/alarm-service.ts'
import type { JournalItem, Problem } from '../../../contracts/api.ts'
import { SteadyClock, systemClock } from '../../../contracts/clock.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { absentFacility } from '../absent-ports.ts'
import { evidenceBatch, smallFacility } from '../alarm-fixtures.ts'
import { DirectStates } from '../direct-states.ts'
import { CONTROL_ROOM, PASSWORD, PeopleScene } from './people-scene.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2, class: tank } }',
  'classes: { tank: { shelving: two-person, bypass: two-person } }',
)
const ALARM = '/api/v1/facilities/plant/alarms/T-1.H'

let scene: PeopleScene
let service: AlarmService
let states: DirectStates
let operator: { cookie: string }
let engineer: { cookie: string }

beforeEach(async () => {
  states = new DirectStates(temporaryFolder())
  service = await AlarmService.start({
    facility,
    states,
    clock: new SteadyClock(systemClock),
    tell: () => undefined,
    logger: silentLogger,
  })
  scene = await PeopleScene.open({
    facilities: [{ ...absentFacility(facility), alarms: service }],
    ports: { states },
  })
  await scene.enter('li', 'operator')
  await scene.enter('wang', 'operator')
  await scene.enter('zhao', 'engineer')
  await scene.enter('look', 'viewer')
  await scene.enter('away', 'engineer', [])
  operator = await scene.signIn('li')
  engineer = await scene.signIn('zhao')
  const time = systemClock.wall()
  await service.evaluate(
    evidenceBatch({ readings: [{ sensor: 'T-1', time, value: 30, quality: 'good' as const }] }),
    0,
  )
})
afterEach(async () => {
  await scene.close()
  await service.stop()
  await states.close()
})

const shelve = (body: object) =>
  scene.refusal(`${ALARM}/shelve`, { body: { reason: 'work', for: '1h', ...body }, as: operator })
const journal = async () => {
  const response = await scene.ask('/api/v1/journal', { as: operator })
  return (response.json() as { items: JournalItem[] }).items
}

describe('an action stands under who is signed in', () => {
  test('with where they are', async () => {
    const done = await scene.ask(`${ALARM}/acknowledge`, { body: { occurrence: 'T-1.H#1' }, as: operator })
    expect(done.json()).toMatchObject({ acknowledgedBy: 'li' })
    expect((await journal())[0]).toMatchObject({ event: 'acknowledged', by: 'li', address: CONTROL_ROOM })
    expect((await journal()).find(({ event }) => event === 'raised')).not.toHaveProperty('address')
  })

  test('and under no other name that the body says', async () => {
    const body = { occurrence: 'T-1.H#1', by: 'wang' }
    expect(await scene.refusal(`${ALARM}/acknowledge`, { body, as: operator })).toEqual([403, 'NOT_OWN_NAME'])
    const many = { items: [{ facility: 'plant', alarm: 'T-1.H', occurrence: 'T-1.H#1' }], by: 'wang' }
    expect(await scene.refusal('/api/v1/alarms/acknowledge', { body: many, as: operator })).toEqual([
      403,
      'NOT_OWN_NAME',
    ])
    const own = { ...body, by: 'li' }
    expect(await scene.refusal(`${ALARM}/acknowledge`, { body: own, as: operator })).toBeUndefined()
  })

  test('many at once, of facilities of theirs alone', async () => {
    const item = { facility: 'plant', alarm: 'T-1.H', occurrence: 'T-1.H#1' }
    await scene.enter('guest', 'operator', [])
    const as = await scene.signIn('guest')
    const refused = await scene.ask('/api/v1/alarms/acknowledge', { body: { items: [item] }, as })
    expect(refused.json()).toMatchObject({
      items: [{ ok: false, problem: { code: 'OUT_OF_SCOPE' }, state: null }],
    })
    const done = await scene.ask('/api/v1/alarms/acknowledge', { body: { items: [item] }, as: operator })
    expect(done.json()).toMatchObject({ items: [{ ok: true, state: { acknowledgedBy: 'li' } }] })
  })

  test('of a machine: under its token', async () => {
    const { secret } = await scene.people.tokens.make(
      { name: 'panel', role: 'operator', facilities: ['plant'], forMs: 86_400_000 },
      {
        name: 'zhao',
        fullName: '',
        kind: 'person',
        role: 'admin',
        facilities: null,
        isLocked: false,
        credential: null,
        address: null,
      },
    )
    const as = { authorization: `Bearer ${secret}` }
    await scene.ask(`${ALARM}/acknowledge`, { body: { occurrence: 'T-1.H#1' }, as })
    expect((await journal())[0]).toMatchObject({ by: 'token:panel', address: CONTROL_ROOM })
  })
})

describe('the second person', () => {
  test('types their own password, and stands in the journal', async () => {
    expect(await shelve({ approvedBy: 'WANG', approverPassword: PASSWORD })).toBeUndefined()
    const [last] = await journal()
    expect(last?.alarm.shelved).toMatchObject({ by: 'li', approvedBy: 'wang' })
    expect(JSON.stringify(await journal())).not.toContain(PASSWORD)
    expect((await scene.audit()).at(-1)).toMatchObject({ kind: 'approved', by: 'li', subject: 'wang' })
  })

  test.each([
    ['is missing', {}, 'SECOND_PERSON_REQUIRED'],
    ['proves nothing', { approvedBy: 'wang' }, 'APPROVAL_UNPROVEN'],
    ['has another password', { approvedBy: 'wang', approverPassword: 'guess' }, 'APPROVAL_REFUSED'],
    ['is nobody', { approvedBy: 'nobody', approverPassword: PASSWORD }, 'APPROVAL_REFUSED'],
    ['may not do it either', { approvedBy: 'look', approverPassword: PASSWORD }, 'APPROVAL_REFUSED'],
    [
      'has nothing to do with the facility',
      { approvedBy: 'away', approverPassword: PASSWORD },
      'APPROVAL_REFUSED',
    ],
    ['is the first', { approvedBy: 'li', approverPassword: PASSWORD }, 'SECOND_PERSON_REQUIRED'],
  ])('%s', async (_what, body, code) => {
    expect(await shelve(body)).toEqual([403, code])
    expect(service.view('T-1.H')?.state).toBe('UNACK')
  })

  test('is no way around the wait for wrong passwords', async () => {
    const guess = (n: number) => shelve({ approvedBy: 'wang', approverPassword: `guess ${n}` })
    const answers = []
    for (let n = 0; n < 7; n += 1) answers.push((await guess(n))?.[1])
    expect(answers.slice(-2)).toEqual(['SIGN_IN_WAIT', 'SIGN_IN_WAIT'])
  })

  test('of a change of settings, and of a test', async () => {
    const approved = { reason: 'measured', approvedBy: 'zhao', approverPassword: PASSWORD }
    const settings = { revision: 0, changes: { limit: 25 }, ...approved }
    expect(await scene.refusal(`${ALARM}/settings`, { body: settings, as: engineer })).toEqual([
      403,
      'SECOND_PERSON_REQUIRED',
    ])
    await scene.enter('qian', 'engineer')
    const body = { ...settings, approvedBy: 'qian' }
    const changed = await scene.ask(`${ALARM}/settings`, { body, as: engineer })
    expect(changed.json()).toMatchObject({ history: [{ by: 'zhao', approvedBy: 'qian' }] })
    expect((await journal())[0]).toMatchObject({ event: 'changed', by: 'zhao', address: CONTROL_ROOM })
    const order = { kind: 'bump', sensors: ['T-1'], for: '10m', ...approved, approvedBy: 'qian' }
    const started = await scene.ask('/api/v1/facilities/plant/tests', { body: order, as: engineer })
    expect(started.json()).toMatchObject({ by: 'zhao', approvedBy: 'qian' })
    // Who brings alarms back need be no engineer.
    const ended = await scene.ask('/api/v1/facilities/plant/tests/1/end', { body: {}, as: operator })
    expect((ended.json() as Problem).code).toBeUndefined()
    expect((await journal())[0]).toMatchObject({ by: 'li', address: CONTROL_ROOM })
  })
})
