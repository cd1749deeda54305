import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeismicStation, type StationOutput } from '../../../../contracts/analytics/seismic/station.ts'
import type { StationConfig } from '../../../../contracts/analytics/seismic/station-config.ts'
import type { Wave } from '../../../../contracts/analytics/seismic/wave.ts'
import vectors from '../../../vectors/seismic.json' with { type: 'json' }
import { cut, joined, noise, part, START, waveOf } from './waves.ts'
import { yonago } from './yonago.ts'

/** Short enough that an event is over in seconds. */
const QUICK: Partial<StationConfig> = {
  staMs: 200,
  ltaMs: 3_000,
  preMs: 2_000,
  postMs: 3_000,
  maxEventMs: 10_000,
}
type Shaken = readonly (readonly [from: number, to: number, gal: number])[]

/** Noise of 0.1 Gal, and shaking of all axes at 3 Hz between these seconds. */
function ground(seconds: number, shaken: Shaken, options: { time?: number; rate?: number } = {}): Wave {
  const random = noise(9)
  return waveOf(
    seconds,
    (t) => {
      const gal = shaken.find(([from, to]) => t >= from && t < to)?.[2] ?? 0
      const at = (phase: number) => 0.1 * random() + gal * Math.sin(2 * Math.PI * 3 * t + phase) + 12
      return [at(0), at(1), at(2)]
    },
    options,
  )
}

function run(waves: readonly Wave[], config: Partial<StationConfig> = QUICK): StationOutput {
  const station = new SeismicStation(config)
  return joined([...waves.map((wave) => station.take(wave)), station.silence()])
}

const at = ({ seconds }: StationOutput, second: number) =>
  seconds.find(({ time }) => time === START + second * 1_000)

describe('a second', () => {
  it('comes with its last sample, and reads what the ground did', () => {
    const station = new SeismicStation(QUICK)
    const wave = ground(20, [[10, 12, 50]])
    expect(station.take(part(wave, 0, 99)).seconds).toEqual([])
    expect(station.take(part(wave, 99, 100)).seconds.map(({ time }) => time)).toEqual([START + 1_000])
    const output = station.take(part(wave, 100, 2_000))
    expect(output.seconds.map(({ time }) => time)).toEqual(
      Array.from({ length: 19 }, (_, i) => START + (i + 2) * 1_000),
    )
    const shaken = at(output, 12)
    expect(shaken).toMatchObject({ quality: 'good', values: { event: 1 } })
    expect(shaken?.values.pgaNs).toBeCloseTo(50, 0)
    expect(shaken?.values.pga).toBeGreaterThan(50)
    expect(shaken?.values.pgv).toBeGreaterThan(50 / (2 * Math.PI * 3))
    expect(at(output, 8)).toMatchObject({
      quality: 'good',
      values: { event: 0, cav: 0, si: 0 },
    })
    expect(at(output, 8)?.values.pga).toBeLessThan(0.4)
    expect(at(output, 8)?.values.noise).toBeCloseTo(0.1, 1)
    expect(at(output, 12)?.values.noise).toBe(at(output, 10)?.values.noise)
  })

  it('that began before the station is left out', () => {
    expect(run([part(ground(3, []), 30, 300)]).seconds.map(({ time }) => time)).toEqual([
      START + 2_000,
      START + 3_000,
    ])
  })

  it('has no trigger ratio and knows of no event before a long term average has passed, and no frequency before 10 s', () => {
    const output = run([ground(12, [])])
    expect(at(output, 3)?.values).not.toHaveProperty('staLta')
    expect(at(output, 4)?.values).toHaveProperty('staLta')
    for (const feature of ['event', 'cav', 'standardizedCav', 'arias', 'si']) {
      expect(at(output, 3)?.values).not.toHaveProperty(feature)
      expect(at(output, 4)?.values).toHaveProperty(feature, 0)
    }
    expect(at(output, 9)?.values).not.toHaveProperty('frequency')
    expect(at(output, 10)?.values).toHaveProperty('frequency')
  })
})

