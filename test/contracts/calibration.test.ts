import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../contracts/config-error.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

const DAY = 86_400_000

/** A plant with one polled and one foreign detector; `polled` are further keys of the first. */
function plant({ polled = '', foreign = '', head = '', gateway = 'gw-1', templates = '{}' } = {}) {
  return parseFacility(
    `
facility: { id: plant${head} }
templates: ${templates}
gateways:
  - id: ${gateway}
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, sensors: [
          { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }${polled} } ] } ] }
foreign:
  - { id: esp, topic: esp, sensors: [ { id: F-1, kind: gas, unit: ppm, path: $.gas${foreign} } ] }
`,
    'plant.yaml',
  )
}

function problemsOf(given: Parameters<typeof plant>[0]): string[] {
  try {
    plant(given)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message }) => `${path} ${message}`)
  }
}

const TESTED = 'alarms: { H: { when: high, limit: 20, rationalization: { testInterval: 90d } } }'

describe('calibration in the file', () => {
  it('stands with polled and foreign sensors, and in templates', () => {
    const { sensors, maxInhibitMs } = plant({
      templates: '{ lel: { calibration: { every: 180d, bump: 30d } } }',
      polled: ', use: lel, calibration: { bump: 7d }',
      foreign: ', calibration: { every: 90d }',
    })
    expect(sensors.get('GT-1')?.calibration).toEqual({ everyMs: 180 * DAY, bumpMs: 7 * DAY })
    expect(sensors.get('F-1')?.calibration).toEqual({ everyMs: 90 * DAY })
    expect(maxInhibitMs).toBe(8 * 3_600_000)
    expect(plant().sensors.get('GT-1')?.calibration).toBeUndefined()
  })

  it('is nothing that a gateway has to agree on, and is something that a reload takes', () => {
    const before = plant()
    const after = plant({ polled: ', calibration: { every: 180d }', head: ', maxInhibit: 2h' })
    expect(after.digest).toBe(before.digest)
    expect(after.fingerprint).not.toBe(before.fingerprint)
    expect(plant({ polled: ', report: { deadband: 1 }' }).digest).not.toBe(before.digest)
  })

  it.each([
    ['neither interval', { polled: ', calibration: {}' }, /give every, bump or both/],
    ['too short', { polled: ', calibration: { bump: 59m }' }, /59m: expected 1h to 3650d/],
    ['too long', { foreign: ', calibration: { every: 4000d }' }, /4000d: expected 1h to 3650d/],
    ['an unknown key', { polled: ', calibration: { every: 4d, evry: 4d }' }, /evry/],
    [
      'two places for one interval',
      { polled: `, calibration: { bump: 30d }, ${TESTED}` },
      /testInterval calibration\.bump/,
    ],
    [
      'the same of a foreign sensor',
      { foreign: `, calibration: { bump: 30d }, ${TESTED}` },
      /testInterval calibration\.bump/,
    ],
    ['an inhibit without end', { head: ', maxInhibit: 30d' }, /maxInhibit 30d: expected 1m to 7d/],
    ['a gateway of that name', { gateway: 'Inhibit' }, /"inhibit" stands for detectors/],
  ])('refuses %s', (_, given, expected) => {
    expect(problemsOf(given)).toEqual([expect.stringMatching(expected)])
  })

  it('leaves alarms of a sensor without bump their interval', () => {
    expect(problemsOf({ polled: `, calibration: { every: 180d }, ${TESTED}` })).toEqual([])
  })
})
