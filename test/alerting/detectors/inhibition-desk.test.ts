import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers } from '../../../alerting/detectors/inhibition.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { DAY, DetectorScene, HOUR, T0 } from './detector-plant.ts'

const ORDER = { reason: 'filter changed', by: 'li', forMs: HOUR }
const coded = (code: string) => expect.objectContaining({ code }) as CodedError

test('it has an owner and an end, and is over by its time whether anybody looks or not', async () => {
  await using scene = await DetectorScene.open()
  const { inhibitions } = scene.detectors
  expect(inhibitions.isIdle).toBe(true)
  expect(await inhibitions.begin('GT-1', { ...ORDER, owner: 'wang' })).toEqual({
    by: 'li',
    owner: 'wang',
    since: '2026-11-28T10:00:00+08:00',
    until: '2026-11-28T11:00:00+08:00',
    reason: 'filter changed',
    approvedBy: null,
  })
  expect([...inhibitions.current()]).toMatchObject([{ sensor: 'GT-1', since: T0 }])
  expect([T0 - 1, T0, T0 + HOUR - 1, T0 + HOUR].map((at) => inhibitions.isInhibited('GT-1', at))).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(inhibitions.isInhibited('GT-3', T0)).toBe(false)
  scene.time.now += HOUR
  expect(inhibitions.of('GT-1')).toBeNull()
  expect([...inhibitions.current()]).toEqual([])
  await inhibitions.look()
  await inhibitions.look()
  expect(await scene.journal()).toMatchObject([
    {
      by: 'li',
      subject: 'inhibit',
      number: 1,
      event: 'inhibited',
      to: 'inhibited',
      detail: { owner: 'wang' },
    },
    { by: 'system', subject: 'inhibit', number: 1, event: 'returned', from: 'inhibited', to: null },
  ])
  // What was sampled then may still come.
  expect(inhibitions.isInhibited('GT-1', T0 + 1)).toBe(true)
})

test('who releases it ends it at once, and it can begin anew', async () => {
  await using scene = await DetectorScene.open()
  const { inhibitions } = scene.detectors
  await inhibitions.begin('GT-1', ORDER)
  scene.time.now += 600_000
  await inhibitions.release('GT-1', { by: 'wang', address: '10.0.0.7' })
  expect(inhibitions.of('GT-1')).toBeNull()
  expect(inhibitions.isInhibited('GT-1', T0 + 599_999)).toBe(true)
  expect(inhibitions.isInhibited('GT-1', T0 + 600_000)).toBe(false)
  await expect(inhibitions.release('GT-1', { by: 'wang' })).rejects.toEqual(coded('NOT_INHIBITED'))
  await inhibitions.begin('GT-1', ORDER)
  await expect(inhibitions.begin('GT-1', ORDER)).rejects.toEqual(coded('INHIBIT_RUNNING'))
  expect((await scene.journal()).map(({ number, event }) => `${number} ${event}`)).toEqual([
    '1 inhibited',
    '1 released',
    '2 inhibited',
  ])
})

test('it outlives a restart, and one whose time was over meanwhile ended at its time', async () => {
  await using scene = await DetectorScene.open()
  await scene.detectors.inhibitions.begin('GT-1', ORDER)
  await scene.detectors.inhibitions.begin('GT-3', { ...ORDER, forMs: 8 * HOUR })
  scene.time.now += 2 * HOUR
  await scene.restart()
  const { inhibitions } = scene.detectors
  expect([...inhibitions.current()].map(({ sensor }) => sensor)).toEqual(['GT-3'])
  await inhibitions.look()
  expect(
    (await scene.states.detectors.inhibitions({ facility: 'plant', since: 0 })).map(({ sensor, ended }) => [
      sensor,
      ended,
    ]),
  ).toEqual([
    ['GT-1', T0 + HOUR],
    ['GT-3', null],
  ])
  await scene.restart()
  expect(scene.detectors.inhibitions.isInhibited('GT-1', T0 + 1)).toBe(true)
  await scene.detectors.inhibitions.begin('GT-1', ORDER)
  expect((await scene.journal()).at(-1)).toMatchObject({ number: 3 })
})

