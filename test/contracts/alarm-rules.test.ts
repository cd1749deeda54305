import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { problemsOf } from './plant-text.ts'

/** Two sensors with these alarms. */
function plant(first: string, second = '{}', head = ''): string {
  return `facility: { id: plant }
${head}
gateways:
  - id: gw-1
    buses:
      - id: line
        driver: modbus-tcp
        host: h
        devices:
          - id: panel
            sensors:
              - { id: T-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: ${first} }
              - { id: P-1, kind: state, unit: "1", register: { address: 1 }, alarms: ${second} }
`
}

const T1 = 'gateways[0].buses[0].devices[0].sensors[0].alarms'
const H = (more: string) => `{ H: { when: high, limit: 20, ${more} } }`

describe('what an alarm refers to and cannot mean', () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      'a class that is none',
      plant(H('class: saftey')),
      [`${T1}.H.class: no alarm class "saftey", did you mean "safety"?`],
    ],
    [
      'a group that is none',
      plant(H('group: trip'), '{}', 'groups: [ { id: trap } ]'),
      [`${T1}.H.group: no alarm group "trip", did you mean "trap"?`],
    ],
    [
      'the same group twice',
      plant('{}', '{}', 'groups: [ { id: trip }, { id: TRIP } ]'),
      ['groups[1].id: group "TRIP" is there already: groups[0]'],
    ],
    [
      'a rule without a source',
      plant(H('suppressWhen: [ { limit: 1 } ]')),
      [`${T1}.H.suppressWhen[0]: give a sensor with its limit, or an alarm`],
    ],
    [
      'a rule with two',
      plant(H('suppressWhen: [ { sensor: P-1, limit: 0, alarm: P-1.FAULT } ]')),
      [`${T1}.H.suppressWhen[0]: give a sensor with its limit, or an alarm`],
    ],
    [
      'a rule without a limit',
      plant(H('suppressWhen: [ { sensor: P-1 } ]')),
      [`${T1}.H.suppressWhen[0].limit: required key "limit" is missing beside a sensor`],
    ],
    [
      'a rule on a sensor that is none',
      plant(H('suppressWhen: [ { sensor: P-2, limit: 0 } ]')),
      [`${T1}.H.suppressWhen[0].sensor: no sensor "P-2", did you mean "P-1"?`],
    ],
    [
      'a rule on an alarm that is none',
      plant(H('suppressWhen: [ { alarm: P-1.H } ]')),
      [`${T1}.H.suppressWhen[0].alarm: no alarm "P-1.H", did you mean "T-1.H"?`],
    ],
    [
      'a rule on itself',
      plant(H('suppressWhen: [ { alarm: T-1.H } ]')),
      [`${T1}.H.suppressWhen[0].alarm: an alarm cannot suppress itself`],
    ],
    [
      'a limit for an alarm',
      plant(H('suppressWhen: [ { alarm: P-1.FAULT, limit: 1 } ]')),
      [`${T1}.H.suppressWhen[0].limit: an alarm decides by itself: no limit`],
    ],
    [
      'a priority that does not rise',
      plant(H('priority: high, rise: [ { after: 1m, priority: medium } ]')),
      [`${T1}.H.rise[0].priority: medium is no higher than high`],
    ],
    [
      'rises out of order',
      plant(H('priority: low, rise: [ { after: 5m, priority: medium }, { after: 1m, priority: high } ]')),
      [`${T1}.H.rise[1].after: 1m does not come after what is before it`],
    ],
    [
      'an alarm that never rests',
      plant(H('reAlarm: 0s')),
      [`${T1}.H.reAlarm: 0s: it would never stay acknowledged`],
    ],
    [
      'an unknown key of a class',
      plant('{}', '{}', 'classes: { safety: { shelvng: never } }'),
      ['classes.safety.shelvng: unknown key "shelvng", did you mean "shelving"?'],
    ],
  ]
  it.each(cases)('%s', (_name, text, expected) => {
    expect(problemsOf(text).lines.map((line) => line.replace(/^\d+:\d+ /, ''))).toEqual(expected)
  })

  it('a rule on a FAULT that the file does not name is one on an alarm that is there', () => {
    expect(() => parseFacility(plant(H('suppressWhen: [ { alarm: P-1.FAULT } ]')), 'f.yaml')).not.toThrow()
  })
})

describe('classes', () => {
  const classOf = (name: string, head = '') => {
    const facility = parseFacility(plant(H(`class: ${name}`), '{}', head), 'f.yaml')
    return facility.sensors.get('T-1')?.alarms[0]?.class
  }

  it('the standard ones are there', () => {
    expect(classOf('process')).toEqual({
      id: 'process',
      acknowledge: 'required',
      shelving: 'allowed',
      maxShelveMs: 86_400_000,
      bypass: 'allowed',
      lifeSafety: false,
    })
    expect(classOf('safety')).toMatchObject({ shelving: 'never', bypass: 'two-person', lifeSafety: true })
  })

  it('a file changes a key of a standard one and keeps the others', () => {
    const head = 'classes: { safety: { shelving: two-person, maxShelve: 1h } }'
    expect(classOf('safety', head)).toMatchObject({
      shelving: 'two-person',
      maxShelveMs: 3_600_000,
      bypass: 'two-person',
      lifeSafety: true,
    })
  })

  it('one of the file has the defaults of process', () => {
    const head = 'classes: { notice: { acknowledge: auto } }'
    expect(classOf('notice', head)).toMatchObject({ id: 'notice', acknowledge: 'auto', shelving: 'allowed' })
  })

  it('neither classes nor groups make gateway and server differ', () => {
    const digest = (head: string) => parseFacility(plant('{}', '{}', head), 'f.yaml').digest
    expect(digest('groups: [ { id: trip } ]\nclasses: { notice: {} }')).toBe(digest(''))
  })
})
