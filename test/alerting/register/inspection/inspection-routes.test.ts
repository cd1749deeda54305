import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { absentPart } from '../../../../alerting/api/absent.ts'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { emptyPlant, PeopleScene } from '../../people/people-scene.ts'
import { SAMPLES } from '../attachment/sample-files.ts'
import { InspectionScene } from './inspection-scene.ts'

let inspections: InspectionScene & AsyncDisposable
let scene: PeopleScene

beforeEach(async () => {
  inspections = await InspectionScene.open(() =>
    openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger }),
  )
  const { desk, plans } = inspections
  scene = await PeopleScene.open({
    facilities: [emptyPlant('plant'), emptyPlant('other')],
    time: inspections.time,
    ports: { register: { ...absentPart(), inspections: desk, inspectionPlans: plans } },
  })
  await scene.enter('li', 'operator')
  await scene.enter('eve', 'operator', ['other'])
  await scene.enter('viewer', 'viewer')
})
afterEach(async () => {
  await scene.close()
  await inspections[Symbol.asyncDispose]()
})

const png = SAMPLES['valve.png']?.content ?? Buffer.from('')

async function ask(url: string, body?: object, name = 'li') {
  const response = await scene.ask(url, { as: await scene.signIn(name), ...(body && { body }) })
  return { status: response.statusCode, body: response.json() as Record<string, unknown>, response }
}

describe('inspections by the API', () => {
  it('are seen, started, answered with a photo, and finished under the name of who is signed in', async () => {
    const listed = await ask('/api/v1/inspections?facility=plant&due=false')
    expect(listed.body).toMatchObject({
      items: [{ id: 'patrol', state: 'done' }, { id: 'weekly' }, { id: 'yard' }],
    })
    const started = await ask('/api/v1/facilities/plant/rounds', { plan: 'patrol', id: 'phone-1-round' })
    expect(started).toMatchObject({ status: 200, body: { number: 1, startedBy: 'li', state: 'running' } })
    const answers = [
      { id: 'answer-1', item: 'leaks', result: 'finding', note: 'Drips', grade: 'major', title: 'Leak' },
      { id: 'answer-2', item: 'fence', result: 'ok', time: '2026-11-29T08:00:00+08:00' },
    ]
    for (let n = 0; n < 2; n += 1)
      expect(await ask('/api/v1/rounds/1/answers', { answers })).toMatchObject({
        body: { answered: 2, findings: 1, version: 2 },
      })
    expect(await inspections.hazards()).toMatchObject([{ title: 'Leak', grade: 'major' }])
    const content = png.toString('base64')
    expect(
      await ask('/api/v1/rounds/1/attachments', { name: 'fence.png', content, item: 'fence' }),
    ).toMatchObject({
      body: { id: 1, name: 'fence.png', type: 'image/png', by: 'li' },
    })
    const file = await scene.ask('/api/v1/rounds/1/attachments/1', { as: await scene.signIn('viewer') })
    expect(file.rawPayload.equals(png)).toBe(true)
    expect(file.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
    const finished = await ask('/api/v1/rounds/1/finish', { version: 3 })
    expect(finished.body).toMatchObject({
      state: 'finished',
      endedBy: 'li',
      ended: '2026-11-29T08:00:00+08:00',
    })
    expect((await ask('/api/v1/rounds?plan=patrol&state=finished&limit=1')).body).toMatchObject({
      items: [{ number: 1, findings: 1 }],
    })
    expect((await ask('/api/v1/rounds/1', undefined, 'viewer')).body.history).toHaveLength(4)
  })

  it('show the sources of a facility with grade and people', async () => {
    const { body } = await ask('/api/v1/facilities/plant/responsibility', undefined, 'viewer')
    expect(body).toMatchObject({
      items: [
        { source: 'tanks', S: 6, R: 28, grade: 3, people: [{ id: 'wang' }, { id: 'zhao' }, { id: 'chen' }] },
      ],
    })
  })

  it.each([
    ['another name', '/api/v1/facilities/plant/rounds', { plan: 'patrol', by: 'wang' }, 'NOT_OWN_NAME'],
    ['no plan of that name', '/api/v1/facilities/plant/rounds', { plan: 'roof' }, 'INSPECTION_UNKNOWN'],
    ['a plan of others', '/api/v1/facilities/plant/rounds', { plan: 'weekly' }, 'INSPECTION_NOT_YOURS'],
    [
      'an unknown key',
      '/api/v1/facilities/plant/rounds',
      { plan: 'patrol', area: 'north' },
      'REQUEST_INVALID',
    ],
    ['no such round', '/api/v1/rounds/9/finish', { version: 1 }, 'ROUND_UNKNOWN'],
    ['no reason', '/api/v1/rounds/9/abandon', { version: 1, reason: '' }, 'REQUEST_INVALID'],
    ['no answers', '/api/v1/rounds/9/answers', { answers: [] }, 'REQUEST_INVALID'],
  ])('refuse %s', async (_what, url, body, code) => {
    expect((await ask(url, body)).body).toMatchObject({ code })
  })

  it('of another facility are neither seen nor changed', async () => {
    await ask('/api/v1/facilities/plant/rounds', { plan: 'patrol' })
    expect((await ask('/api/v1/rounds', undefined, 'eve')).body).toEqual({ items: [] })
    expect((await ask('/api/v1/inspections', undefined, 'eve')).body).toEqual({ items: [] })
    for (const url of [
      '/api/v1/rounds/1',
      '/api/v1/rounds?facility=plant',
      '/api/v1/inspections?facility=plant',
    ])
      expect((await ask(url, undefined, 'eve')).body).toMatchObject({ code: 'OUT_OF_SCOPE' })
    const abandoned = await ask('/api/v1/rounds/1/abandon', { version: 1, reason: 'mine' }, 'eve')
    expect(abandoned.body).toMatchObject({ code: 'OUT_OF_SCOPE' })
    expect((await ask('/api/v1/rounds/1/abandon', { version: 1, reason: 'rain' })).body).toMatchObject({
      state: 'abandoned',
      reason: 'rain',
    })
  })

  it('come page by page', async () => {
    for (let version = 1; version <= 3; version += 1) {
      await ask('/api/v1/facilities/plant/rounds', { plan: 'patrol' })
      await ask(`/api/v1/rounds/${version}/abandon`, { version: 1, reason: 'rain' })
    }
    const { body } = await ask('/api/v1/rounds?limit=2')
    expect(body).toMatchObject({ items: [{ number: 3 }, { number: 2 }], next: '2' })
    expect((await ask('/api/v1/rounds?limit=2&before=2')).body).toMatchObject({ items: [{ number: 1 }] })
  })
})
