import type { AlarmAction } from '../../../contracts/alarm.ts'
import type { AlarmDetail } from '../../../contracts/alarm-detail-api.ts'
import type {
  ActionResult,
  AlarmView,
  FacilitySummary,
  FacilityTree,
  FloodView,
  HistoryPoint,
  JournalHeadView,
  JournalItem,
  LedgerItem,
  Problem,
  ServerInfo,
} from '../../../contracts/api.ts'
import type { AlarmKpi } from '../../../contracts/kpi.ts'
import type { Who } from '../../../contracts/people-api.ts'
import type { SettingsChange, SettingsSettlement, SettingsView } from '../../../contracts/settings-api.ts'
import type { TestOrder, TestView } from '../../../contracts/test-api.ts'
import { NotifyApi } from './notify-api-client.ts'
import { type Asking, PeopleApi } from './people-api-client.ts'
import type { Failure } from './state.ts'

/** What a request came to; nothing here throws. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure }

/** What was asked for does not exist. */
export function isMissing(failure: Failure): boolean {
  return failure.kind === 'problem' && failure.problem.status === 404
}

interface Page<T> {
  items: T[]
  /** Cursor of the next page; absent at the end. */
  next?: string | number | null
}

export interface JournalQuery {
  /** Of all of them when it is left out. */
  facility?: string
  sensor?: string
  alarm?: string
  /** ISO times with an offset. */
  from?: string
  to?: string
  /** The cursor `next` of the page before. */
  before?: string
  limit: number
}

const TIMEOUT_MS = 10_000
/** A month with very many alarms takes the server some seconds. */
const KPI_TIMEOUT_MS = 60_000
/** The server takes no more in one request. */
const MOST_AT_ONCE = 1_000

/** What names an alarm. */
type Named = Pick<AlarmView, 'facility' | 'id'>

/** The API of DESIGN section 8 as the console uses it. */
export class ApiClient {
  readonly #fetch: typeof fetch
  readonly people: PeopleApi
  readonly notify: NotifyApi
  /** For parts that are loaded later. */
  readonly asking: Asking
  /** The session has ended, whatever was asked. */
  onSignedOut: (() => void) | undefined

  constructor(fetchFunction: typeof fetch) {
    this.#fetch = fetchFunction
    this.asking = {
      get: (path) => this.#get(path),
      post: (path, body) => this.#post(path, body),
      remove: (path) => this.#ask(path, { method: 'DELETE', headers: { accept: 'application/json' } }),
    }
    this.people = new PeopleApi(this.asking)
    this.notify = new NotifyApi(this.asking)
  }

  session(): Promise<Answer<Who>> {
    return this.#get('/api/v1/session')
  }

  lock(): Promise<Answer<Who>> {
    return this.#post('/api/v1/session/lock', {})
  }

  logout(): Promise<Answer<object>> {
    return this.#post('/api/v1/logout', {})
  }

  server(): Promise<Answer<ServerInfo>> {
    return this.#get('/api/v1/server')
  }

  facilities(): Promise<Answer<Page<FacilitySummary>>> {
    return this.#get('/api/v1/facilities')
  }

  facility(facility: string): Promise<Answer<FacilityTree>> {
    return this.#get(`/api/v1/facilities/${encodeURIComponent(facility)}`)
  }

  /** All of them, page by page: a banner that leaves some out would be believed. */
  async alarms(): Promise<Answer<{ items: AlarmView[] }>> {
    const items: AlarmView[] = []
    let after: Page<AlarmView>['next']
    do {
      const cursor = after === undefined ? '' : `?${search({ after: String(after) })}`
      const page: Answer<Page<AlarmView>> = await this.#get(`/api/v1/alarms${cursor}`)
      if (!page.ok) return page
      for (const alarm of page.value.items) items.push(alarm)
      after = page.value.next ?? undefined
    } while (after !== undefined)
    return { ok: true, value: { items } }
  }

  /** @param query times in epoch ms; `every` a duration such as `10s` */
  history(
    facility: string,
    sensor: string,
    query: { from: number; to: number; every: string },
  ): Promise<Answer<Page<HistoryPoint>>> {
    const path = `/api/v1/facilities/${encodeURIComponent(facility)}/sensors/${encodeURIComponent(sensor)}/readings`
    return this.#get(`${path}?${search({ ...query })}`)
  }

  journal(query: JournalQuery): Promise<Answer<Page<JournalItem>>> {
    return this.#get(`/api/v1/journal?${search({ ...query })}`)
  }

  /** How far the chain of a facility's journal goes. */
  journalHead(facility: string): Promise<Answer<Page<JournalHeadView>>> {
    return this.#get(`/api/v1/journal/head?${search({ facility })}`)
  }

