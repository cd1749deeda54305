import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AlarmRecord } from '../../alerting/alarm-record.ts'
import { liveState } from '../../alerting/alarm-record.ts'
import { smallFacility } from './alarm-fixtures.ts'
import { MINUTE, TestScene } from './field-test-scene.ts'

/** A test never changes what stands underneath. */

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 3s, reAlarm: 1m }, HH: { when: high, limit: 40, latching: true, priority: critical } }',
)

type Step =
  | { kind: 'read'; value: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'act'; alarm: string; action: 'acknowledge' | 'reset' | 'silence' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('read' as const), value: fc.constantFrom(5, 19, 25, 45) }),
  },
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(500, 3_000, 12_000) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      alarm: fc.constantFrom('T-1.H', 'T-1.HH', 'T-1.FAULT'),
      action: fc.constantFrom('acknowledge' as const, 'reset' as const, 'silence' as const),
    }),
  },
)
const steps = fc.array(step, { maxLength: 40 })

function perform(scene: TestScene, item: Step): void {
  if (item.kind === 'read') scene.read({ 'T-1': item.value })
  if (item.kind === 'wait') scene.wait(item.ms)
  if (item.kind === 'act') {
    const said = { time: scene.now, occurrence: null, by: 'op' }
    const { action, alarm } = item
    try {
      scene.engine.act(
        alarm,
        action === 'acknowledge' ? { kind: action, ...said, comment: null } : { kind: action, ...said },
        scene.now,
      )
    } catch {
      // Refused: in both scenes alike, which the comparison of their records shows.
    }
  }
}

/** All that is not the flags themselves, nor counts them. */
function beneath({ suppressed: _, transitions: _t, since: _s, ...record }: AlarmRecord) {
  return record
}

function records(scene: TestScene): Map<string, AlarmRecord> {
  return new Map(Array.from(scene.engine.entries(), ({ config, record }) => [config.id, record]))
}

test('while it runs, every alarm is beneath what it would be without it', () => {
  fc.assert(
    fc.property(steps, steps, (before, during) => {
      const [tested, plain] = [new TestScene(facility), new TestScene(facility)]
      for (const item of before) for (const scene of [tested, plain]) perform(scene, item)
      tested.start({ forMs: 480 * MINUTE })
      for (const item of during) {
        for (const scene of [tested, plain]) perform(scene, item)
        const other = records(plain)
        for (const [id, record] of records(tested)) {
          const expected = other.get(id)
          expect(beneath(record), id).toEqual(expected && beneath(expected))
          expect(tested.state(id)?.shown).toBe(id.startsWith('T-1.') ? 'DSUPR' : plain.state(id)?.shown)
        }
      }
    }),
    { numRuns: 200 },
  )
})

test('when it ends, condition, occurrence and latch are what they would be; what is active or latched is to be acknowledged', () => {
  fc.assert(
    fc.property(steps, steps, steps, fc.boolean(), (before, during, after, byHand) => {
      const [tested, plain] = [new TestScene(facility), new TestScene(facility)]
      const both = [tested, plain]
      const until = tested.now + 480 * MINUTE
      for (const item of before) for (const scene of both) perform(scene, item)
      tested.start({ forMs: until - tested.now })
      for (const item of during) for (const scene of both) perform(scene, item)
      if (byHand) tested.end()
      else for (const scene of both) scene.wait(until - scene.now)
      const lasting = ({ phase, due, latched, occurrence, raised, activated, sample }: AlarmRecord) => ({
        ...{ phase, due, latched, occurrence, raised, activated, sample },
      })
      const other = records(plain)
      for (const [id, record] of records(tested)) {
        const expected = other.get(id)
        // Acknowledged and still active, an alarm occurs again after its time; the end of a flag takes that back.
        if (expected?.reAlarmAt !== null) continue
        expect(lasting(record), id).toEqual(lasting(expected))
        expect(record.suppressed).toEqual([])
        if (id.startsWith('T-1.')) expect(['NORM', 'UNACK', 'LATCH_UNACK']).toContain(liveState(record))
      }
      expect([...tested.engine.tests.current()].map(({ ended }) => ended)).toEqual([tested.now])
      // And the next test is a new one.
      for (const item of after) perform(tested, item)
      expect(tested.start().terms.number).toBe(2)
    }),
    { numRuns: 200 },
  )
})

test('what is raised and returned in the evidence is what was told, and the readings are counted', () => {
  fc.assert(
    fc.property(steps, steps, (before, during) => {
      const scene = new TestScene(facility)
      for (const item of before) perform(scene, item)
      const started = scene.start({ forMs: 480 * MINUTE })
      scene.told.splice(0)
      for (const item of during) perform(scene, item)
      const { sensors } = started.keep(0)
      for (const { alarm, raised, returned, peak } of sensors[0]?.alarms ?? []) {
        const of = scene.told.filter(({ config }) => config.id === alarm)
        const raises = of.filter(({ event }) => event === 'raised')
        const last = of.findLast(({ event }) => event === 'raised' || event === 'returned')
        expect(raised).toBe(raises[0]?.time ?? null)
        expect(returned).toBe(last?.event === 'returned' ? last.time : null)
        const values = during.flatMap((item) => (item.kind === 'read' ? [item.value] : []))
        expect(peak).toBe(alarm === 'T-1.FAULT' || values.length === 0 ? null : Math.max(...values))
      }
      const values = during.flatMap((item) => (item.kind === 'read' ? [item.value] : []))
      expect(sensors[0]?.count).toBe(values.length)
      expect([sensors[0]?.first?.value, sensors[0]?.last?.value]).toEqual([values[0], values.at(-1)])
    }),
    { numRuns: 200 },
  )
})
