import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { shownState } from '../../alerting/alarm-record.ts'
import type { Transition } from '../../alerting/evaluation.ts'
import { ReplayedSide } from '../../alerting/what-if/replayed-side.ts'
import type { PolledSensor } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import { isWorthSending } from '../../gateway/quality/report.ts'
import { evidenceBatch } from '../alerting/alarm-fixtures.ts'
import { DAY, trialPlant } from './plant.ts'

const POLL = 1_000
const ALARMS = [
  '{ H: { when: high, limit: 20, deadband: 2, onDelay: 2500ms, offDelay: 4500ms, rise: [ { after: 7s, priority: critical } ] }',
  'HH: { when: high, limit: 30, latching: true, offDelay: 3s }',
  'L: { when: low, limit: 5, onDelay: 1s, onBad: alarm } }',
].join(', ')
const SENSORS = ['T-1', 'T-2'] as const

/** What a sensor holds, for so many polls. */
const stretch = fc.record({
  polls: fc.integer({ min: 1, max: 45 }),
  value: fc.constantFrom(4, 6, 10, 17, 19, 20, 25, 30, 40),
  quality: fc.constantFrom(
    'good' as const,
    'good' as const,
    'good' as const,
    'uncertain' as const,
    'bad' as const,
  ),
})
const REASONS = { good: undefined, uncertain: 'clock', bad: 'timeout' } as const

/** Of each poll what the sensor said. */
function samplesOf(
  sensor: string,
  stretches: readonly (typeof stretch extends fc.Arbitrary<infer T> ? T : never)[],
): Reading[] {
  const samples = stretches.flatMap(({ polls, value, quality }) =>
    Array.from({ length: polls }, () => ({ value, quality, reason: REASONS[quality] })),
  )
  return samples.map(({ value, quality, reason }, poll) => ({
    sensor,
    time: DAY + (poll + 1) * POLL,
    quality,
    ...(quality === 'bad' ? {} : { value }),
    ...(reason === undefined ? {} : { reason }),
  }))
}

const brief = ({ time, config, event, record, from }: Transition) => [
  config.id,
  time,
  event,
  from,
  shownState(record),
  record.sample.value,
]

/** In the order of each alarm: alarms of a sensor are told of the end of a delay at the next poll, or at once. */
function byAlarm(transitions: readonly Transition[], until: number): unknown {
  return Object.groupBy(transitions.filter(({ time }) => time < until).map(brief), ([alarm]) => String(alarm))
}

it('stored reports through both sides are what live evaluation of every poll was', () => {
  const plant = trialPlant(ALARMS)
  fc.assert(
    fc.property(
      fc.tuple(
        fc.array(stretch, { minLength: 1, maxLength: 12 }),
        fc.array(stretch, { minLength: 1, maxLength: 12 }),
      ),
      (plans) => {
        const samples = SENSORS.map((sensor, index) => samplesOf(sensor, plans[index] ?? []))
        const polls = Math.min(...samples.map((list) => list.length))
        const stored: Reading[] = []
        const live: Transition[] = []
        const engine = new AlarmEngine({ facility: plant, now: DAY })
        const last = new Map<string, Reading>()
        for (let poll = 0; poll < polls; poll += 1) {
          const time = DAY + (poll + 1) * POLL
          const readings = samples
            .flatMap((list) => list[poll] ?? [])
            .filter((sample) => {
              const sensor = plant.sensors.get(sample.sensor) as PolledSensor
              return isWorthSending(sensor, last.get(sample.sensor), sample)
            })
          for (const reading of readings) last.set(reading.sensor, reading)
          stored.push(...readings)
          live.push(
            ...engine.evaluate(evidenceBatch({ readings, sent: time, polled: { panel: time } }), time)
              .transitions,
          )
        }
        const end = DAY + polls * POLL
        const replayed: Transition[] = []
        const side = new ReplayedSide(DAY, {
          facility: plant,
          acknowledgeAfterMs: null,
          onTransition: (transition) => replayed.push(transition),
        })
        for (const reading of stored) side.take(reading)
        side.finish(end)
        // An off-delay that ended within the last poll is found with the next.
        expect(byAlarm(replayed, end - POLL)).toEqual(byAlarm(live, end - POLL))
      },
    ),
    { numRuns: 300 },
  )
})
