import { randomBytes } from 'node:crypto'
import { AttachmentDesk } from '../../../../alerting/register/attachment/attachment-desk.ts'
import type { RegisterPlace } from '../../../../alerting/register/context.ts'
import { FacilityBook } from '../../../../alerting/register/facility-book.ts'
import type { Actor } from '../../../../alerting/register/hazard/hazard-desk.ts'
import { FindingBook } from '../../../../alerting/register/hazard/hazard-opener.ts'
import { HazardStore } from '../../../../alerting/register/hazard/hazard-store.ts'
import { IncidentDesk } from '../../../../alerting/register/incident/incident-desk.ts'
import { IncidentWatch } from '../../../../alerting/register/incident/incident-watch.ts'
import { ResponseDesk } from '../../../../alerting/register/incident/response-desk.ts'
import { StepBook, type StepEntry } from '../../../../alerting/register/step-book.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import type { DutyView } from '../../../../contracts/notify/api.ts'
import type { IncidentView } from '../../../../contracts/register/incident-api.ts'
import type { Role } from '../../../../contracts/roles.ts'
import { absentFacility } from '../../absent-ports.ts'
import type { OpenRegister } from '../store/suites.ts'

export const MINUTE = 60_000
export const START = Date.parse('2026-11-29T08:00:00Z')

/** A plant with one team of each kind, two items and three plans. */
export const RESPONSE_PLANT = `facility: { id: plant, timezone: Asia/Shanghai }
areas: [{ id: farm }, { id: shed }]
responders: [{ id: li.wei, name: Li Wei }, { id: wang.fang, name: Wang Fang }]
roster: [{ id: operators, always: [wang.fang] }]
register:
  response:
    autoOpen:
      - { match: { sensors: [CL-1], priorities: [critical] }, level: 2 }
      - { match: { sensors: [GT-1], keys: [HH] }, plan: gas }
  teams:
    - { id: gate, name: Gate crew, kind: community, responders: [li.wei], duty: operators, phone: "119" }
    - { id: crew-2, kind: community }
    - { id: brigade, kind: ground }
    - { id: helicopter, kind: air }
    - { id: doctor, kind: medical }
  stock:
    - { id: foam, name: Foam, unit: L, at: farm, least: 100, category: foam }
    - { id: masks, unit: sets, at: gate house }
plans:
  - use: leak-chlorine
    teams: [gate, brigade]
    stock: [masks]
    contacts: [{ name: Hospital, phone: "120" }]
  - { id: gas, use: leak-flammable-gas }
  - id: own
    name: Our own
    steps: [{ id: one, text: Do one thing, by: gate, within: 5m }, { id: two, text: Do another }]
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            sensors:
              - id: CL-1
                area: shed
                kind: gas
                unit: ppm
                quantity: Cl2
                register: { address: 1 }
                alarms: { HH: { when: high, limit: 1, priority: critical, message: Chlorine in the shed } }
              - id: GT-1
                area: farm
                kind: gas
                unit: "%LEL"
                quantity: CH4
                register: { address: 2 }
                alarms: { HH: { when: high, limit: 40, priority: high, message: Gas at the pumps } }
`

const QUIET: Omit<AlarmView, 'id' | 'sensor' | 'area' | 'priority' | 'message'> = {
  facility: 'plant',
  sensorName: '',
  kind: 'gas',
  unit: 'ppm',
  when: 'high',
  class: 'process',
  lifeSafety: false,
  group: null,
  firstInGroup: false,
  silenced: false,
  state: 'NORM',
  live: 'NORM',
  condition: 'inactive',
  ack: 'acked',
  latched: false,
  shelved: null,
  suppressed: [],
  outOfService: null,
  occurrence: null,
  since: '2026-11-29T16:00:00+08:00',
  raised: null,
  value: null,
  limit: 1,
  revision: 0,
  fileLimit: null,
  quality: 'good',
  reason: null,
  acknowledgedBy: null,
  comment: null,
  late: false,
  journalled: true,
}

