import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegisterContext, RegisterPlace } from '../../../../alerting/register/context.ts'
import { FindingBook } from '../../../../alerting/register/hazard/hazard-opener.ts'
import { HazardStore } from '../../../../alerting/register/hazard/hazard-store.ts'
import { LEAST_FILL_MS } from '../../../../alerting/register/report/challenge.ts'
import { ReportDesk } from '../../../../alerting/register/report/report-desk.ts'
import type { ReportReader } from '../../../../alerting/register/report/report-reader.ts'
import { StepBook, type StepEntry } from '../../../../alerting/register/step-book.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import type { Logger } from '../../../../contracts/logger.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { leadingZeroBits, proofText } from '../../../../contracts/register/proof-of-work.ts'
import type { NewReport, ReportTransition } from '../../../../contracts/register/report-api.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { absentFacility } from '../../absent-ports.ts'

export const START = Date.parse('2026-11-29T08:00:00Z')
export const TEXT = 'The relief valve of tank 3 leaks onto the road.'

/** What a plant says of public reports, as YAML on one line; `key` names a file in the folder. */
export function reportingPlant(id: string, folder: string, given: object = {}) {
  const reports = { open: true, keyFile: `${id}.key`, proofBits: 4, ...given }
  return parseFacility(
    `facility: { id: ${id}, name: The ${id} one, timezone: Asia/Shanghai }
register: { reports: ${JSON.stringify(reports)} }
gateways:
  - id: gw-1
    buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ] } ] } ]
`,
    join(folder, `${id}.yaml`),
  )
}

export function keyIn(folder: string, name: string): void {
  writeFileSync(join(folder, name), `${randomBytes(32).toString('base64')}\n`)
}

/** A nonce whose hash begins with so many zero bits. */
export function solution(token: string, bits: number): string {
  for (let n = 0; ; n++) {
    const text = n.toString(36)
    const hash = createHash('sha256').update(proofText(token, text)).digest()
    if (leadingZeroBits(hash) >= bits) return text
  }
}

export function reader(by: string, role: ReportReader['role'] = 'engineer'): ReportReader {
  return { by, role, refuse: () => undefined }
}

/** The desk of public reports over a real database; time moves when the test says so. */
export class ReportScene implements AsyncDisposable {
  readonly folder = temporaryFolder()
  readonly time = { now: START }
  readonly places = new Map<string, RegisterPlace>()
  /** What the journals of the facilities were given. */
  readonly journal: StepEntry[] = []
  readonly context: RegisterContext
  readonly desk: ReportDesk
  readonly database: RegisterDatabase

  constructor(database: RegisterDatabase, given: object = {}, logger: Logger = silentLogger) {
    const { db, dialect } = database
    this.database = database
    for (const id of ['plant', 'other']) {
      keyIn(this.folder, `${id}.key`)
      this.#place(id, given)
    }
    const places = () => this.places
    const steps = new StepBook({
      db,
      facilities: () => new Map([...this.places.keys()].map((id) => [id, 'Asia/Shanghai'])),
      enter: async (_, entries) => {
        this.journal.push(...entries)
        return entries.map((_, index) => this.journal.length - entries.length + index + 1)
      },
      logger,
    })
    const now = () => this.time.now
    const hazards = new FindingBook({ store: new HazardStore([]), steps, places })
    this.context = { db, dialect, places, steps, hazards, now, random: randomBytes, logger }
    this.desk = new ReportDesk(this.context, {
      zones: async () => new Map([...this.places.keys()].map((id) => [id, 'Asia/Shanghai'])),
    })
  }

  /** Another file for a plant, as after a reload. */
  reload(id: string, given: object): void {
    this.#place(id, given)
  }

  /** What a browser sends that has waited and computed. */
  report(given: Partial<NewReport> = {}, address = '10.0.0.9'): NewReport {
    const { challenge } = this.desk.intake.form(address)
    if (challenge === null) throw new Error('closed')
    this.time.now += LEAST_FILL_MS
    const { token, bits } = challenge
    return { facility: 'plant', text: TEXT, challenge: token, solution: solution(token, bits), ...given }
  }

  /** Sends one from an address of its own; answers with its number and receipt. */
  async send(given: Partial<NewReport> = {}): Promise<{ number: number; receipt: string }> {
    const { text = `${TEXT} ${this.time.now}` } = given
    const { receipt } = await this.desk.intake.submit(
      this.report({ ...given, text }),
      `10.1.0.${this.#sent++}`,
    )
    const [last] = (await this.desk.reading.list({ limit: 1, scope: null })).items
    return { number: last?.number ?? 0, receipt }
  }

  /** One step at the version that the report has. */
  async act(number: number, by: ReportReader, input: Omit<ReportTransition, 'version'>) {
    const { version } = await this.desk.reading.detail(number, by)
    await this.desk.triage.act(number, { version, ...input }, by)
    return this.desk.reading.detail(number, by)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.close()
  }

  #sent = 0

  #place(id: string, given: object): void {
    this.places.set(id, absentFacility(reportingPlant(id, this.folder, given)))
  }
}
