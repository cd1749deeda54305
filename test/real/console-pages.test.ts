import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { alarmOf, iso } from '../console/fake-plant.ts'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

describe.skipIf(unlessChromium.skip)(`pages of the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  let now: number
  const at = (id: string) => scene.at(id)
  const flag = (more: object = {}) => ({
    by: 'Li Wei',
    reason: 'Hot work permit 4711',
    since: iso(now - 3_000_000),
    until: iso(now + 1_500_000),
    cause: null,
    approvedBy: null,
    oneShot: false,
    ...more,
  })
  const put = (id: string, event: JournalItem['event'], more: Partial<AlarmView>) =>
    scene.server.record(alarmOf(id, now - 3_000_000, { sensorName: 'Methane, pump bay', ...more }), {
      event,
      from: 'UNACK',
      by: 'Li Wei',
    })
  const go = async (hash: string, landmark: string) => {
    await scene.page.goto(`${scene.url}/${hash}`)
    await at(landmark).waitFor()
  }

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    now = systemClock.wall()
    await scene.page.setViewportSize(DESK)
    await scene.page.addInitScript("localStorage.setItem('davylamp.person', 'Chen Yu')")
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  describe('what is set aside', () => {
    test('three lists: since, by, approved by, reason, time left, and what it is beneath', async () => {
      put('GT-101.H', 'shelved', { state: 'SHLVD', live: 'ACKED', ack: 'acked', shelved: flag() })
      put('GT-103.H', 'shelved', {
        state: 'SHLVD',
        live: 'NORM',
        ack: 'acked',
        shelved: flag({ oneShot: true, approvedBy: 'Wang Fang' }),
      })
      put('GT-104.H', 'suppressed', { state: 'DSUPR', live: 'UNACK', suppressed: [flag({ until: null })] })
      put('LT-201.H', 'out-of-service', { state: 'OOSRV', live: 'NORM', outOfService: flag() })
      await go('#/set-aside', 'list-shelved')
      await eventually(() => at('aside-shelved-GT-101.H').textContent()).toMatch(
        /Acknowledged.*Since\d\d:\d\d:\d\d.*Li Wei.*permit 4711.*2[34] min \d\d s left/,
      )
      expect(await at('aside-shelved-GT-103.H').textContent()).toMatch(
        /Normal.*approved by Wang Fang.*or its return/,
      )
      expect(await at('aside-suppressed-GT-104.H').textContent()).toMatch(/Unacknowledged.*no end/)
      expect(await at('list-outOfService').textContent()).toContain('LT-201.H')
      expect(await at('set-aside-count').textContent()).toBe('4')
    })

    test('the time runs', async () => {
      const left = () => at('aside-shelved-GT-101.H').locator('.until b').textContent()
      const first = await left()
      await eventually(left).not.toBe(first)
    })

    test('one is lifted at once, and leaves the list', async () => {
      await at('lift-shelved-GT-101.H').click()
      await at('unshelve-submit').click()
      await at('aside-shelved-GT-101.H').waitFor({ state: 'detached' })
      expect(scene.server.journal[0]).toMatchObject({ event: 'unshelved', by: 'Chen Yu' })
      expect(await at('set-aside-count').textContent()).toBe('3')
    })

    test('what one cause brought along is one line, and nobody lifts it by hand', async () => {
      for (const n of [1, 2, 3, 4]) {
        put(`CL-30${n}.FAULT`, 'suppressed', {
          state: 'DSUPR',
          live: n === 2 ? 'UNACK' : 'NORM',
          suppressed: [flag({ cause: 'gateway.gw-2', reason: 'Gateway gw-2 is lost', until: null })],
        })
      }
      const group = at('list-suppressed').locator('.aside-group')
      expect(await group.locator('summary').textContent()).toBe(
        'Gateway gw-2 is lost: 4 alarms · active beneath: 1',
      )
      await group.locator('summary').click()
      expect(await at('aside-suppressed-CL-302.FAULT').textContent()).toContain('by design')
      expect(await group.getByRole('button').count()).toBe(0)
    })
  })

  describe('tests', () => {
    test('a sensor is put under test, and everything says so', async () => {
      await go('#/sensor/GT-105', 'start-test')
      await at('start-test').click()
      await at('start-test-submit').click()
      await scene.page.getByText('Say why').waitFor()
      await at('start-test-span-15m').check()
      await at('start-test-reason').fill('Bump test, 50 %LEL')
      await at('start-test-submit').click()
      await eventually(() => at('under-test').textContent()).toMatch(
        /Under test.*GT-105.*until.*1[45] min \d\d s left.*by Chen Yu/,
      )
      expect(scene.server.tests[0]).toMatchObject({ kind: 'bump', sensors: ['GT-105'], by: 'Chen Yu' })
      await at('test-1').waitFor()
      await go('#/', 'tile-GT-105')
      expect(await at('tile-GT-105').textContent()).toContain('Under test')
      expect(await at('tile-GT-106').textContent()).not.toContain('Under test')
    })

    test('its evidence is shown, and it is ended', async () => {
      const [test] = scene.server.tests
      if (test === undefined) throw new Error('a test runs')
      const evidence = test.evidence.map((line) =>
        line.alarm === 'GT-105.H' ? { ...line, raised: iso(now), returned: iso(now), peak: 51.25 } : line,
      )
      scene.server.tests[0] = { ...test, evidence }
      await go('?evidence#/sensor/GT-105', 'test-1')
      expect(await at('test-1').textContent()).toMatch(
        /GT-105\.H ✓ raised.*✓ returned.*peak 51.3 %LEL.*GT-105\.HH ○ not raised/,
      )
      await at('end-test-1').click()
      await at('end-test-submit').click()
      await at('under-test').waitFor({ state: 'detached' })
      await eventually(() => at('test-1').textContent()).toMatch(/ended .* by Chen Yu/)
    })

    test('while nobody knows of tests, none is offered and the page says why', async () => {
      scene.server.failing.add('tests')
      await go('?no-tests#/sensor/GT-105', 'problem')
      expect(await at('problem').textContent()).toContain('tests cannot be answered')
      expect(await at('start-test').count()).toBe(0)
      scene.server.failing.delete('tests')
    })
  })

  describe('the page of an alarm', () => {
    test('one tap from its row: what to do first, and the time that is left', async () => {
      scene.raise('GT-102.HH', { priority: 'critical', value: 44, limit: 40, raised: iso(now - 240_000) })
      await go('#/alarms', 'alarm-list')
      await at('alarm-row-GT-102.HH').getByRole('link', { name: 'GT-102.HH' }).click()
      await at('alarm-page').waitFor()
      await scene.page.getByText('Close XV-101 from the panel.').waitFor()
      const panels = await scene.page.locator('.alarm-page h2').allTextContents()
      expect(panels[0]).toBe('What to do now')
      expect(await at('what-to-do').textContent()).toMatch(
        /If nothing is done.*Likely causes.*How to be sure/,
      )
      expect(await at('response-time').textContent()).toMatch(/within 10 min.*5 min \d\d s left/)
    })

    test('from the banner too; when the time is over, it says so', async () => {
      scene.raise('GT-102.HH', { priority: 'critical', raised: iso(now - 900_000), occurrence: 'again' })
      await go('#/', 'banner')
      await at('banner').getByRole('link', { name: 'GT-102.HH' }).click()
      await eventually(() => at('response-time').textContent()).toMatch(/⚠ over by/)
    })

    test('it is acted on from there', async () => {
      await at('act-acknowledge').click()
      await at('ack-submit').click()
      await eventually(() => at('alarm-facts').textContent()).toMatch(/Acknowledged byChen Yu/)
      expect(await at('journal-list').textContent()).toContain('Chen Yu')
    })

    test('a set point is changed by two people, and the file that says otherwise is beside it', async () => {
      await at('change-set-point').click()
      await at('set-point-submit').click()
      await scene.page.getByText('Nothing is changed yet.').waitFor()
      await at('set-point-limit').fill('thirty')
      await at('set-point-submit').click()
      await scene.page.getByText('A number, such as').waitFor()
      await at('set-point-limit').fill('35')
      await at('set-point-reason').fill('Rises faster since the new pump')
      await at('set-point-approver').fill('Zhao Min')
      await at('set-point-submit').click()
      await at('set-point-dialog').waitFor({ state: 'detached' })
      expect(scene.server.settings.get('GT-102.HH')).toMatchObject({
        revision: 1,
        current: { limit: 35 },
        history: [{ by: 'Chen Yu', approvedBy: 'Zhao Min' }],
      })
      await eventually(() => at('set-point').textContent()).toMatch(
        /≥ 35 %LEL.*the file says 20 %LEL.*Limit 20 %LEL → 35 %LEL.*approved by Zhao Min/,
      )
    })

    test('which of two values holds is decided once the file was edited', async () => {
      const settings = scene.server.settings.get('GT-102.HH')
      if (settings === undefined) throw new Error('its set point was changed')
      expect(await at('settle').count()).toBe(0)
      scene.server.settings.set('GT-102.HH', { ...settings, differs: true })
      await go('?edited#/alarm/demo-plant/GT-102.HH', 'settings-differ')
      await at('settle').click()
      await at('settle-file').check()
      await at('settle-reason').fill('The file is right')
      await at('settle-approver').fill('Zhao Min')
      await at('settle-submit').click()
      await at('settings-differ').waitFor({ state: 'detached' })
      expect(scene.server.settings.get('GT-102.HH')).toMatchObject({ differs: false, current: { limit: 20 } })
    })

    test('an alarm that is normal has its page as well, one that nobody knows says so', async () => {
      await go('#/alarm/demo-plant/GT-108.H', 'alarm-page')
      await scene.page.getByText('What to do when it comes').waitFor()
      await scene.page.goto(`${scene.url}/#/alarm/demo-plant/NO-1.H`)
      await scene.page.getByText('There is no alarm NO-1.H in demo-plant.').waitFor()
    })

    test('what cannot be answered is said where it would stand, and the rest is there', async () => {
      for (const part of ['detail', 'settings']) scene.server.failing.add(part)
      await go('?plain#/alarm/demo-plant/GT-102.HH', 'alarm-page')
      await eventually(() => at('problem').allTextContents()).toEqual([
        expect.stringContaining('GT-102.HH cannot be answered'),
        expect.stringContaining('settings cannot be answered'),
      ])
      expect(await at('set-point').count()).toBe(0)
      expect(await at('act-shelve').count()).toBe(1)
      scene.server.failing.clear()
    })
  })

  describe('a flood', () => {
    test('the banner says so, life safety stands apart, nothing is dropped', async () => {
      await go('?flood#/alarms', 'alarm-list')
      for (const n of [1, 2, 3, 4]) scene.raise(`CL-30${n}.H`, { area: 'chlorine-shed' })
      scene.raise('CL-301.HH', { area: 'chlorine-shed', priority: 'critical', lifeSafety: true })
      scene.raise('CL-304.HH', { area: 'chlorine-shed', group: 'chlorine', firstInGroup: true })
      scene.server.flood({
        facility: 'demo-plant',
        isFlood: true,
        since: iso(now - 60_000),
        last10Minutes: 14,
        peak: 16,
      })
      expect(await at('flood-demo-plant').textContent()).toMatch(
        /ALARM FLOOD.*14 alarms in the last 10 minutes, 16 at the most/,
      )
      expect(await at('life-safety').locator('.alarm-row').count()).toBe(1)
      const area = at('flood-area-chlorine-shed')
      expect(await area.locator('summary').first().textContent()).toMatch(
        /Chlorine shed.*alarms: 5.*unacknowledged: 5.*① first of chlorine: CL-304\.HH/,
      )
      await area.locator('summary').first().click()
      expect(await area.locator('.alarm-row').count()).toBe(5)
      await at('view-list').click()
      const inList = await at('alarm-list').locator(':scope > .alarm-rows > .alarm-row').count()
      await at('view-flood').click()
      expect(await at('flood-view').locator('.alarm-row').count()).toBe(inList)
    })

    test('when it is over, the list is back', async () => {
      scene.server.flood({
        facility: 'demo-plant',
        isFlood: false,
        since: null,
        last10Minutes: 4,
        peak: 0,
      })
      await at('flood-demo-plant').waitFor({ state: 'detached' })
      expect(await at('flood-view').count()).toBe(0)
    })
  })

  describe('the journal', () => {
    test('filters stand in the address, and find what they say', async () => {
      await go('#/journal', 'journal-list')
      await at('filter-by').fill('chen')
      await at('filter-event').selectOption('acknowledged')
      await at('filter-search').click()
      await eventually(() => scene.page.url()).toMatch(/#\/journal\?event=acknowledged&by=chen$/)
      const rows = at('journal-list').locator('.journal-row')
      await eventually(() => rows.count()).toBe(1)
      expect(await rows.first().textContent()).toMatch(/GT-102\.HH.*Acknowledged/)
      await at('filter-clear').click()
      await eventually(() => rows.count()).toBeGreaterThan(10)
    })

    test('a search that finds nothing says so; text finds the reason of a flag', async () => {
      await at('filter-text').fill('no such words')
      await at('filter-text').press('Enter')
      await scene.page.getByText('Nothing matches.').waitFor()
      await at('filter-text').fill('permit 4711')
      await at('filter-text').press('Enter')
      await at('journal-list').getByText('“Hot work permit 4711”').first().waitFor()
    })

    test('from and to are times of the plant', async () => {
      await go(`#/journal?from=${iso(now + 3_600_000).slice(0, 16)}`, 'journal-list')
      await scene.page.getByText('Nothing matches.').waitFor()
      await go(`?to#/journal?from=${iso(now - 60_000).slice(0, 16)}&alarm=GT-102.HH`, 'journal-list')
      await at('journal-list').locator('.journal-row').first().waitFor()
    })

    test('how far its chain goes', async () => {
      expect(await at('journal-head').textContent()).toMatch(
        /Chain of the journal: \d+ entries.*Keep this line/,
      )
    })
  })

  describe('performance', () => {
    test('figures beside their targets, with verdicts in words and shape', async () => {
      await go('#/performance', 'kpi-figures')
      expect(await at('figure-alarmsPerDay').textContent()).toMatch(
        /79\.2about 150, at most 300 ISA-18\.2✓ good|\d.*✓ good/,
      )
      expect(await at('figure-chatteringAlarms').textContent()).toContain('▲ OVER')
      expect(await at('figure-topTenShare').textContent()).toContain('◐ manageable')
      expect(await at('kpi-topTen').locator('tbody tr').count()).toBe(10)
      expect(await at('kpi-hiddenShelved').textContent()).toContain('Hot work permit 4711')
      const month = iso(now).slice(0, 7)
      expect(await at('report').getAttribute('href')).toBe(
        `/api/v1/kpi/alarms/report?facility=demo-plant&month=${month}&format=markdown`,
      )
    })

    test('a day is too short to judge, and the day before is one press away', async () => {
      await at('period-day').click()
      await scene.page.getByText('Too short to judge').waitFor()
      expect(await at('period').textContent()).toBe(iso(systemClock.wall()).slice(0, 10))
      await at('period-earlier').click()
      await eventually(() => at('period').textContent()).toBe(
        iso(systemClock.wall() - 86_400_000).slice(0, 10),
      )
      expect(await at('period-later').isDisabled()).toBe(false)
    })

    test('what cannot be computed is said', async () => {
      scene.server.failing.add('alarms')
      await at('period-week').click()
      await at('problem').waitFor()
      scene.server.failing.delete('alarms')
    })
  })

  test.each([DESK, PHONE])(
    'nothing is cut off at $width px on any page, in both languages',
    async (viewport) => {
      await scene.page.setViewportSize(viewport)
      const pages = [
        ['#/set-aside', 'list-shelved'],
        ['#/performance', 'kpi-figures'],
        ['#/alarm/demo-plant/GT-102.HH', 'set-point'],
        ['#/sensor/GT-105', 'sensor-tests'],
        ['#/journal?by=chen', 'journal-list'],
      ] as const
      for (const language of ['zh', 'en']) {
        await at(`lang-${language}`).click()
        for (const [hash, landmark] of pages) {
          await go(hash, landmark)
          expect(await scene.overflow(), `${language} ${hash}`).toBeLessThanOrEqual(0)
        }
      }
    },
  )

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints()).toEqual([])
  })
})
