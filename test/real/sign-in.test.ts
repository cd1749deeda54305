import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { type RunningServer, startServer } from '../../ingest/main.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Browser, unlessChromium } from './browser.ts'

const CHIEF = { name: 'chief', password: 'lamps burn low at night' }
const LI = { name: 'li.wei', password: 'stone road' }

const plant = (data: string) => `facility: { id: plant, name: Tank farm, timezone: Asia/Shanghai }
server: { listen: "127.0.0.1:0", data: ${JSON.stringify(data)} }
mqtt: { listen: "127.0.0.1:0" }
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: d, area: yard, sensors: [ { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 20 } } } ] } ]
`

describe.skipIf(unlessChromium.skip)(`sign-in in a real browser${unlessChromium.reason}`, () => {
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
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.stop()
  })

  const at = (id: string) => page.getByTestId(id)
  const overflow = () =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  const menu = async (item: string) => {
    await at('account').click()
    await at(item).click()
  }
  let link = ''

  test('the first administrator comes by the link, which then stands nowhere', async () => {
    await page.goto(url)
    await at('sign-in').waitFor()
    await page.goto(`${url}/#/welcome/${server.firstLink?.code}`)
    await at('welcome-name').fill(CHIEF.name)
    await at('welcome-password').fill('password1234')
    await at('welcome-submit').click()
    expect(await at('problem').textContent()).toContain('PASSWORD_TOO_EASY')
    await at('welcome-password').fill(CHIEF.password)
    await at('welcome-submit').click()
    await at('banner').waitFor()
    expect(await at('account').textContent()).toBe('chiefAdministrator')
    expect(page.url()).toBe(`${url}/#/`)
    expect(await page.evaluate('document.cookie')).toBe('')
  })

  test('enters an operator, and hands on a link that is shown once', async () => {
    await menu('to-people')
    await at('person-name').fill(LI.name)
    await at('enter-person-submit').click()
    link = (await at('shown-once').locator('code').textContent()) ?? ''
    expect(link).toMatch(new RegExp(`^${url}/#/welcome/[A-Za-z0-9_-]{43}$`))
    await at(`person-${LI.name}`).getByText('invited').waitFor()
    await at('audit').getByText('Person entered').first().waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await overflow()).toBe(0)
    await page.setViewportSize({ width: 1440, height: 900 })
    await menu('sign-out')
    await at('sign-in').waitFor()
  })

  test('the operator sets a password, acts, and is told why other things are not for them', async () => {
    await page.goto(link)
    await page.reload()
    await at('welcome-password').fill(LI.password)
    await at('welcome-submit').click()
    await at('banner').waitFor()
    await page.goto(`${url}/#/alarm/plant/GT-1.FAULT`)
    // It never reports: after ten seconds that is an alarm.
    await at('act-acknowledge').waitFor()
    expect(await at('act-suppress').isDisabled()).toBe(true)
    expect(await at('act-suppress').getAttribute('title')).toBe(
      'This takes the role Engineer; yours is Operator.',
    )
    await at('act-acknowledge').click()
    expect(await at('ack-by').count()).toBe(0)
    await at('ack-submit').click()
    await at('ack-dialog').waitFor({ state: 'detached' })
    await page.goto(`${url}/#/journal`)
    await at('journal-list').getByText(LI.name).first().waitFor()
    expect(await at('to-people').count()).toBe(0)
  })

  test('a locked screen leaves the banner, and is unlocked with keys alone', async () => {
    await menu('lock')
    await at('lock-panel').waitFor()
    expect(await at('banner').isVisible()).toBe(true)
    await page.reload()
    await at('lock-panel').waitFor()
    await page.keyboard.type('not this one')
    await page.keyboard.press('Enter')
    expect(await at('problem').textContent()).toContain('SIGN_IN_FAILED')
    await at('unlock-password').focus()
    await page.keyboard.type(LI.password)
    await page.keyboard.press('Enter')
    await at('journal-list').waitFor()
  })

  test('signs in with keys alone, in Chinese, on a phone', async () => {
    await menu('sign-out')
    await at('sign-in').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await at('lang-zh').click()
    expect(await overflow()).toBe(0)
    await at('sign-in-name').focus()
    await page.keyboard.type(CHIEF.name)
    await page.keyboard.press('Tab')
    await page.keyboard.type(CHIEF.password)
    await page.keyboard.press('Enter')
    await at('banner').waitFor()
    expect(await at('account').textContent()).toContain('管理员')
    for (const path of ['#/', '#/account', '#/people', '#/alarms']) {
      await page.goto(`${url}/${path}`)
      await at('banner').waitFor()
      expect(await overflow(), path).toBe(0)
    }
  })

  test('a session that is ended elsewhere is over on this screen at once', async () => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${url}/#/alarms`)
    await at('banner').waitFor()
    const cookies = await page.context().cookies()
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const [{ httpOnly, sameSite } = {}] = cookies
    expect([httpOnly, sameSite]).toEqual([true, 'Strict'])
    await fetch(`${url}/api/v1/logout`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: '{}',
    })
    await at('sign-in').waitFor({ timeout: 60_000 })
    expect(browser.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
  })

  test('a screen that nobody touches locks itself', async () => {
    await page.clock.install()
    await page.goto(url)
    await at('sign-in-name').fill(LI.name)
    await at('sign-in-password').fill(LI.password)
    await at('sign-in-submit').click()
    await at('banner').waitFor()
    await page.clock.fastForward(14 * 60_000)
    expect(await at('lock-panel').count()).toBe(0)
    await page.mouse.move(200, 200)
    await page.clock.fastForward(14 * 60_000)
    expect(await at('lock-panel').count()).toBe(0)
    await page.clock.fastForward(2 * 60_000)
    await at('lock-panel').waitFor()
  })
})
