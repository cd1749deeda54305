import { describe, expect, it } from 'vitest'
import { inspectFacility, parseFacility } from '../../contracts/facility-load.ts'
import { registerStep, watchdogValues } from '../../contracts/notify/watchdog-values.ts'
import { problemsOf } from './plant-text.ts'

/** A plant with a watchdog; lines count from 1. */
const PLANT = `facility: { id: plant }
responders:
  - { id: anna, email: anna@plant.example }
  - { id: li }
gateways:
  - id: gw-1
    buses:
      - id: dog
        driver: modbus-tcp
        host: 127.0.0.1
        port: 5029
        devices:
          - id: dog
            poll: 1s
            sensors:
              - id: WD-1
                kind: other
                unit: "%"
                range: [0, 100]
                register: { address: 0 }
                alarms: { H: { when: high, limit: 50, class: watchdog } }
      - id: gas
        driver: modbus-tcp
        host: 127.0.0.1
        port: 5030
        devices:
          - id: panel
            sensors:
              - { id: GT-1, kind: gas, unit: ppm, register: { address: 1 }, alarms: { H: { when: high, limit: 20 } } }
notify:
  channels:
    - { id: dog, kind: webhook, url: "http://127.0.0.1:9467/" }
    - { id: mail, kind: email, host: 127.0.0.1, security: none, from: dog@plant.example }
  watchdog: { sensor: WD-1, device: "127.0.0.1:5029", listen: "127.0.0.1:9467", channel: dog, every: 5m, within: 30s, tell: [mail], to: [anna] }
`

function problemsWith(...edits: readonly [from: string, to: string][]): string[] {
  const text = edits.reduce((whole, [from, to]) => {
    if (whole.split(from).length !== 2) throw new Error(`"${from}" is not there once`)
    return whole.replace(from, to)
  }, PLANT)
  return problemsOf(text).lines.map((line) => line.replace(/^\d+:\d+ /, ''))
}

const SENSOR = 'gateways[0].buses[0].devices[0].sensors[0]'

const WRONG: [name: string, edit: [string, string][], expected: string][] = [
  [
    'the device of another bus',
    [['device: "127.0.0.1:5029"', 'device: "127.0.0.1:5031"']],
    'notify.watchdog.device: 127.0.0.1:5031: the bus of its sensor connects to 127.0.0.1:5029; give both the same host and port',
  ],
  [
    'another host',
    [['device: "127.0.0.1:5029"', 'device: "10.0.0.7:5029"']],
    'notify.watchdog.device: 10.0.0.7:5029: the bus of its sensor connects to 127.0.0.1:5029; give both the same host and port',
  ],
  [
    'a bus that is no Modbus TCP',
    [['- id: dog\n        driver: modbus-tcp', '- id: dog\n        driver: modbus-rtu-over-tcp']],
    'gateways[0].buses[0].driver: the watchdog plays a device of driver modbus-tcp',
  ],
  [
    'a sensor beside it, which it would play too',
    [
      [
        '      - id: gas\n',
        '              - { id: GT-9, kind: gas, unit: ppm, register: { address: 9 } }\n      - id: gas\n',
      ],
    ],
    'gateways[0].buses[0].devices: the watchdog plays all of this bus: leave nothing on it but its own sensor',
  ],
  [
    'no alarm',
    [['                alarms: { H: { when: high, limit: 50, class: watchdog } }\n', '']],
    `${SENSOR}: the sensor of the watchdog has one alarm: { when: high, class: watchdog }`,
  ],
  [
    'two alarms',
    [
      [
        'limit: 50, class: watchdog }',
        'limit: 50, class: watchdog }, HH: { when: high, limit: 60, class: watchdog }',
      ],
    ],
    `${SENSOR}.alarms: the sensor of the watchdog has one alarm: { when: high, class: watchdog }`,
  ],
  [
    'an alarm of operators',
    [['limit: 50, class: watchdog', 'limit: 50']],
    `${SENSOR}.alarms.H.class: the alarm of the watchdog has class watchdog`,
  ],
  [
    'an alarm that is low',
    [['when: high, limit: 50', 'when: low, limit: 50']],
    `${SENSOR}.alarms.H.when: the alarm of the watchdog is high`,
  ],
  [
    'an alarm that latches',
    [['limit: 50, class: watchdog', 'limit: 50, latching: true, class: watchdog']],
    `${SENSOR}.alarms.H.latching: nobody would reset the alarm of the watchdog`,
  ],
  [
    'no range',
    [['                range: [0, 100]\n', '']],
    `${SENSOR}: the sensor of the watchdog needs a range: [0, 100]`,
  ],
  [
    'no room above the limit',
    [['limit: 50,', 'limit: 95,']],
    `${SENSOR}.range: limit 95 leaves no room for values that tell rounds apart: register uint16, range [0, 100], limit 50`,
  ],
  [
    'a poll that takes longer than it waits',
    [['poll: 1s', 'poll: 30s']],
    'notify.watchdog.within: 30s: poll and delays of its alarm alone take up to 30s',
  ],
  [
    'an alarm that is delayed for longer than it waits',
    [['limit: 50,', 'limit: 50, onDelay: 29s,']],
    'notify.watchdog.within: 30s: poll and delays of its alarm alone take up to 30s',
  ],
  [
    'rounds that overlap',
    [['every: 5m', 'every: 31s']],
    'notify.watchdog.every: 31s: a round takes up to 31s (within, poll and offDelay); give more',
  ],
  [
    'the class on another sensor, whose alarm would reach nobody',
    [['limit: 20 }', 'limit: 20, class: watchdog }']],
    'gateways[0].buses[1].devices[0].sensors[0].alarms.H.class: watchdog is the class of the sensor of notify.watchdog alone: nobody would be told',
  ],
  [
    'a class that people acknowledge',
    [['responders:', 'classes: { watchdog: { acknowledge: required } }\nresponders:']],
    'classes.watchdog.acknowledge: nobody acknowledges the alarm of the watchdog: auto',
  ],
  [
    'messages in the clear over a network',
    [['listen: "127.0.0.1:9467"', 'listen: "0.0.0.0:9467"']],
    'notify.watchdog.listen: 0.0.0.0:9467: beyond loopback it takes messages by HTTPS only: give tls',
  ],
  [
    'telling itself that it is broken',
    [['tell: [mail]', 'tell: [mail, dog]']],
    'notify.watchdog.tell[1]: "dog" leads to the watchdog itself, and to nobody else',
  ],
  [
    'mail to nobody',
    [[', to: [anna]', '']],
    'notify.watchdog.to: a channel of kind email needs somebody to tell',
  ],
  ['mail to who has none', [['to: [anna]', 'to: [li]']], 'notify.watchdog.to[0]: "li" has no email'],
]

