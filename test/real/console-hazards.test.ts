import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { HazardDetail } from '../../contracts/register/hazard-api.ts'
import { type RunningServer, startServer } from '../../ingest/main.ts'
import { PNG } from '../console/fake-register.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Browser, unlessChromium } from './browser.ts'
import { eventually, PHONE } from './console-scene.ts'

const plant = (data: string) => `facility: { id: plant, name: Tank farm, timezone: Asia/Shanghai }
server: { listen: "127.0.0.1:0", auth: off, data: ${JSON.stringify(data)} }
mqtt: { listen: "127.0.0.1:0" }
areas: [ { id: yard, name: Tank yard } ]
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: d, area: yard, sensors: [ { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 20 } } } ] } ]
`

const WIDTH = "document.querySelector('[data-testid=hazard-files] img').naturalWidth"

describe.skipIf(unlessChromium.skip)(
  `a hazard from found to closed, in the console${unlessChromium.reason}`,
  () => {
    let server: RunningServer
    let browser: Browser
    let page: Page
    let url: string

    beforeAll(async () => {
      const facility = parseFacility(plant(join(temporaryFolder(), 'server')), 'plant.yaml')
      server = await startServer({
        facilities: [facility],
        clock: systemClock,
        randomId: () => randomBytes(9).toString('base64url'),
        random: Math.random,
        logger: silentLogger,
        listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
      })
      url = `http://127.0.0.1:${server.http.port}`
      browser = await Browser.open()
      page = await browser.page()
      page.setDefaultTimeout(30_000)
    })
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]()
      await server?.stop()
    })

    const at = (id: string) => page.getByTestId(id)
    const hazard = async (number = 1) =>
      (await (await fetch(`${url}/api/v1/hazards/${number}`)).json()) as HazardDetail
    const statusNow = () => eventually(() => at('track').locator('[aria-current=step]').textContent())
    /** Opens the form of an action, fills it in under somebody's name and sends it. */
    const act = async (action: string, by: string, fields: Readonly<Record<string, string>> = {}) => {
      if ((await at(`form-${action}`).count()) === 0) await at(`act-${action}`).click()
      for (const [name, value] of Object.entries(fields)) await at(`field-${name}`).fill(value)
      await at('act-by').fill(by)
      await at('act-submit').click()
    }
    const done = (action: string) => at(`form-${action}`).waitFor({ state: 'detached' })

    test('an empty register says so, and a hazard is entered', async () => {
      await page.goto(`${url}/#/hazards`)
      await at('no-hazards').waitFor()
      await at('hazard-new').click()
      await at('new-submit').click()
      expect(await page.evaluate('document.activeElement.id')).toBe('new-title')
      await at('new-title').fill('No shut-off on line 3')
      await at('new-description').fill('The valve XV-3 is missing.')
      await at('new-area').selectOption('yard')
      await at('new-by').fill('Li Wei')
      await at('new-submit').click()
      await at('hazard-head').waitFor()
      expect(page.url()).toBe(`${url}/#/hazards/1`)
      expect(await at('hazard-head').textContent()).toMatch(
        /Hazard 1 No shut-off on line 3Tank farm · Tank yard/,
      )
      expect(await hazard()).toMatchObject({ foundBy: 'Li Wei', area: 'yard', status: 'found' })
    })

    test('it is registered, and assessed with the score in sight before it is sent', async () => {
      await act('register', 'Li Wei')
      await done('register')
      await statusNow().toContain('Registered')
      await at('act-assess').click()
      await at('act-submit').click()
      await at('form-assess').getByText('This is needed.').first().waitFor()
      await at('field-likelihood').selectOption('5')
      await at('field-consequence').selectOption('4')
      expect(await at('act-score').textContent()).toMatch(/Score 20.*Red/)
      await act('assess', 'Zhao Min')
      await done('assess')
      await statusNow().toContain('Assessed')
      expect(await at('hazard-head').textContent()).toMatch(/Major.*major by rule red-risk/)
    })

    test('a major one is assigned with leader and plan; nobody approves their own plan', async () => {
      await act('assign', 'Zhao Min', {
        measures: 'Fit XV-3.',
        responsible: 'Chen Yu',
        funds: '48000',
        contingency: 'Close XV-1.',
        leader: 'Wu',
        plan: 'Drain, fit, test.',
      })
      await done('assign')
      await statusNow().toContain('Assigned')
      expect(await at('act-start').count()).toBe(0)
      await act('approve-plan', 'Zhao Min', { comment: 'Good.' })
      await at('form-approve-plan').getByText('HAZARD_SAME_PERSON').waitFor()
      expect(await at('form-approve-plan').textContent()).toMatch(
        /another person has to do this.*HAZARD_SAME_PERSON.*What to do:/,
      )
      expect(await at('field-comment').inputValue()).toBe('Good.')
      await act('approve-plan', 'Wu')
      await done('approve-plan')
      await at('hazard-items').getByText('✓ approved by Wu').waitFor()
    })

    test('what somebody else changed meanwhile is shown, and what was typed stays', async () => {
      await at('act-request-extension').click()
      await at('field-reason').fill('The valve comes late.')
      const { deadline, version } = await hazard()
      const supervise = { action: 'supervise', version, by: 'Bureau', authority: 'Heze bureau' }
      const answer = await fetch(`${url}/api/v1/hazards/1/transitions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(supervise),
      })
      expect(answer.status).toBe(200)
      await at('hazard-head').getByText('supervised: Heze bureau').waitFor()
      expect(await at('field-reason').inputValue()).toBe('The valve comes late.')
      const later = new Date(Date.parse(deadline ?? '') + 86_400_000 * 2).toISOString().slice(0, 10)
      await act('request-extension', 'Chen Yu', { until: `${later}T08:00` })
      await done('request-extension')
      await act('approve-extension', 'Wu')
      await done('approve-extension')
      expect((await hazard()).deadline).toBe(`${later}T08:00:00+08:00`)
    })

    test('rectified with a photo, which is refused when it is too large', async () => {
      await act('start', 'Chen Yu')
      await done('start')
      await at('act-rectify').click()
      const files = at('form-rectify').getByTestId('file-add')
      await files.setInputFiles({ name: 'huge.png', mimeType: 'image/png', buffer: Buffer.alloc(10_000_001) })
      await at('form-rectify').getByText('huge.png has 10.0 MB').waitFor()
      await files.setInputFiles({ name: 'valve.png', mimeType: 'image/png', buffer: PNG })
      await at('form-rectify').getByText('✓ valve.png is kept').waitFor()
      await act('rectify', 'Chen Yu', { evidence: 'XV-3 is there.' })
      await done('rectify')
      await statusNow().toContain('Rectified')
      const picture = at('hazard-files').locator('img')
      await picture.scrollIntoViewIfNeeded()
      await eventually(() => page.evaluate(WIDTH)).toBe(1)
    })

    test('another person verifies it, supervision ends, and it is closed', async () => {
      await act('verify', 'Chen Yu')
      await at('form-verify').getByText('HAZARD_SAME_PERSON').waitFor()
      await act('verify', 'Sun Jie')
      await done('verify')
      await act('end-supervision', 'Bureau', { reason: 'Seen on site.' })
      await done('end-supervision')
      await act('close', 'Zhao Min')
      await done('close')
      await at('hazard-head').getByText('by Zhao Min').waitFor()
      expect(await at('track').locator('.track-done').count()).toBe(8)
      const { history, status } = await hazard()
      expect(status).toBe('closed')
      const shown = await at('hazard-history').locator('li').allTextContents()
      expect(shown).toHaveLength(history.length)
      expect(shown[0]).toMatch(/^Closed → Closed.*Zhao Min/)
      await eventually(() => at('hazard-history').getByText('not in the journal yet').count()).toBe(0)
    })

    test('the list and its filters, whose address can be sent to somebody', async () => {
      await page.goto(`${url}/#/hazards?status=open`)
      await at('no-hazards').waitFor()
      await page.goto(`${url}/#/hazards?q=shut-off&colour=red`)
      await at('hazard-1').waitFor()
      expect(await at('hazards-colour').inputValue()).toBe('red')
      await page.setViewportSize(PHONE)
      expect(
        await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
      ).toBe(0)
      await at('hazard-1').click()
      await at('hazard-head').waitFor()
      expect(browser.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    })
  },
)
