import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { isActive, liveState, shownState } from '../../alerting/alarm-record.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

/** Sensors S0 to S4, each with an alarm H at 20. Rules go from a higher number to a lower one: no circle. */
const COUNT = 5

interface Plan {
  /** Who suppresses whom, by number. */
  rules: readonly [number, number][]
  grouped: readonly boolean[]
}

function facilityOf({ rules, grouped }: Plan) {
  const sensors = grouped.map((isGrouped, target) => {
    const by = rules.filter(([, suppressed]) => suppressed === target)
    const list = by.map(([other]) => `{ alarm: S${other}.H }`).join(', ')
    const group = isGrouped ? 'group: trip, ' : ''
    return `{ id: S${target}, kind: gas, unit: ppm, register: { address: ${target} }, alarms: { H: { when: high, limit: 20, ${group}suppressWhen: [ ${list} ] } } }`
  })
  return parseFacility(
    `facility: { id: plant }
groups: [ { id: trip, consequences: suppress } ]
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [ ${sensors.join(', ')} ] } ] }
`,
    'hidden.yaml',
  )
}

const plans: fc.Arbitrary<Plan> = fc.record({
  rules: fc.uniqueArray(
    fc
      .tuple(fc.nat(COUNT - 1), fc.nat(COUNT - 1))
      .filter(([by, target]) => by !== target)
      .map(([by, target]): [number, number] => (by > target ? [by, target] : [target, by])),
    { maxLength: 8, selector: String },
  ),
  grouped: fc.array(fc.boolean(), { minLength: COUNT, maxLength: COUNT }),
})
const steps = fc.array(
  fc.record({
    sensor: fc.nat(COUNT - 1),
    value: fc.constantFrom(5, 25, 25),
    acknowledge: fc.boolean(),
  }),
  { maxLength: 25 },
)

test('rules without a circle, with any group beside them, never hide all that is active', () => {
  fc.assert(
    fc.property(plans, steps, (plan, list) => {
      const engine = new AlarmEngine({ facility: facilityOf(plan), now: 0 })
      for (const [index, { sensor, value, acknowledge }] of list.entries()) {
        const time = (index + 1) * 1_000
        const readings = [{ sensor: `S${sensor}`, time, value, quality: 'good' as const }]
        engine.evaluate(evidenceBatch({ readings }), time)
        const of = engine.entry(`S${sensor}.H`)?.record
        if (acknowledge && of !== undefined && liveState(of).endsWith('UNACK'))
          engine.act(
            `S${sensor}.H`,
            { kind: 'acknowledge', time, occurrence: null, by: 'li', comment: null },
            time,
          )
        const records = [...engine.entries()].map(({ record }) => record)
        const isShown = records.some(
          (record) => liveState(record) !== 'NORM' && shownState(record) === liveState(record),
        )
        if (records.some(isActive)) expect(isShown).toBe(true)
      }
    }),
    { numRuns: 200 },
  )
})