describe('an event', () => {
  it('comes with time before and after when its record is closed', () => {
    const station = new SeismicStation(QUICK)
    const wave = ground(30, [[10, 12, 50]])
    const outputs = cut(wave, [1_000, 1_100, 1_200, 1_500]).map((piece) => station.take(piece))
    expect(outputs.map(({ events }) => events.length)).toEqual([0, 0, 0, 0, 1])
    const [event] = joined(outputs).events
    expect(event?.onset).toBeGreaterThanOrEqual(START + 10_000)
    expect(event?.onset).toBeLessThan(START + 10_100)
    expect((event?.onset ?? 0) - (event?.from ?? 0)).toBe(2_000)
    const length = event?.wave.axes[0].length ?? 0
    expect(event?.to).toBe((event?.from ?? 0) + length * 10)
    const first = ((event?.from ?? 0) - START) / 10
    expect(event?.wave.axes).toEqual(part(wave, first, first + length).axes)
    expect(event).toMatchObject({ isCut: false, isClipped: false, lone: undefined, rate: 100 })
    expect(event?.features.pgaNs).toBeCloseTo(50, 0)
    expect(event?.features.cav).toBeCloseTo((2 * 50 * 2) / Math.PI / 980.665, 2)
    expect(event?.features.frequency).toBeCloseTo(3, 1)
  })

  it('does not begin during the hold-off, nor at the start, nor behind a gap', () => {
    const shaken = ground(12, [[0, 2, 50]])
    expect(run([shaken]).events).toEqual([])
    const behind = ground(12, [[0, 2, 50]], { time: START + 20_000 })
    expect(run([ground(10, []), behind]).events).toEqual([])
    expect(run([ground(10, []), ground(12, [[6, 8, 50]], { time: START + 20_000 })]).events).toHaveLength(1)
  })

  it('goes on when it shakes again within the time after it', () => {
    const output = run([
      ground(40, [
        [10, 11, 50],
        [13, 14, 80],
      ]),
    ])
    expect(output.events).toHaveLength(1)
    expect(output.events[0]?.features.pgaNs).toBeGreaterThan(79)
  })

  it('that does not end has a record of the greatest length, one only, and is noise later', () => {
    const output = run([ground(80, [[10, 80, 50]])])
    expect(output.events).toHaveLength(1)
    const [event] = output.events
    expect(event).toMatchObject({ isCut: true })
    expect((event?.to ?? 0) - (event?.from ?? 0)).toBe(10_000)
    expect(at(output, 20)).toMatchObject({ values: { event: 1 } })
    expect(at(output, 80)).toMatchObject({ values: { event: 0, cav: 0 } })
  })

  it('ends at a gap and at silence', () => {
    const station = new SeismicStation(QUICK)
    const first = station.take(ground(11, [[10, 12, 50]]))
    expect(first.events).toEqual([])
    const [event] = station.silence().events
    expect(event).toMatchObject({ isCut: true, to: START + 11_000 })
    const gap = run([ground(11, [[10, 12, 50]]), ground(5, [], { time: START + 11_500 })])
    expect(gap.events).toMatchObject([{ isCut: true, to: START + 11_000 }])
  })

  it('is not over because a gap hides it: nothing says so until the trigger is ready again', () => {
    const output = run([ground(11, [[10, 14, 50]]), ground(6, [[0, 2, 50]], { time: START + 12_000 })])
    expect(at(output, 11)?.values.event).toBe(1)
    expect(at(output, 12)).toMatchObject({ quality: 'bad', reason: 'comm-lost' })
    for (const second of [13, 14, 15]) expect(at(output, second)?.values).not.toHaveProperty('event')
    expect(at(output, 16)?.values.event).toBe(0)
  })

  it('is one that an axis has alone', () => {
    const random = noise(3)
    const bump = waveOf(20, (t) => {
      const hit = t >= 10 && t < 10.3 ? 80 * Math.sin(2 * Math.PI * 8 * t) : 0
      return [0.1 * random(), 0.1 * random() + hit, 0.1 * random()]
    })
    const output = run([bump])
    expect(output.events).toMatchObject([{ lone: 'ew' }])
    expect(run([bump], { ...QUICK, axes: ['ew'], deadAfterMs: undefined }).events).toMatchObject([
      { lone: undefined },
    ])
  })

  it('adds no energy below the floor: a digit that flips triggers nothing', () => {
    const flips = waveOf(20, (t) => [Math.round(t * 100) % 700 === 0 ? 0.06 : 0, 0, 0])
    expect(run([flips]).events).toEqual([])
  })
})

