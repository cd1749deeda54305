import { randomBytes } from 'node:crypto'
import { AttachmentDesk } from '../../../../alerting/register/attachment/attachment-desk.ts'
import type { RegisterContext, RegisterPlace } from '../../../../alerting/register/context.ts'
import { FacilityBook } from '../../../../alerting/register/facility-book.ts'
import type { Actor } from '../../../../alerting/register/hazard/hazard-desk.ts'
import { FindingBook } from '../../../../alerting/register/hazard/hazard-opener.ts'
import { HazardStore } from '../../../../alerting/register/hazard/hazard-store.ts'
import { InspectionDesk } from '../../../../alerting/register/inspection/inspection-desk.ts'
import { InspectionPlans } from '../../../../alerting/register/inspection/inspection-plans.ts'
import { InspectionWatch } from '../../../../alerting/register/inspection/inspection-watch.ts'
import { StepBook } from '../../../../alerting/register/step-book.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import type { NewAnswer } from '../../../../contracts/register/inspection-api.ts'
import type { Role } from '../../../../contracts/roles.ts'
import { absentFacility } from '../../absent-ports.ts'
import type { OpenRegister } from '../store/suites.ts'

export const START = Date.parse('2026-11-29T08:00:00+08:00')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const DUTY = { from: '', to: '', team: null, absent: [] }

/** A tank farm with all its inspections. */
export const PLANT = `facility: { id: plant, timezone: Asia/Shanghai }
areas: [ { id: north }, { id: south } ]
responders: [ { id: li, name: Li Wei }, { id: wang }, { id: zhao }, { id: chen } ]
roster: [ { id: operators, always: [ li ] } ]
register:
  sources:
    - id: tanks
      name: Chlorine tanks
      kind: storage
      areas: [ north ]
      people500m: 120
      substances:
        - { cas: 7782-50-5, name: chlorine, tonnes: 10 }
        - { cas: 68476-85-7, tonnes: 200 }
      responsible: { overall: wang, technical: zhao, operations: chen, appointed: "2024-01-15" }
  inspections:
    - id: patrol
      name: Hourly patrol
      kind: patrol
      every: 1h
      grace: 6m
      source: tanks
      by: operators
      checklist:
        - { id: leaks, text: No leaks }
        - { id: fence, text: The fence is whole, guidance: Walk round it, mustPhoto: true }
    - { id: weekly, kind: operations, every: 7d, source: tanks, by: operations, checklist: [ { id: rules, text: Rules are followed } ] }
    - { id: yard, kind: other, every: 1d, areas: [ north, south ], by: engineer, hazardWhenMissed: 0, checklist: [ { id: s, text: South, area: south }, { id: n, text: Both } ] }
gateways: [ { id: gw-1, buses: [] } ]
`

/** A register with inspections, its journal at the wire, and a clock that tests move. */
export class InspectionScene {
  readonly time = { now: START }
  readonly database: RegisterDatabase
  readonly context: RegisterContext
  readonly facilities: FacilityBook
  /** Events, as the journal has them. */
  readonly journal: string[] = []
  readonly places = new Map<string, RegisterPlace>()
  #number = 0

  constructor(database: RegisterDatabase, text = PLANT) {
    this.database = database
    this.load(text)
    const { db, dialect } = database
    const steps = new StepBook({
      db,
      facilities: () => new Map([['plant', 'Asia/Shanghai']]),
      enter: async (_facility, entries) =>
        entries.map(({ item: { register, by } }) => {
          this.journal.push(`${register.subject} ${register.number} ${register.event} by ${by}`)
          return this.journal.length
        }),
      logger: silentLogger,
    })
    this.context = {
      db,
      dialect,
      places: () => this.places,
      steps,
      hazards: new FindingBook({ store: new HazardStore([]), steps, places: () => this.places }),
      now: () => this.time.now,
      random: randomBytes,
      logger: silentLogger,
    }
    this.facilities = new FacilityBook(db)
  }

  static async open(open: OpenRegister): Promise<InspectionScene & AsyncDisposable> {
    const database = await open()
    const scene = new InspectionScene(database)
    await scene.facilities.enter(
      Array.from(scene.places.values(), ({ facility }) => facility),
      START,
    )
    return Object.assign(scene, { [Symbol.asyncDispose]: () => database.close() })
  }

  /** As after a start of the server: nothing is remembered but what the database has. */
  get desk(): InspectionDesk {
    const { context, facilities } = this
    return new InspectionDesk({ ...context, facilities, attachments: new AttachmentDesk() })
  }

  get plans(): InspectionPlans {
    return new InspectionPlans(this.context)
  }

  look(): Promise<number[]> {
    return new InspectionWatch(this.context).look()
  }

  /** The facility file is another. */
  load(text: string): void {
    const port = absentFacility(parseFacility(text, 'plant.yaml'))
    const persons = [{ id: 'li', name: 'Li Wei', substituteFor: null, reachable: true }]
    const duty = { facility: 'plant', duty: 'operators', name: 'operators', now: { ...DUTY, persons } }
    const duties = () => [{ ...duty, next: null, hole: null, handover: null }]
    this.places.set('plant', { ...port, roster: { ...port.roster, duties } })
  }

  answer(item: string, over: Partial<NewAnswer> = {}): NewAnswer {
    this.#number += 1
    return { id: `answer-${this.#number}`, item, result: 'ok', ...over }
  }

  /** A whole round without findings, which takes no time. */
  async round(plan: string, actor: Actor): Promise<number> {
    const { number, checklist } = await this.desk.start('plant', { plan }, actor)
    const done = await this.desk.answer(
      number,
      checklist.map(({ id }) => this.answer(id, { result: 'not-applicable', note: 'shut down' })),
      actor,
    )
    await this.desk.finish(number, done.version, actor)
    return number
  }

  async hazards() {
    return this.database.db.selectFrom('hazard').selectAll().orderBy('number').execute()
  }
}

export function actor(by = 'li', role: Role = 'operator', scope: readonly string[] = ['plant']): Actor {
  return {
    by,
    role,
    refuse: (facility) => {
      if (!scope.includes(facility)) throw new CodedError('OUT_OF_SCOPE', facility)
    },
  }
}
