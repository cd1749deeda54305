import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AlarmAction } from '../../contracts/alarm.ts'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type {
  AlarmView,
  FacilityTree,
  FloodView,
  JournalItem,
  LedgerItem,
  StreamEvents,
} from '../../contracts/api.ts'
import type { Clock } from '../../contracts/clock.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { SettingsChange, SettingsSettlement, SettingsView } from '../../contracts/settings-api.ts'
import type { TestOrder, TestView } from '../../contracts/test-api.ts'
import type { ConsoleFile } from '../../dashboards/console/build.ts'
import { type ActionBody, type Answer, acted, ok, problem, resultOf } from './fake-alarms.ts'
import { changed, detailOf, normalAlarm, settingsOf } from './fake-configuration.ts'
import { FakeDetectors } from './fake-detectors.ts'
import { FakeFigures } from './fake-figures.ts'
import { FakeHazards } from './fake-hazards.ts'
import { kpiOf } from './fake-kpi.ts'
import { FakeNotify } from './fake-notify.ts'
import { FACILITY, iso, leakHistory, ledgerOf, quietTree } from './fake-plant.ts'
import { FakeSession } from './fake-session.ts'
import { afterTest, startedTest, underTest } from './fake-tests.ts'

const HEARTBEAT_MS = 1_000
const JOURNAL_PAGE = 20
/** What the real server sends with the console's files. */
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

/** The API of DESIGN section 8 with a plant in memory, so that the console can be seen in any situation. */
export class FakeServer {
  readonly tree: FacilityTree
  /** A second plant with the first area only; undefined for none. */
  second: { id: string; name: string } | undefined
  readonly alarms = new Map<string, AlarmView>()
  readonly journal: JournalItem[] = []
  readonly ledger: LedgerItem[]
  /** Set points changed at run time. Key: alarm id. */
  readonly settings = new Map<string, SettingsView>()
  /** Key: facility. */
  readonly floods = new Map<string, FloodView>()
  /** Key: sensor. */
  readonly derived = new Map<string, DerivedDetail>()
  /** Newest first. */
  readonly tests: TestView[] = []
  /** Last parts of paths that this server cannot answer now, and `detail` of an alarm. */
  readonly failing = new Set<string>()
  readonly notify: FakeNotify
  readonly hazards: FakeHazards
  readonly figures = new FakeFigures()
  readonly detectors = new FakeDetectors()
  readonly session = new FakeSession()
  /** Answers every action with this. */
  refusing: ErrorCode | undefined
  readonly #files: ReadonlyMap<string, ConsoleFile>
  readonly #clock: Clock
  readonly #server: Server
  readonly #streams = new Set<ServerResponse>()
  #heartbeat: ReturnType<typeof setInterval> | undefined
  #isSilent = false
  #seq = 1_000

