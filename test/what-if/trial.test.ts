import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WhatIfTrial } from '../../alerting/what-if/trial.ts'
import { parseOverride, withOverrides } from '../../contracts/alarm-override.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { WhatIfReport } from '../../contracts/what-if.ts'
import { AFTER_2_MINUTES, DAY, dayOf, HOUR, MINUTE, trialPlant, windowOf } from './plant.ts'

const ALARMS = '{ H: { when: high, limit: 20, deadband: 1 } }'
const SECOND = 1_000

function tried(
  readings: readonly Reading[],
  sets: readonly string[],
  { plant = trialPlant(ALARMS), acknowledge = AFTER_2_MINUTES, window = windowOf() } = {},
): WhatIfReport {
  return compared(readings, plant, withOverrides(plant, sets.map(parseOverride)), { acknowledge, window })
}

function compared(
  readings: readonly Reading[],
  file: Facility,
  set: Facility,
  { acknowledge = AFTER_2_MINUTES, window = windowOf() } = {},
): WhatIfReport {
  const trial = new WhatIfTrial({ file, set, window, acknowledge })
  for (const reading of readings) trial.take(reading)
  return trial.report()
}

const told = (list: WhatIfReport['appear']) => list.map(({ alarm, raised }) => [alarm, raised])

describe('other settings', () => {
  // Two peaks: one of 17 for ten minutes, one of 25 for an hour that stands for 20 s only within its first minute.
  const day = dayOf([
    { from: 2 * HOUR, to: 2 * HOUR + 10 * MINUTE, value: 17 },
    { from: 5 * HOUR, to: 5 * HOUR + 20 * SECOND, value: 25 },
    { from: 7 * HOUR, to: 8 * HOUR, value: 25 },
  ])

  it('a lower limit adds what lies between the two', () => {
    const report = tried(day, ['T-1.H.limit=15'])
    expect([report.file.alarms, report.set.alarms]).toEqual([2, 3])
    expect(told(report.appear)).toEqual([['T-1.H', '2026-11-27T02:00:00+08:00']])
    expect(report.appear[0]).toMatchObject({ returned: '2026-11-27T02:10:00+08:00', value: 17 })
    expect(report.disappear).toEqual([])
    expect(report.changed).toEqual([{ alarm: 'T-1.H', key: 'limit', file: 20, set: 15 }])
    expect(report.alarms).toEqual([
      {
        alarm: 'T-1.H',
        sensorName: 'T-1',
        area: 'yard',
        file: { annunciated: 2, activeMs: HOUR + 20 * SECOND, chattering: 0, fleeting: 1 },
        set: { annunciated: 3, activeMs: HOUR + 10 * MINUTE + 20 * SECOND, chattering: 0, fleeting: 1 },
      },
    ])
  })

  it('an on-delay takes away what is shorter, and begins the rest later', () => {
    const report = tried(day, ['T-1.H.onDelay=30s'])
    expect([report.file.alarms, report.set.alarms]).toEqual([2, 1])
    expect([report.file.fleetingAlarms, report.set.fleetingAlarms]).toEqual([1, 0])
    expect(told(report.disappear)).toEqual([['T-1.H', '2026-11-27T05:00:00+08:00']])
    expect(report.appear).toEqual([])
    expect(report.alarms[0]?.set.activeMs).toBe(HOUR - 30 * SECOND)
  })

  it('another priority is told once more under its name', () => {
    const report = tried(day, ['T-1.H.priority=critical'])
    expect(report.file.priorities).toEqual({ low: 0, medium: 2, high: 0, critical: 0 })
    expect(report.set.priorities).toEqual({ low: 0, medium: 0, high: 0, critical: 2 })
    expect([report.alarms, report.appear, report.disappear]).toEqual([[], [], []])
  })

  it('an off-delay ends between two reports, since the sensor was polled', () => {
    const report = tried(day, ['T-1.H.offDelay=10s'])
    expect(report.alarms[0]?.set.activeMs).toBe(HOUR + 40 * SECOND)
    const [, rest] = [report.set, tried(day, ['T-1.H.offDelay=10s', 'T-1.H.limit=24']).alarms[0]]
    expect(rest?.set.annunciated).toBe(2)
  })

  it('chattering goes with a deadband, and a flood with it', () => {
    // Above for 5 s of every 15, six times a minute for three minutes: twelve alarms.
    const swings = Array.from({ length: 12 }, (_, n) => ({
      from: 9 * HOUR + n * 15 * SECOND,
      to: 9 * HOUR + n * 15 * SECOND + 5 * SECOND,
      value: 20.5,
    }))
    const report = tried(dayOf(swings, 19.5), ['T-1.H.deadband=0'], {
      plant: trialPlant('{ H: { when: high, limit: 20, deadband: 1 } }'),
    })
    // With the deadband of the file it never returns.
    expect(report.file).toMatchObject({
      alarms: 1,
      floods: 0,
      standing: 1,
      chatteringAlarms: 0,
      peak10Minutes: 1,
    })
    expect(report.set).toMatchObject({
      alarms: 12,
      floods: 1,
      standing: 0,
      chatteringAlarms: 1,
      peak10Minutes: 12,
    })
    // From the 11th to when fewer than 5 of them are less than 10 minutes old, which the 8th then is not.
    expect(report.set.timeInFlood).toBe(7 * 15 * SECOND + 10 * MINUTE - 10 * 15 * SECOND)
    expect(report.alarms[0]).toMatchObject({
      file: { annunciated: 1, activeMs: 15 * HOUR },
      set: { annunciated: 12, activeMs: MINUTE, chattering: 12 },
    })
    // The one long occurrence is the counterpart of the first short one.
    expect(report.appear.length).toBe(11)
    expect(report.disappear).toEqual([])
  })
})

