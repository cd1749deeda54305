import { beforeEach, describe, expect, test } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { detectorPlant } from './detectors/detector-plant.ts'
import { alarmOf, MINUTE, TestScene } from './field-test-scene.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2 }, L: { when: low, limit: 5, priority: low } }',
)

let scene: TestScene

beforeEach(() => {
  scene = new TestScene(facility)
  scene.read({ 'T-1': 10, 'T-2': 10 })
  scene.read({ 'T-3': 10 })
  scene.news()
})

describe('while it runs', () => {
  test('every alarm of its sensors is suppressed with its cause, reason and end, FAULT too', () => {
    const { cause, terms } = scene.start()
    expect(scene.news()).toEqual([
      'T-1.H suppressed DSUPR',
      'T-1.FAULT suppressed DSUPR',
      'T-1.L suppressed DSUPR',
    ])
    expect(cause).toBe('test.1')
    expect(scene.engine.entry('T-1.FAULT')?.record.suppressed).toEqual([
      {
        by: 'li',
        cause: 'test.1',
        reason: 'bump test by li: monthly',
        since: scene.now,
        until: scene.now + 10 * MINUTE,
      },
    ])
    expect(terms).toMatchObject({ number: 1, started: scene.now, until: scene.now + 10 * MINUTE })
    expect(scene.state('T-2.H')).toEqual({ shown: 'NORM', live: 'NORM' })
  })

  test('everything goes on beneath, and can be acknowledged there', () => {
    scene.start()
    scene.news()
    scene.read({ 'T-1': 30, 'T-2': 30 })
    expect(scene.news()).toEqual(['T-1.H raised DSUPR', 'T-2.H raised UNACK'])
    scene.note(
      scene.engine.act(
        'T-1.H',
        { kind: 'acknowledge', time: scene.now, occurrence: 1, by: 'li', comment: null },
        scene.now,
      ),
    )
    scene.read({ 'T-1': 10 })
    expect(scene.news()).toEqual(['T-1.H acknowledged DSUPR', 'T-1.H returned DSUPR'])
    expect(scene.state('T-1.H')).toEqual({ shown: 'DSUPR', live: 'NORM' })
  })

  test('nobody else lifts its flags', () => {
    scene.start()
    const lift = { kind: 'unsuppress', time: scene.now, cause: null, by: 'wang' } as const
    expect(() => scene.engine.act('T-1.H', lift, scene.now)).toThrow('NOT_SUPPRESSED')
  })
})

describe('the end', () => {
  test('comes by itself at its time, and what is still active is to be acknowledged', () => {
    scene.start()
    const { until } = [...scene.engine.tests.current()][0]?.terms ?? { until: 0 }
    scene.read({ 'T-1': 30 })
    scene.news()
    for (let at = scene.now; at < until - 2_000; at += 5_000) {
      scene.now = at
      scene.read({ 'T-1': 30 })
    }
    expect(scene.state('T-1.H')).toEqual({ shown: 'DSUPR', live: 'UNACK' })
    scene.told.splice(0)
    scene.wait(until - scene.now)
    expect(scene.told.map(({ time }) => time)).toEqual([until, until, until])
    expect(scene.news()).toEqual([
      'T-1.H unsuppressed UNACK',
      'T-1.FAULT unsuppressed NORM',
      'T-1.L unsuppressed NORM',
    ])
    expect([...scene.engine.tests.current()].map(({ ended, endedBy }) => [ended, endedBy])).toEqual([
      [until, null],
    ])
    scene.start()
    expect(scene.news()).toContain('T-1.H suppressed DSUPR')
  })

  test('comes by hand, and says who', () => {
    scene.start()
    scene.read({ 'T-1': 30 })
    scene.read({ 'T-1': 10 })
    scene.news()
    const { ended, endedBy } = scene.end(1, 'wang')
    expect([ended, endedBy]).toEqual([scene.now, 'wang'])
    expect(scene.told.map(({ by }) => by)).toEqual(['wang', 'wang', 'wang'])
    expect(scene.news()).toContain('T-1.H unsuppressed NORM')
    expect(() => scene.end(1)).toThrow('TEST_ENDED')
    expect(() => scene.end(2)).toThrow('TEST_UNKNOWN')
    expect(() => scene.end(0)).toThrow('TEST_UNKNOWN')
    scene.wait(20 * MINUTE)
    expect(scene.news().filter((line) => line.includes('unsuppressed'))).toEqual([])
  })

  test('leaves what else suppresses', () => {
    const flag = { by: 'wang', cause: null, reason: 'works', until: null }
    scene.engine.act('T-1.H', { kind: 'suppress', time: scene.now, flag, by: 'wang' }, scene.now)
    scene.start()
    scene.end()
    expect(scene.engine.entry('T-1.H')?.record.suppressed).toMatchObject([flag])
  })
})

