import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JournalItem } from '../../contracts/api.ts'
import { Line } from '../e2e/line.ts'
import { Browser, unlessChromium } from './browser.ts'
import { scenarioFile } from './scenario-file.ts'

/** The leak of the tour alone: all of it together is a flood, which folds the rows. */
const LEAK = `description: A leak in the pump bay, and then none.
plant:
  wind: { speed: 2, from: 225 }
  sources: { pump-seal: { at: [-3, -3], gas: CH4 } }
  detectors: { GT-101: { at: [0, 0], t90: 8s } }
timeline:
  - { at: 30s, duration: 120s, leak: { source: pump-seal, rate: 0.45 } }
`

/** A leak, the plant ten times as fast and polled as ever, as an operator sees it in a real browser. */
describe.skipIf(unlessChromium.skip)(`the leak on screen${unlessChromium.reason}`, () => {
  let line: Line
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await Browser.open()
    page = await browser.page()
    line = await Line.start({ scenario: scenarioFile(LEAK), speed: 10 })
    await page.goto(line.url)
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await line?.[Symbol.asyncDispose]()
  })

  const at = (id: string) => page.getByTestId(id)

  test('live readings of gas, level and ground motion are on screen', async () => {
    for (const id of ['GT-101', 'LT-202', 'SE-401', 'CL-301']) {
      await page.locator(`[data-testid="tile-${id}"][data-quality=good]`).waitFor()
      expect(await at(`tile-value-${id}`).textContent()).toMatch(/\d/)
    }
  })

  test('the leak raises GT-101.H in the banner and on the list', async () => {
    await page.locator('[data-testid="alarm-row-GT-101.H"][data-state=UNACK]').waitFor()
    expect(await at('banner').textContent()).toMatch(/GT-101/)
  })

  test('it is acknowledged with a comment', async () => {
    await at('ack-GT-101.H').click()
    await at('ack-comment').fill('Crew sent to the pump bay')
    await at('ack-submit').click()
    await at('ack-dialog').waitFor({ state: 'detached' })
    const { items } = await line.get<{ items: JournalItem[] }>('/api/v1/journal?alarm=GT-101.H')
    expect(items.find(({ event }) => event === 'acknowledged')).toMatchObject({
      by: 'demo',
      alarm: { comment: 'Crew sent to the pump bay', occurrence: 'GT-101.H#1' },
    })
  })

  test('the latched alarm is acknowledged and, once the gas has gone, reset', async () => {
    await page.locator('[data-testid="ack-GT-101.HH"]').first().click()
    await at('ack-submit').click()
    await page.locator('[data-testid="alarm-row-GT-101.HH"][data-state=LATCH_ACK]').waitFor()
    await at('reset-GT-101.HH').click()
    await at('reset-submit').click()
    await at('reset-dialog').waitFor({ state: 'detached' })
    await at('alarm-row-GT-101.HH').waitFor({ state: 'detached' })
    const { items } = await line.get<{ items: JournalItem[] }>('/api/v1/journal?alarm=GT-101.HH')
    expect(items[0]).toMatchObject({ event: 'reset', by: 'demo', from: 'LATCH_ACK' })
  })

  test('and found in the journal page', async () => {
    await page.getByRole('link', { name: 'Journal', exact: true }).click()
    await page.getByText('“Crew sent to the pump bay”').waitFor()
  })

  test('the trend of the sensor draws its limits', async () => {
    await page.goto(`${line.url}/#/sensor/GT-101`)
    await page.locator('[data-testid=trend] canvas').waitFor()
    expect(await page.locator('.limit-fact').count()).toBe(2)
  })

  test('a server that goes is unmistakable', async () => {
    await page.goto(`${line.url}/#/`)
    await at('tile-GT-101').waitFor()
    await line[Symbol.asyncDispose]()
    await at('no-data').waitFor({ timeout: 60_000 })
    expect(await at('no-data').textContent()).toMatch(/No data from the server since \d\d:\d\d:\d\d/)
  })
})