describe('a gap', () => {
  const whole = ground(30, [])

  it('makes the seconds bad that it begins and ends in, and says nothing of those between', () => {
    const output = run([part(whole, 0, 550), part(whole, 870, 3_000)])
    expect(output.seconds.filter(({ quality }) => quality === 'bad')).toEqual(
      [6, 9].map((second) => ({
        time: START + second * 1_000,
        values: {},
        quality: 'bad',
        reason: 'comm-lost',
      })),
    )
    expect(output.seconds.map(({ time }) => (time - START) / 1_000)).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      ...Array.from({ length: 22 }, (_, i) => i + 9),
    ])
  })

  it('within one second makes that one bad, once', () => {
    const output = run([part(whole, 0, 510), part(whole, 520, 1_000)])
    expect(output.seconds.filter(({ quality }) => quality === 'bad').map(({ time }) => time)).toEqual([
      START + 6_000,
    ])
  })

  it('behind the first sample of a second leaves that bad, though the next one comes early', () => {
    const station = new SeismicStation(QUICK)
    const silent = joined([
      station.take(part(whole, 0, 501)),
      station.silence(),
      station.take({ ...part(whole, 501, 1_000), time: START + 5_006 }),
    ])
    expect(silent.seconds.map(({ time, reason }) => [(time - START) / 1_000, reason])).toEqual(
      Array.from({ length: 9 }, (_, i) => [i + 1, i === 5 ? 'comm-lost' : undefined]),
    )
  })

  it('between two seconds leaves both whole, and makes bad the one that it begins with', () => {
    const output = run([part(whole, 0, 500), part(whole, 700, 1_000)])
    expect(output.seconds.map(({ time, reason }) => [(time - START) / 1_000, reason])).toEqual(
      [1, 2, 3, 4, 5, 6, 8, 9, 10].map((second) => [second, second === 6 ? 'comm-lost' : undefined]),
    )
  })

  it('of silence is told by whoever hears nothing, and not once more when samples come again', () => {
    const station = new SeismicStation(QUICK)
    const output = joined([
      station.take(part(whole, 0, 500)),
      station.silence(),
      station.take(part(whole, 700, 1_000)),
    ])
    expect(output.seconds.map(({ time }) => (time - START) / 1_000)).toEqual([1, 2, 3, 4, 5, 8, 9, 10])
  })

  it('is counted: of time, of rate, of samples that are no numbers', () => {
    const station = new SeismicStation(QUICK)
    station.take(part(whole, 0, 100))
    station.take({ ...part(whole, 100, 200), time: START + 1_006 })
    expect(station.counts).toMatchObject({ samples: 200, gaps: 1 })
    station.take({ ...part(whole, 200, 300), time: START + 2_006, rate: 50 })
    expect(station.counts).toMatchObject({ samples: 300, gaps: 2 })
    const broken = part(whole, 0, 100)
    broken.axes[1][40] = Number.NaN
    broken.axes[1][41] = Number.POSITIVE_INFINITY
    const output = station.take({ ...broken, time: START + 60_000 })
    expect(station.counts).toMatchObject({ samples: 398, gaps: 4 })
    expect(output.seconds.filter(({ time }) => time === START + 61_000)).toMatchObject([
      { quality: 'bad', reason: 'comm-lost' },
    ])
  })

  it.each([1e6, -1e200, Number.MAX_VALUE])('is a sample of %d Gal, which no ground reaches', (sample) => {
    const broken = part(whole, 0, 3_000)
    broken.axes[0][550] = sample
    const station = new SeismicStation(QUICK)
    const output = station.take(broken)
    expect(station.counts).toMatchObject({ samples: 2_999, gaps: 1 })
    expect(at(output, 6)).toMatchObject({ quality: 'bad', reason: 'comm-lost', values: {} })
    const behind = output.seconds.filter(({ time }) => time > START + 6_000)
    expect(behind).toHaveLength(24)
    for (const { values } of behind) {
      expect(Object.values(values).every(Number.isFinite)).toBe(true)
      expect(values.pga).toBeLessThan(1)
    }
  })

  it('is none within half a sample: the clock of an instrument trembles', () => {
    const station = new SeismicStation(QUICK)
    for (let i = 0; i < 30; i += 1)
      station.take({
        ...part(whole, i * 100, (i + 1) * 100),
        time: START + i * 1_000 + (i % 2 === 0 ? 2 : -2),
      })
    expect(station.counts.gaps).toBe(0)
  })

  it('keeps the mean of an axis when it is short, so that an offset is no shaking', () => {
    const output = run([part(whole, 0, 1_550), part(whole, 1_620, 3_000)])
    expect(Math.max(...output.seconds.map(({ values }) => values.pga ?? 0))).toBeLessThan(1)
  })
})