  constructor(options: { files: ReadonlyMap<string, ConsoleFile>; clock: Clock }) {
    this.#files = options.files
    this.#clock = options.clock
    this.tree = quietTree(options.clock.wall())
    this.ledger = this.tree.gateways.map(({ id }) => ledgerOf(id, options.clock.wall()))
    this.notify = new FakeNotify({
      alarm: (id) => this.#find(id),
      acknowledge: (id, said) => this.#act(id, 'acknowledge', said),
      now: () => options.clock.wall(),
    })
    this.hazards = new FakeHazards({
      now: () => options.clock.wall(),
      isActive: (alarm) =>
        this.alarms.get(alarm)?.live === 'UNACK' || this.alarms.get(alarm)?.live === 'ACKED',
      tell: (hazard) => this.send('hazard', hazard),
    })
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  /** @returns the address of the console */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.#heartbeat = setInterval(() => this.send('heartbeat', { time: this.now() }), HEARTBEAT_MS)
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat)
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  now(): string {
    return iso(this.#clock.wall())
  }

  send<K extends keyof StreamEvents>(event: K, data: StreamEvents[K]): void {
    if (this.#isSilent) return
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Puts the alarm on record as it now stands, and tells the stream. */
  record(
    alarm: AlarmView,
    entry: Pick<JournalItem, 'event' | 'from' | 'by' | 'late' | 'change' | 'notice'>,
  ): void {
    if (alarm.state === 'NORM') this.alarms.delete(alarm.id)
    else this.alarms.set(alarm.id, alarm)
    this.#seq += 1
    const item = {
      seq: this.#seq,
      recorded: this.now(),
      time: this.now(),
      facility: FACILITY,
      ...entry,
      alarm,
    }
    this.journal.unshift(item)
    this.send('alarm', item)
  }

  flood(flood: FloodView): void {
    this.floods.set(flood.facility, flood)
    this.send('flood', flood)
  }

  /** A cut line: connections stay open and nothing comes, requests are not answered. */
  cut(): void {
    this.#isSilent = true
  }

  mend(): void {
    this.#isSilent = false
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isSilent) return
    const url = new URL(request.url ?? '/', 'http://fake')
    if (url.pathname === '/api/v1/stream') return this.#openStream(response)
    const attachment = this.hazards.file(url.pathname)
    if (attachment !== undefined) {
      response.writeHead(200, { 'content-type': attachment.type }).end(attachment.body)
      return
    }
    if (url.pathname.startsWith('/api/')) {
      const method = request.method ?? 'GET'
      const answer = this.#answer(url, method, method === 'POST' ? await bodyOf(request) : undefined)
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json'
      response.writeHead(answer.status, { 'content-type': type })
      response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body))
      return
    }
    const file = this.#files.get(url.pathname === '/' ? '/index.html' : url.pathname)
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': file.type, 'content-security-policy': CSP }).end(file.body)
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 500\n\n')
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  #answer(url: URL, method: string, body: unknown): Answer {
    const path = url.pathname.slice('/api/v1'.length).split('/').slice(1).map(decodeURIComponent)
    const query = url.searchParams
    if (this.failing.has(path.at(-1) ?? '')) return failed(url)
    const notified = this.notify.answer({ method, path, query, body, who: this.session.who })
    const registered =
      this.hazards.answer({ method, path, query, body, who: this.session.who }) ??
      this.figures.answer(path, query, this.now())
    const answer =
      notified ?? registered ?? this.detectors.answer(path, query, body) ?? this.session.answer(path, body)
    if (answer !== undefined) return answer
    if (body !== undefined) return this.#post(path, body)
    switch (patternOf(path)) {
      case 'server':
        return ok({
          version: '0.1.0',
          auth: this.session.auth,
          time: this.now(),
          started: this.now(),
          config: [],
        })
      case 'facilities': {
        const { id, name, timezone, location, sensors } = this.tree
        const first = {
          id,
          name,
          timezone,
          location,
          sensors: sensors.length,
          activeAlarms: this.alarms.size,
        }
        return ok({ items: this.second === undefined ? [first] : [first, { ...first, ...this.second }] })
      }
      case 'facilities/*': {
        if (path[1] !== this.second?.id) return ok(this.tree)
        const sensors = this.tree.sensors.filter((sensor) => sensor.area === 'tank-farm')
        return ok({ ...this.tree, ...this.second, sensors })
      }
      case 'facilities/*/sensors/*/readings': {
        const every = parseDuration(query.get('every') ?? '') ?? 1_000
        return ok({ items: leakHistory(Number(query.get('from')), Number(query.get('to')), every) })
      }
      case 'facilities/*/sensors/*/derived': {
        const detail = this.derived.get(path[3] ?? '')
        return detail === undefined ? problem('SENSOR_UNKNOWN', `no derived sensor ${path[3]}`) : ok(detail)
      }
      case 'facilities/*/alarms/*': {
        const alarm = this.#find(path[3] ?? '')
        if (alarm === undefined) return problem('ALARM_UNKNOWN', `there is no ${path[3]}`)
        return this.failing.has('detail') ? failed(url) : ok(detailOf(alarm))
      }
      case 'facilities/*/alarms/*/settings': {
        const alarm = this.#find(path[3] ?? '')
        if (alarm === undefined) return problem('ALARM_UNKNOWN', `there is no ${path[3]}`)
        return ok(this.settings.get(alarm.id) ?? settingsOf(alarm))
      }
      case 'facilities/*/tests':
        return ok({ items: this.tests })
      case 'facilities/*/waveforms':
        return ok({ items: [] })
      case 'alarms':
        return ok({ items: [...this.alarms.values()] })
      case 'journal/*':
        return ok({
          items: [
            {
              facility: FACILITY,
              n: this.journal.length,
              head: `${this.journal.length}:6f2c9d41a07be3558c1f`,
              time: this.journal[0]?.recorded ?? null,
            },
          ],
        })
      case 'kpi/*': {
        const [from, to] = [query.get('from'), query.get('to')].map((time) => Date.parse(time ?? ''))
        return ok(kpiOf(from ?? 0, to ?? 0))
      }
      case 'floods':
        return ok({ items: [...this.floods.values()] })
      case 'journal':
        return ok(this.#journalPage(query))
      case 'ledger':
        return ok({ items: this.ledger })
      default:
        return problem('NOT_FOUND', `there is no ${url.pathname}`)
    }
  }

  #journalPage(query: URLSearchParams): { items: JournalItem[]; next?: string } {
    const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER)
    const [sensor, alarm] = [query.get('sensor'), query.get('alarm')]
    const [from, to] = [query.get('from'), query.get('to')].map((time) => Date.parse(time ?? ''))
    const matching = this.journal.filter(
      (item) =>
        item.seq < before &&
        (sensor === null || item.alarm.sensor === sensor) &&
        (alarm === null || item.alarm.id === alarm) &&
        !(Date.parse(item.time) < (from ?? 0)) &&
        !(Date.parse(item.time) >= (to ?? 0)),
    )
    const items = matching.slice(0, JOURNAL_PAGE)
    const last = items.at(-1)
    return last !== undefined && matching.length > items.length
      ? { items, next: String(last.seq) }
      : { items }
  }

  #post(path: readonly string[], body: unknown): Answer {
    const action = path.at(-1) as AlarmAction
    const asked = body as ActionBody
    if (path[0] === 'alarms') {
      const items = asked.items ?? []
      const { items: _, ...said } = asked
      return ok({
        items: items.map((item) =>
          resultOf(item, this.#act(item.alarm, action, { ...said, occurrence: item.occurrence })),
        ),
      })
    }
    switch (patternOf(path)) {
      case 'facilities/*/alarms/*/settings':
        return this.#change(path[3] ?? '', body as SettingsChange)
      case 'facilities/*/alarms/*/settings/*':
        return this.#settle(path[3] ?? '', body as SettingsSettlement)
      case 'facilities/*/tests':
        return this.#startTest(body as TestOrder)
      case 'facilities/*/tests/*/end':
        return this.#endTest(path[3] ?? '', asked.by ?? 'demo')
      default:
        return this.#act(path[3] ?? '', action, asked)
    }
  }

  #act(id: string, action: AlarmAction, body: ActionBody): Answer {
    const alarm = this.#find(id)
    if (alarm === undefined) return problem('ALARM_UNKNOWN', `there is no ${id}`)
    if (this.refusing !== undefined) return problem(this.refusing, `${id} cannot be changed now`)
    try {
      const { event, by, after } = acted(alarm, action, body, this.#clock.wall())
      this.record(after, { event, from: alarm.state, by })
      return ok(after)
    } catch (error) {
      if (error instanceof CodedError) return problem(error.code, error.message)
      throw error
    }
  }

  #change(id: string, body: SettingsChange): Answer {
    const alarm = this.#find(id)
    if (alarm === undefined) return problem('ALARM_UNKNOWN', `there is no ${id}`)
    const settings = changed(this.settings.get(id) ?? settingsOf(alarm), body, this.now())
    this.settings.set(id, settings)
    this.#tellChange(alarm, settings)
    return ok(settings)
  }

  #settle(id: string, { take }: SettingsSettlement): Answer {
    const settings = this.settings.get(id)
    if (settings === undefined) return problem('NOT_FOUND', 'there is nothing to settle')
    const { file, current } = settings
    const settled: SettingsView = {
      ...settings,
      revision: settings.revision + 1,
      current: take === 'file' ? file : current,
      differs: false,
    }
    this.settings.set(id, settled)
    const alarm = this.#find(id)
    if (alarm !== undefined) this.#tellChange(alarm, settled)
    return ok(settled)
  }

  #tellChange(alarm: AlarmView, { current, history }: SettingsView): void {
    const [change] = history
    const after = { ...alarm, limit: current.limit }
    this.record(after, {
      event: 'changed',
      from: alarm.state,
      by: change?.by ?? null,
      ...(change === undefined ? {} : { change }),
    })
  }

  #startTest(body: TestOrder): Answer {
    const test = startedTest(`${this.tests.length + 1}`, body, this.tree, this.#clock.wall())
    this.tests.unshift(test)
    for (const { alarm } of test.evidence) {
      const before = this.#find(alarm)
      if (before === undefined) continue
      this.record(underTest(before, test), { event: 'suppressed', from: before.state, by: test.by })
    }
    return ok(test)
  }

  #endTest(id: string, by: string): Answer {
    const index = this.tests.findIndex((test) => test.id === id)
    const test = this.tests[index]
    if (test === undefined) return problem('NOT_FOUND', `there is no test ${id}`)
    const ended = { ...test, ended: this.now(), endedBy: by }
    this.tests[index] = ended
    for (const { alarm } of test.evidence) {
      const before = this.alarms.get(alarm)
      if (before !== undefined)
        this.record(afterTest(before, id), { event: 'unsuppressed', from: before.state, by })
    }
    return ok(ended)
  }

  #find(id: string): AlarmView | undefined {
    return this.alarms.get(id) ?? normalAlarm(this.tree, id, this.#clock.wall())
  }
}

function failed(url: URL): Answer {
  return problem('INTERNAL', `${url.pathname} cannot be answered`)
}

/** Names in a path stand at every second place. */
function patternOf(path: readonly string[]): string {
  return path.map((part, index) => (index % 2 === 0 ? part : '*')).join('/')
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}
