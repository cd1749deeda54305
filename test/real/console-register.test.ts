import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { registered } from '../console/fake-register.ts'
import { PASSWORD } from '../console/fake-session.ts'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

/** Every page of the register, and something that only it shows. */
const PAGES = [
  ['#/hazards', 'hazard-list'],
  ['#/hazards/board', 'board'],
  ['#/hazards/3', 'hazard-head'],
  ['#/hazards/4', 'hazard-trend'],
  ['#/hazards/new', 'new-hazard'],
  ['#/hazards/figures', 'figures-table'],
  ['#/hazards/map', 'risk-map'],
] as const

const WIDTH = "document.querySelector('[data-testid=hazard-files] img').naturalWidth"

describe.skipIf(unlessChromium.skip)(`the hazard register, in the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  let visits = 0
  const at = (id: string) => scene.at(id)
  const go = async (hash: string, landmark: string) => {
    visits += 1
    await scene.page.goto(`${scene.url}/?${visits}${hash}`)
    await at(landmark).waitFor()
  }

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    registered(scene.server.hazards, systemClock.wall())
    scene.page.setDefaultTimeout(30_000)
    await scene.page.setViewportSize(DESK)
    await scene.page.addInitScript("localStorage.setItem('davylamp.person', 'Chen Yu')")
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  describe('the list', () => {
    const numbers = () => at('hazard-list').locator('tbody td:first-child').allTextContents()

    test('newest first; what is overdue, major or supervised stands out by words', async () => {
      await go('#/hazards', 'hazard-8')
      expect(await numbers()).toEqual(['8', '7', '6', '5', '4', '3', '2', '1'])
      const row = (number: number) =>
        at('hazard-list')
          .locator('tbody tr')
          .nth(8 - number)
      expect(await row(2).textContent()).toMatch(/Orange.*In rectification.*⚠ OVERDUE 2 d/)
      expect(await row(3).textContent()).toMatch(/Major.*Red.*Assigned.*supervised/)
      expect(await row(1).textContent()).not.toContain('OVERDUE')
    })

    test('filters stand in the address', async () => {
      await at('hazards-overdue-only').check()
      await eventually(numbers).toEqual(['2'])
      expect(scene.page.url()).toContain('#/hazards?overdue=true')
      await at('hazards-clear').click()
      await at('hazards-responsible-only').check()
      await eventually(numbers).toEqual(['4', '2', '1'])
      expect(scene.page.url()).toContain('responsible=Chen+Yu')
      await at('hazards-status').selectOption('open')
      await eventually(numbers).toEqual(['4', '2'])
      await at('hazards-q').fill('METHANE')
      await at('hazards-search').click()
      await eventually(numbers).toEqual(['4'])
    })

    test('page by page', async () => {
      scene.server.hazards.most = 3
      await go('#/hazards', 'hazard-8')
      await at('hazards-older').click()
      await eventually(numbers).toEqual(['5', '4', '3'])
      await at('hazards-older').click()
      await eventually(numbers).toEqual(['2', '1'])
      expect(await at('hazards-older').count()).toBe(0)
      await at('hazards-newest').click()
      await eventually(numbers).toEqual(['8', '7', '6'])
      scene.server.hazards.most = 500
    })

    test('what somebody enters elsewhere appears by itself', async () => {
      await go('#/hazards?status=found', 'hazard-7')
      const { hazards } = scene.server
      scene.server.send('hazard', hazards.view(hazards.add({ title: 'Oil on the floor of pump room 2' })))
      await at('hazard-9').waitFor()
    })
  })

  test('the board: a column for each status, on a phone one at a time', async () => {
    await go('#/hazards/board', 'card-3')
    expect(await at('board-assigned').textContent()).toMatch(
      /Major.*No independent.*Zhao Min.*Next: Approve plan/,
    )
    expect(await at('board-rectifying').textContent()).toContain('OVERDUE')
    expect(await at('board').locator('.board-column').count()).toBe(7)
    await scene.page.setViewportSize(PHONE)
    expect(await at('board-found').isVisible()).toBe(true)
    expect(await at('board-rectified').isVisible()).toBe(false)
    await at('board-tab-rectified').click()
    expect(await at('board-rectified').isVisible()).toBe(true)
    expect(await at('board-found').isVisible()).toBe(false)
    await at('card-4').click()
    await at('hazard-head').waitFor()
    await scene.page.setViewportSize(DESK)
  })

  describe('the page of a hazard', () => {
    test('its sensor around the moment, its alarms and its photo', async () => {
      await go('#/hazards/4', 'hazard-trend')
      await eventually(async () => Number(await at('trend').getAttribute('data-points'))).toBeGreaterThan(200)
      expect(await at('hazard-alarms').textContent()).toMatch(/To the alarm GT-102\.H.*14 in all/)
      await eventually(() => scene.page.evaluate(WIDTH)).toBe(1)
    })

    test('changed under the hands: it is loaded anew, and nothing that was typed is lost', async () => {
      await at('act-reject').click()
      await at('act-submit').click()
      expect(await scene.page.evaluate('document.activeElement.id')).toBe('field-reason')
      await at('field-reason').fill('The seal still drips.')
      const { hazards } = scene.server.hazards
      const before = hazards.get(4)
      if (before === undefined) throw new Error('it is there')
      // The stream has not told of it yet.
      hazards.set(4, { ...before, funds: 99, version: before.version + 1 })
      await at('act-submit').click()
      await at('refusal').getByText('It was changed meanwhile').waitFor()
      await at('hazard-items').getByText('99', { exact: true }).waitFor()
      expect(await at('field-reason').inputValue()).toBe('The seal still drips.')
      await at('act-submit').click()
      await at('form-reject').waitFor({ state: 'detached' })
      await eventually(() => at('hazard-history').locator('li').first().textContent()).toMatch(
        /Rejected → In rectification.*Chen Yu.*Reason: The seal still drips\./,
      )
    })

    test('a cause that stands is named, with the way to its alarm', async () => {
      scene.raise('GT-103.H', { priority: 'high' })
      scene.server.hazards.refusing = 'HAZARD_CAUSE_STANDS'
      await go('#/hazards/2', 'hazard-head')
      await at('act-comment').click()
      await at('field-comment').fill('Looked at it.')
      await at('act-submit').click()
      await at('refusal').getByText('The alarm is still active').waitFor()
      scene.server.hazards.refusing = undefined
      await at('refusal').locator('a').click()
      await at('alarm-page').waitFor()
    })

    test('one that is not there says so', async () => {
      await go('#/hazards/4711', 'hazard-unknown')
    })
  })

  test('an alarm leads to its open hazard, or to a form that is filled in', async () => {
    await go('#/alarm/demo-plant/GT-103.H', 'alarm-hazard')
    expect(await at('alarm-hazard').textContent()).toContain('Hazard 2: Gas detector GT-103')
    scene.raise('GT-105.H', { priority: 'high', message: 'Methane high at the gate' })
    await go('#/alarm/demo-plant/GT-105.H', 'make-hazard')
    await at('make-hazard').click()
    await at('new-hazard').waitFor()
    expect(await at('new-title').inputValue()).toBe('Methane high at the gate')
    expect(await at('new-area').inputValue()).toBe('tank-farm')
    await at('new-description').fill('At the gate.')
    await at('new-submit').click()
    await at('hazard-alarms').waitFor()
    expect([...scene.server.hazards.hazards.values()].at(-1)).toMatchObject({
      alarm: 'GT-105.H',
      sensor: 'GT-105',
      foundBy: 'Chen Yu',
    })
  })

  test('figures down the tree, of a period that stands in the address', async () => {
    await go('#/hazards/figures?quarter=2026-Q3', 'figures-Heze')
    expect(await at('figures-total').textContent()).toContain('56 71955 86885198.5 %')
    await at('figures-Heze').locator('th a').click()
    await at('figures-Heze/Mudan').waitFor()
    expect(await at('figures-Heze/Mudan').textContent()).toContain('⚠ 58')
    expect(scene.server.figures.asked).toMatchObject({ region: 'Heze', quarter: '2026-Q3', by: 'region' })
    expect(await at('report-xlsx').getAttribute('href')).toBe(
      '/api/v1/figures/hazards/report?format=xlsx&kind=figures&quarter=2026-Q3&region=Heze',
    )
    await at('month-first').fill('2026-02')
    await at('month-last').fill('2026-03')
    await at('months-show').click()
    await eventually(() => scene.server.figures.asked.from).toBe('2026-02-01T00:00:00+08:00')
    expect(scene.server.figures.asked.to).toBe('2026-04-01T00:00:00+08:00')
    await go('#/hazards/figures?region=Heze/Juancheng/Chengguan', 'figures-demo-plant')
    await at('figures-total').waitFor()
  })

  test('the map: by keys alone, why a place is red, and on to its hazards', async () => {
    await go('#/hazards/map', 'risk-map')
    await at('map-tank-farm').focus()
    await scene.page.keyboard.press('Enter')
    expect(await at('map-panel').textContent()).toMatch(
      /Tank farm Red.*Alarm: GT-102\.HH.*3 open hazards, overdue/,
    )
    expect(await at('map-tank-farm').getAttribute('aria-label')).toBe('Tank farm: Red')
    await at('map-places').getByText('Seismic unit').click()
    expect(await at('map-panel').textContent()).toContain('Nothing speaks for a risk here.')
    await at('map-chlorine-shed').click()
    await at('map-hazards').click()
    await at('hazard-7').waitFor()
    expect(scene.page.url()).toContain('facility=demo-plant&area=chlorine-shed&status=open')
  })

  test.each([DESK, PHONE])('nothing is cut off at $width px, in both languages', async (viewport) => {
    await scene.page.setViewportSize(viewport)
    for (const language of ['zh', 'en']) {
      await at(`lang-${language}`).click()
      for (const [hash, landmark] of PAGES) {
        await go(hash, landmark)
        expect(await scene.overflow(), `${language} ${hash}`).toBeLessThanOrEqual(0)
      }
    }
    await scene.page.setViewportSize(DESK)
  })

  test('with sign-in nobody is asked for a name, and a viewer looks on', async () => {
    await scene.page.goto(`${scene.url}/api/v1/session`)
    scene.server.session.require({ 'chen.yu': 'operator', viola: 'viewer' })
    const signIn = async (name: string) => {
      await at('sign-in-name').fill(name)
      await at('sign-in-password').fill(PASSWORD)
      await at('sign-in-submit').click()
    }
    await go('#/hazards/7', 'sign-in')
    await signIn('chen.yu')
    await at('act-register').click()
    await at('form-register').waitFor()
    expect(await at('act-by').count()).toBe(0)
    await at('act-submit').click()
    await at('form-register').waitFor({ state: 'detached' })
    expect(scene.server.hazards.steps.at(-1)).toMatchObject({ event: 'register', by: 'chen.yu' })
    await scene.page.goto(`${scene.url}/api/v1/session`)
    scene.server.session.who = undefined
    await go('#/hazards/7', 'sign-in')
    await signIn('viola')
    await at('hazard-head').waitFor()
    expect(await at('hazard-actions').textContent()).toContain('nothing for you to do')
    expect(await at('file-add').count()).toBe(0)
    await go('#/hazards', 'hazard-list')
    expect(await at('hazard-new').count()).toBe(0)
  })

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints()).toEqual([])
  })
})
