import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardAccess } from '../../../alerting/api/access.ts'
import { openApiDocument } from '../../../alerting/api/document.ts'
import type { Api } from '../../../alerting/api/routes.ts'
import { isAtLeast, type Role } from '../../../contracts/roles.ts'
import { type Asked, FOUNDER, PeopleScene } from './people-scene.ts'

/** Every route of the API, and who may use it. A route that is not here fails, and so does one that is gone. */
const TABLE: Readonly<Record<string, 'open' | 'person' | 'machine' | Role>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'machine',
  'POST /api/v1/login': 'open',
  'GET /api/v1/sign-in': 'open',
  'GET /api/v1/sign-in/oidc': 'open',
  'GET /api/v1/sign-in/oidc/callback': 'open',
  'POST /api/v1/links/look': 'open',
  'POST /api/v1/links/use': 'open',
  'GET /api/v1/session': 'viewer',
  'POST /api/v1/logout': 'person',
  'POST /api/v1/session/lock': 'person',
  'POST /api/v1/session/unlock': 'person',
  'POST /api/v1/session/password': 'person',
  'GET /api/v1/sessions': 'person',
  'POST /api/v1/sessions/{session}/end': 'person',
  'GET /api/v1/server': 'viewer',
  'GET /api/v1/facilities': 'viewer',
  'GET /api/v1/facilities/{facility}': 'viewer',
  'GET /api/v1/facilities/{facility}/gateways': 'viewer',
  'GET /api/v1/facilities/{facility}/sensors/{sensor}/readings': 'viewer',
  'GET /api/v1/facilities/{facility}/waveforms': 'viewer',
  'GET /api/v1/facilities/{facility}/waveforms/{id}': 'viewer',
  'GET /api/v1/facilities/{facility}/waveforms/{id}/miniseed': 'viewer',
  'GET /api/v1/facilities/{facility}/waveforms/{id}/samples': 'viewer',
  'GET /api/v1/facilities/{facility}/sensors/{sensor}/derived': 'viewer',
  'GET /api/v1/facilities/{facility}/sensors/{sensor}/calibrations': 'viewer',
  'GET /api/v1/facilities/{facility}/sensors/{sensor}/inhibit': 'viewer',
  'GET /api/v1/facilities/{facility}/calibrations': 'viewer',
  'POST /api/v1/facilities/{facility}/sensors/{sensor}/calibrations': 'operator',
  'POST /api/v1/facilities/{facility}/sensors/{sensor}/inhibit': 'engineer',
  'POST /api/v1/facilities/{facility}/sensors/{sensor}/release': 'operator',
  'GET /api/v1/facilities/{facility}/alarm-configuration': 'viewer',
  'GET /api/v1/facilities/{facility}/alarms/{alarm}': 'viewer',
  'GET /api/v1/facilities/{facility}/alarms/{alarm}/settings': 'viewer',
  'GET /api/v1/facilities/{facility}/tests': 'viewer',
  'GET /api/v1/facilities/{facility}/roster': 'viewer',
  'GET /api/v1/facilities/{facility}/absences': 'viewer',
  'GET /api/v1/facilities/{facility}/handovers': 'viewer',
  'GET /api/v1/roster': 'viewer',
  'GET /api/v1/inspections': 'viewer',
  'GET /api/v1/rounds': 'viewer',
  'GET /api/v1/rounds/{number}': 'viewer',
  'GET /api/v1/rounds/{number}/attachments/{id}': 'viewer',
  'GET /api/v1/facilities/{facility}/responsibility': 'viewer',
  'POST /api/v1/facilities/{facility}/rounds': 'operator',
  'POST /api/v1/rounds/{number}/answers': 'operator',
  'POST /api/v1/rounds/{number}/finish': 'operator',
  'POST /api/v1/rounds/{number}/abandon': 'operator',
  'POST /api/v1/rounds/{number}/attachments': 'operator',
  'GET /api/v1/alarms': 'viewer',
  'GET /api/v1/notices': 'viewer',
  'GET /api/v1/channels': 'viewer',
  'GET /api/v1/path': 'viewer',
  'POST /api/v1/answers/look': 'open',
  'GET /api/v1/public/reports/form': 'open',
  'POST /api/v1/public/reports': 'open',
  'GET /api/v1/public/reports/{receipt}': 'open',
  'GET /api/v1/reports': 'engineer',
  'GET /api/v1/reports/{number}': 'engineer',
  'POST /api/v1/reports/{number}/transitions': 'engineer',
  'GET /api/v1/reports/{number}/contact': 'admin',
  'GET /api/v1/reports/{number}/attachments/{id}': 'engineer',
  'POST /api/v1/answers': 'operator',
  'POST /api/v1/facilities/{facility}/channels/{channel}/test': 'engineer',
  'GET /api/v1/exports': 'viewer',
  'GET /api/v1/exports/{facility}/{export}/items': 'viewer',
  'POST /api/v1/exports/{facility}/{export}/retry': 'engineer',
  'GET /api/v1/floods': 'viewer',
  'GET /api/v1/journal': 'viewer',
  'GET /api/v1/journal/head': 'viewer',
  'GET /api/v1/hazards': 'viewer',
  'GET /api/v1/hazards/{number}': 'viewer',
  'GET /api/v1/hazards/{number}/attachments/{id}': 'viewer',
  'POST /api/v1/hazards': 'operator',
  'POST /api/v1/hazards/{number}/transitions': 'operator',
  'POST /api/v1/hazards/{number}/attachments': 'operator',
  'GET /api/v1/register/journal': 'viewer',
  'GET /api/v1/figures/hazards': 'viewer',
  'GET /api/v1/figures/hazards/report': 'viewer',
  'GET /api/v1/regions': 'viewer',
  'GET /api/v1/map': 'viewer',
  'GET /api/v1/kpi/alarms': 'viewer',
  'GET /api/v1/kpi/alarms/report': 'viewer',
  'GET /api/v1/ledger': 'viewer',
  'GET /api/v1/stream': 'viewer',
  'POST /api/v1/alarms/acknowledge': 'operator',
  'POST /api/v1/alarms/silence': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/acknowledge': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/silence': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/reset': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/shelve': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/unshelve': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/unsuppress': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/return-to-service': 'operator',
  'POST /api/v1/facilities/{facility}/tests/{test}/end': 'operator',
  'POST /api/v1/facilities/{facility}/absences': 'operator',
  'DELETE /api/v1/facilities/{facility}/absences/{absence}': 'operator',
  'POST /api/v1/facilities/{facility}/handovers': 'operator',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/suppress': 'engineer',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/out-of-service': 'engineer',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/settings': 'engineer',
  'POST /api/v1/facilities/{facility}/alarms/{alarm}/settings/settle': 'engineer',
  'POST /api/v1/facilities/{facility}/tests': 'engineer',
  'GET /api/v1/incidents': 'viewer',
  'GET /api/v1/incidents/{number}': 'viewer',
  'GET /api/v1/incidents/{number}/attachments/{id}': 'viewer',
  'GET /api/v1/plans': 'viewer',
  'GET /api/v1/teams': 'viewer',
  'GET /api/v1/stock': 'viewer',
  'GET /api/v1/figures/response': 'viewer',
  'POST /api/v1/incidents': 'operator',
  'POST /api/v1/incidents/{number}/transitions': 'operator',
  'POST /api/v1/incidents/{number}/teams': 'operator',
  'POST /api/v1/incidents/{number}/steps/{step}': 'operator',
  'POST /api/v1/incidents/{number}/log': 'operator',
  'POST /api/v1/incidents/{number}/links': 'operator',
  'POST /api/v1/incidents/{number}/stock': 'operator',
  'POST /api/v1/incidents/{number}/attachments': 'operator',
  'POST /api/v1/facilities/{facility}/stock/{item}': 'operator',
  'POST /api/v1/reload': 'admin',
  'GET /api/v1/people': 'admin',
  'POST /api/v1/people': 'admin',
  'POST /api/v1/people/{person}': 'admin',
  'POST /api/v1/people/{person}/link': 'admin',
  'POST /api/v1/people/{person}/sign-out': 'admin',
  'POST /api/v1/people/{person}/unlink': 'admin',
  'GET /api/v1/tokens': 'admin',
  'POST /api/v1/tokens': 'admin',
  'POST /api/v1/tokens/{token}/revoke': 'admin',
  'GET /api/v1/audit': 'admin',
}
/** Of all facilities, so that whoever has only some is refused. */
const WIDE = ['GET /metrics', 'POST /api/v1/reload', 'GET /api/v1/audit']
const WHILE_LOCKED = ['POST /api/v1/logout', 'POST /api/v1/session/lock', 'POST /api/v1/session/unlock']