  /** @param window ISO times; what is still to come the server cuts off */
  kpi(facility: string, window: { from: string; to: string }): Promise<Answer<AlarmKpi>> {
    return this.#get(`/api/v1/kpi/alarms?${search({ facility, ...window })}`, KPI_TIMEOUT_MS)
  }

  /** The last 24 hours of every gateway of which something is known. */
  ledger(facility: string): Promise<Answer<Page<LedgerItem>>> {
    return this.#get(`/api/v1/ledger?${search({ facility })}`)
  }

  tests(facility: string): Promise<Answer<Page<TestView>>> {
    return this.#get(testsOf(facility))
  }

  startTest(facility: string, test: TestOrder): Promise<Answer<TestView>> {
    return this.#post(testsOf(facility), test)
  }

  endTest(facility: string, id: string, said: { by?: string }): Promise<Answer<TestView>> {
    return this.#post(`${testsOf(facility)}/${encodeURIComponent(id)}/end`, said)
  }

  settings(alarm: Named): Promise<Answer<SettingsView>> {
    return this.#get(`${pathOf(alarm)}/settings`)
  }

  /** @param asked `revision` is the one that was seen: a later one of somebody else's is refused */
  changeSettings(alarm: Named, asked: SettingsChange): Promise<Answer<SettingsView>> {
    return this.#post(`${pathOf(alarm)}/settings`, asked)
  }

  settleSettings(alarm: Named, asked: SettingsSettlement): Promise<Answer<SettingsView>> {
    return this.#post(`${pathOf(alarm)}/settings/settle`, asked)
  }

  floods(): Promise<Answer<Page<FloodView>>> {
    return this.#get('/api/v1/floods')
  }

  /** With its rationalization and its configuration. */
  alarm(facility: string, alarm: string): Promise<Answer<AlarmDetail>> {
    return this.#get(pathOf({ facility, id: alarm }))
  }

  /** @param body as contracts/action-api.ts says for the action */
  act(alarm: Named, action: AlarmAction, body: object): Promise<Answer<AlarmView>> {
    return this.#post(`${pathOf(alarm)}/${action}`, body)
  }

  /** Acknowledges or silences the occurrences that were seen; each has its own result. */
  async actOnMany(
    alarms: readonly AlarmView[],
    action: 'acknowledge' | 'silence',
    said: { comment?: string; by?: string },
  ): Promise<Answer<{ items: ActionResult[] }>> {
    const results: ActionResult[] = []
    for (let from = 0; from < alarms.length; from += MOST_AT_ONCE) {
      const items = alarms.slice(from, from + MOST_AT_ONCE).map(({ facility, id, occurrence }) => ({
        facility,
        alarm: id,
        occurrence: occurrence ?? '',
      }))
      const answer: Answer<{ items: ActionResult[] }> = await this.#post(`/api/v1/alarms/${action}`, {
        items,
        ...said,
      })
      if (!answer.ok) return answer
      results.push(...answer.value.items)
    }
    return { ok: true, value: { items: results } }
  }

  #get<T>(path: string, timeoutMs = TIMEOUT_MS): Promise<Answer<T>> {
    return this.#ask(path, { headers: { accept: 'application/json' } }, timeoutMs)
  }

  #post<T>(path: string, body: object): Promise<Answer<T>> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #ask<T>(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Answer<T>> {
    try {
      const response = await this.#fetch(path, {
        ...init,
        cache: 'no-store',
        signal: AbortSignal.timeout(timeoutMs),
      })
      // The shapes are those of contracts/api.ts: the page and the API come from the same server.
      if (response.ok) return { ok: true, value: (response.status === 204 ? {} : await response.json()) as T }
      const failure = await failureOf(response)
      if (failure.kind === 'problem' && failure.problem.code === 'AUTH_REQUIRED') this.onSignedOut?.()
      return { ok: false, failure }
    } catch (error) {
      return { ok: false, failure: { kind: 'unreachable', detail: detailOf(error) } }
    }
  }
}

function testsOf(facility: string): string {
  return `/api/v1/facilities/${encodeURIComponent(facility)}/tests`
}

function pathOf({ facility, id }: Named): string {
  return `/api/v1/facilities/${encodeURIComponent(facility)}/alarms/${encodeURIComponent(id)}`
}

async function failureOf(response: Response): Promise<Failure> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') === true) {
    return { kind: 'problem', problem: (await response.json()) as Problem }
  }
  return { kind: 'unreachable', detail: `HTTP ${response.status}` }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function search(values: Record<string, string | number>): string {
  return new URLSearchParams(
    Object.entries(values).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString()
}
