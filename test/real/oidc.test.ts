import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { OIDC_CALLBACK } from '../../contracts/oidc-schema.ts'
import { type RunningServer, startServer } from '../../ingest/main.ts'
import { CLIENT, FakeProvider } from '../alerting/people/oidc/fake-provider.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Browser, unlessChromium } from './browser.ts'

const CHIEF = { name: 'chief', password: 'lamps burn low at night' }

describe.skipIf(unlessChromium.skip)(
  `sign-in at a provider in a real browser${unlessChromium.reason}`,
  () => {
    // The provider is another site: what a cookie of this one may do is what is tested here.
    const provider = new FakeProvider({ host: 'localhost' })
    let server: RunningServer
    let browser: Browser
    let page: Page
    let url: string

    beforeAll(async () => {
      await provider.start()
      provider.knobs.form = true
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'client-secret'), `${CLIENT.secret}\n`)
      // The provider has to know the address before the server listens.
      const port = await takePort()
      url = `http://127.0.0.1:${port}`
      const oidc = {
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecretFile: 'client-secret',
        label: 'Plant account',
        redirectUrl: `${url}${OIDC_CALLBACK}`,
      }
      const facility = parseFacility(
        `facility: { id: plant, name: Tank farm, timezone: Asia/Shanghai }
server: ${JSON.stringify({ listen: `127.0.0.1:${port}`, data: join(folder, 'server'), oidc })}
mqtt: { listen: "127.0.0.1:0" }
gateways:
  - id: gw-1
    buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ] } ] } ]
`,
        join(folder, 'plant.yaml'),
      )
      server = await startServer({
        facilities: [facility],
        clock: systemClock,
        randomId: () => randomBytes(9).toString('base64url'),
        random: Math.random,
        logger: silentLogger,
        listen: { http: `127.0.0.1:${port}`, mqtt: '127.0.0.1:0' },
      })
      browser = await Browser.open()
      page = await browser.page()
      await page.goto(`${url}/#/welcome/${server.firstLink?.code}`)
      await at('welcome-name').fill(CHIEF.name)
      await at('welcome-password').fill(CHIEF.password)
      await at('welcome-submit').click()
      await at('banner').waitFor()
      await menu('to-people')
      await at('person-name').fill('li.wei')
      await at('enter-person-submit').click()
      await at('person-li.wei').waitFor()
      await menu('sign-out')
      await at('sign-in').waitFor()
    })
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]()
      await server?.stop()
      await provider.stop()
    })

    const at = (id: string) => page.getByTestId(id)
    const menu = async (item: string) => {
      await at('account').click()
      await at(item).click()
    }
    const atProvider = async (name: string) => {
      await page.locator('#name').fill(name)
      await page.locator('#go').click()
    }

    test('asks the provider nothing until somebody clicks', () => {
      expect(provider.asked).toEqual([])
    })

    test('click, sign in there, and be in under the own name, at the page that was asked for', async () => {
      await page.goto(`${url}/#/journal?sensor=T-1`)
      await at('provider-sign-in').click()
      await page.waitForURL(/localhost/)
      await atProvider('li.wei')
      await at('banner').waitFor()
      expect(await at('account').textContent()).toContain('li.wei')
      expect(page.url()).toBe(`${url}/#/journal?sensor=T-1`)
      const cookies = (await page.context().cookies(url)).map(({ name, sameSite, httpOnly }) => [
        name,
        sameSite,
        httpOnly,
      ])
      expect(cookies).toEqual([['davylamp', 'Strict', true]])
      await page.reload()
      await at('banner').waitFor()
    })

    test('a locked screen is unlocked by signing in there again', async () => {
      await menu('lock')
      await at('lock-panel').waitFor()
      await at('provider-sign-in').click()
      await atProvider('li.wei')
      await at('journal-list').waitFor()
      expect(await at('lock-panel').count()).toBe(0)
      expect(await page.context().cookies(url)).toHaveLength(1)
    })

    test('who was not entered is told so in words, and the password still works', async () => {
      await menu('sign-out')
      await at('provider-sign-in').click()
      await atProvider('stranger')
      await at('provider-problem').waitFor()
      expect(await at('provider-problem').textContent()).toContain('Nobody of your name was entered here')
      expect(page.url()).toBe(`${url}/#/sign-in/OIDC_PERSON_REFUSED`)
      await page.setViewportSize({ width: 390, height: 844 })
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect(await page.evaluate(overflow)).toBe(0)
      await page.setViewportSize({ width: 1440, height: 900 })
      await at('sign-in-name').fill(CHIEF.name)
      await at('sign-in-password').fill(CHIEF.password)
      await at('sign-in-submit').click()
      await at('banner').waitFor()
    })

    test('an administrator unlinks an account', async () => {
      await menu('to-people')
      await at('person-li.wei').getByText('single sign-on').waitFor()
      await at('more-li.wei').click()
      await at('unlink-li.wei').click()
      await at('person-li.wei').getByText('single sign-on').waitFor({ state: 'detached' })
      expect(browser.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    })

    test('a link of somebody else shows words of ours alone', async () => {
      await menu('sign-out')
      await at('sign-in').waitFor()
      await page.goto(`${url}/#/sign-in/CALL_THIS_NUMBER`)
      await page.reload()
      await at('provider-problem').waitFor()
      expect(await at('provider-problem').textContent()).toBe(
        ' The sign-in failed. Begin again, or use your password.',
      )
    })
  },
)
