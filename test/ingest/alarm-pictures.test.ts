import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LOOK_MS } from '../../ingest/status/alarm-pictures.ts'
import { smallFacility } from '../alerting/alarm-fixtures.ts'
import { PicturesScene } from './pictures-scene.ts'

const START = 1_795_219_200_000
const AREAS = 'areas: [ { id: yard, name: Yard, location: { lat: 35.2, lon: 115.4 } } ]'
const HIGH = '{ H: { when: high, limit: 20, deadband: 2, priority: high } }'
const plant = smallFacility(HIGH, AREAS)

let scene: PicturesScene
let jobs: NodeJS.Timeout

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** All sensors say something, so that nothing is stale. */
async function calm(value = 5): Promise<void> {
  await scene.read('T-1', value)
  for (const sensor of ['T-2', 'T-3']) await scene.read(sensor, 5)
}

describe('pictures of alarms', () => {
  beforeEach(async () => {
    vi.useFakeTimers({ now: START })
    scene = new PicturesScene()
    await scene.begin(plant)
    jobs = setInterval(() => void scene.pictures.tick(), LOOK_MS)
    await calm()
  })
  afterEach(async () => {
    clearInterval(jobs)
    await scene.end()
    vi.useRealTimers()
  })

  const timesOf = (measurement: string, tags?: Record<string, string>) =>
    scene.of(measurement, tags).map(({ time }) => time - START)
  const last = (measurement: string, tags?: Record<string, string>) => scene.of(measurement, tags).at(-1)

  describe('that are nearest to going off', () => {
    it('are written every 10 s with what is left to their limit, the nearest first', async () => {
      await pass(1_000)
      await calm(15)
      await scene.look()
      const nearest = scene.of('alarm_margin').slice(-3)
      expect(nearest.map(({ tags }) => tags.alarm)).toContain('T-1.H')
      expect(last('alarm_margin', { alarm: 'T-1.H' })?.fields).toMatchObject({ value: 15, limit: 20 })
      const before = scene.of('alarm_margin', { alarm: 'T-1.H' }).length
      await pass(30_000)
      const times = timesOf('alarm_margin', { alarm: 'T-1.H' }).slice(before)
      expect(times.length).toBeGreaterThan(0)
      for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBe(10_000)
    })

    it('are not those of which nobody knows the value', async () => {
      await pass(1_000)
      await scene.read('T-1', 19, 'bad')
      const before = scene.of('alarm_margin', { alarm: 'T-1.H' }).length
      await scene.look()
      expect(scene.of('alarm_margin', { alarm: 'T-1.H' })).toHaveLength(before)
    })
  })

  describe('that stand', () => {
    it('are written with their transitions, and every 30 s', async () => {
      await pass(1_000)
      await scene.read('T-1', 25)
      await pass(0)
      expect(scene.standing()).toEqual(new Map([['T-1.H', { state: 'UNACK', rank: 3n }]]))
      await scene.acknowledge('T-1.H')
      await pass(0)
      expect(scene.standing().get('T-1.H')?.state).toBe('ACKED')
      for (let s = 0; s < 60; s += 5) {
        await calm(25)
        await pass(5_000)
      }
      expect(timesOf('alarm_standing', { alarm: 'T-1.H' }).slice(-2)).toEqual([30_249, 60_249])
      await scene.read('T-1', 5)
      await pass(0)
      expect(last('alarm_standing', { alarm: 'T-1.H' })?.fields).toMatchObject({ state: 'NORM', rank: 0n })
      expect(scene.standing().size).toBe(0)
    })

    it('are those of the moment once a store is back that was away, and old transitions stand at their old times', async () => {
      await pass(1_000)
      scene.isAway = true
      await scene.read('T-1', 25)
      await scene.read('T-2', 25)
      await scene.acknowledge('T-2.H')
      await scene.read('T-2', 5)
      for (let s = 0; s < 180; s += 5) {
        await calm(25)
        await pass(5_000)
      }
      scene.isAway = false
      await calm(25)
      await pass(6_000)
      expect(timesOf('alarm_standing', { alarm: 'T-2.H' })).toEqual([1_000, 1_001, 1_002])
      expect(scene.standing()).toEqual(new Map([['T-1.H', { state: 'UNACK', rank: 3n }]]))
    })

    it('are told at once when the journal takes nothing, and their entries change nothing afterwards', async () => {
      await pass(1_000)
      scene.states.isFailing = true
      await scene.read('T-1', 25).catch(() => undefined)
      await pass(500)
      expect(scene.of('alarm').length).toBe(0)
      expect(scene.standing().get('T-1.H')).toEqual({ state: 'UNACK', rank: 3n })
      await scene.read('T-1', 5).catch(() => undefined)
      await pass(500)
      expect(scene.standing().get('T-1.H')?.state).toBe('RTNUN')
      scene.states.isFailing = false
      await pass(2_000)
      expect(scene.of('alarm', { alarm: 'T-1.H' }).map(({ fields }) => fields.event)).toEqual([
        'raised',
        'returned',
      ])
      expect(scene.standing().get('T-1.H')?.state).toBe('RTNUN')
    })

    it('do not come back with a picture of the millisecond in which they ended, however late that is written', async () => {
      await scene.read('T-1', 25)
      await scene.acknowledge('T-1.H')
      await pass(1_000)
      scene.delay = (points) => (points.some(({ measurement }) => measurement === 'alarm') ? 0 : 20)
      const picture = scene.look()
      await pass(0)
      await scene.read('T-1', 5)
      await pass(20)
      await picture
      const states = scene.of('alarm_standing').map(({ fields }) => fields.state)
      expect(states.slice(-2)).toEqual(['NORM', 'ACKED'])
      expect([...scene.standing().keys()]).toEqual([])
    })

    it('end with the file that has them no more', async () => {
      await pass(1_000)
      await scene.read('T-1', 25)
      using exchange = await scene.alarms.prepare(
        smallFacility('{ HH: { when: high, limit: 40, deadband: 2 } }', AREAS),
      )
      exchange.take()
      await pass(300)
      expect(last('alarm_standing', { alarm: 'T-1.H' })?.fields.rank).toBe(0n)
      expect([...scene.standing().keys()]).toEqual([])
    })

    it('have another rank at once when their priority was changed', async () => {
      await scene.read('T-1', 25)
      await pass(1_000)
      const asked = { by: 'li', approvedBy: 'wang', reason: 'HAZOP 12', revision: 0 }
      await scene.alarms.settings.change('T-1.H', { ...asked, changes: { priority: 'critical' } })
      await pass(300)
      expect(scene.standing().get('T-1.H')?.rank).toBe(4n)
    })
  })

  describe('areas', () => {
    const yard = { area: 'yard' }

    it('are written every 10 s, those without alarms too', async () => {
      for (let s = 0; s < 20; s += 5) {
        await calm()
        await pass(5_000)
      }
      expect(timesOf('area', yard)).toEqual([250, 10_250])
      expect(new Set(scene.of('area').map(({ tags }) => tags.area)).size).toBe(3)
      expect(last('area', yard)?.fields).toMatchObject({
        name: 'Yard',
        facilityName: 'plant',
        lat: 35.2,
        lon: 115.4,
        worst: 0n,
        sensors: 2n,
        bad: 0n,
        stale: 0n,
      })
      expect(last('area', { area: 'system' })?.fields).not.toHaveProperty('lat')
    })

    it('are written at once when an alarm of theirs changed, and once a second while they do', async () => {
      await pass(2_000)
      await scene.read('T-1', 25)
      await pass(250)
      expect(last('area', yard)?.fields).toMatchObject({
        worst: 3n,
        worstAlarm: 'T-1.H',
        high: 1n,
        unacknowledged: 1n,
      })
      for (let n = 0; n < 30; n += 1) {
        await scene.read('T-1', n % 2 === 0 ? 5 : 25)
        await pass(100)
      }
      expect(timesOf('area', yard)).toEqual([250, 2_250, 3_250, 4_250, 5_250])
      expect(timesOf('area', { area: 'system' })).toEqual([250])
    })

    it('say how many of their sensors are bad, and how many silent', async () => {
      await scene.read('T-2', 5, 'bad')
      await pass(250)
      expect(last('area', yard)?.fields).toMatchObject({ sensors: 2n, bad: 1n, stale: 0n })
      await pass(12_000)
      expect(last('area', yard)?.fields).toMatchObject({ sensors: 2n, bad: 0n, stale: 2n })
    })

    it('follow the facility file', async () => {
      await pass(1_000)
      using exchange = await scene.alarms.prepare(smallFacility(HIGH, AREAS.replace('Yard', 'Old yard')))
      exchange.take()
      await calm()
      await pass(10_000)
      expect(last('area', yard)?.fields.name).toBe('Old yard')
    })
  })

  describe('limits', () => {
    const high = { alarm: 'T-1.H' }

    it('are written at the start, every 5 minutes, and at once for another file', async () => {
      await pass(300_500)
      expect(timesOf('alarm_limit', high)).toEqual([250, 300_250])
      using exchange = await scene.alarms.prepare(
        smallFacility('{ H: { when: high, limit: 40, deadband: 3, priority: high } }', AREAS),
      )
      exchange.take()
      await pass(300)
      expect(last('alarm_limit', high)?.fields).toEqual({ limit: 40, deadband: 3, rank: 3n, when: 'high' })
      expect(scene.of('alarm_limit', { alarm: 'T-1.FAULT' })).toEqual([])
    })

    it('are written at once when they are changed at run time', async () => {
      await pass(1_000)
      const asked = { by: 'li', approvedBy: 'wang', reason: 'HAZOP 12', revision: 0 }
      await scene.alarms.settings.change('T-1.H', { ...asked, changes: { limit: 15 } })
      await pass(250)
      expect(scene.of('alarm_limit', high).map(({ fields }) => fields.limit)).toEqual([20, 15])
      expect(scene.of('alarm_limit', { alarm: 'T-2.H' }).length).toBe(1)
    })

    it('come soon after a store is back', async () => {
      scene.isAway = true
      await pass(60_000)
      scene.isAway = false
      await pass(5_250)
      expect(scene.of('alarm_limit', high).length).toBe(1)
    })
  })
})

