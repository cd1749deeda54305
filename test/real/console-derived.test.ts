import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { addDerived } from '../console/fake-derived.ts'
import { readingOf } from '../console/fake-plant.ts'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

describe.skipIf(unlessChromium.skip)(`derived sensors in the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  const at = (id: string) => scene.at(id)
  const go = async (hash: string, landmark: string) => {
    await scene.page.goto(`${scene.url}/${hash}`)
    await at(landmark).first().waitFor()
  }

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    addDerived(scene.server, systemClock.wall())
    await scene.page.goto(scene.url)
    await at('lang-en').click()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  test('are told from those that measure, among all sensors', async () => {
    await go('#/', 'tile-CL.VOTE')
    expect(await at('tile-CL.VOTE').getByLabel('Computed by the server').count()).toBe(1)
    expect(await at('tile-CL-301').getByLabel('Computed by the server').count()).toBe(0)
  })

  test('a vote says what it has come down to, and why, channel by channel', async () => {
    await go('#/sensor/CL.VOTE', 'vote')
    expect(await at('architecture').textContent()).toBe('2oo3 → 1oo2')
    expect(await at('vote').textContent()).toMatch(
      /degraded · healthy channels: 2 of 3.*Trips at 1 of 2.*not tripped · votes: 0/,
    )
    const rows = await at('vote').locator('tbody tr').allTextContents()
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatch(/^CL-301.*✓ normal0\.02 ppm0\.34 ppm○$/)
    expect(rows[1]).toMatch(/^CL-302.*⊘ inhibited–0\.34 ppm○$/)
    expect(await at('coverage').textContent()).toBe('67 % ◐ a part is missing')
  })

  test('an input that is an alarm leads to the alarm, a sensor to the sensor, and from there back', async () => {
    await at('vote').getByRole('link', { name: 'CL-303.HH' }).click()
    await at('alarm-page').waitFor()
    await go('?back#/sensor/CL-301', 'derived-uses')
    expect(await at('derived').count()).toBe(0)
    await at('derived-uses').getByRole('link', { name: 'CL.VOTE' }).click()
    await at('vote').waitFor()
  })

  test('the page of its alarm shows who has voted, as it changes', async () => {
    scene.raise('CL.VOTE.TRIP', {
      sensorName: 'Chlorine at two detectors',
      priority: 'critical',
      kind: 'state',
    })
    const detail = scene.server.derived.get('CL.VOTE')
    if (detail === undefined) throw new Error('the fake plant has a vote')
    await go('#/alarm/demo-plant/CL.VOTE.TRIP', 'vote')
    const channels = [{ id: 'CL-301', sensor: 'CL-301', state: 'alarm', votes: true, value: 0.9 }]
    const tripped = { configured: '1oo1', live: '1oo1', need: 1, of: 1, votes: 1, tripped: true, channels }
    scene.server.derived.set('CL.VOTE', { ...detail, detail: tripped })
    scene.server.send('reading', readingOf('CL.VOTE', systemClock.wall(), 1))
    await eventually(() => at('vote').textContent()).toMatch(
      /✓ as designed.*▲ TRIPPED · votes: 1.*▲ ALARM.*● votes/,
    )
    expect(await at('derived-inputs').count()).toBe(0)
    expect(await at('derived').textContent()).toContain('The vote as it stands now')
    const left = { ...channels[0], state: 'overdue', votes: false, limit: 0.34, isBeyond: true }
    const held = { ...tripped, live: '0oo0', of: 0, votes: 0, isProtected: false, channels: [left] }
    scene.server.derived.set('CL.VOTE', { ...detail, detail: held })
    await eventually(() => at('vote-held').textContent()).toMatch(/^Held by CL-301/)
    expect(await at('vote').textContent()).toMatch(/✕ NO PROTECTION · healthy channels: 0 of 1.*▲ 0\.90 ppm/)
    scene.server.derived.set('CL.VOTE', detail)
  })

  test('the page of any other alarm has what is computed of its sensor, as it is now', async () => {
    scene.raise('T-202.OVERFILL.LOW', { sensor: 'T-202.OVERFILL', kind: 'level', unit: 'min', value: 4.9 })
    await go('#/alarm/demo-plant/T-202.OVERFILL.LOW', 'derived-standing')
    expect(await at('derived-standing').textContent()).toMatch(/^2\.6min.*100 %/)
    expect(await at('tank').count()).toBe(1)
    scene.raise('CL-301.H', { sensor: 'CL-301' })
    await go('?uses#/alarm/demo-plant/CL-301.H', 'derived-uses')
    expect(await at('derived-uses').textContent()).toMatch(/CL\.VOTE.*Chlorine at two detectors/)
  })

  test('a tank is drawn with its levels, and how it moves', async () => {
    await go('#/sensor/T-202.OVERFILL', 'tank')
    expect(await at('tank').getAttribute('aria-label')).toBe('Level 9.410 m of 12.0 m')
    const text = await at('tank').textContent()
    for (const level of ['CH 11.40', 'HH 10.80', 'H 10.00', 'MW 9.50', 'LL 0.80'])
      expect(text).toContain(level)
    expect(text).not.toContain('passed')
    expect(await at('tank-motion').textContent()).toBe('▲ filling')
    expect(await at('derived-facts').textContent()).toMatch(
      /Net flow118\.2 m³\/h.*at least3\.62 min.*Response time1 min/,
    )
    await at('derived-inputs').getByRole('link', { name: 'LT-202' }).click()
    await at('derived-uses').getByRole('link', { name: 'T-202.OVERFILL' }).waitFor()
  })

  test('an exposure says its limits, whether periods were kept, and that the past is computed anew', async () => {
    await go('#/sensor/GT-111.STEL', 'exposure')
    expect(await at('exposure').textContent()).toMatch(
      /MAC.*10 mg\/m³.*41 %no.*5, at most 4.*30 min, at least 1 h 00 min.*▲ NOT KEPT/,
    )
    expect(await at('derived-facts').textContent()).toMatch(/Shift since\d\d/)
    expect(await at('back-filling').textContent()).toContain('computed anew')
    expect(await at('coverage').textContent()).toBe('93 % ◐ a part is missing')
  })

  test('a balance and a major-hazard source say what they are made of', async () => {
    await go('#/sensor/T-203.BALANCE', 'derived-facts')
    expect(await at('derived-facts').textContent()).toMatch(/CUSUM of what is missing0\.42 m³/)
    expect(await at('coverage').textContent()).toBe('0 % ✕ nothing usable')
    expect(await at('account').getByRole('img').getAttribute('aria-label')).toBe(
      'CUSUM: 0.42 m³ are missing, 0 m³ are too much',
    )
    await go('#/sensor/TANKS.R', 'derived-facts')
    expect(await at('derived').textContent()).toMatch(/R8\.31.*Present grade4.*86290-81-5: 1662 t/)
  })

  test('what cannot be answered is said where it would stand', async () => {
    scene.server.failing.add('derived')
    await go('?failing#/sensor/CL.VOTE', 'problem')
    expect(await at('problem').textContent()).toContain('derived cannot be answered')
    scene.server.failing.clear()
  })

  test.each([DESK, PHONE])('nothing is cut off at $width px, in both languages', async (viewport) => {
    await scene.page.setViewportSize(viewport)
    for (const language of ['zh', 'en']) {
      await go(`?${language}${viewport.width}#/`, `lang-${language}`)
      await at(`lang-${language}`).click()
      for (const id of ['CL.VOTE', 'T-202.OVERFILL', 'GT-111.STEL', 'T-203.BALANCE', 'TANKS.R']) {
        await go(`#/sensor/${id}`, 'derived')
        await at('coverage').waitFor()
        expect(await scene.overflow(), `${language} ${id}`).toBeLessThanOrEqual(0)
        const folder = process.env.SHOTS
        if (folder !== undefined)
          await scene.page.screenshot({
            path: `${folder}/${id}-${language}-${viewport.width}.png`,
            fullPage: true,
          })
      }
    }
  })

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints()).toEqual([])
  })
})
