import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Roster } from '../../../alerting/roster/roster.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { absentFacility, testApi } from '../absent-ports.ts'
import { emptyPlant, PeopleScene, START } from '../people/people-scene.ts'
import { plantText } from './roster-scene.ts'

const DAY = 86_400_000
const BASE = '/api/v1/facilities/plant'
const iso = (ms: number) => new Date(ms).toISOString()

let scene: PeopleScene
let roster: Roster

beforeAll(async () => {
  const facility = parseFacility(plantText(), 'plant.yaml')
  const port = absentFacility(facility)
  scene = await PeopleScene.open({ facilities: [port, emptyPlant('other')] })
  roster = await Roster.open({
    facility: () => facility,
    states: scene.states,
    people: scene.people,
    now: () => scene.time.now,
    logger: silentLogger,
  })
  port.roster = roster
  await scene.enter('li.wei', 'operator')
  await scene.enter('wang.fang', 'viewer')
  await scene.enter('chen.jun', 'engineer', ['plant'])
  await scene.enter('elsewhere', 'operator', ['other'])
})
afterAll(() => scene.close())

function order(person: string, given: object = {}) {
  return { person, from: iso(START + DAY), to: iso(START + 2 * DAY), reason: 'leave', ...given }
}

async function json<T>(url: string, name: string): Promise<T> {
  const response = await scene.ask(url, { as: await scene.signIn(name) })
  expect(response.statusCode, response.body).toBe(200)
  return response.json() as T
}

describe('absences', () => {
  it('are entered by operators for themselves, by engineers for anybody, and signed', async () => {
    const as = await scene.signIn('li.wei')
    expect(await scene.refusal(`${BASE}/absences`, { as, body: order('boss') })).toEqual([
      403,
      'ABSENCE_NOT_OWN',
    ])
    expect(await scene.refusal(`${BASE}/absences`, { as, body: order('li.wei', { by: 'boss' }) })).toEqual([
      403,
      'NOT_OWN_NAME',
    ])
    const entered = await scene.ask(`${BASE}/absences`, { as, body: order('li.wei', { substitute: 'boss' }) })
    expect(entered.json()).toMatchObject({ id: '1', person: 'li.wei', substitute: 'boss', by: 'li.wei' })
    const engineer = await scene.signIn('chen.jun')
    const other = await scene.ask(`${BASE}/absences`, { as: engineer, body: order('wang.fang') })
    expect(other.json()).toMatchObject({ id: '2', by: 'chen.jun' })
    expect(await json(`${BASE}/absences`, 'wang.fang')).toMatchObject({ items: [{ id: '1' }, { id: '2' }] })

    const remove = (id: string, who: Record<string, string>) =>
      scene.refusal(`${BASE}/absences/${id}`, { method: 'DELETE', as: who })
    expect(await remove('2', as)).toEqual([403, 'ABSENCE_NOT_OWN'])
    expect(await remove('2', engineer)).toBeUndefined()
    expect(await remove('2', engineer)).toEqual([404, 'ABSENCE_UNKNOWN'])
    expect(await scene.states.kept('plant', 'roster')).toContain('"person":"li.wei"')
    const told = (await scene.audit()).filter(({ kind }) => kind.startsWith('absence-'))
    expect(told).toMatchObject([
      { kind: 'absence-entered', by: 'li.wei', address: '10.0.0.5', subject: 'li.wei' },
      { kind: 'absence-entered', by: 'chen.jun', subject: 'wang.fang' },
      { kind: 'absence-removed', by: 'chen.jun', subject: 'wang.fang' },
    ])
  })

  it.each([
    [{ from: 'tomorrow' }, 400, 'REQUEST_INVALID'],
    [{ reason: '' }, 400, 'REQUEST_INVALID'],
    [{ more: 1 }, 400, 'REQUEST_INVALID'],
    [{ to: iso(START - DAY) }, 422, 'ABSENCE_INVALID'],
    [{ to: '999999999999999' }, 422, 'ABSENCE_INVALID'],
    [{ substitute: 'nobody' }, 404, 'RESPONDER_UNKNOWN'],
  ])('are refused with %j', async (given, status, code) => {
    const as = await scene.signIn('chen.jun')
    const refused = await scene.refusal(`${BASE}/absences`, { as, body: order('wang.fang', given) })
    expect(refused).toEqual([status, code])
  })
})

