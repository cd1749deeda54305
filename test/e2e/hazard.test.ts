import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import type {
  HazardDetail,
  HazardView,
  RegisterEntry,
  Transition,
} from '../../contracts/register/hazard-api.ts'
import { exampleFacility, Line, tenTimesFaster } from './line.ts'

/** From a leak at the pump to a hazard that is closed, through real Modbus, MQTT and API, by three people who sign in. */
const PASSWORD = 'lamps burn low at night'
const RULE = `    - { id: gas-high-high, when: raised, match: { sensors: [GT-101], keys: [HH] } }\n`
let line: Line
const cookies = new Map<string, string>()

beforeAll(async () => {
  const edit = (text: string) =>
    tenTimesFaster(text).replace('auth: off', 'auth: required').replace('  rules:\n', `  rules:\n${RULE}`)
  line = await Line.start({ facility: exampleFacility(edit), scenario: 'tour', speed: 10 })
  await welcome('chief', line.server.firstLink?.code ?? '')
  for (const [name, role] of [
    ['li', 'engineer'],
    ['wang', 'operator'],
    ['zhao', 'operator'],
  ] as const) {
    const { link } = await asked<{ link: { code: string } }>('chief', '/api/v1/people', { name, role })
    await welcome(name, link.code)
  }
})
afterAll(() => line?.[Symbol.asyncDispose]())

async function welcome(name: string, code: string): Promise<void> {
  const used = await send('', '/api/v1/links/use', { code, name, password: `${PASSWORD} ${name}` })
  expect(used.status, await used.clone().text()).toBe(200)
  cookies.set(name, used.headers.getSetCookie()[0]?.split(';')[0] ?? '')
}

function send(who: string, path: string, body?: object): Promise<Response> {
  return fetch(`${line.url}${path}`, {
    headers: { cookie: cookies.get(who) ?? '', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
}

async function asked<T>(who: string, path: string, body?: object): Promise<T> {
  const response = await send(who, path, body)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const detail = (number: number) => asked<HazardDetail>('zhao', `/api/v1/hazards/${number}`)

/** One step of the loop; the code of its refusal, or the hazard. */
async function step(
  who: string,
  number: number,
  given: Omit<Transition, 'version'> & { version?: number },
): Promise<HazardView & { code?: string }> {
  const { version } = await detail(number)
  const response = await send(who, `/api/v1/hazards/${number}/transitions`, { version, ...given })
  return (await response.json()) as HazardView & { code?: string }
}

async function alarm(id: string): Promise<AlarmView | undefined> {
  const { items } = await asked<{ items: AlarmView[] }>('zhao', '/api/v1/alarms')
  return items.find((item) => item.id === id)
}

test('from the leak to the closed hazard', async () => {
  const hazard = await vi.waitFor(
    async () => {
      const { items } = await asked<{ items: HazardView[] }>('zhao', '/api/v1/hazards?alarm=GT-101.HH')
      const [found] = items
      if (found === undefined) throw new Error('no hazard yet')
      return found
    },
    { timeout: 90_000, interval: 50 },
  )
  const { number } = hazard
  expect(hazard).toMatchObject({
    facility: 'demo-plant',
    source: 'alarm',
    rule: 'gas-high-high',
    status: 'found',
    sensor: 'GT-101',
    area: 'tank-farm',
    foundBy: 'gas-high-high',
  })

  const day = 86_400_000
  const assign = {
    action: 'assign',
    measures: 'Change the seal of pump P-101',
    responsible: 'wang',
    funds: 12_000,
    deadline: new Date(Date.now() + 5 * day).toISOString(),
    contingency: 'Run P-102, keep the steam curtain ready',
  } as const
  expect(await step('wang', number, { action: 'rectify', evidence: 'x' })).toMatchObject({
    code: 'HAZARD_TRANSITION_ILLEGAL',
  })
  expect(await step('li', number, { action: 'register', version: 99 })).toMatchObject({
    code: 'HAZARD_CHANGED',
  })
  expect(await step('li', number, { action: 'register' })).toMatchObject({ status: 'registered' })
  expect(await step('wang', number, { action: 'assess', likelihood: 4, consequence: 4 })).toMatchObject({
    code: 'HAZARD_ROLE_REQUIRED',
  })
  expect(await step('li', number, { action: 'assess', likelihood: 4, consequence: 4 })).toMatchObject({
    status: 'assessed',
    risk: { score: 16, colour: 'orange' },
  })
  expect(await step('li', number, { ...assign, deadline: '2026-01-01T00:00:00Z' })).toMatchObject({
    code: 'HAZARD_DEADLINE',
  })
  expect(await step('li', number, { ...assign, responsible: 'nobody' })).toMatchObject({
    code: 'HAZARD_INCOMPLETE',
  })
  expect(await step('li', number, assign)).toMatchObject({ status: 'assigned', responsible: 'wang' })
  expect(await step('zhao', number, { action: 'start' })).toMatchObject({ code: 'HAZARD_NOT_YOURS' })
  expect(await step('wang', number, { action: 'start' })).toMatchObject({ status: 'rectifying' })

  const photo = { name: 'seal.jpg', content: Buffer.from('this is no photo').toString('base64') }
  const refused = await send('wang', `/api/v1/hazards/${number}/attachments`, photo)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    415,
    'ATTACHMENT_TYPE',
  ])
  expect(
    await step('wang', number, { action: 'rectify', evidence: 'Seal changed, no gas at 10 cm' }),
  ).toMatchObject({
    status: 'rectified',
  })
  expect(await step('wang', number, { action: 'verify' })).toMatchObject({ code: 'HAZARD_SAME_PERSON' })
  expect(await step('zhao', number, { action: 'verify' })).toMatchObject({ status: 'verified' })

  // Its alarm is latched: it stands until somebody has acknowledged and reset it.
  expect(await step('li', number, { action: 'close' })).toMatchObject({ code: 'HAZARD_CAUSE_STANDS' })
  await vi.waitFor(
    async () => {
      expect((await alarm('GT-101.HH'))?.condition).toBe('inactive')
    },
    { timeout: 90_000, interval: 100 },
  )
  const { occurrence } = (await alarm('GT-101.HH')) ?? {}
  const path = '/api/v1/facilities/demo-plant/alarms/GT-101.HH'
  await asked('li', `${path}/acknowledge`, { occurrence })
  await asked('li', `${path}/reset`, { occurrence })
  expect(await step('li', number, { action: 'close', comment: 'Quiet since' })).toMatchObject({
    status: 'closed',
    closed: { by: 'li' },
    rectified: { by: 'wang' },
    verified: { by: 'zhao' },
  })

  const { history } = await detail(number)
  const events = history.map(({ event }) => event).filter((event) => event !== 'alarm-attached')
  expect(events).toEqual(['found', 'register', 'assess', 'assign', 'start', 'rectify', 'verify', 'close'])
  expect(history.every(({ journalled }) => journalled)).toBe(true)
  const { items } = await asked<{ items: RegisterEntry[] }>(
    'zhao',
    `/api/v1/register/journal?facility=demo-plant&subject=hazard&number=${number}`,
  )
  expect(items.length).toBe(history.length)
  expect(items[0]).toMatchObject({
    by: 'li',
    address: '127.0.0.1',
    register: { event: 'close', to: 'closed' },
  })
})