const ROLES = ['viewer', 'operator', 'engineer', 'admin'] as const
const NOT_ALLOWED = ['AUTH_REQUIRED', 'ROLE_REQUIRED', 'OUT_OF_SCOPE', 'PERSON_REQUIRED', 'SESSION_LOCKED']
const routes = Object.entries(TABLE).map(([route, access]) => ({ route, access }))

let scene: PeopleScene
let tokens: Record<'live' | 'revoked', string>

beforeAll(async () => {
  scene = await PeopleScene.open()
  for (const role of ROLES) await scene.enter(role, role)
  await scene.enter('elsewhere', 'admin', ['other'])
  const make = (name: string) =>
    scene.people.tokens.make({ name, role: 'operator', facilities: null, forMs: 86_400_000 }, FOUNDER)
  const [live, revoked] = [await make('live'), await make('revoked')]
  await scene.people.tokens.revoke(revoked.token.id, FOUNDER)
  tokens = { live: live.secret, revoked: revoked.secret }
})
afterAll(() => scene.close())

/** What the guard says to a request; undefined when it lets it through, whatever comes of it then. */
async function guard(route: string, as: Asked['as'] = {}): Promise<string | undefined> {
  const [method, path = ''] = route.split(' ')
  const url = path
    .replace('{facility}', 'plant')
    .replace('{alarm}', 'T-1.H')
    .replaceAll(/\{\w+\}/g, 'x')
  const isStream = path === '/api/v1/stream'
  const query = path.includes('kpi')
    ? `?facility=plant${path.endsWith('report') ? '&month=2026-11' : ''}`
    : ''
  // Its answer has no end of its own.
  const ending = isStream ? setInterval(() => scene.stream.renew(), 5) : undefined
  const response = await scene.ask(`${url}${query}`, {
    as,
    ...(method === 'POST' ? { body: {} } : {}),
    ...(method === 'DELETE' ? { method } : {}),
  })
  clearInterval(ending)
  const code = isStream && response.statusCode === 200 ? undefined : codeOf(response.body)
  return NOT_ALLOWED.includes(code ?? '') ? `${response.statusCode} ${code}` : undefined
}

function codeOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { code?: string }).code
  } catch {
    return undefined
  }
}

const LET_IN = undefined
const byRole = (role: Role, access: string) =>
  access === 'open' || access === 'person' || access === 'machine' || isAtLeast(role, access as Role)
    ? LET_IN
    : '403 ROLE_REQUIRED'

test('the table has every route of the API, and none that is not', async () => {
  const { paths } = (await openApiDocument()) as { paths: Record<string, object> }
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(Object.keys(TABLE).sort()).toEqual(found.sort())
})

test('a route that does not say who may use it stops the server at start', async () => {
  const app = fastify()
  guardAccess(app as Api, scene.ports())
  expect(() => app.get('/api/v1/forgotten', async () => 'all of it')).toThrow(
    expect.objectContaining({ code: 'ROUTE_UNDECLARED' }),
  )
  await app.close()
})

describe('nobody, who', () => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    expect(await guard(route)).toBe(access === 'open' ? LET_IN : '401 AUTH_REQUIRED')
  })
})

describe.each(ROLES)('a person who is %s and', (role) => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    expect(await guard(route, await scene.signIn(role))).toBe(byRole(role, access))
  })
})

describe('an administrator of another facility, who', () => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    const isAbout = route.includes('{facility}') || route.includes('kpi') || WIDE.includes(route)
    const expected = isAbout && access !== 'open' ? '403 OUT_OF_SCOPE' : LET_IN
    expect(await guard(route, await scene.signIn('elsewhere'))).toBe(expected)
  })
})

describe('a screen that is locked, of an administrator, that', () => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    const as = await scene.signIn('admin')
    await scene.ask('/api/v1/session/lock', { body: {}, as })
    const isLooking = access === 'open' || access === 'viewer' || access === 'machine'
    const may = isLooking || WHILE_LOCKED.includes(route)
    expect(await guard(route, as)).toBe(may ? LET_IN : '403 SESSION_LOCKED')
  })
})

describe('a token of an operator that', () => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    const expected = access === 'person' ? '403 PERSON_REQUIRED' : byRole('operator', access)
    expect(await guard(route, { authorization: `Bearer ${tokens.live}` })).toBe(expected)
  })
})

describe('a token that was revoked and', () => {
  test.each(routes)('asks for $route', async ({ route, access }) => {
    const as = { authorization: `Bearer ${tokens.revoked}` }
    expect(await guard(route, as)).toBe(access === 'open' ? LET_IN : '401 AUTH_REQUIRED')
  })
})

describe('a session whose time is over, that', () => {
  let as: { cookie: string }
  beforeAll(async () => {
    as = await scene.signIn('admin')
    scene.time.now += 12 * 3_600_000
  })
  test.each(routes)('asks for $route', async ({ route, access }) => {
    expect(await guard(route, as)).toBe(access === 'open' ? LET_IN : '401 AUTH_REQUIRED')
  })
})