describe('evidence', () => {
  test('says when each alarm was raised and returned, its peak, and what the sensor reported', () => {
    const started = scene.start()
    const from = scene.now
    for (const value of [12, 31.5, 28, 10]) scene.read({ 'T-1': value })
    expect(started.keep(7)).toMatchObject({
      sensors: [
        {
          sensor: 'T-1',
          position: 7,
          count: 4,
          first: { time: from + 1_000, value: 12 },
          last: { value: 10 },
        },
      ],
    })
    expect(alarmOf(started.keep(0), 'T-1.H')).toEqual({
      ...{ alarm: 'T-1.H', raised: from + 2_000, returned: from + 4_000, peak: 31.5 },
    })
    expect(alarmOf(started.keep(0), 'T-1.L')).toMatchObject({ raised: null, returned: null, peak: 10 })
    expect(alarmOf(started.keep(0), 'T-1.FAULT')).toMatchObject({ raised: null, peak: null })
  })

  test('keeps the first raise, and no return while the alarm is active', () => {
    const started = scene.start()
    const from = scene.now
    for (const value of [30, 10, 30]) scene.read({ 'T-1': value })
    expect(alarmOf(started.keep(0), 'T-1.H')).toMatchObject({ raised: from + 1_000, returned: null })
  })

  test('does not take what came late, what is history, or what says nothing', () => {
    const started = scene.start()
    const at = (over: object) => ({ sensor: 'T-1', time: scene.now, quality: 'good' as const, ...over })
    const take = (batch: object) => scene.engine.evaluate(evidenceBatch(batch), scene.now)
    take({ late: [at({ value: 50, time: scene.now - 500 })] })
    take({ readings: [at({ value: 60 })], isLive: false })
    expect(started.keep(0).sensors).toMatchObject([{ count: 0, first: null }])
    take({ readings: [at({ value: 70, quality: 'bad', reason: 'calibrating' })] })
    expect(started.keep(0).sensors).toMatchObject([{ count: 1, first: { reason: 'calibrating' } }])
    expect(alarmOf(started.keep(0), 'T-1.H')).toMatchObject({ peak: null })
    take({ readings: [at({ value: 25, quality: 'uncertain', reason: 'clock' })] })
    expect(alarmOf(started.keep(0), 'T-1.H')).toMatchObject({ peak: 25 })
  })

  test('that comes while a commit is under way is kept by the next one', () => {
    const { tests } = scene.engine
    scene.start({ area: 'yard' })
    const first = tests.unkept(1)
    expect(first.flatMap(({ sensors }) => sensors.map(({ body }) => body.sensor))).toEqual(['T-1', 'T-2'])
    scene.read({ 'T-1': 30, 'T-2': 10 })
    tests.kept(first)
    const second = tests.unkept(2)
    expect(second).toMatchObject([{ sensors: [{ body: { sensor: 'T-1', position: 2, count: 1 } }] }])
    tests.kept(second)
    expect(tests.unkept(3)).toEqual([])
    scene.end()
    const last = tests.unkept(4)
    expect(last).toMatchObject([{ body: { ended: scene.now }, sensors: [{}, { body: { count: 1 } }] }])
    expect([...tests.current()]).toHaveLength(1)
    tests.kept(last)
    expect([...tests.current()]).toEqual([])
  })

  test('stands in the journal with the end of each alarm, and with nothing else', () => {
    scene.start()
    const from = scene.now
    scene.read({ 'T-1': 30 })
    scene.told.splice(0)
    scene.end()
    expect(scene.told.map(({ config, test: witness }) => [config.id, witness?.alarm.raised])).toEqual([
      ['T-1.H', from + 1_000],
      ['T-1.FAULT', null],
      ['T-1.L', null],
    ])
    expect(scene.told[0]?.test).toMatchObject({ terms: { number: 1, by: 'li' }, readings: { count: 1 } })
  })

  test.each([
    ['high', 20, [15, 10, 18], 18],
    ['low', 5, [15, 10, 18], 10],
    ['equals', 12, [15, 11, 18], 11],
    ['not-equals', 12, [12, 11, 18], 18],
  ] as const)('the peak of %s is the furthest in its direction', (when, limit, values, peak) => {
    const own = new TestScene(smallFacility(`{ X: { when: ${when}, limit: ${limit} } }`))
    const started = own.start()
    for (const value of values) own.read({ 'T-1': value })
    expect(alarmOf(started.keep(0), 'T-1.X')).toMatchObject({ peak })
  })
})

