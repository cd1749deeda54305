import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { consoleFiles } from '../../dashboards/console/console-files.ts'
import { alarmOf, iso, readingOf, troubledLedger } from '../console/fake-plant.ts'
import { FakeServer } from '../console/fake-server.ts'
import { Browser, unlessChromium } from './browser.ts'
import { eventually } from './console-scene.ts'

/** Every page, and something that only it shows. */
const PAGES = [
  ['#/', 'tile-GT-101'],
  ['#/alarms', 'alarm-list'],
  ['#/gateways', 'gateway-gw-1'],
  ['#/journal', 'journal-list'],
  ['#/sensor/GT-101', 'trend'],
] as const

describe.skipIf(unlessChromium.skip)(`console in a real browser${unlessChromium.reason}`, () => {
  let server: FakeServer
  let browser: Browser
  let page: Page
  let url: string

  beforeAll(async () => {
    server = new FakeServer({ files: await consoleFiles(), clock: systemClock })
    url = await server.start()
    browser = await Browser.open()
    page = await browser.page()
  })

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.stop()
  })

  const at = (id: string) => page.getByTestId(id)
  const raise = (id: string, more: object = {}) =>
    server.record(alarmOf(id, systemClock.wall(), { sensorName: 'Methane, pump bay', ...more }), {
      event: 'raised',
      from: 'NORM',
      by: null,
    })

  test('a quiet plant is calm, and says that it is a demo', async () => {
    await page.goto(url)
    await at('tile-GT-101').waitFor()
    expect(await at('banner').textContent()).toContain('No unacknowledged alarms')
    expect(await at('tile-value-GT-101').textContent()).toBe('0.8')
    expect(await at('demo-strip').textContent()).toContain('no sign-in')
    expect(await page.locator('.blinking').count()).toBe(0)
  })

  test('a reading arrives; a bad one never looks like a value', async () => {
    server.send('reading', readingOf('GT-101', systemClock.wall(), 12.34))
    await page.getByText('12.3', { exact: true }).waitFor()
    server.send('reading', readingOf('GT-102', systemClock.wall(), null, 'bad', 'timeout'))
    await page.locator('[data-testid=tile-GT-102][data-quality=bad]').waitFor()
    expect(await at('tile-GT-102').textContent()).toMatch(/BAD.*no answer/)
    expect(await at('tile-value-GT-102').textContent()).not.toMatch(/\d/)
  })

  test('an alarm is acknowledged with a comment and found in the journal', async () => {
    raise('GT-101.H')
    await at('alarm-row-GT-101.H').waitFor()
    expect(await at('banner').textContent()).toMatch(/UNACK.*GT-101\.H/)
    await at('ack-GT-101.H').click()
    await at('ack-comment').fill('Crew sent')
    await at('ack-submit').click()
    await at('ack-dialog').waitFor({ state: 'detached' })
    await page.locator('[data-testid="alarm-row-GT-101.H"][data-state=ACKED]').waitFor()
    expect(server.alarms.get('GT-101.H')?.comment).toBe('Crew sent')
    await page.getByRole('link', { name: 'Journal' }).click()
    await page.getByText('“Crew sent”').waitFor()
    expect(await at('journal-list').locator('.journal-row').first().textContent()).toContain('Acknowledged')
  })

  test('the occurrence that was seen is acknowledged, not the one that came since', async () => {
    await page.goto(`${url}/#/alarms`)
    raise('GT-103.HH', { priority: 'critical', occurrence: 'first' })
    await at('ack-GT-103.HH').click()
    raise('GT-103.HH', { priority: 'critical', occurrence: 'second' })
    await at('ack-submit').click()
    expect(await at('problem').textContent()).toMatch(/OCCURRENCE_PAST.*acknowledge that occurrence/)
    expect(server.alarms.get('GT-103.HH')?.state).toBe('UNACK')
    await page.keyboard.press('Escape')
    await at('ack-dialog').waitFor({ state: 'detached' })
  })

  test('many are acknowledged at once, each with its own result', async () => {
    raise('GT-104.H')
    raise('GT-105.H')
    await at('alarm-row-GT-105.H').waitFor()
    await page.getByText('Select all unacknowledged').click()
    await at('ack-selected').click()
    const stale = server.alarms.get('GT-105.H')
    if (stale !== undefined) server.alarms.set('GT-105.H', { ...stale, occurrence: 'later' })
    await at('ack-submit').click()
    expect(await at('ack-results').textContent()).toMatch(/2 acknowledged, 1 refused/)
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('the trend has points and a name for every limit', async () => {
    await page.goto(`${url}/#/sensor/GT-101`)
    await page.locator('[data-testid=trend] canvas').waitFor()
    await eventually(async () => Number(await at('trend').getAttribute('data-points'))).toBeGreaterThan(100)
    expect(await page.locator('.limit-fact').count()).toBe(2)
  })

  test('a lost gateway makes its sensors stale', async () => {
    const [, gateway] = server.tree.gateways
    if (gateway === undefined) throw new Error('the plant has a second gateway')
    const lost = { ...gateway, state: 'lost' as const, since: iso(systemClock.wall()) }
    server.tree.gateways[1] = lost
    server.send('gateway', lost)
    await page.goto(`${url}/#/gateways`)
    await page.locator('[data-testid=gateway-gw-2][data-state=lost]').waitFor()
    await page.goto(`${url}/#/`)
    await page.locator('[data-testid=tile-CL-301][data-quality=stale]').waitFor()
    expect(await at('tile-value-CL-301').textContent()).toContain('STALE')
  })

  test('the ledger of a day is quiet, until readings are dropped or missing', async () => {
    await page.goto(`${url}/?ledger#/gateways`)
    await at('ledger-gw-1').waitFor()
    expect(await at('ledger-gw-1').textContent()).toMatch(/Last 24 h.*sent 2 246 391.*dropped 0.*missing 0/)
    expect(await page.locator('.ledger .trouble').count()).toBe(0)
    server.ledger.splice(1, 1, troubledLedger('gw-2', systemClock.wall()))
    await page.goto(`${url}/?again#/gateways`)
    await at('ledger-gw-2').locator('.trouble').first().waitFor()
    expect(await at('ledger-gw-2').locator('.trouble').allTextContents()).toEqual([
      '⚠ dropped 7 200',
      '⚠ missing 1 204',
    ])
    expect(await at('ledger-gw-2').textContent()).toMatch(
      /dropped 3 600: outbox of the gateway full.*more gaps: 1/,
    )
    expect(await at('ledger-gw-1').locator('.trouble').count()).toBe(0)
  })

  test('an event that this release does not know is shown as it came', async () => {
    const alarm = alarmOf('GT-107.H', systemClock.wall(), { state: 'NORM' })
    const entry = JSON.parse('{"event":"moved","from":"NORM","by":null}') as Pick<
      JournalItem,
      'event' | 'from' | 'by'
    >
    await page.goto(`${url}/#/journal`)
    server.record(alarm, entry)
    await at('journal-list').getByText('moved', { exact: true }).waitFor()
  })

  test.each([
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])(
    'what was found in late readings says from when to when, and covers nothing at $width px',
    async (viewport) => {
      await page.setViewportSize(viewport)
      await page.goto(`${url}/?${viewport.width}#/journal`)
      const now = systemClock.wall()
      const late = { start: iso(now - 600_000), end: iso(now - 300_000), peak: 47.5 }
      const alarm = alarmOf('GT-109.H', now, { state: 'RTNUN', late: true })
      server.record(alarm, { event: 'late', from: 'NORM', by: null, late })
      const row = at('journal-list').locator('.journal-row').first()
      await row.getByText('Found in late readings').waitFor()
      expect(await row.locator('.entry-event').textContent()).toMatch(/\d\d:\d\d:\d\d – \d\d:\d\d:\d\d/)
      // A text that is wider than its place lies over that beside it.
      const spilt = await row.evaluate((element) =>
        [...element.children]
          .filter((part) => part.scrollWidth > part.clientWidth)
          .map(({ className }) => className),
      )
      expect(spilt).toEqual([])
    },
  )

  test.each([
    { width: 1440, height: 900 },
    { width: 1280, height: 1024 },
    { width: 390, height: 844 },
  ])('nothing is cut off at $width px on any page, in both languages', async (viewport) => {
    await page.setViewportSize(viewport)
    for (const language of ['zh', 'en']) {
      await at(`lang-${language}`).click()
      for (const [hash, landmark] of PAGES) {
        await page.goto(`${url}/${hash}`)
        await at(landmark).waitFor()
        const spare = await page.evaluate(
          'document.documentElement.clientWidth - document.documentElement.scrollWidth',
        )
        expect(spare, `${language} ${hash}`).toBeGreaterThanOrEqual(0)
      }
    }
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
  })

  test('an alarm of another plant is seen from here and leads there', async () => {
    server.second = { id: 'plant-2', name: 'Second plant' }
    raise('GT-106.HH', { facility: 'plant-2', priority: 'critical', occurrence: 'there' })
    await page.goto(`${url}/?again#/`)
    await at('alarm-row-GT-106.HH').getByText('Second plant').waitFor()
    expect(await at('facility').inputValue()).toBe('demo-plant')
    const heading = page.getByRole('heading', { name: 'GT-106.HH' })
    // On a slow machine the list may still move under the mouse: a person clicks again.
    await vi.waitFor(
      async () => {
        if (!(await heading.isVisible()))
          await at('alarm-row-GT-106.HH').getByRole('link', { name: 'GT-106.HH' }).click({ timeout: 2_000 })
        await heading.waitFor({ timeout: 2_000 })
      },
      { timeout: 60_000 },
    )
    await eventually(() => at('facility').inputValue()).toBe('plant-2')
    // Whoever chooses another plant leaves the alarm of this one.
    await at('facility').selectOption('demo-plant')
    await at('tile-CL-301').waitFor()
    expect(await at('facility').inputValue()).toBe('demo-plant')
  })

  test('a silent server is unmistakable, and believed again only after a reload', async () => {
    await page.goto(`${url}/#/`)
    await at('tile-GT-106').waitFor()
    server.cut()
    await at('no-data').waitFor({ timeout: 12_000 })
    expect(await at('no-data').textContent()).toMatch(/No data from the server since \d\d:\d\d:\d\d/)
    expect(await at('tile-GT-106').textContent()).toContain('last known')
    // What changes while nobody listens must be there afterwards.
    raise('GT-108.H')
    server.mend()
    await at('no-data').waitFor({ state: 'detached', timeout: 60_000 })
    await at('alarm-row-GT-108.H').waitFor()
  })

  test('the browser had nothing to complain about', () => {
    const refusals = /status of 409/
    expect(browser.complaints.filter((text) => !refusals.test(text))).toEqual([])
  })
})
