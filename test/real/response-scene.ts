import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { leadingZeroBits, proofText } from '../../contracts/register/proof-of-work.ts'
import type { NewReport, ReportForm } from '../../contracts/register/report-api.ts'
import { type RunningServer, startServer } from '../../ingest/main.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Browser } from './browser.ts'

/** A plant with something of everything that inspections and incidents go by. */
const plant = (folder: string) => `facility: { id: plant, name: Tank farm, timezone: Asia/Shanghai }
server: { listen: "127.0.0.1:0", auth: off, data: ${JSON.stringify(join(folder, 'server'))} }
mqtt: { listen: "127.0.0.1:0" }
areas: [ { id: shed, name: Chlorine shed }, { id: yard, name: Tank yard } ]
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: d, area: shed, sensors: [ { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 20 } } } ] } ]
responders:
  - { id: a.novak, name: Anna Novak }
  - { id: liu.yang, name: Liu Yang }
  - { id: li.wei, name: Li Wei }
register:
  sources:
    - id: chlorine-store
      name: Chlorine store
      kind: storage
      areas: [shed]
      people500m: 60
      substances: [ { cas: 7782-50-5, name: chlorine, tonnes: 20 } ]
      responsible: { overall: a.novak, technical: liu.yang, operations: li.wei, appointed: "2024-01-01" }
  inspections:
    - id: patrol
      name: Hourly patrol, chlorine shed
      kind: patrol
      every: 1h
      source: chlorine-store
      by: operator
      checklist:
        - { id: smell, text: No smell or trace of chlorine, guidance: "Ammonia swab at valves, flanges and hoses; stay upwind." }
        - { id: detectors, text: "Gas detectors lit, none covered or wet" }
        - { id: scrubber, text: Scrubber ready and its caustic above the mark, mustPhoto: true }
        - { id: kit, text: Emergency kit and breathing apparatus complete }
    - id: weekly
      name: Weekly inspection of operations
      kind: operations
      every: 7d
      source: chlorine-store
      by: operations
      checklist: [ { id: permits, text: Permits of the week closed and complete } ]
  teams:
    - { id: works-crew, name: Works emergency crew, kind: community, phone: "8119" }
    - { id: fire-brigade, name: Fire brigade, kind: ground, phone: "119" }
    - { id: air-rescue, name: Air rescue, kind: air, phone: "120" }
  stock:
    - { id: foam, name: "Foam concentrate, AFFF 3 %", unit: L, at: yard, least: 2000 }
    - { id: sets, name: Breathing apparatus, unit: sets, at: shed, least: 4 }
  reports: { open: true, title: Tank farm, keyFile: ${JSON.stringify(join(folder, 'report.key'))}, proofBits: 4 }
  exports: [ { id: archive, kind: file, folder: ${JSON.stringify(join(folder, 'out'))}, hazards: true } ]
plans:
  - { use: leak-chlorine, teams: [works-crew, fire-brigade, air-rescue], stock: [sets] }
`

/** The console of a real server in a real browser. */
export class ResponseScene implements AsyncDisposable {
  readonly server: RunningServer
  readonly browser: Browser
  readonly page: Page
  readonly url: string

  private constructor(parts: { server: RunningServer; browser: Browser; page: Page; url: string }) {
    this.server = parts.server
    this.browser = parts.browser
    this.page = parts.page
    this.url = parts.url
  }

  static async open(): Promise<ResponseScene> {
    await using stack = new AsyncDisposableStack()
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'report.key'), randomBytes(32).toString('base64'), { mode: 0o600 })
    const server = await startServer({
      facilities: [parseFacility(plant(folder), join(folder, 'plant.yaml'))],
      clock: systemClock,
      randomId: () => randomBytes(9).toString('base64url'),
      random: Math.random,
      logger: silentLogger,
      listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
    })
    stack.defer(() => server.stop())
    const browser = stack.use(await Browser.open())
    const page = await browser.page()
    page.setDefaultTimeout(30_000)
    stack.move()
    return new ResponseScene({ server, browser, page, url: `http://127.0.0.1:${server.http.port}` })
  }

  at(id: string): Locator {
    return this.page.getByTestId(id)
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}${path}`)).json()) as T
  }

  async post<T>(path: string, body: object): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }

  /** Somebody outside reports something, as their browser would. @returns when it is taken */
  async report(said: Pick<NewReport, 'text' | 'where' | 'contact'>): Promise<void> {
    const { challenge } = await this.get<ReportForm>('/api/v1/public/reports/form')
    if (challenge === null) throw new Error('reports are open')
    const { token, bits, notBeforeMs } = challenge
    const hashOf = (solution: string) => createHash('sha256').update(proofText(token, solution)).digest()
    let tries = 0
    while (leadingZeroBits(hashOf(tries.toString(36))) < bits) tries += 1
    await new Promise((resolve) => setTimeout(resolve, notBeforeMs + 100))
    const proof = { challenge: token, solution: tries.toString(36) }
    await this.post('/api/v1/public/reports', { facility: 'plant', ...said, ...proof })
  }

  /** How far the page is wider than the window; nothing may be cut off. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ) as Promise<number>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]()
    await this.server.stop()
  }
}