describe('samples that come again', () => {
  it('are left out and counted', () => {
    const whole = ground(20, [[10, 12, 50]])
    const station = new SeismicStation(QUICK)
    const pieces = [
      part(whole, 0, 1_000),
      part(whole, 900, 1_100),
      part(whole, 950, 1_050),
      part(whole, 1_100, 2_000),
    ]
    const output = joined([...pieces.map((piece) => station.take(piece)), station.silence()])
    expect(output).toEqual(run([whole]))
    expect(station.counts).toMatchObject({ samples: 2_000, repeated: 200, gaps: 1 })
  })

  it('are left out behind silence too: an instrument that is connected again begins with what it had sent', () => {
    const whole = ground(10, [])
    const station = new SeismicStation(QUICK)
    const output = joined([
      station.take(part(whole, 0, 520)),
      station.silence(),
      station.take(part(whole, 450, 500)),
      station.take(part(whole, 450, 1_000)),
    ])
    expect(output.seconds.map(({ time, reason }) => [(time - START) / 1_000, reason])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, i === 5 ? 'comm-lost' : undefined]),
    )
    expect(station.counts).toMatchObject({ samples: 1_000, repeated: 120, gaps: 1 })
  })

  it('from long ago are a clock that was set back', () => {
    const station = new SeismicStation(QUICK)
    station.take(ground(20, []))
    station.take(ground(5, []))
    expect(station.counts).toMatchObject({ samples: 2_500, repeated: 0, gaps: 1 })
  })
})

