import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Told } from '../../../alerting/journal/journal-queue.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { DAY, DetectorScene, detectorPlant, HOUR, T0 } from './detector-plant.ts'

const PASS = { kind: 'calibration', result: 'pass', by: 'li' } as const
const coded = (code: string) => expect.objectContaining({ code }) as CodedError

test('what was never done is due an interval after the file asked for it first, restarts or not', async () => {
  await using scene = await DetectorScene.open()
  expect(scene.due()).toEqual(['GT-1 bump never', 'GT-1 calibration never', 'GT-2 calibration never'])
  scene.time.now += 20 * DAY
  await scene.restart()
  expect(scene.due(9 * DAY)).toEqual([])
  expect(scene.due(10 * DAY)).toEqual(['GT-1 bump never'])
  scene.time.now = T0 + 30 * DAY
  expect(scene.detectors.isOverdue('GT-1')).toBe(false)
  scene.time.now += 1
  expect(scene.detectors.isOverdue('GT-1')).toBe(true)
  expect(scene.due(0)).toEqual(['GT-1 bump overdue'])
  expect(scene.detectors.isOverdue('GT-2')).toBe(false)
})

test('a sensor that the file asks for later is due from then on', async () => {
  await using scene = await DetectorScene.open()
  scene.time.now += 100 * DAY
  scene.facility = detectorPlant({ gt3: ', calibration: { bump: 10d }' })
  await scene.detectors.look()
  expect(scene.detectors.calibrations.due({ sensor: 'GT-3' })).toMatchObject([
    { kind: 'bump', state: 'never', due: '2027-03-18T10:00:00+08:00', overdueByMs: 0, everyMs: 10 * DAY },
  ])
})

test('a record moves the dates, stands in the journal, and outlives a restart', async () => {
  await using scene = await DetectorScene.open()
  scene.time.now += 200 * DAY
  expect(scene.detectors.calibrations.overdue).toBe(2)
  const view = await scene.detectors.calibrations.enter('GT-1', {
    kind: 'calibration',
    result: 'adjusted',
    gas: 'CH4 50 %LEL',
    bottle: 'B-7',
    certificate: 'C-99',
    certificateExpiry: '2027-06-16',
    asFound: { zero: 1.2, span: 41 },
    asLeft: { zero: 0, span: 50 },
    t50: 8,
    t90: 19,
    technician: 'wang',
    by: 'li',
    address: '10.0.0.7',
    time: scene.time.now - HOUR,
  })
  expect(view).toMatchObject({ id: '1', sensor: 'GT-1', due: '2027-12-13T09:00:00+08:00', bottle: 'B-7' })
  const expected = ['GT-2 calibration overdue', 'GT-1 bump ok', 'GT-1 calibration ok']
  expect(scene.due()).toEqual(expected)
  await scene.restart()
  expect(scene.due()).toEqual(expected)
  expect(scene.detectors.calibrations.overdue).toBe(1)
  expect(await scene.detectors.calibrations.of('GT-1', { limit: 5 })).toEqual([view])
  expect(await scene.journal()).toMatchObject([
    {
      by: 'li',
      subject: 'calibration',
      number: 1,
      event: 'calibration',
      to: 'adjusted',
      detail: { t90: 19 },
    },
  ])
  const [next] = await Promise.all(
    ['GT-1', 'GT-2'].map((sensor) => scene.detectors.calibrations.enter(sensor, PASS)),
  )
  expect(next?.id).toBe('2')
  expect((await scene.journal()).map(({ number }) => number)).toEqual([1, 2, 3])
})

test('a detector that failed is overdue at once, with or without an interval, until it is calibrated', async () => {
  await using scene = await DetectorScene.open()
  const { calibrations } = scene.detectors
  await calibrations.enter('GT-3', { ...PASS, result: 'fail', note: 'does not respond' })
  expect(scene.detectors.isOverdue('GT-3')).toBe(true)
  expect(scene.due(0)).toEqual(['GT-3 calibration overdue'])
  await scene.restart()
  expect(scene.detectors.isOverdue('GT-3')).toBe(true)
  scene.time.now += HOUR
  await scene.detectors.calibrations.enter('GT-3', { kind: 'bump', result: 'pass', by: 'li' })
  expect(scene.detectors.isOverdue('GT-3')).toBe(true)
  await scene.detectors.calibrations.enter('GT-3', PASS)
  expect(scene.detectors.isOverdue('GT-3')).toBe(false)
  expect(scene.due(0)).toEqual([])
})