describe('a watchdog', () => {
  it('that can work is taken as it is', () => {
    const { watchdog } = parseFacility(PLANT, '/etc/x.yaml').notify
    expect(watchdog).toMatchObject({
      device: { host: '127.0.0.1', port: 5029 },
      listen: { host: '127.0.0.1', port: 9467 },
      everyMs: 300_000,
      withinMs: 30_000,
    })
    expect(watchdog).not.toHaveProperty('tls')
  })

  it('needs no reason beside its alarm, as those of people do', () => {
    const findings = inspectFacility(PLANT, '/etc/x.yaml').review(['refusal', 'advice'])
    const of = (bus: string) => findings.filter((finding) => JSON.stringify(finding).includes(bus)).length
    expect([of('buses[0]'), of('buses[1]') > 0]).toEqual([0, true])
  })

  it('may listen everywhere, with a certificate beside the file', () => {
    const text = PLANT.replace(
      'listen: "127.0.0.1:9467"',
      'listen: "0.0.0.0:9467", tls: { cert: a.crt, key: a.key }',
    ).replace('device: "127.0.0.1:5029"', 'device: "0.0.0.0:5029"')

    expect(parseFacility(text, '/etc/x.yaml').notify.watchdog).toMatchObject({
      device: { host: '0.0.0.0', port: 5029 },
      tls: { cert: '/etc/a.crt', key: '/etc/a.key' },
    })
  })

  it.each(WRONG)('with %s is refused', (_name, edits, expected) => {
    expect(problemsWith(...edits)).toEqual([expected])
  })

  it('of a sensor that is not there is refused once', () => {
    expect(problemsWith(['sensor: WD-1,', 'sensor: WD-9,'])).toEqual([
      'notify.watchdog.sensor: no sensor "WD-9", did you mean "WD-1"?',
    ])
  })

  it('of a sensor that is computed is refused', () => {
    const derived = 'derived: [ { id: D, of: GT-1, compute: rate, over: 1m, kind: gas } ]\nnotify:\n'
    expect(problemsWith(['sensor: WD-1,', 'sensor: D,'], ['notify:\n', derived])).toContain(
      'notify.watchdog.sensor: no gateway reads "D": the watchdog plays a device on a bus',
    )
  })
})

describe('the values of a watchdog', () => {
  it('are beyond the limit, within the range, and apart by more than a register blurs', () => {
    const values = watchdogValues({
      range: [0, 100],
      limit: 50,
      deadband: 2,
      step: registerStep('uint16', 1),
    })
    expect(values?.normal).toBeLessThan(48)
    expect(values?.beyond.length).toBeGreaterThan(10)
    for (const [index, value] of values?.beyond.entries() ?? []) {
      expect(Math.round(value)).toBeGreaterThan(50)
      expect(Math.round(value)).toBeLessThanOrEqual(100)
      const other = values?.beyond[index + 1]
      if (other !== undefined)
        expect(Math.abs(Math.round(value) - other)).toBeGreaterThan(values?.tolerance ?? 0)
      expect(Math.abs(Math.round(value) - value)).toBeLessThan(values?.tolerance ?? 0)
    }
  })

  it('need room', () => {
    expect(watchdogValues({ range: [0, 1], limit: 1, deadband: 0, step: 1 })).toBeUndefined()
    expect(watchdogValues({ range: [0, 100], limit: 3, deadband: 2, step: 1 })).toBeUndefined()
    expect(watchdogValues({ range: [0, 1], limit: 0.5, deadband: 0, step: 0 })?.beyond).toHaveLength(50)
  })
})