describe('what stood before', () => {
  const day = dayOf([{ from: -30 * MINUTE, to: HOUR, value: 25 }])

  it('is known and not counted', () => {
    const report = tried(day, ['T-1.H.limit=22'])
    expect([report.file.alarms, report.set.alarms]).toEqual([0, 0])
    expect(report.alarms).toEqual([])
    const gone = tried(day, ['T-1.H.limit=30'])
    expect(gone.alarms[0]).toMatchObject({ file: { annunciated: 0, activeMs: HOUR }, set: { activeMs: 0 } })
    expect(gone.disappear).toEqual([])
  })

  it('stands at the end of a window within it', () => {
    const report = tried(
      day.filter(({ time }) => time < DAY + 30 * MINUTE),
      [],
      { window: windowOf(DAY, DAY + 30 * MINUTE) },
    )
    expect(report.file).toMatchObject({ alarms: 0, standing: 1, unacknowledged: 0 })
  })
})

describe('who acknowledges', () => {
  const day = dayOf([{ from: 2 * HOUR, to: 4 * HOUR, value: 25 }])
  const plant = trialPlant('{ H: { when: high, limit: 20, reAlarm: 30m } }')

  it('somebody does, after the time given, and every re-alarm is told', () => {
    // Acknowledged at 2:02, again at 2:32, and so on: 3:04, 3:36.
    expect(tried(day, [], { plant }).file).toMatchObject({ alarms: 4, unacknowledged: 0 })
    const acknowledge = { afterMs: 40 * MINUTE, source: 'given' } as const
    // 2:40, told at 3:10, acknowledged at 3:50, and it returns before another half hour is over.
    expect(tried(day, [], { plant, acknowledge }).file.alarms).toBe(2)
  })

  it('nobody does', () => {
    const acknowledge = { afterMs: null, source: 'given' } as const
    expect(tried(day, [], { plant, acknowledge }).file).toMatchObject({ alarms: 1, unacknowledged: 1 })
  })

  it('nobody has to, by class', () => {
    const classes = 'classes: { quiet: { acknowledge: auto }, passing: { acknowledge: return } }'
    const acknowledge = { afterMs: null, source: 'given' } as const
    for (const name of ['quiet', 'passing']) {
      const classed = trialPlant(`{ H: { when: high, limit: 20, class: ${name} } }`, classes)
      expect(tried(day, [], { plant: classed, acknowledge }).file).toMatchObject({
        alarms: 1,
        unacknowledged: 0,
      })
    }
  })
})