test('a watched test in which an alarm responded counts as a bump, whichever alarm tells of it', async () => {
  await using scene = await DetectorScene.open()
  scene.time.now += 40 * DAY
  expect(scene.detectors.isOverdue('GT-1')).toBe(true)
  const told = (alarm: string, responded: boolean, id = '4'): Told =>
    ({
      event: 'unsuppressed',
      time: '2027-01-07T09:00:00+08:00',
      alarm: { id: alarm, sensor: 'GT-1' },
      test: { id, responded, by: 'li', kind: 'bump' },
    }) as unknown as Told
  scene.detectors.note(told('GT-1.H', false))
  scene.detectors.note(told('GT-1.FAULT', true))
  expect(scene.detectors.isOverdue('GT-1')).toBe(true)
  scene.detectors.note(told('GT-1.H', true))
  scene.detectors.note(told('GT-1.HH', true))
  expect(scene.detectors.isOverdue('GT-1')).toBe(false)
  expect(await scene.detectors.calibrations.of('GT-1', { limit: 9 })).toMatchObject([
    { id: 'test.4', kind: 'bump', result: 'pass', recorded: null, due: '2027-02-06T09:00:00+08:00' },
  ])
})

test('tests that ended before the start are found in the database', async () => {
  await using scene = await DetectorScene.open()
  const alarm = (key: string, raised: number | null) => ({ alarm: key, raised, returned: null, peak: null })
  const reading = { count: 0, first: null, last: null, changes: 1, position: 0 }
  const terms = {
    kind: 'bump' as const,
    area: null,
    by: 'li',
    approvedBy: null,
    reason: 'monthly',
    endedBy: null,
  }
  await scene.states.commit({
    facility: 'plant',
    recorded: T0,
    timezone: 'UTC',
    entries: [],
    records: new Map(),
    tests: [
      {
        ...{ ...terms, number: 1, started: T0, until: T0 + DAY, ended: T0 + DAY },
        sensors: [
          { ...reading, sensor: 'GT-1', alarms: [alarm('GT-1.H', T0 + 5), alarm('GT-1.FAULT', null)] },
          { ...reading, sensor: 'GT-2', alarms: [alarm('GT-2.FAULT', T0 + 5)] },
        ],
      },
      {
        ...{ ...terms, number: 2, started: T0, until: T0 + 2 * DAY, ended: null },
        sensors: [{ ...reading, sensor: 'GT-2', alarms: [alarm('GT-2.H', T0 + 5)] }],
      },
    ],
  })
  await scene.restart()
  const of = async (sensor: string) =>
    (await scene.detectors.calibrations.of(sensor, { limit: 9 })).map(({ id, time }) => [id, time])
  expect(await of('GT-1')).toEqual([['test.1', '2026-11-29T10:00:00+08:00']])
  expect(await of('GT-2')).toEqual([])
})

test('pages go back in time through records and watched tests alike', async () => {
  await using scene = await DetectorScene.open()
  const { calibrations } = scene.detectors
  for (const day of [3, 1, 2]) await calibrations.enter('GT-1', { ...PASS, time: T0 - day * DAY })
  calibrations.tested({ number: 1, sensor: 'GT-1', time: T0 - 1.5 * DAY, by: 'li' })
  const ids = async (before?: number) =>
    (await calibrations.of('GT-1', { limit: 2, ...(before === undefined ? {} : { before }) })).map(
      ({ id }) => id,
    )
  expect(await ids()).toEqual(['2', 'test.1'])
  expect(await ids(T0 - 1.5 * DAY)).toEqual(['3', '1'])
})

test('a page does not end within a moment, which people give in whole minutes', async () => {
  await using scene = await DetectorScene.open()
  const { calibrations } = scene.detectors
  for (const day of [3, 2, 2, 2, 1]) await calibrations.enter('GT-1', { ...PASS, time: T0 - day * DAY })
  calibrations.tested({ number: 1, sensor: 'GT-1', time: T0 - 2 * DAY, by: 'li' })
  const pages: string[][] = []
  for (let before = T0; before > T0 - 3 * DAY; ) {
    const page = await calibrations.of('GT-1', { limit: 2, before })
    pages.push(page.map(({ id }) => id))
    before = Date.parse(page.at(-1)?.time ?? '')
  }
  expect(pages).toEqual([['5', '4', '3', '2', 'test.1'], ['1']])
})