describe('the instrument', () => {
  it('that clips is above range, and imprecise for a minute', () => {
    const clipped = waveOf(90, (t) => {
      const hit = t >= 10 && t < 10.5 ? 300 * Math.sin(2 * Math.PI * 2 * t) : 0
      const value = Math.max(-200, Math.min(200, hit))
      return [value + Math.sin(t * 40) * 0.1, Math.sin(t * 41) * 0.1, Math.sin(t * 42) * 0.1]
    })
    const station = new SeismicStation({ ...QUICK, fullScale: 200 })
    const output = station.take(clipped)
    expect(at(output, 10)).toMatchObject({ quality: 'good' })
    expect(at(output, 11)).toMatchObject({ quality: 'bad', reason: 'above-range' })
    expect(at(output, 11)?.values.pga).toBeGreaterThan(190)
    for (const second of [12, 70])
      expect(at(output, second)).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
    expect(at(output, 72)).toMatchObject({ quality: 'good' })
    expect(output.events).toMatchObject([{ isClipped: true }])
    expect(station.counts.clipped).toBe(2)
    expect(at(run([clipped]), 11)).toMatchObject({ quality: 'good' })
  })

  it('that says itself that it clips is believed, whatever its full scale is', () => {
    const station = new SeismicStation(QUICK)
    const wave = ground(75, [[10, 12, 50]])
    const output = joined([
      station.take(part(wave, 0, 1_050)),
      station.take(part(wave, 1_050, 1_100), { isClipped: true }),
      station.take(part(wave, 1_100, 7_500)),
    ])
    expect(at(output, 11)).toMatchObject({ quality: 'bad', reason: 'above-range' })
    expect(at(output, 12)).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
    expect(at(output, 71)).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
    expect(at(output, 72)).toMatchObject({ quality: 'good' })
    expect(output.events).toMatchObject([{ isClipped: true }])
  })

  it('that clips once leaves what adds up imprecise to the end of the event, however long that is', () => {
    const long = waveOf(
      100,
      (t) => {
        const a = t < 10 ? 0.1 : t < 11 ? 300 : 20
        const at = (phase: number) => Math.max(-200, Math.min(200, a * Math.sin(2 * Math.PI * 2 * t + phase)))
        return [at(0), at(1), at(2)]
      },
      { rate: 50 },
    )
    const output = run([long], { ...QUICK, fullScale: 200, maxEventMs: 120_000 })
    expect(at(output, 90)).toMatchObject({ values: { event: 1 }, quality: 'uncertain', reason: 'imprecise' })
    expect(output.events).toMatchObject([{ isClipped: true }])
  })

  it('that clips before the trigger goes on has a clipped record', () => {
    // A slow push, below the band of the trigger, reaches full scale 2 s before the shaking begins.
    const pushed = waveOf(25, (t) => {
      const push = t > 10 && t < 20 ? 200 * Math.sin((Math.PI * (t - 10)) / 10) ** 8 : 0
      const shake = t >= 17 && t < 19 ? 60 * Math.sin(2 * Math.PI * 4 * t) : 0
      return [push, shake + Math.sin(41 * t), shake + Math.sin(42 * t)]
    })
    const output = run([pushed], { ...QUICK, fullScale: 200, band: [3, 10], preMs: 4_000 })
    expect(output.events).toMatchObject([{ isClipped: true }])
    expect(output.events[0]?.onset).toBeGreaterThan(START + 16_500)
    const short = run([pushed], { ...QUICK, fullScale: 200, band: [3, 10], preMs: 500 })
    expect(short.events).toMatchObject([{ isClipped: false }])
  })

  it('whose clock is set back is not imprecise until that minute comes again', () => {
    const clipped = waveOf(10, (t) => {
      const value = t >= 5 && t < 6 ? 200 : 0.1 * Math.sin(40 * t)
      return [value, 0.1 * Math.sin(41 * t), 0.1 * Math.sin(42 * t)]
    })
    const behind = (time: number) => run([clipped, ground(10, [], { time })], { ...QUICK, fullScale: 200 })
    const back = START - 3_600_000
    expect(behind(back).seconds.slice(-10)).toMatchObject(
      Array.from({ length: 10 }, () => ({ quality: 'good' })),
    )
    expect(behind(START + 20_000).seconds.at(-1)).toMatchObject({ reason: 'imprecise' })
  })

  it('of which a single sample is at full scale is not clipped', () => {
    const spike = waveOf(5, (t) => [t === 2 ? 200 : Math.sin(t * 40), Math.sin(t * 41), Math.sin(t * 42)])
    expect(
      run([spike], { ...QUICK, fullScale: 200 }).seconds.every(({ quality }) => quality === 'good'),
    ).toBe(true)
  })

  it('one axis of which does not move by a digit is frozen, and lives again when it moves', () => {
    const random = noise(4)
    const dead = waveOf(20, (t) => [0.1 * random(), 0.1 * random(), t >= 5 && t < 12 ? 3 : 0.1 * random()])
    const output = run([dead], { ...QUICK, deadAfterMs: 4_000 })
    expect(output.seconds.map(({ reason }) => reason === 'frozen')).toEqual(
      Array.from({ length: 20 }, (_, i) => i >= 9 && i < 12),
    )
    const two = run([dead], { ...QUICK, deadAfterMs: 4_000, axes: ['ns', 'ew'] })
    expect(two.seconds.some(({ reason }) => reason === 'frozen')).toBe(false)
  })

  it('that is too noisy is out of its specification', () => {
    const output = run([ground(5, [])], { ...QUICK, noiseLimit: 0.05 })
    expect(output.seconds[4]).toMatchObject({ quality: 'uncertain', reason: 'out-of-spec' })
    expect(run([ground(5, [])], { ...QUICK, noiseLimit: 0.2 }).seconds[4]).toMatchObject({ quality: 'good' })
  })
})

