import { randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import type { ApiPorts, FacilityPort } from '../../../alerting/api/ports.ts'
import type { Api } from '../../../alerting/api/routes.ts'
import { Stream } from '../../../alerting/api/stream.ts'
import type { Cost } from '../../../alerting/people/password.ts'
import { People, type PeopleOptions } from '../../../alerting/people/people.ts'
import type { PeopleStore } from '../../../alerting/people/people-change.ts'
import type { Principal, Scope } from '../../../alerting/people/person.ts'
import type { Problem } from '../../../contracts/api.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { AuditItem } from '../../../contracts/people-api.ts'
import type { Role } from '../../../contracts/roles.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { absentFacility, testApi, testPorts } from '../absent-ports.ts'
import { DirectStates } from '../direct-states.ts'

export const HOST = '127.0.0.1:8080'
/** Looked at in microseconds: what these tests are about is not how much a hash costs. */
export const CHEAP: Cost = { ln: 2, r: 1, p: 1 }
export const LIMITS = { idleMs: 1_800_000, absoluteMs: 12 * 3_600_000, lockMs: 900_000 }
export const PASSWORD = 'four words of mine'
export const CONTROL_ROOM = '10.0.0.5'
export const START = Date.parse('2026-11-28T08:00:00Z')

/** Who sets a scene up. */
export const FOUNDER: Principal = {
  name: 'founder',
  fullName: '',
  kind: 'person',
  role: 'admin',
  facilities: null,
  isLocked: false,
  credential: null,
  address: '10.0.0.1',
}

export interface Asked {
  method?: 'GET' | 'POST' | 'HEAD' | 'DELETE'
  body?: object
  /** Cookie, or Authorization. */
  as?: Record<string, string>
  from?: string
  headers?: Record<string, string>
}

/** A server with sign-in, two facilities, and a clock that tests move. */
export class PeopleScene {
  readonly states: DirectStates
  readonly stream = new Stream({ now: () => 'now' })
  readonly people: People
  readonly api: Api
  readonly time: { now: number }
  readonly ports: () => ApiPorts

  private constructor(
    parts: Pick<PeopleScene, 'states' | 'people' | 'api' | 'time' | 'ports'> & { stream: Stream },
  ) {
    this.ports = parts.ports
    this.states = parts.states
    this.people = parts.people
    this.api = parts.api
    this.time = parts.time
    this.stream = parts.stream
  }

  static async open(
    given: {
      facilities?: readonly FacilityPort[]
      store?: (states: DirectStates) => PeopleStore
      cost?: Cost
    } & {
      folder?: string
      ports?: Partial<ApiPorts>
      time?: { now: number }
      oidc?: PeopleOptions['oidc']
    } = {},
  ): Promise<PeopleScene> {
    const { facilities = [emptyPlant('plant'), emptyPlant('other')], folder = temporaryFolder() } = given
    const states = new DirectStates(folder)
    const { time = { now: START }, oidc } = given
    const stream = new Stream({ now: () => 'now' })
    const people = await People.open({
      store: given.store?.(states) ?? states,
      limits: LIMITS,
      facilities: new Set(facilities.map(({ facility }) => facility.id)),
      words: ['plant', 'Demo plant'],
      stream,
      now: () => time.now,
      random: randomBytes,
      logger: silentLogger,
      cost: given.cost ?? CHEAP,
      oidc,
    })
    const ports = testPorts(facilities, {
      people,
      states,
      stream,
      now: () => time.now,
      config: {
        loaded: () =>
          facilities.map(({ facility: { id } }) => ({
            facility: id,
            file: `${id}.yaml`,
            digest: '',
            loaded: '',
          })),
        reload: async () => ({ facilities: [] }),
      },
      info: () => ({ version: '0', auth: 'required', time: 'now', started: 'then' }),
      ...given.ports,
    })
    const api = await testApi(facilities, ports)
    return new PeopleScene({ states, people, api, time, stream, ports: () => ports })
  }

  ask(url: string, asked: Asked = {}): Promise<LightMyRequestResponse> {
    const { method = asked.body === undefined ? 'GET' : 'POST', body, as = {}, from = CONTROL_ROOM } = asked
    return this.api.inject({
      method,
      url,
      headers: { host: HOST, ...as, ...asked.headers },
      remoteAddress: from,
      ...(body === undefined ? {} : { payload: body }),
    })
  }

  /** Status and code of a refusal; undefined when it was none. */
  async refusal(url: string, asked: Asked = {}): Promise<[number, string] | undefined> {
    const response = await this.ask(url, asked)
    if (response.statusCode < 400) return undefined
    return [response.statusCode, (response.json() as Problem).code]
  }

  async enter(name: string, role: Role, facilities: Scope = null, password = PASSWORD): Promise<void> {
    const { link } = await this.people.accounts.create({ name, fullName: '', role, facilities }, FOUNDER)
    const { session } = await this.people.links.use(
      { code: link.code, name: undefined, fullName: undefined, password },
      { address: CONTROL_ROOM, agent: 'test' },
    )
    await this.people.end(session, 'signed-out', null, null)
  }

  /** The header of a session of theirs. */
  async signIn(name: string, password = PASSWORD, from = CONTROL_ROOM): Promise<{ cookie: string }> {
    const response = await this.ask('/api/v1/login', { body: { name, password }, from })
    if (response.statusCode !== 200) throw new Error(response.body)
    return { cookie: String(response.headers['set-cookie']).split(';')[0] ?? '' }
  }

  async audit(): Promise<AuditItem[]> {
    await this.people.book.settled()
    const entries = await this.states.audit({ limit: 1_000 })
    return entries.map((entry) => ({ ...entry, time: new Date(entry.time).toISOString() })).reverse()
  }

  async close(): Promise<void> {
    await this.api.close()
    await this.people.stop()
    await this.states.close()
  }
}

export function plantFile(id: string) {
  return parseFacility(
    `facility: { id: ${id}, name: The ${id} one, timezone: Asia/Shanghai }
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: d
            unitId: 1
            sensors:
              - id: T-1
                kind: temperature
                unit: degC
                register: { table: holding, address: 0, type: float32 }
                alarms: { H: { when: high, limit: 20 } }
`,
    `${id}.yaml`,
  )
}

/** Parsed once: nothing changes a facility, and there are hundreds of scenes. Key: its id. */
const plants = new Map<string, ReturnType<typeof plantFile>>()

export function emptyPlant(id: string): FacilityPort {
  const plant = plants.get(id) ?? plantFile(id)
  plants.set(id, plant)
  return absentFacility(plant, { tests: { start: absent, end: absent, list: async () => [] } })
}

function absent(): Promise<never> {
  return Promise.reject(new Error('nobody asks'))
}