test('after a month nobody remembers, and numbers go on', async () => {
  await using scene = await DetectorScene.open()
  await scene.detectors.inhibitions.begin('GT-1', ORDER)
  scene.time.now += HOUR
  await scene.detectors.inhibitions.look()
  scene.time.now += 31 * DAY
  await scene.detectors.inhibitions.look()
  expect(scene.detectors.inhibitions.isIdle).toBe(true)
  await scene.restart()
  await scene.detectors.inhibitions.begin('GT-1', ORDER)
  expect((await scene.journal()).at(-1)).toMatchObject({ number: 2, event: 'inhibited' })
})

test('where the class of one of its alarms takes two, it takes two', async () => {
  await using scene = await DetectorScene.open()
  const { inhibitions } = scene.detectors
  await expect(inhibitions.begin('GT-2', ORDER)).rejects.toEqual(coded('SECOND_PERSON_REQUIRED'))
  await expect(inhibitions.begin('GT-2', { ...ORDER, approvedBy: ' LI ' })).rejects.toEqual(
    coded('SECOND_PERSON_REQUIRED'),
  )
  expect(await inhibitions.begin('GT-2', { ...ORDER, approvedBy: 'wang' })).toMatchObject({
    approvedBy: 'wang',
  })
})

test.each([
  ['a sensor that is not there', 'GT-9', {}, 'SENSOR_UNKNOWN'],
  ['a computed one', 'GT.v', {}, 'SENSOR_NOT_FIELD'],
  ['no reason', 'GT-1', { reason: ' ' }, 'REASON_REQUIRED'],
  ['nobody', 'GT-1', { by: '' }, 'REASON_REQUIRED'],
  ['a blank owner', 'GT-1', { owner: ' ' }, 'REASON_REQUIRED'],
  ['neither for nor until', 'GT-1', { forMs: undefined }, 'INHIBIT_LENGTH'],
  ['both', 'GT-1', { until: T0 + HOUR }, 'INHIBIT_LENGTH'],
  ['less than a minute', 'GT-1', { forMs: 59_999 }, 'INHIBIT_LENGTH'],
  ['longer than a shift', 'GT-1', { forMs: 8 * HOUR + 1 }, 'INHIBIT_LENGTH'],
  ['an end that is past', 'GT-1', { forMs: undefined, until: T0 - 1 }, 'INHIBIT_LENGTH'],
] as const)('%s is refused', async (_, sensor, over, code) => {
  await using scene = await DetectorScene.open()
  const { forMs, ...order } = { ...ORDER, ...over }
  const given = { ...order, ...(forMs === undefined ? {} : { forMs }) }
  await expect(scene.detectors.inhibitions.begin(sensor, given)).rejects.toEqual(coded(code))
  expect(await scene.journal()).toEqual([])
})

test.each([
  [{ forMs: 59_999 }, 'shorter than 1m'],
  [{ forMs: 8 * HOUR + 1 }, 'longer than 8h'],
  [{ until: T0 - 1 }, 'its end is past'],
])('%j is refused by name', async (length, message) => {
  await using scene = await DetectorScene.open()
  const { forMs: _, ...order } = ORDER
  await expect(scene.detectors.inhibitions.begin('GT-1', { ...order, ...length })).rejects.toThrow(message)
})

test('a journal that fails lets nothing begin, and holds up no end', async () => {
  await using scene = await DetectorScene.open()
  const { inhibitions } = scene.detectors
  const { enter } = scene.states.detectors
  await inhibitions.begin('GT-1', ORDER)
  scene.states.detectors.enter = () => Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'full'))
  await expect(inhibitions.begin('GT-3', ORDER)).rejects.toEqual(coded('JOURNAL_UNWRITABLE'))
  expect(inhibitions.of('GT-3')).toBeNull()
  scene.time.now += HOUR
  await inhibitions.look()
  expect(inhibitions.of('GT-1')).toBeNull()
  scene.states.detectors.enter = enter
  scene.time.now += HOUR
  await inhibitions.look()
  expect(await scene.states.detectors.inhibitions({ facility: 'plant', since: 0 })).toMatchObject([
    { ended: T0 + HOUR },
  ])
})

test('nothing outside of its time is covered', () => {
  const time = fc.integer({ min: 0, max: 1_000 })
  fc.assert(
    fc.property(time, time, fc.option(time), time, (since, length, after, at) => {
      const ended = after === null ? null : since + after
      const until = since + length
      const inhibition = { ...ORDER, number: 1, sensor: 'S', owner: 'li', approvedBy: null, endedBy: null }
      const isWithin = at >= since && at < until && (ended === null || at < ended)
      expect(covers({ ...inhibition, since, until, ended }, at)).toBe(isWithin)
    }),
  )
})
