import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FloodView } from '../../contracts/api.ts'
import type { AlarmKpi } from '../../contracts/kpi.ts'
import { exampleFacility, Line } from '../e2e/line.ts'
import { Browser, unlessChromium } from './browser.ts'
import { eventually } from './console-scene.ts'
import { scenarioFile } from './scenario-file.ts'

/** Chlorine over the whole shed and a leak in the pump bay: seven detectors go beyond both limits. */
const DISASTER = `description: Chlorine in the shed, and a leak in the pump bay.
plant:
  wind: { speed: 0.6, from: 270 }
  sources: { flange: { at: [-2, 0], gas: Cl2 }, pump-seal: { at: [-202, 0], gas: CH4 } }
  detectors:
    CL-301: { at: [0, 0], t90: 10s }
    CL-302: { at: [1, 0], t90: 10s }
    CL-303: { at: [2, 0], t90: 10s }
    CL-304: { at: [3, 0], t90: 10s }
    GT-101: { at: [-200, 0], t90: 8s }
    GT-102: { at: [-199, 0], t90: 8s }
    GT-103: { at: [-198, 0], t90: 8s }
timeline:
  - { at: 10s, leak: { source: flange, rate: 0.01 } }
  - { at: 20s, leak: { source: pump-seal, rate: 0.4 } }
`
const CHLORINE_HH = ['CL-301.HH', 'CL-302.HH', 'CL-303.HH', 'CL-304.HH']

/** The chlorine alarms of level 2 are life safety. */
function guardedFacility() {
  return exampleFacility((text) =>
    text.replace('        limit: 0.68\n', '        class: safety\n        limit: 0.68\n'),
  )
}

describe.skipIf(unlessChromium.skip)(`a flood on the real server${unlessChromium.reason}`, () => {
  let line: Line
  let browser: Browser
  let page: Page
  const at = (id: string) => page.getByTestId(id)
  const flood = async () => (await line.get<{ items: FloodView[] }>('/api/v1/floods')).items[0]

  beforeAll(async () => {
    line = await Line.start({ facility: guardedFacility(), scenario: scenarioFile(DISASTER), speed: 10 })
    browser = await Browser.open()
    page = await browser.page()
    await page.goto(`${line.url}/#/alarms`)
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await line?.[Symbol.asyncDispose]()
  })

  test('the strip says so as soon as the server does', async () => {
    await at(`flood-${line.facility.id}`).waitFor({ timeout: 60_000 })
    expect(await at(`flood-${line.facility.id}`).textContent()).toMatch(
      /ALARM FLOOD1[1-9] alarms in the last 10 minutes, 1[1-9] at the most.*Life safety first/,
    )
    expect(await flood()).toMatchObject({ isFlood: true, facility: line.facility.id })
  })

  test('life safety stands apart, each of them; the others by area, and nothing is dropped', async () => {
    const safety = at('life-safety').locator('.alarm-row')
    await eventually(() => safety.count()).toBe(CHLORINE_HH.length)
    for (const id of CHLORINE_HH) await at('life-safety').getByTestId(`alarm-row-${id}`).waitFor()
    await at('flood-area-chlorine-shed').locator('summary').first().click()
    // The first level of each detector, and the vote over them.
    await eventually(() => at('flood-area-chlorine-shed').locator('.alarm-row').count()).toBe(5)
    const standing = (await line.alarms()).filter(({ state, live }) => state === live && state !== 'NORM')
    await eventually(() => at('flood-view').locator('.alarm-row').count()).toBe(standing.length)
  })

  test('its banner is in sight on every page, and a class that is never shelved says so', async () => {
    await page.goto(`${line.url}/#/alarm/${line.facility.id}/CL-302.HH`)
    await page.getByText('Alarms of class safety are never shelved.').waitFor()
    expect(await at('act-shelve').count()).toBe(0)
    expect(await at(`flood-${line.facility.id}`).isVisible()).toBe(true)
  })

  test('performance: the figures of the server', async () => {
    await page.goto(`${line.url}/#/performance`)
    await at('period-day').click()
    await at('kpi-figures').waitFor()
    const day = await at('period').textContent()
    const window = { from: `${day}T00:00:00+08:00`, to: `${day}T23:59:59+08:00` }
    const kpi = await line.get<AlarmKpi>(
      `/api/v1/kpi/alarms?${new URLSearchParams({ facility: line.facility.id, ...window })}`,
    )
    const peak = kpi.figures.find(({ id }) => id === 'peak10Minutes')?.value
    expect(peak).toBeGreaterThan(10)
    expect(await at('figure-peak10Minutes').textContent()).toContain(String(peak))
    expect(await at('kpi').textContent()).toContain('in flood')
    expect(await at('kpi-topTen').locator('tbody tr').count()).toBe(10)
  })

  test('the browser had nothing to complain about', () => {
    expect(browser.complaints).toEqual([])
  })
})
