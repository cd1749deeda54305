import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { shownState } from '../../alerting/alarm-record.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import { succeed } from '../../alerting/succession.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

const H = '{ H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 3s } }'
const FOLLOWS = `{ H: { when: high, limit: 20, suppressWhen: [ { sensor: T-1, when: high, limit: 40, reason: r } ] } }`

/** Key: sensor id. Value: its alarms. */
function plant(sensors: Record<string, string>, keys: Record<string, string> = {}): Facility {
  const registers = Object.entries(sensors).map(
    ([id, alarms], address) =>
      `{ id: ${id}, kind: gas, unit: ${keys[id] ?? 'ppm'}, staleAfter: 5s, register: { address: ${address} }, alarms: ${alarms} }`,
  )
  return parseFacility(
    `facility: { id: plant }
gateways:
  - id: gw-1
    buses: [ { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, sensors: [ ${registers.join(', ')} ] } ] } ]
`,
    'plant.yaml',
  )
}

/** A facility under evaluation whose file is edited. */
class Watched {
  facility: Facility
  engine: AlarmEngine
  now = 1_000_000
  readonly told: string[] = []

  constructor(facility: Facility) {
    this.facility = facility
    this.engine = new AlarmEngine({ facility, now: this.now })
    this.engine.live(this.now)
  }

  pass(ms: number): void {
    this.now += ms
    this.#note(this.engine.advance(this.now))
  }

  read(sensor: string, value: number, quality: Reading['quality'] = 'good'): void {
    const reading = { sensor, time: this.now, value, quality }
    this.#note(this.engine.evaluate(evidenceBatch({ readings: [reading] }), this.now))
  }

  edit(to: Facility): string[] {
    this.#note(this.engine.advance(this.now))
    const { engine, evaluation, gone } = succeed(this.engine, {
      from: this.facility,
      to,
      now: this.now,
      kept: new Map(),
      settings: new Map(),
    })
    this.facility = to
    this.engine = engine
    this.#note(evaluation)
    return gone.map(({ config }) => config.id)
  }

  state(alarm: string): string | undefined {
    const record = this.engine.entry(alarm)?.record
    return record && shownState(record)
  }

  #note(evaluation: Evaluation): void {
    for (const { config, event, time, record } of evaluation.transitions)
      this.told.push(`${config.id}#${record.transitions} ${event} ${time - 1_000_000}`)
  }
}

describe('another version of the facility file', () => {
  it('raises by a limit that was lowered, after the on-delay, on what is held', () => {
    const watched = new Watched(plant({ 'T-1': H }))
    watched.read('T-1', 15)
    watched.pass(1_000)
    watched.edit(plant({ 'T-1': H.replace('limit: 20', 'limit: 10') }))
    watched.pass(1_999)
    expect(watched.told).toEqual([])
    watched.pass(1)
    expect(watched.told).toEqual(['T-1.H#1 raised 3000'])
  })

  it('clears by a limit that was raised, past the new deadband and off-delay; the latch stays', () => {
    const latching = '{ H: { when: high, limit: 20, latching: true } }'
    const watched = new Watched(plant({ 'T-1': latching, 'T-2': latching }))
    watched.read('T-1', 30)
    watched.read('T-2', 30)
    const raised = '{ H: { when: high, limit: 31, latching: true, deadband: 5 } }'
    watched.edit(plant({ 'T-1': raised.replace('deadband: 5', 'deadband: 0'), 'T-2': raised }))
    expect([watched.state('T-1.H'), watched.state('T-2.H')]).toEqual(['LATCH_UNACK', 'UNACK'])
  })

  it('judges an alarm that is new on what its sensor holds already', () => {
    const watched = new Watched(plant({ 'T-1': H }))
    watched.read('T-1', 30)
    watched.edit(plant({ 'T-1': '{ HH: { when: high, limit: 25 }, LL: { when: low, limit: 1 } }' }))
    expect([watched.state('T-1.HH'), watched.state('T-1.LL')]).toEqual(['UNACK', 'NORM'])
  })

  it('lets a running delay end at its time, and silence go on', () => {
    const watched = new Watched(plant({ 'T-1': H, 'T-2': H }))
    watched.read('T-1', 25)
    watched.read('T-2', 5)
    for (const address of [1, 2, 3]) {
      watched.pass(1_000)
      watched.edit(plant({ 'T-1': H, 'T-2': H, [`N-${address}`]: H }))
    }
    watched.pass(2_000)
    expect(watched.told).toEqual([
      'T-1.H#1 raised 2000',
      'T-1.FAULT#1 raised 5000',
      'T-2.FAULT#1 raised 5000',
    ])
  })

  it('closes what stood and is gone, and says nothing of what was normal', () => {
    const watched = new Watched(plant({ 'T-1': '{ H: { when: high, limit: 20 } }', 'T-2': H }))
    watched.read('T-1', 30)
    expect(watched.edit(plant({ 'T-3': H }))).toEqual(['T-1.H'])
  })

  it('knows nothing of a sensor that has another unit', () => {
    const watched = new Watched(plant({ 'T-1': '{ H: { when: high, limit: 20 } }' }))
    watched.read('T-1', 15)
    watched.edit(plant({ 'T-1': '{ H: { when: high, limit: 2 } }' }, { 'T-1': '"%LEL"' }))
    expect(watched.engine.entry('T-1.H')?.record).toMatchObject({ phase: 'inactive', unknown: true })
  })

  it('suppresses at once by a rule that is new, and lifts what no rule wants any more', () => {
    const plain = '{ H: { when: high, limit: 20 } }'
    const watched = new Watched(plant({ 'T-1': H, 'T-2': plain }))
    watched.read('T-1', 50)
    watched.read('T-2', 30)
    watched.edit(plant({ 'T-1': H, 'T-2': FOLLOWS }))
    expect(watched.state('T-2.H')).toBe('DSUPR')
    watched.edit(plant({ 'T-1': H, 'T-2': plain }))
    expect(watched.state('T-2.H')).toBe('UNACK')
  })
})

const step = fc.record({
  after: fc.constantFrom(0, 100, 900, 2_100, 3_500, 6_000),
  sensor: fc.constantFrom('T-1', 'T-2'),
  value: fc.constantFrom(5, 19, 25, 45),
  quality: fc.constantFrom(
    'good' as const,
    'good' as const,
    'good' as const,
    'uncertain' as const,
    'bad' as const,
  ),
  isEdit: fc.boolean(),
})

it('a file that changes nothing of an alarm changes nothing of its life, whenever it comes', () => {
  const sensors = { 'T-1': H, 'T-2': FOLLOWS }
  const first = plant(sensors)
  const others = [plant({ ...sensors, 'N-1': H }), plant({ 'N-2': H, ...sensors })]
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const [edited, left] = [new Watched(first), new Watched(first)]
      for (const [at, { after, sensor, value, quality, isEdit }] of steps.entries()) {
        for (const watched of [edited, left]) watched.pass(after)
        const to = others[at % 2]
        if (isEdit && to !== undefined) edited.edit(to)
        for (const watched of [edited, left]) watched.read(sensor, value, quality)
      }
      expect(edited.told.filter((text) => text.startsWith('T-'))).toEqual(left.told)
      for (const id of ['T-1.H', 'T-1.FAULT', 'T-2.H', 'T-2.FAULT'])
        expect(edited.engine.entry(id)?.record).toEqual(left.engine.entry(id)?.record)
    }),
    { numRuns: 100 },
  )
})
