import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import { exampleFacility, Line, tenTimesFaster } from '../e2e/line.ts'
import { Browser, unlessChromium } from './browser.ts'
import { eventually } from './console-scene.ts'

/** The leak of the tour, with alarms of GT-101 that stay when it is over; the second of them takes two people. */
function leakyFacility() {
  const alarms = 'alarms: { H: { latching: true }, HH: { class: guarded } }'
  return exampleFacility((text) => {
    const classes = 'classes: { guarded: { shelving: two-person } }'
    const edited = text.replace(/(- id: GT-101\n\s+use: lel-detector\n)(\s+)/, `$1$2${alarms}\n$2`)
    return tenTimesFaster(`${edited}\n${classes}\n`)
  })
}

describe.skipIf(unlessChromium.skip)(`console of the real server${unlessChromium.reason}`, () => {
  let line: Line
  let browser: Browser
  let page: Page
  const at = (id: string) => page.getByTestId(id)
  const alarm = async (id: string): Promise<AlarmView | undefined> =>
    (await line.alarms()).find((candidate) => candidate.id === id)

  beforeAll(async () => {
    line = await Line.start({ facility: leakyFacility(), scenario: 'tour', speed: 10 })
    browser = await Browser.open()
    page = await browser.page()
    await page.addInitScript("localStorage.setItem('davylamp.person', 'Li Wei')")
    await page.goto(`${line.url}/#/alarms`)
    for (const id of ['GT-101.H', 'GT-101.HH']) await at(`alarm-row-${id}`).waitFor({ timeout: 60_000 })
  }, 120_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await line?.[Symbol.asyncDispose]()
  })

  test('silence reaches the server and leaves the alarm to be acknowledged', async () => {
    await page.keyboard.press('Shift')
    await at('silence').click()
    await eventually(async () => (await alarm('GT-101.H'))?.silenced).toBe(true)
    expect((await alarm('GT-101.H'))?.ack).toBe('unacked')
  })

  test('shelved for a time, and back again', async () => {
    await at('more-GT-101.H').click()
    await at('choose-shelve').click()
    await at('shelve-span-15m').check()
    await at('shelve-reason').fill('Calibration gas')
    await at('shelve-submit').click()
    await at('shelve-dialog').waitFor({ state: 'detached' })
    expect(await alarm('GT-101.H')).toMatchObject({
      state: 'SHLVD',
      shelved: { by: 'Li Wei', reason: 'Calibration gas', oneShot: false },
    })
    await page.getByRole('link', { name: 'Set aside' }).click()
    const row = at('aside-shelved-GT-101.H')
    await eventually(() => row.textContent()).toMatch(/Since\d\d:\d\d:\d\d.*1[45] min \d\d s left/)
    await at('lift-shelved-GT-101.H').click()
    await at('unshelve-submit').click()
    await row.waitFor({ state: 'detached' })
    expect((await alarm('GT-101.H'))?.shelved).toBeNull()
  })

  test('two people, as its class wants it', async () => {
    await page.getByRole('link', { name: 'Alarms', exact: false }).first().click()
    await at('more-GT-101.HH').click()
    await at('choose-shelve').click()
    await at('shelve-span-return').check()
    await at('shelve-reason').fill('Calibration gas')
    await at('shelve-approver').fill('Wang Fang')
    await at('shelve-submit').click()
    await at('shelve-dialog').waitFor({ state: 'detached' })
    expect((await alarm('GT-101.HH'))?.shelved).toMatchObject({
      oneShot: true,
      by: 'Li Wei',
      approvedBy: 'Wang Fang',
    })
  })

  test.each([
    ['suppress', 'unsuppress', 'DSUPR'],
    ['out-of-service', 'return-to-service', 'OOSRV'],
  ])('%s and %s', async (there, back, state) => {
    await page.goto(`${line.url}/#/alarm/${line.facility.id}/GT-101.H`)
    await at(`act-${there}`).click()
    await at(`${there}-reason`).fill('Detector is being replaced')
    await at(`${there}-submit`).click()
    await at(`${there}-dialog`).waitFor({ state: 'detached' })
    expect((await alarm('GT-101.H'))?.state).toBe(state)
    await at(`act-${back}`).click()
    await at(`${back}-submit`).click()
    await eventually(async () => (await alarm('GT-101.H'))?.state).toMatch(/^(LATCH_)?UNACK$/)
  })

  test('the journal is searched for a person', async () => {
    await page.goto(`${line.url}/#/journal?by=li&event=shelved`)
    const rows = at('journal-list').locator('.journal-row')
    await eventually(() => rows.count()).toBe(2)
    expect(await rows.first().textContent()).toMatch(/GT-101\.HH.*Calibration gas.*approved by Wang Fang/)
  })

  test('the browser had nothing to complain about', () => {
    // What a server does not have yet it says with 404, and the console goes without.
    expect(browser.complaints.filter((text) => !/status of 404/.test(text))).toEqual([])
  })
})
