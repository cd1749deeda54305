import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { Dependents } from '../../../ingest/derive/dependents.ts'

const facility = parseFacility(
  `
facility: { id: plant }
gateways: [ { id: gw, buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, port: 1502, devices: [ { id: d, poll: 1s, sensors: [
  { id: A, kind: gas, unit: "%LEL", staleAfter: 20s, report: { maxInterval: 30s }, register: { address: 0 } },
  { id: B, kind: gas, unit: "%LEL", register: { address: 1 } }, { id: F, kind: flow, unit: "m3/h", staleAfter: 20s, register: { address: 2 } } ] } ] } ] } ]
derived:
  - { id: LAST, of: [MEAN, DIFF], compute: deviation, every: 1s, report: { maxInterval: 7s } }
  - { id: DIFF, of: [A, B], compute: deviation, every: 1s, report: { maxInterval: 50s } }
  - { id: MEAN, of: A, compute: mean, window: 10m, every: 1s, report: { maxInterval: 40s } }
  - { id: EVER, of: F, compute: total }
  - { id: OF.EVER, of: EVER, compute: mean, window: 5m }
  - { id: VOTE, of: [A, B], compute: vote, need: 1, limit: 20 }
`,
  'plant.yaml',
)
const dependents = new Dependents(facility)
const reachOf = (id: string) => dependents.of(id).map(({ sensor, reachMs }) => [sensor.id, reachMs])

describe('who is computed from a sensor', () => {
  it('stands in the order of computation, with how long a value has a say there', () => {
    // A value of A holds for twice its report interval; a window of 10 min has a step more.
    const holdMs = 60_000
    const meanMs = holdMs + 600_000
    const found = reachOf('A')
    expect(found.map(([id]) => id)).toEqual(['DIFF', 'MEAN', 'LAST'])
    const [diff = 0, mean = 0, last = 0] = found.map(([, ms]) => Number(ms))
    expect(diff).toBe(holdMs)
    expect(mean).toBeGreaterThanOrEqual(meanMs)
    expect(mean).toBeLessThanOrEqual(meanMs + 1_000)
    // The longer way of the two, and the longer of what holds at their ends.
    expect(last).toBe(mean + 50_000)
  })

  it('is nobody who remembers everything, nor who is computed from such a one alone', () => {
    expect(reachOf('EVER').map(([id]) => id)).toEqual(['OF.EVER'])
    expect(reachOf('F')).toEqual([])
    expect(reachOf('VOTE')).toEqual([])
    expect(reachOf('nobody')).toEqual([])
  })

  it('is found with those that it is the input of itself', () => {
    expect(dependents.directOf('A').map(({ id }) => id)).toEqual(['DIFF', 'MEAN'])
    expect(dependents.directOf('MEAN').map(({ id }) => id)).toEqual(['LAST'])
  })
})