/** A register with the desks of incidents, a plant whose alarms tests set, and a clock that they move. */
export class IncidentScene implements AsyncDisposable {
  readonly time = { now: START }
  readonly told: IncidentView[] = []
  readonly entered: StepEntry[] = []
  readonly alarms = new Map<string, AlarmView>()
  readonly register: RegisterDatabase
  readonly place: RegisterPlace
  readonly incidents: IncidentDesk
  readonly response: ResponseDesk
  readonly watch: IncidentWatch

  private constructor(register: RegisterDatabase) {
    this.register = register
    const { db, dialect } = register
    const now = () => this.time.now
    const facility = parseFacility(RESPONSE_PLANT, 'plant.yaml')
    for (const sensor of facility.sensors.values())
      for (const config of sensor.alarms)
        this.alarms.set(config.id, {
          ...QUIET,
          id: config.id,
          sensor: sensor.id,
          area: sensor.area,
          priority: config.priority,
          when: config.when,
          message: config.message ?? '',
        })
    const port = absentFacility(facility, {
      view: (alarm) => this.alarms.get(alarm),
      entries: () =>
        [...facility.sensors.values()].flatMap(({ alarms }) => alarms.map((config) => ({ config }) as never)),
    })
    this.place = { ...port, roster: { ...port.roster, duties: () => [ON_DUTY] } }
    const places = () => new Map([['plant', this.place]])
    const steps = new StepBook({
      db,
      facilities: () => new Map([['plant', facility.timezone]]),
      enter: async (_, entries) => entries.map((entry) => this.entered.push(entry)),
      logger: silentLogger,
    })
    const options = {
      db,
      dialect,
      places,
      steps,
      hazards: new FindingBook({ store: new HazardStore([]), steps, places }),
      now,
      random: randomBytes,
      logger: silentLogger,
      facilities: new FacilityBook(db),
      attachments: new AttachmentDesk(),
      tell: (view: IncidentView) => this.told.push(view),
    }
    this.incidents = new IncidentDesk(options)
    this.response = new ResponseDesk(options, this.incidents)
    this.watch = this.restarted(options)
    this.#options = options
  }

  readonly #options: ConstructorParameters<typeof IncidentDesk>[0]

  static async open(open: OpenRegister): Promise<IncidentScene> {
    const scene = new IncidentScene(await open())
    await scene.#options.facilities.enter([scene.place.facility], START)
    return scene
  }

  /** What watches after a restart: it remembers nothing. */
  restarted(options = this.#options): IncidentWatch {
    return new IncidentWatch(options, this.incidents, this.response)
  }

  /** Raises an alarm, and notes it unless the server is down. */
  raise(id: string, occurrence: number, { isHeard = true } = {}): AlarmView {
    const quiet = this.alarms.get(id)
    if (quiet === undefined) throw new Error(`there is no alarm ${id}`)
    const alarm: AlarmView = {
      ...quiet,
      state: 'UNACK',
      live: 'UNACK',
      condition: 'active',
      ack: 'unacked',
      occurrence: `${id}#${occurrence}`,
      raised: new Date(this.time.now).toISOString(),
    }
    this.alarms.set(id, alarm)
    if (isHeard) this.watch.note({ event: 'raised', alarm })
    return alarm
  }

  as(by: string, role: Role = 'operator'): Actor {
    return { by, role, refuse: () => undefined }
  }

  at(minutes: number): string {
    return new Date(START + minutes * MINUTE).toISOString()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.register.close()
  }
}

const ON_DUTY: DutyView = {
  facility: 'plant',
  duty: 'operators',
  name: 'Operators',
  now: {
    from: '',
    to: '',
    team: null,
    persons: [{ id: 'wang.fang', name: 'Wang Fang', substituteFor: null, reachable: true }],
    absent: [],
  },
  next: null,
  hole: null,
  handover: null,
}
