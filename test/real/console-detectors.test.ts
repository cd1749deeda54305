import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DueView } from '../../contracts/calibration-api.ts'
import { FACILITY } from '../console/fake-plant.ts'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

const DAY = 86_400_000

function due(sensor: string, more: Partial<DueView>): DueView {
  return {
    facility: FACILITY,
    sensor,
    sensorName: 'Methane, pump bay',
    area: 'tank-farm',
    kind: 'calibration',
    everyMs: 180 * DAY,
    lastDone: '2026-05-14T10:00:00+08:00',
    lastResult: 'pass',
    due: '2026-11-10T10:00:00+08:00',
    overdueByMs: 0,
    state: 'ok',
    ...more,
  }
}

describe.skipIf(unlessChromium.skip)(`detectors in the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  const at = (id: string) => scene.at(id)
  const go = async (hash: string, landmark: string) => {
    await scene.page.goto(`${scene.url}/${hash}`)
    await at(landmark).first().waitFor()
  }

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    const failed = { kind: 'bump', lastResult: 'fail', lastDone: null } as const
    scene.server.detectors.due.push(
      due('GT-101', { state: 'overdue', overdueByMs: 20 * DAY }),
      due('GT-101', { ...failed, state: 'overdue', overdueByMs: 1_000 }),
      due('GT-102', { state: 'due' }),
      due('GT-111', { state: 'never', lastDone: null, lastResult: null }),
    )
    scene.server.detectors.records.push({
      facility: FACILITY,
      sensor: 'GT-101',
      id: '1',
      time: '2025-05-14T10:00:00+08:00',
      recorded: null,
      by: 'li',
      due: null,
      kind: 'calibration',
      result: 'adjusted',
      asFound: { zero: 1.2, span: 41 },
      asLeft: { zero: 0, span: 50 },
      t90: 19,
    })
    await scene.page.goto(scene.url)
    await at('lang-en').click()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  test('how many are not to be trusted is said before which', async () => {
    await go('#/calibrations', 'due-count')
    // One detector counts once, whatever of it is overdue.
    expect(await at('due-count').textContent()).toMatch(/✕ Detectors overdue or failed: 1.*◐ due soon: 1/)
    const rows = await at('due-list').locator('li').allTextContents()
    expect(rows[0]).toMatch(/^GT-101.*✕ overdue by 20 dDue 2026-11-10/)
    expect(rows[1]).toMatch(/✕ failedDue .*Last done never$/)
  })

  test('a record has what was measured, and the year', async () => {
    await go('#/sensor/GT-101', 'calibration-records')
    await eventually(() => at('calibration-records').textContent()).toMatch(
      /^2025-05-14 10:00Calibrationadjustedli · zero 1\.2 → 0 %LEL · span 41 → 50 %LEL · t90 19 s$/,
    )
  })

  test('nothing is entered that nobody has chosen, and nothing that failed without a note', async () => {
    const form = at('calibration-form')
    await at('sensor-care').getByText('Enter a record …').click()
    await at('calibration-submit').click()
    expect(await form.locator('.field.wrong').allTextContents()).toEqual([
      expect.stringContaining('✕ Choose the result'),
    ])
    await at('calibration-result').selectOption('fail')
    await at('calibration-submit').click()
    expect(await form.locator('.field.wrong').allTextContents()).toEqual([
      expect.stringContaining('✕ Say why'),
    ])
    expect(scene.server.detectors.entered).toEqual([])
    await at('calibration-note').fill('no response')
    await at('calibration-submit').click()
    await eventually(() => scene.server.detectors.entered).toEqual([
      expect.objectContaining({ kind: 'bump', result: 'fail', note: 'no response' }),
    ])
    await eventually(() => at('calibration-result').inputValue()).toBe('')
    expect(await form.locator('.field.wrong').count()).toBe(0)
  })

  test('what cannot be answered is said, and no detector is called in time', async () => {
    scene.server.failing.add('calibrations')
    await go('?failing#/calibrations', 'problem')
    expect(await at('due-count').count()).toBe(0)
    scene.server.failing.clear()
  })

  test.each([DESK, PHONE])('nothing is cut off at $width px, in both languages', async (viewport) => {
    await scene.page.setViewportSize(viewport)
    for (const language of ['zh', 'en']) {
      await go(`?${language}${viewport.width}#/calibrations`, 'due-count')
      await at(`lang-${language}`).click()
      expect(await scene.overflow(), `${language} list`).toBeLessThanOrEqual(0)
      await go('#/sensor/GT-101', 'sensor-care')
      await at('calibration-records').locator('li').first().waitFor()
      expect(await scene.overflow(), `${language} sensor`).toBeLessThanOrEqual(0)
    }
  })

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints()).toEqual([])
  })
})