test.each([
  ['a sensor that is not there', 'GT-9', {}, 'SENSOR_UNKNOWN'],
  ['a computed one', 'GT.v', {}, 'SENSOR_NOT_FIELD'],
  ['a time to come', 'GT-1', { time: T0 + 120_000 }, 'CALIBRATION_TIME'],
  ['a time of another century', 'GT-1', { time: T0 - 4_000 * DAY }, 'CALIBRATION_TIME'],
  ['a failure without a note', 'GT-1', { result: 'fail' }, 'CALIBRATION_NOTE'],
  ['a failure with a blank note', 'GT-1', { result: 'fail', note: '  ' }, 'CALIBRATION_NOTE'],
  ['adjusted without readings', 'GT-1', { result: 'adjusted' }, 'CALIBRATION_FACTS'],
  [
    'adjusted, and nothing measured',
    'GT-1',
    { result: 'adjusted', asFound: {}, asLeft: {} },
    'CALIBRATION_FACTS',
  ],
  ['a bump that adjusted', 'GT-1', { kind: 'bump', result: 'adjusted' }, 'CALIBRATION_FACTS'],
  ['t90 before t50', 'GT-1', { t50: 9, t90: 8 }, 'CALIBRATION_FACTS'],
  ['a day that is none', 'GT-1', { certificateExpiry: '2026-02-30' }, 'CALIBRATION_FACTS'],
  ['gas whose certificate had expired', 'GT-1', { certificateExpiry: '2026-11-26' }, 'CALIBRATION_FACTS'],
] as const)('%s is refused, and nothing is kept', async (_, sensor, over, code) => {
  await using scene = await DetectorScene.open()
  const before = scene.due()
  await expect(scene.detectors.calibrations.enter(sensor, { ...PASS, ...over })).rejects.toEqual(coded(code))
  expect(scene.due()).toEqual(before)
  expect(await scene.journal()).toEqual([])
})

test('a journal that cannot be written keeps nothing, and the next number is the same', async () => {
  await using scene = await DetectorScene.open()
  const { enter } = scene.states.detectors
  scene.states.detectors.enter = () => Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'full'))
  const { calibrations } = scene.detectors
  await expect(calibrations.enter('GT-3', { ...PASS, result: 'fail', note: 'x' })).rejects.toEqual(
    coded('JOURNAL_UNWRITABLE'),
  )
  expect(scene.detectors.isOverdue('GT-3')).toBe(false)
  scene.states.detectors.enter = enter
  expect((await calibrations.enter('GT-3', PASS)).id).toBe('1')
})

test('since when the file asks for dates is kept as soon as that can be written', async () => {
  await using scene = await DetectorScene.open()
  const { keep } = scene.states
  scene.states.keep = () => Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'full'))
  scene.facility = detectorPlant({ gt3: ', calibration: { every: 30d }' })
  await scene.detectors.look()
  scene.states.keep = keep
  await scene.detectors.look()
  scene.time.now += 31 * DAY
  await scene.restart()
  expect(scene.detectors.isOverdue('GT-3')).toBe(true)
})

test('the number of overdue detectors is reported when it changes', async () => {
  await using scene = await DetectorScene.open()
  await scene.detectors.look()
  await scene.detectors.look()
  scene.time.now += 31 * DAY
  await scene.detectors.look()
  await scene.detectors.calibrations.enter('GT-1', PASS)
  await scene.detectors.look()
  expect(scene.reports).toEqual([0, 1, 0])
})

test('nobody changes a record afterwards', async () => {
  await using scene = await DetectorScene.open()
  await scene.detectors.calibrations.enter('GT-1', PASS)
  const database = new DatabaseSync(scene.states.path)
  expect(() => database.exec("UPDATE calibration SET body = '{}'")).toThrow('append-only')
  expect(() => database.exec('DELETE FROM calibration')).toThrow('append-only')
  database.close()
})
