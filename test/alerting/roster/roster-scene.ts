import { Roster, type RosterOptions } from '../../../alerting/roster/roster.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { silentLogger } from '../../../contracts/logger.ts'

export const NOW = Date.parse('2026-11-30T09:00:00+08:00')
export const ENGINEER = { name: 'chief', role: 'engineer', address: '10.0.0.5' } as const
export const OPERATOR = { name: 'li.wei', role: 'operator', address: '10.0.0.6' } as const

/** Two teams by day and night, an engineer on call without shifts, a manager; nobody told of the duty `spare`. */
export function plantText(responders = ['li.wei', 'wang.fang', 'zhao.min', 'chen.jun', 'boss']): string {
  const has = (id: string) => (responders.includes(id) ? id : '')
  return `facility: { id: plant, timezone: Asia/Shanghai }
responders:
${responders.map((id) => `  - { id: ${id}, name: "${id.toUpperCase()}"${id === 'boss' ? '' : `, email: ${id}@example.com`} }`).join('\n')}
roster:
  - id: operators
    name: Control room
    teams: { A: [ ${has('li.wei')} ], B: [ ${has('wang.fang')} ] }
    cycle: [ A, B ]
    start: "2026-11-30"
  - { id: engineers, always: [ chen.jun ] }
  - { id: managers, always: [ boss, chen.jun ] }
  - { id: spare, teams: { S: [ boss ] }, cycle: [ S, "-" ], start: "2026-11-30" }
notify:
  channels: [ { id: mail, kind: email, host: 127.0.0.1, security: none, from: davylamp@example.com } ]
  policies:
    - id: all
      steps:
        - { to: [ operators ], by: [ mail ] }
        - { after: 5m, to: [ engineers, managers ], by: [ mail ] }
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: d
            unitId: 1
            sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ]
`
}

/** A roster with a disk that may fail, and a clock that tests move. */
export class RosterScene {
  readonly time = { now: NOW }
  readonly told: object[] = []
  readonly logged: object[] = []
  facility: Facility
  /** As the disk has it. */
  body: string | undefined
  isDiskFull = false

  constructor(text = plantText()) {
    this.facility = parseFacility(text, 'plant.yaml')
  }

  open(given: Partial<RosterOptions> = {}): Promise<Roster> {
    return Roster.open({
      facility: () => this.facility,
      states: {
        kept: async () => this.body,
        keep: async (_facility, name, body) => {
          if (this.isDiskFull) throw new CodedError('JOURNAL_UNWRITABLE', 'the disk is full')
          if (name === 'roster') this.body = body
        },
      },
      people: {
        book: {
          note: async ({ audit = [], result }) => {
            this.told.push(...audit)
            return result
          },
        },
      },
      now: () => this.time.now,
      logger: { ...silentLogger, error: (fields) => void this.logged.push(fields) },
      ...given,
    })
  }
}

/** Of local time, in November or December 2026. */
export function at(time: string): number {
  return Date.parse(`2026-${time}:00+08:00`)
}

export function absence(person: string, from: string, to: string, substitute?: string) {
  return {
    person,
    from: at(from),
    to: at(to),
    ...(substitute === undefined ? {} : { substitute }),
    reason: 'leave',
    by: 'chief',
  }
}
