import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { absentPart } from '../../../../alerting/api/absent.ts'
import type { ApiPorts } from '../../../../alerting/api/ports.ts'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import type {
  IncidentDetail,
  IncidentView,
  PlanView,
  ResponseFigures,
  StockView,
  TeamView,
} from '../../../../contracts/register/incident-api.ts'
import { absentFacility } from '../../absent-ports.ts'
import { PeopleScene, plantFile } from '../../people/people-scene.ts'
import { IncidentScene, MINUTE } from './incident-scene.ts'

let scene: IncidentScene
let server: PeopleScene
/** Cookies. Key: name of the person. */
const who: Record<string, Record<string, string>> = {}

beforeAll(async () => {
  scene = await IncidentScene.open(() =>
    openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger }),
  )
  const { incidents, response } = scene
  const register = { ...absentPart<ApiPorts['register']>(), incidents, response }
  const facilities = [absentFacility(scene.place.facility), absentFacility(plantFile('other'))]
  server = await PeopleScene.open({ facilities, time: scene.time, ports: { register } })
  const people = [
    ['vera', 'viewer'],
    ['otto', 'operator'],
    ['eve', 'engineer'],
    ['elsewhere', 'admin'],
  ] as const
  for (const [name, role] of people)
    await (name === 'elsewhere' ? server.enter(name, role, ['other']) : server.enter(name, role))
  for (const [name] of people) who[name] = await server.signIn(name)
})
afterAll(async () => {
  await server.close()
  await scene[Symbol.asyncDispose]()
})

async function ask<T>(name: string, path: string, body?: object): Promise<T & { code?: string }> {
  const as = who[name] ?? {}
  const response = await server.ask(`/api/v1${path}`, body === undefined ? { as } : { as, body })
  return response.json() as T & { code?: string }
}