describe('the roster', () => {
  it('is that of a moment, of the facilities in scope', async () => {
    const { items } = await json<{ items: { duty: string; now: { persons: object[] } }[] }>(
      `/api/v1/roster?at=${START + DAY + 1}`,
      'chen.jun',
    )
    expect(items.map(({ duty }) => duty)).toEqual(['operators', 'engineers', 'managers', 'spare'])
    // 29 November, a day before the start of the cycle, 16:00: team A, and li.wei is absent.
    expect(items[0]?.now.persons).toEqual([
      { id: 'boss', name: 'BOSS', substituteFor: 'li.wei', reachable: false },
    ])
    expect(await json('/api/v1/roster', 'elsewhere')).toEqual({ items: [] })
    expect(
      await json('/api/v1/roster?facility=plant&at=2020-02-29T10:00:00%2B08:00', 'li.wei'),
    ).toMatchObject({
      items: [{ now: { team: 'A' } }, {}, {}, {}],
    })
  })

  it('is listed for a window', async () => {
    const window = `from=${iso(START)}&to=${iso(START + DAY)}`
    const { items } = await json<{ items: { team: string }[] }>(
      `${BASE}/roster?duty=operators&${window}`,
      'wang.fang',
    )
    expect(items.map(({ team }) => team)).toEqual(['A', 'B', 'A'])
    const usual = await json<{ items: { to: string }[] }>(`${BASE}/roster?duty=managers`, 'wang.fang')
    expect(Date.parse(usual.items.at(-1)?.to ?? '')).toBe(START + 28 * DAY)
  })

  it.each([
    [`${BASE}/roster`, 400, 'REQUEST_INVALID'],
    [`${BASE}/roster?duty=nonsense`, 404, 'DUTY_UNKNOWN'],
    [
      `${BASE}/roster?duty=operators&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z`,
      400,
      'REQUEST_INVALID',
    ],
    [`${BASE}/roster?duty=operators&from=${START}&to=${START + 400 * DAY + 1}`, 400, 'REQUEST_INVALID'],
    [`${BASE}/roster?duty=operators&to=999999999999999`, 400, 'REQUEST_INVALID'],
    ['/api/v1/roster?at=0001-01-01T00:00:00Z', 400, 'REQUEST_INVALID'],
    ['/api/v1/roster?at=yesterday', 400, 'REQUEST_INVALID'],
    [`${BASE}/handovers?duty=nonsense`, 404, 'DUTY_UNKNOWN'],
    ['/api/v1/roster?facility=nonsense', 404, 'FACILITY_UNKNOWN'],
  ])('is refused: %s', async (url, status, code) => {
    expect(await scene.refusal(url, { as: await scene.signIn('li.wei') })).toEqual([status, code])
  })
})

describe('hand-over notes', () => {
  it('are written by operators, signed, and read newest first', async () => {
    const as = await scene.signIn('li.wei')
    for (const text of ['P-101 A is warm', 'Tank 3 is full'])
      await scene.ask(`${BASE}/handovers`, { as, body: { duty: 'operators', text } })
    expect(await json(`${BASE}/handovers?duty=operators`, 'wang.fang')).toMatchObject({
      items: [
        { by: 'li.wei', text: 'Tank 3 is full' },
        { by: 'li.wei', text: 'P-101 A is warm' },
      ],
    })
    expect(await json(`${BASE}/handovers?duty=engineers`, 'wang.fang')).toEqual({ items: [] })
    const told = (await scene.audit()).filter(({ kind }) => kind === 'handover')
    expect(told).toMatchObject([{ detail: 'plant: P-101 A is warm' }, { detail: 'plant: Tank 3 is full' }])
    expect(await scene.refusal(`${BASE}/handovers`, { as, body: { duty: 'operators', text: '' } })).toEqual([
      400,
      'REQUEST_INVALID',
    ])
  })
})

it('without sign-in it is under the name that is given, and no audit record tells of it', async () => {
  const facility = parseFacility(plantText(), 'plant.yaml')
  const port = absentFacility(facility)
  port.roster = await Roster.open({
    facility: () => facility,
    states: { kept: async () => undefined, keep: async () => undefined },
    people: undefined,
    now: () => START,
    logger: silentLogger,
  })
  const api = await testApi([port], { now: () => START })
  const response = await api.inject({
    method: 'POST',
    url: `${BASE}/absences`,
    headers: { host: '127.0.0.1:8080' },
    payload: order('boss', { by: 'li.wei' }),
  })
  expect(response.json()).toMatchObject({ person: 'boss', by: 'li.wei' })
  await api.close()
})