describe('silence', () => {
  const readings = (gap: number): Reading[] =>
    [DAY, DAY + gap, DAY + gap + 30_000].flatMap((time) =>
      ['T-1', 'T-2'].map((sensor) => ({ sensor, time, value: 1, quality: 'good' as const })),
    )
  const silent = (gap: number) => tried(readings(gap), [], { window: windowOf(DAY, DAY + gap + 30_000, 0) })

  it('is not what lies between two reports', () => {
    expect(silent(30_999)).toMatchObject({ silentSensors: 0, file: { alarms: 0 } })
  })

  it('is more than the longest interval of reports and a poll', () => {
    expect(silent(31_000)).toMatchObject({ silentSensors: 2, file: { alarms: 2 } })
  })

  it('and what was stored as bad', () => {
    const bad = readings(30_000).map((reading, index) =>
      index === 2
        ? { sensor: reading.sensor, time: reading.time, quality: 'bad' as const, reason: 'comm-lost' }
        : reading,
    )
    const report = tried(bad, [], { window: windowOf(DAY, DAY + HOUR / 60, 0) })
    expect(report).toMatchObject({ silentSensors: 0, file: { alarms: 1 } })
  })
})

describe('another file', () => {
  it('may have other alarms, other sensors, and other rules', () => {
    const file = trialPlant(ALARMS)
    const set = trialPlant('{ HH: { when: high, limit: 24 } }')
    const report = compared(dayOf([{ from: HOUR, to: 2 * HOUR, value: 25 }]), file, set)
    expect(report.changed).toEqual([
      { alarm: 'T-1.H', key: 'alarm', file: 'high', set: null },
      { alarm: 'T-2.H', key: 'alarm', file: 'high', set: null },
      { alarm: 'T-1.HH', key: 'alarm', file: null, set: 'high' },
      { alarm: 'T-2.HH', key: 'alarm', file: null, set: 'high' },
    ])
    expect(
      report.alarms.map(({ alarm, file: { annunciated: a }, set: { annunciated: b } }) => [alarm, a, b]),
    ).toEqual([
      ['T-1.H', 1, 0],
      ['T-1.HH', 0, 1],
    ])
  })

  it('that says the same changes nothing', () => {
    expect(compared([], trialPlant(ALARMS), trialPlant(ALARMS)).changed).toEqual([])
    const rising = trialPlant(
      '{ H: { when: high, limit: 20, deadband: 1, rise: [ { after: 1m, priority: high } ] } }',
    )
    expect(compared([], trialPlant(ALARMS), rising).changed.map(({ alarm, key }) => [alarm, key])).toEqual([
      ['T-1.H', 'others'],
      ['T-2.H', 'others'],
    ])
  })
})

const readingsArb = fc
  .array(
    fc.record({
      sensor: fc.constantFrom('T-1', 'T-2'),
      gap: fc.integer({ min: 0, max: 50_000 }),
      value: fc.constantFrom(5, 15, 18.5, 19.5, 20, 21, 30),
      quality: fc.constantFrom('good' as const, 'good' as const, 'uncertain' as const, 'bad' as const),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let time = DAY
    return steps.map(({ gap, ...reading }): Reading => {
      time += gap
      return reading.quality === 'bad' ? { ...reading, time, reason: 'timeout' } : { ...reading, time }
    })
  })
const window = windowOf(DAY + 5 * MINUTE, DAY + HOUR, 5 * MINUTE)

describe('properties', () => {
  it('the same settings make no difference', () => {
    const plant = trialPlant(
      '{ H: { when: high, limit: 20, deadband: 1, onDelay: 5s, offDelay: 20s, latching: true } }',
    )
    fc.assert(
      fc.property(readingsArb, (readings) => {
        const report = tried(readings, ['T-1.H.limit=20', 'T-2.H.offDelay=20s'], { plant, window })
        expect(report.set).toEqual(report.file)
        expect([report.changed, report.alarms, report.appear, report.disappear]).toEqual([[], [], [], []])
      }),
    )
  })

  it('from a window that begins with the readings, what appears less what disappears is the difference', () => {
    const plant = trialPlant('{ H: { when: high, limit: 20 } }')
    const whole = windowOf(DAY, DAY + HOUR, 0)
    fc.assert(
      fc.property(readingsArb, fc.constantFrom(15, 18, 21, 30), (readings, limit) => {
        const sets = [`T-1.H.limit=${limit}`, 'T-2.H.onDelay=10s', 'T-2.FAULT.onDelay=20s']
        const { file, set, appear, disappear } = tried(readings, sets, { plant, window: whole })
        expect(appear.length - disappear.length).toBe(set.alarms - file.alarms)
      }),
    )
  })
})
