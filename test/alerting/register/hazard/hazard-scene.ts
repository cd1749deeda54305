import { randomBytes } from 'node:crypto'
import { AlarmService } from '../../../../alerting/alarm-service.ts'
import { AttachmentDesk } from '../../../../alerting/register/attachment/attachment-desk.ts'
import type { RegisterContext, RegisterPlace } from '../../../../alerting/register/context.ts'
import { FacilityBook } from '../../../../alerting/register/facility-book.ts'
import { AlarmWatch } from '../../../../alerting/register/hazard/alarm-watch.ts'
import { type Actor, HazardDesk } from '../../../../alerting/register/hazard/hazard-desk.ts'
import { FindingBook } from '../../../../alerting/register/hazard/hazard-opener.ts'
import { HazardStore } from '../../../../alerting/register/hazard/hazard-store.ts'
import { TestWatch } from '../../../../alerting/register/hazard/test-watch.ts'
import { StepBook } from '../../../../alerting/register/step-book.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { SteadyClock } from '../../../../contracts/clock.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import type { Facility } from '../../../../contracts/facility.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import type { HazardView, Transition } from '../../../../contracts/register/hazard-api.ts'
import type { Role } from '../../../../contracts/roles.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { absentFacility } from '../../absent-ports.ts'
import { evidenceBatch } from '../../alarm-fixtures.ts'
import { DirectStates } from '../../direct-states.ts'
import type { OpenRegister } from '../store/suites.ts'

export const DAY = 86_400_000
export const START = Date.parse('2026-11-29T08:00:00Z')

/** A plant with a gas detector; `rules` of its register. */
export function hazardPlant(rules: string, id = 'plant'): Facility {
  return parseFacility(
    `
facility: { id: ${id}, timezone: Asia/Shanghai, region: { city: Heze, county: Juancheng } }
areas: [ { id: farm }, { id: shed } ]
register: { rules: ${rules} }
gateways:
  - id: gw-1
    outbox: { path: memory }
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            poll: 1s
            area: farm
            sensors:
              - id: GT-1
                kind: gas
                unit: "%LEL"
                register: { address: 0 }
                alarms:
                  H: { when: high, limit: 20, deadband: 1, priority: high, message: Gas at the pumps, rationalization: { testInterval: 90d } }
                  HH: { when: high, limit: 40, priority: critical, latching: true }
`,
    'plant.yaml',
  )
}

/** A register with the desk of hazards, and a plant whose alarms are evaluated as those of any other. */
export class HazardScene implements AsyncDisposable {
  readonly time = { now: START }
  readonly told: HazardView[] = []
  readonly states: DirectStates
  readonly register: RegisterDatabase
  readonly alarms: AlarmService
  readonly place: RegisterPlace
  readonly steps: StepBook
  readonly desk: HazardDesk
  watch!: AlarmWatch
  /** The journal takes nothing. */
  isJournalFull = false
  readonly #context: RegisterContext
  readonly #tests: TestWatch
  #seq = 0

  private constructor(register: RegisterDatabase, states: DirectStates, alarms: AlarmService) {
    const { time } = this
    this.states = states
    this.register = register
    this.alarms = alarms
    const { facility } = alarms
    this.place = { ...absentFacility(facility), alarms }
    const { db, dialect } = register
    const places = () => new Map([[facility.id, this.place]])
    const now = () => time.now
    this.steps = new StepBook({
      db,
      facilities: () => new Map([[facility.id, facility.timezone]]),
      enter: async (id, entries) => {
        if (this.isJournalFull) throw new CodedError('JOURNAL_UNWRITABLE', 'the disk is full')
        return states.enterSteps({ facility: id, timezone: facility.timezone, recorded: time.now, entries })
      },
      logger: silentLogger,
    })
    const store = new HazardStore([])
    const hazards = new FindingBook({ store, steps: this.steps, places })
    const shared = {
      db,
      dialect,
      places,
      steps: this.steps,
      hazards,
      now,
      random: randomBytes,
      logger: silentLogger,
    }
    this.#context = shared
    this.#tests = new TestWatch({ places, states, now })
    this.desk = new HazardDesk({
      ...shared,
      store,
      facilities: new FacilityBook(db),
      attachments: new AttachmentDesk(),
      tests: this.#tests,
      tell: (view) => this.told.push(view),
    })
  }

  static async open(open: OpenRegister, rules = '[]'): Promise<HazardScene> {
    const facility = hazardPlant(rules)
    const register = await open()
    let scene: HazardScene | undefined
    const clock = { wall: () => scene?.time.now ?? START, monotonic: () => scene?.time.now ?? START }
    const states = new DirectStates(temporaryFolder())
    const alarms = await AlarmService.start({
      facility,
      states,
      clock: new SteadyClock(clock),
      tell: () => undefined,
      logger: silentLogger,
    })
    scene = new HazardScene(register, states, alarms)
    await scene.restartWatch()
    await new FacilityBook(register.db).enter([facility], START)
    return scene
  }

  /** As after a start of the server. */
  async restartWatch(): Promise<void> {
    await this.watch?.close()
    this.watch = await AlarmWatch.open({
      ...this.#context,
      states: this.states,
      tests: this.#tests,
      changed: (numbers) => void this.desk.changed(numbers),
    })
  }

  /** A reading of GT-1, a second later, and what the rules make of it. */
  async read(value: number, look = true): Promise<void> {
    this.time.now += 1_000
    this.#seq += 1
    const reading = { sensor: 'GT-1', time: this.time.now, value, quality: 'good' as const }
    await this.alarms.evaluate(evidenceBatch({ readings: [reading], seq: this.#seq }), this.#seq)
    if (look) await this.watch.settled()
  }

  as(by: string, role: Role = 'engineer'): Actor {
    return { by, role, refuse: () => undefined }
  }

  /** One action of a person, with the version as it is now. */
  async act(
    number: number,
    by: string,
    transition: Omit<Transition, 'version'> & { version?: number },
    role?: Role,
  ) {
    const { version } = await this.desk.detail(number, this.as(by))
    return this.desk.transition(number, { version, ...transition }, this.as(by, role))
  }

  /** Everything from found to verified, by three people. */
  async toVerified(number: number): Promise<HazardView> {
    const iso = (ms: number) => new Date(this.time.now + ms).toISOString()
    await this.act(number, 'li', { action: 'register' })
    await this.act(number, 'li', { action: 'assess', likelihood: 3, consequence: 3 })
    await this.act(number, 'li', {
      action: 'assign',
      measures: 'Change the gasket',
      responsible: 'wang',
      funds: 800,
      deadline: iso(DAY),
      contingency: 'Close V-12',
    })
    await this.act(number, 'wang', { action: 'start' }, 'operator')
    await this.act(number, 'wang', { action: 'rectify', evidence: 'Gasket changed' }, 'operator')
    return this.act(number, 'zhao', { action: 'verify' }, 'operator')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watch.close()
    await this.steps.settled()
    await this.alarms.stop()
    await this.states.close()
    await this.register.close()
  }
}