describe('an incident through the API', () => {
  let number = 0

  it('is opened of an alarm by an operator, and takes its plan', async () => {
    scene.raise('CL-1.HH', 1, { isHeard: false })
    const given = { facility: 'plant', level: 2, alarms: [{ alarm: 'CL-1.HH' }] }
    expect((await ask('vera', '/incidents', given)).code).toBe('ROLE_REQUIRED')
    expect((await ask('elsewhere', '/incidents', given)).code).toBe('OUT_OF_SCOPE')
    const view = await ask<IncidentView>('otto', '/incidents', given)
    expect(view).toMatchObject({ plan: 'leak-chlorine', openedBy: 'otto', status: 'open', version: 1 })
    number = view.number
    const { items } = await ask<{ items: PlanView[] }>('vera', '/plans?facility=plant')
    expect(items.map(({ id, calledFor, teams }) => [id, calledFor, teams])).toEqual([
      ['leak-chlorine', ['CL-1.HH'], ['gate', 'brigade']],
      ['gas', [], []],
      ['own', [], []],
    ])
  })

  it('has teams, stock, notes and links entered with it', async () => {
    scene.time.now += 5 * MINUTE
    const enter = (path: string, body: object) =>
      ask<IncidentView>('otto', `/incidents/${number}/${path}`, body)
    expect((await enter('teams', { team: 'gate', event: 'arrived' })).code).toBe('TEAM_ELSEWHERE')
    await enter('teams', { team: 'gate', event: 'dispatched', time: scene.at(1) })
    expect(await enter('teams', { team: 'gate', event: 'arrived', time: scene.at(4) })).toMatchObject({
      status: 'responding',
      clocks: [{ state: 'met' }, { state: 'running' }, { state: 'running' }],
    })
    expect((await enter('teams', { team: 'gate', event: 'released', time: 'noon' })).code).toBe(
      'REQUEST_INVALID',
    )
    expect((await enter('stock', { item: 'masks', quantity: 2 })).code).toBe('STOCK_SHORT')
    expect((await enter('stock', { item: 'masks', quantity: 0.0001 })).code).toBe('REQUEST_INVALID')
    const stock = await ask<StockView>('otto', '/facilities/plant/stock/masks', {
      change: 6,
      reason: 'counted',
    })
    expect(stock).toMatchObject({ id: 'masks', quantity: 6, isShort: false })
    await enter('stock', { item: 'masks', quantity: 2 })
    await enter('steps/evacuate', {})
    await enter('log', { text: 'Two coughing', casualties: { dead: 0, injured: 2, missing: 0 } })
    await enter('links', { hazard: { title: 'Valve', description: 'Packing leaks' } })
    const image =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    await enter('attachments', { name: 'valve.png', content: image })
    const detail = await ask<IncidentDetail>('vera', `/incidents/${number}`)
    expect(detail).toMatchObject({
      stock: [{ item: 'masks', quantity: 2 }],
      hazards: [expect.any(Number)],
      attachments: [{ name: 'valve.png', type: 'image/png', by: 'otto' }],
      actions: [],
    })
    expect(detail.checklist[0]).toMatchObject({ step: 'evacuate', done: { by: 'otto' } })
    expect(detail.history.map(({ event }) => event)).toEqual([
      'opened',
      'respond',
      'team-dispatched',
      'team-arrived',
      'stock-taken',
      'step-done',
      'note',
      'linked',
      'attachment',
    ])
    const { id } = detail.attachments[0] ?? { id: 0 }
    const file = await server.ask(`/api/v1/incidents/${number}/attachments/${id}`, { as: who.vera ?? {} })
    expect(file.rawPayload.toString('base64')).toBe(image)
    const teams = await ask<{ items: TeamView[] }>('vera', '/teams')
    expect(teams.items.map(({ id: team, busy }) => [team, busy?.incident ?? null])).toContainEqual([
      'gate',
      number,
    ])
  })

  it('is closed by an engineer who did not command it', async () => {
    const act = async (name: string, given: object) => {
      const { version } = await ask<IncidentView>('vera', `/incidents/${number}`)
      return ask<IncidentView>(name, `/incidents/${number}/transitions`, { version, ...given })
    }
    expect((await act('otto', { action: 'command', commander: 'otto', by: 'eve' })).code).toBe('NOT_OWN_NAME')
    await act('otto', { action: 'command', commander: 'otto' })
    await act('otto', { action: 'contain' })
    expect((await act('otto', { action: 'contain', version: 1 })).code).toBe('INCIDENT_CHANGED')
    expect((await act('otto', { action: 'close', review: 'ok' })).code).toBe('INCIDENT_ROLE_REQUIRED')
    expect((await act('eve', { action: 'close' })).code).toBe('INCIDENT_INCOMPLETE')
    expect(await act('eve', { action: 'close', review: 'Change the packing.' })).toMatchObject({
      status: 'closed',
    })
    expect((await act('eve', { action: 'contain' })).code).toBe('INCIDENT_TRANSITION_ILLEGAL')
  })

  it('is listed, counted, and hidden from who may not see its plant', async () => {
    const lists = async (name: string, query: string) =>
      (await ask<{ items: IncidentView[] }>(name, `/incidents?${query}`)).items.map((view) => view.number)
    expect(await lists('vera', 'status=closed&facility=plant')).toEqual([number])
    expect(await lists('vera', 'status=under-way')).toEqual([])
    expect(await lists('vera', 'breached=true')).toEqual([])
    expect(await lists('elsewhere', '')).toEqual([])
    expect((await ask('elsewhere', `/incidents/${number}`)).code).toBe('OUT_OF_SCOPE')
    expect((await ask('elsewhere', `/incidents/${number}/log`, { text: 'x' })).code).toBe('OUT_OF_SCOPE')
    expect((await ask('vera', '/incidents/999')).code).toBe('INCIDENT_UNKNOWN')
    const figures = await ask<ResponseFigures>('vera', '/figures/response?facility=plant')
    expect(figures).toMatchObject({
      incidents: 1,
      closed: 1,
      clocks: [{ met: 1, meanSeconds: 240 }, { ended: 1 }, { ended: 1 }],
    })
    expect(await ask('elsewhere', '/figures/response')).toMatchObject({ incidents: 0 })
    expect(await ask('elsewhere', '/plans')).toEqual({ items: [] })
  })
})
