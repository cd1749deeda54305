import { expect, test } from 'vitest'
import { AlarmEngine } from '../../../../alerting/alarm-engine.ts'
import { alarmView } from '../../../../alerting/alarm-view.ts'
import { TestWatch } from '../../../../alerting/register/hazard/test-watch.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { absentFacility } from '../../absent-ports.ts'
import { DAY, DetectorScene, HOUR } from '../../detectors/detector-plant.ts'

/** The watch over the detectors of a scene, with one rule that waits a week. */
async function watched(scene: DetectorScene) {
  const { facility } = scene
  const rules = parseFacility(
    'facility: { id: x }\nregister: { rules: [ { id: late, when: test-overdue, for: 7d, match: {} } ] }\ngateways: [ { id: g, buses: [] } ]',
    'x.yaml',
  ).register.rules
  const engine = new AlarmEngine({ facility, now: scene.time.now })
  const alarms = {
    entries: () => engine.entries(),
    config: (id: string) => engine.entry(id)?.config,
    view: (id: string) => {
      const entry = engine.entry(id)
      return entry && alarmView(facility, entry, true)
    },
  }
  const port = absentFacility({ ...facility, register: { ...facility.register, rules } }, alarms)
  const place = { ...port, detectors: scene.detectors }
  const watch = new TestWatch({
    places: () => new Map([['plant', place]]),
    states: scene.states,
    now: () => scene.time.now,
  })
  const look = async () =>
    (await watch.look()).map(({ sensor, alarm, title, cause }) => ({ sensor, alarm, title, cause }))
  return { look, isOverdue: (alarm: string) => watch.isOverdue(place, alarm) }
}

test('a detector whose date has passed for long is one hazard, until it is done', async () => {
  await using scene = await DetectorScene.open()
  const { look, isOverdue } = await watched(scene)
  scene.time.now += 31 * DAY
  expect(await look()).toEqual([])
  expect(await isOverdue('GT-1.H')).toBe(true)
  expect(await isOverdue('GT-2.H')).toBe(false)
  scene.time.now += 6 * DAY + HOUR
  expect(await look()).toEqual([
    { sensor: 'GT-1', alarm: 'GT-1.H', title: 'GT-1: bump test overdue', cause: 'test:GT-1.TEST' },
  ])
  await scene.detectors.calibrations.enter('GT-1', { kind: 'bump', result: 'pass', by: 'li' })
  scene.time.now += HOUR
  expect(await look()).toEqual([])
  expect(await isOverdue('GT-1.H')).toBe(false)
})

test('one that failed says so', async () => {
  await using scene = await DetectorScene.open()
  const { look } = await watched(scene)
  await scene.detectors.calibrations.enter('GT-2', {
    kind: 'calibration',
    result: 'fail',
    note: 'dead',
    by: 'li',
  })
  scene.time.now += 7 * DAY + HOUR
  expect(await look()).toMatchObject([{ sensor: 'GT-2', title: 'GT-2: calibration failed' }])
})