describe('whatever happens, however long commits and writes take', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ sensor: fc.constantFrom('T-1', 'T-2'), value: fc.constantFrom(5, 25) }),
    },
    { weight: 2, arbitrary: fc.record({ acknowledge: fc.constantFrom('T-1.H', 'T-2.H') }) },
    { weight: 3, arbitrary: fc.record({ ms: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 3, arbitrary: fc.constant({ look: true }) },
  )

  it('the last two minutes answer which alarms stand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 20 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        async (steps, delays) => {
          vi.useFakeTimers({ now: START })
          const delay = () => delays.next().value
          scene = new PicturesScene()
          scene.delay = scene.states.delay = delay
          await scene.begin(plant)
          const doing: Promise<unknown>[] = []
          for (const one of steps) {
            if ('sensor' in one) doing.push(scene.read(one.sensor, one.value))
            else if ('acknowledge' in one)
              doing.push(scene.acknowledge(one.acknowledge).catch(() => undefined))
            else if ('ms' in one) await vi.advanceTimersByTimeAsync(one.ms)
            else doing.push(scene.look())
          }
          await vi.advanceTimersByTimeAsync(1_000)
          await Promise.all(doing)
          await vi.advanceTimersByTimeAsync(100)
          const stands = [...scene.alarms.views()].filter(({ state }) => state !== 'NORM')
          const shown = [...scene.standing()].map(([alarm, { state }]) => `${alarm} ${String(state)}`)
          expect(shown.sort()).toEqual(stands.map(({ id, state }) => `${id} ${state}`).sort())
          const end = scene.end()
          await vi.advanceTimersByTimeAsync(100)
          await end
          vi.useRealTimers()
        },
      ),
      { numRuns: 40 },
    )
  })
})
