import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import type { SettingsView } from '../../contracts/settings-api.ts'
import type { TestView } from '../../contracts/test-api.ts'
import { exampleFacility, Line } from '../e2e/line.ts'
import { Browser, unlessChromium } from './browser.ts'
import { eventually } from './console-scene.ts'
import { scenarioFile } from './scenario-file.ts'

/** One leak and nothing else: more would make a flood, which folds the rows. */
const LEAK = `description: A leak in the pump bay.
plant:
  wind: { speed: 2, from: 225 }
  sources: { pump-seal: { at: [-3, -3], gas: CH4 } }
  detectors: { GT-101: { at: [0, 0], t90: 8s } }
timeline:
  - { at: 20s, leak: { source: pump-seal, rate: 0.45 } }
`

/** The second alarm of GT-101 takes two people; GT-106 reports every second though it is quiet. */
function leakyFacility() {
  const alarms = 'alarms: { HH: { class: guarded } }'
  return exampleFacility((text) => {
    const classes = 'classes: { guarded: { shelving: two-person } }'
    const edited = [
      ['GT-101', alarms],
      ['GT-106', 'report: { deadband: 0.2, maxInterval: 1s }'],
    ].reduce(
      (before, [id, line]) =>
        before.replace(new RegExp(`(- id: ${id}\\n\\s+use: lel-detector\\n)(\\s+)`), `$1$2${line}\n$2`),
      text,
    )
    return `${edited}\n${classes}\n`
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
    line = await Line.start({ facility: leakyFacility(), scenario: scenarioFile(LEAK), speed: 10 })
    browser = await Browser.open()
    page = await browser.page()
    await page.addInitScript("localStorage.setItem('davylamp.person', 'Li Wei')")
    await page.goto(`${line.url}/#/alarms`)
    for (const id of ['GT-101.H', 'GT-101.HH']) await at(`alarm-row-${id}`).waitFor({ timeout: 60_000 })
  })
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
    await eventually(async () => (await alarm('GT-101.H'))?.state).toBe('UNACK')
  })

  test('the journal is searched for a person', async () => {
    await page.goto(`${line.url}/#/journal?by=li&event=shelved`)
    const rows = at('journal-list').locator('.journal-row')
    await eventually(() => rows.count()).toBe(2)
    expect(await rows.first().textContent()).toMatch(/GT-101\.HH.*Calibration gas.*approved by Wang Fang/)
  })

  test('the page of an alarm: what to do now, as its file says, before everything else', async () => {
    await page.goto(`${line.url}/#/alarm/${line.facility.id}/GT-101.H`)
    await at('what-to-do').getByText('Call the field operator by radio').waitFor()
    const panels = await page.locator('.alarm-page h2').allTextContents()
    expect(panels[0]).toBe('What to do now')
    expect(await at('what-to-do').textContent()).toMatch(
      /isolation valve.*within 10 min.*flash fire or explosion.*Pump seal or flange leaks.*upwind.*At most 25 %LEL/,
    )
  })

  test('a set point is changed by two people, and stands beside the value of the file', async () => {
    await page.goto(`${line.url}/#/alarm/${line.facility.id}/LT-201.H`)
    await at('change-set-point').click()
    await at('set-point-limit').fill('9.5')
    await at('set-point-reason').fill('The breather is being repaired')
    await at('set-point-approver').fill('Wang Fang')
    await at('set-point-submit').click()
    await at('set-point-dialog').waitFor({ state: 'detached' })
    const settings = await line.get<SettingsView>(
      `/api/v1/facilities/${line.facility.id}/alarms/LT-201.H/settings`,
    )
    expect(settings).toMatchObject({
      revision: 1,
      file: { limit: 10 },
      current: { limit: 9.5 },
      differs: false,
      history: [{ by: 'Li Wei', approvedBy: 'Wang Fang', changes: { limit: [10, 9.5] } }],
    })
    await eventually(() => at('set-point').textContent()).toMatch(
      /≥ 9.5 m≠ the file says 10 m.*Limit 10 m → 9.5 m Li Wei, approved by Wang Fang “The breather/,
    )
    expect(await at('settings-differ').count()).toBe(0)
    // Its head follows: what is measured now, against the limit that holds now.
    await eventually(() => at('alarm-page').locator('.alarm-head').textContent()).toMatch(
      /at or above 9.5 m.*\d m≥ 9.5$/,
    )
  })

  test('one who saw the set point before the change is told, and changes nothing', async () => {
    const second = await browser.page()
    await second.goto(`${line.url}/#/alarm/${line.facility.id}/LT-201.H`)
    await second.getByTestId('change-set-point').click()
    await at('change-set-point').click()
    await at('set-point-limit').fill('9.4')
    await at('set-point-reason').fill('And its flame arrester')
    await at('set-point-approver').fill('Wang Fang')
    await at('set-point-submit').click()
    await at('set-point-dialog').waitFor({ state: 'detached' })
    await second.getByTestId('set-point-limit').fill('9.8')
    await second.getByTestId('set-point-reason').fill('Too many alarms')
    await second.getByTestId('set-point-approver').fill('Wang Fang')
    await second.getByTestId('set-point-submit').click()
    await eventually(() => second.getByTestId('problem').textContent()).toMatch(/SETTING_PAST.*What to do/)
    await second.close()
    await eventually(() => at('set-point').textContent()).toMatch(/≥ 9.4 m/)
  })

  test('the journal has both, and says how far its chain goes', async () => {
    await page.goto(`${line.url}/#/journal?event=changed`)
    const rows = at('journal-list').locator('.journal-row')
    await eventually(() => rows.count()).toBe(2)
    expect(await rows.last().textContent()).toMatch(
      /LT-201\.H.*Limit 10 m → 9.5 m.*Li Wei“The breather is being repaired”approved by Wang Fang/,
    )
    await at('journal-head').locator('summary').click()
    expect(await at('journal-head').locator('code').textContent()).toMatch(/^\d+:[0-9a-f]{20,}$/)
    expect(await at('journal-head').textContent()).toMatch(/Chain of the journal: \d+ entries/)
  })

  test('a bump test from the page of a sensor: its banner, its evidence, its end', async () => {
    await page.goto(`${line.url}/#/sensor/GT-106`)
    await at('start-test').click()
    await at('start-test-span-15m').check()
    await at('start-test-reason').fill('Bump test, 50 %LEL')
    await at('start-test-submit').click()
    await eventually(() => at('under-test').textContent()).toMatch(
      /Under test.*GT-106.*until.*1[45] min \d\d s left.*bump test by Li Wei: Bump test, 50 %LEL/,
    )
    expect((await alarm('GT-106.H'))?.suppressed).toMatchObject([{ cause: 'test.1', by: 'Li Wei' }])
    await eventually(async () => {
      const { items } = await line.get<{ items: TestView[] }>(
        `/api/v1/facilities/${line.facility.id}/tests?running=true`,
      )
      return items[0]?.readings[0]?.count
    }).toBeGreaterThan(0)
    await at('end-test-1').click()
    await at('end-test-submit').click()
    await at('under-test').waitFor({ state: 'detached' })
    await eventually(() => at('test-1').textContent()).toMatch(
      /Bump test.*ended .* by Li Wei.*GT-106\.H ○ not raised.*readings: [1-9]\d* · last \S+ %LEL at /,
    )
    expect((await alarm('GT-106.H'))?.suppressed ?? []).toEqual([])
  })

  test('the browser had nothing to complain about, but for the one refusal', () => {
    expect(browser.complaints.filter((text) => !/status of 409/.test(text))).toEqual([])
  })
})