describe('what is refused', () => {
  test.each([
    ['neither sensors nor area', { area: undefined, sensors: undefined }, 'REQUEST_INVALID'],
    ['sensors and an area', { area: 'yard', sensors: ['T-1'] }, 'REQUEST_INVALID'],
    ['a sensor that is not there', { sensors: ['T-1', 'T-9'] }, 'SENSOR_UNKNOWN'],
    ["one of the system's own", { sensors: ['sys.gw-1.link'] }, 'SENSOR_UNKNOWN'],
    ['an area without sensors', { area: 'roof' }, 'AREA_UNKNOWN'],
    ['the area of the system', { area: 'system' }, 'AREA_UNKNOWN'],
    ['too short', { forMs: MINUTE - 1 }, 'TEST_LENGTH'],
    ['too long', { forMs: 480 * MINUTE + 1 }, 'TEST_LENGTH'],
    ['no number', { forMs: Number.NaN }, 'TEST_LENGTH'],
    ['nobody', { by: ' ' }, 'REASON_REQUIRED'],
    ['for nothing', { reason: '' }, 'REASON_REQUIRED'],
  ])('%s', (_name, over, code) => {
    expect(() => scene.start(over as object)).toThrow(code)
    expect(scene.news()).toEqual([])
    expect(scene.start().terms.number).toBe(1)
  })

  test('what is computed, by name; with its area it takes part', () => {
    const own = new TestScene(detectorPlant())
    expect(() => own.start({ sensors: ['GT-1', 'GT.v'] })).toThrow('SENSOR_NOT_FIELD')
    expect(own.news()).toEqual([])
    expect(own.start({ area: 'yard', approvedBy: 'wang' }).sensors).toEqual(['GT-1', 'GT-2', 'GT-3', 'GT.v'])
  })

  test('the shortest and the longest are taken', () => {
    scene.start({ forMs: MINUTE })
    scene.start({ forMs: 480 * MINUTE, sensors: ['T-2'] })
    expect([...scene.engine.tests.current()]).toHaveLength(2)
  })

  test('a sensor that is under test already, with the whole order', () => {
    scene.start({ sensors: ['T-2'] })
    scene.news()
    expect(() => scene.start({ sensors: ['T-1', 'T-2'] })).toThrow(/TEST_RUNNING.*T-2 is in test 1/)
    expect(() => scene.start({ area: 'yard' })).toThrow('TEST_RUNNING')
    expect(scene.news()).toEqual([])
    expect(scene.start({ sensors: ['T-3'] }).terms.number).toBe(2)
  })

  test('one person, where the class takes two', () => {
    const guarded = new TestScene(
      smallFacility(
        '{ H: { when: high, limit: 20, deadband: 2 }, HH: { when: high, limit: 40, class: safety } }',
      ),
    )
    expect(() => guarded.start()).toThrow('SECOND_PERSON_REQUIRED')
    expect(() => guarded.start({ approvedBy: 'Li' })).toThrow('SECOND_PERSON_REQUIRED')
    expect(guarded.news()).toEqual([])
    expect(guarded.start({ approvedBy: 'wang' }).terms.approvedBy).toBe('wang')
    expect(guarded.engine.entry('T-1.HH')?.record.suppressed).toMatchObject([{ approvedBy: 'wang' }])
  })
})

test('an area is those of its sensors that it has when it begins', () => {
  const { sensors } = scene.start({ area: 'yard' })
  expect(sensors).toEqual(['T-1', 'T-2'])
  const larger = parseFacility(
    `facility: { id: plant }
server: { auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: h, devices: [ { id: panel, area: yard, sensors: [
          { id: T-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 20 }, HH: { when: high, limit: 30 } } },
          { id: T-9, kind: gas, unit: ppm, register: { address: 2 }, alarms: { H: { when: high, limit: 20 } } } ] } ] }
`,
    'larger.yaml',
  )
  const later = new TestScene(larger, scene)
  const shown = Array.from(later.engine.entries(), ({ config, record }) => [
    config.id,
    record.suppressed.length,
  ])
  expect(Object.fromEntries(shown)).toMatchObject({ 'T-1.H': 1, 'T-1.HH': 0, 'T-9.H': 0, 'T-9.FAULT': 0 })
  // It ends for those that are left, and keeps what it knew of those that are not.
  const ended = later.end()
  expect(later.news()).toEqual(['T-1.H unsuppressed NORM', 'T-1.FAULT unsuppressed NORM'])
  expect(ended.sensors).toEqual(['T-1', 'T-2'])
})