describe('however the samples are cut into waves', () => {
  const whole = ground(16, [[7, 9, 30]])
  const uncut = run([whole])

  it('the results are the same', () => {
    expect(uncut.events).toHaveLength(1)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_599 }), { maxLength: 40 }), (at) => {
        expect(run(cut(whole, at))).toEqual(uncut)
      }),
      { numRuns: 30 },
    )
  })

  it('a shift by whole seconds changes nothing but the times', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (seconds) => {
        const shift = seconds * 1_000
        const shifted = run([{ ...whole, time: whole.time + shift }])
        expect({
          seconds: shifted.seconds.map((second) => ({ ...second, time: second.time - shift })),
          events: shifted.events.map((event) => ({
            ...event,
            onset: event.onset - shift,
            from: event.from - shift,
            to: event.to - shift,
            wave: { ...event.wave, time: event.wave.time - shift },
          })),
        }).toEqual(uncut)
      }),
      { numRuns: 10 },
    )
  })

  it.each([50, 120, 125, 200])('each second of %i Hz is there once', (rate) => {
    const output = run(cut(ground(10, [], { rate }), [77, 78, 333]))
    expect(output.seconds.map(({ time, quality }) => [time, quality])).toEqual(
      Array.from({ length: 10 }, (_, i) => [START + (i + 1) * 1_000, 'good']),
    )
  })
})

describe('whatever is missing, comes again or trembles', () => {
  const RATE = 20
  const whole = ground(15, [[6, 7, 30]], { rate: RATE })
  const [{ length }] = whole.axes
  const piece = fc.record({
    samples: fc.integer({ min: 1, max: 2 * RATE }),
    again: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 * RATE - 1 })),
    trembles: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    how: fc.oneof(
      { weight: 6, arbitrary: fc.constant('sent') },
      fc.constantFrom('missing', 'silent before it'),
    ),
  })

  it('seconds are told once, in their order, and none is good of which a sample is missing', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 8, maxLength: 30 }), (pieces) => {
        const station = new SeismicStation(QUICK)
        const outputs: StationOutput[] = []
        const had = new Set<number>()
        let next = 0
        for (const { samples, again, trembles, how } of pieces) {
          const end = Math.min(length, next + samples)
          if (how === 'silent before it') outputs.push(station.silence())
          if (how !== 'missing') {
            let from = next
            while (from > next - again && had.has(from - 1)) from -= 1
            const wave = part(whole, from, end)
            outputs.push(station.take({ ...wave, time: wave.time + (trembles * 1_000) / RATE }))
            for (let i = next; i < end; i += 1) had.add(i)
          }
          next = end
        }
        const { seconds, events } = joined([...outputs, station.silence()])
        expect(station.counts.samples).toBe(had.size)
        const times = seconds.map(({ time }) => time)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        for (const { time, quality } of seconds) {
          // The sample at either end may tremble into the second beside.
          const first = ((time - START) / 1_000 - 1) * RATE
          const isWhole = Array.from({ length: RATE - 2 }, (_, i) => first + 1 + i).every((i) => had.has(i))
          if (!isWhole) expect(quality).toBe('bad')
        }
        for (const { from, wave } of events) {
          const first = Math.round(((from - START) / 1_000) * RATE)
          expect(wave.axes).toEqual(part(whole, first, first + wave.axes[0].length).axes)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the record of Yonago, live', () => {
  it('reads the official intensity, second by second and as an event', () => {
    const whole = yonago()
    // The quiet before it is 11 s, shorter than the usual long term average.
    const station = new SeismicStation({ ltaMs: 5_000 })
    const pieces = Array.from({ length: 240 }, (_, i) => i * 125)
    const output = joined(cut(whole, pieces).map((piece) => station.take(piece)))
    expect(Math.max(...output.seconds.map(({ values }) => values.jma ?? 0))).toBe(vectors.yonago.intensity)
    expect(output.seconds.every(({ quality }) => quality === 'good')).toBe(true)
    const [event] = output.events
    expect(event).toMatchObject({ onset: whole.time + 11_400, from: whole.time })
    expect(event?.features.jma).toBe(vectors.yonago.intensity)
    expect(event?.features.pga).toBeCloseTo(
      Math.max(...output.seconds.map(({ values }) => values.pga ?? 0)),
      9,
    )
    expect(event?.features.gbt17742).toBe(8.1)
  })
})
