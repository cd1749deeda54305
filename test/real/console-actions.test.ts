import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

describe.skipIf(unlessChromium.skip)(`actions of the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  const at = (id: string) => scene.at(id)
  const stateOf = (id: string) => scene.server.alarms.get(id)
  const choose = async (id: string, action: string) => {
    await at(`more-${id}`).click()
    await at(`choose-${action}`).click()
    await at(`${action}-dialog`).waitFor()
  }

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    await scene.page.setViewportSize(DESK)
    await scene.page.goto(`${scene.url}/#/alarms`)
    await at('alarm-list').waitFor()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  test('an alarm is shelved for a time with a reason, and the name is remembered', async () => {
    scene.raise('GT-101.H')
    await choose('GT-101.H', 'shelve')
    await at('shelve-submit').click()
    expect(await at('shelve-dialog').textContent()).toMatch(/Say why.*Say who you are/)
    await at('shelve-span-2h').check()
    await at('shelve-reason').fill('Welding in the bay')
    await at('shelve-by').fill('Li Wei')
    await at('shelve-submit').click()
    await at('shelve-dialog').waitFor({ state: 'detached' })
    expect(stateOf('GT-101.H')).toMatchObject({
      state: 'SHLVD',
      shelved: { by: 'Li Wei', reason: 'Welding in the bay', oneShot: false, approvedBy: null },
    })
    expect(await scene.page.evaluate("localStorage.getItem('davylamp.person')")).toBe('Li Wei')
  })

  test('it is unshelved, by whom the browser remembers', async () => {
    await scene.page.locator('.hidden-alarms summary').click()
    await choose('GT-101.H', 'unshelve')
    expect(await at('unshelve-by').inputValue()).toBe('Li Wei')
    await at('unshelve-submit').click()
    await scene.page.locator('[data-testid="alarm-row-GT-101.H"][data-state=UNACK]').waitFor()
    expect(scene.server.journal[0]).toMatchObject({ event: 'unshelved', by: 'Li Wei' })
  })

  test('until it returns, once', async () => {
    await choose('GT-101.H', 'shelve')
    await at('shelve-span-return').check()
    expect(await at('shelve-dialog').textContent()).toContain('after 24 h at the latest')
    await at('shelve-reason').fill('Chatters')
    await at('shelve-submit').click()
    await at('shelve-dialog').waitFor({ state: 'detached' })
    expect(stateOf('GT-101.H')?.shelved?.oneShot).toBe(true)
  })

  test('a class that takes two wants a second person who is somebody else', async () => {
    scene.raise('GT-103.H', { class: 'guarded' })
    await choose('GT-103.H', 'shelve')
    await at('shelve-approver').waitFor()
    await at('shelve-reason').fill('Welding')
    await at('shelve-submit').click()
    await scene.page.getByText('This takes a second person').waitFor()
    await at('shelve-approver').fill('li wei')
    await at('shelve-submit').click()
    await scene.page.getByText('must be somebody else').waitFor()
    await at('shelve-approver').fill('Wang Fang')
    await at('shelve-submit').click()
    await at('shelve-dialog').waitFor({ state: 'detached' })
    expect(stateOf('GT-103.H')?.shelved).toMatchObject({ by: 'Li Wei', approvedBy: 'Wang Fang' })
  })

  test('what a class forbids is said and not offered', async () => {
    scene.raise('GT-102.HH', { class: 'safety', priority: 'critical' })
    await at('more-GT-102.HH').click()
    await scene.page.getByText('Alarms of class safety are never shelved.').waitFor()
    expect(await at('choose-shelve').count()).toBe(0)
    await scene.page.keyboard.press('Escape')
    scene.raise('GT-104.H', { class: 'brief' })
    await choose('GT-104.H', 'shelve')
    await scene.page.getByText('allows 1 h at most').waitFor()
    expect(await at('shelve-span-2h').count()).toBe(0)
    await scene.page.keyboard.press('Escape')
    await at('shelve-dialog').waitFor({ state: 'detached' })
  })

  test('without word of the class the server decides, and its refusal has a remedy', async () => {
    scene.server.failing.add('detail')
    await choose('GT-102.HH', 'shelve')
    await at('shelve-reason').fill('Welding')
    await at('shelve-submit').click()
    expect(await at('problem').textContent()).toMatch(/SHELVING_FORBIDDEN.*What to do:.*never shelved/)
    scene.server.failing.delete('detail')
    await scene.page.keyboard.press('Escape')
    await at('shelve-dialog').waitFor({ state: 'detached' })
  })

  test.each([
    ['suppress', 'unsuppress', 'DSUPR'],
    ['out-of-service', 'return-to-service', 'OOSRV'],
  ])('%s and %s', async (there, back, state) => {
    await scene.page.reload()
    await choose('GT-104.H', there)
    await at(`${there}-reason`).fill('Detector is being replaced')
    await at(`${there}-submit`).click()
    await at(`${there}-dialog`).waitFor({ state: 'detached' })
    await scene.page.locator('.hidden-alarms:not([open]) > summary').click()
    await scene.page.locator(`[data-testid="alarm-row-GT-104.H"][data-state=${state}]`).waitFor()
    await choose('GT-104.H', back)
    await at(`${back}-submit`).click()
    await scene.page.locator('[data-testid="alarm-row-GT-104.H"][data-state=UNACK]').waitFor()
  })

  test('a latched alarm is reset once it is acknowledged', async () => {
    scene.raise('LT-201.H', { state: 'LATCH_UNACK', latched: true, priority: 'medium' })
    await at('more-LT-201.H').click()
    await scene.page.getByText('Reset: acknowledge it first.').waitFor()
    await at('choose-acknowledge').click()
    await at('ack-submit').click()
    await at('reset-LT-201.H').click()
    await at('reset-submit').click()
    await at('alarm-row-LT-201.H').waitFor({ state: 'detached' })
    expect(scene.server.journal.slice(0, 2).map(({ event, by }) => [event, by])).toEqual([
      ['reset', 'Li Wei'],
      ['acknowledged', 'Li Wei'],
    ])
  })

  test('somebody else acts while a dialog is open, and the dialog says so', async () => {
    await choose('GT-102.HH', 'suppress')
    const alarm = stateOf('GT-102.HH')
    if (alarm === undefined) throw new Error('GT-102.HH stands')
    scene.server.record(
      { ...alarm, state: 'ACKED', live: 'ACKED', ack: 'acked', acknowledgedBy: 'Wang Fang' },
      { event: 'acknowledged', from: 'UNACK', by: 'Wang Fang' },
    )
    expect(await at('meanwhile').textContent()).toMatch(/Meanwhile.*Acknowledged · Wang Fang → Acknowledged/)
    await scene.page.keyboard.press('Escape')
    await at('suppress-dialog').waitFor({ state: 'detached' })
  })

  test('one press silences everything, here and at every other console', async () => {
    scene.raise('GT-106.H')
    scene.raise('GT-107.H')
    await at('silence').click()
    await scene.page.getByText('Silenced until the next new alarm').waitFor()
    await eventually(() => stateOf('GT-107.H')?.silenced).toBe(true)
    expect(stateOf('GT-106.H')).toMatchObject({ silenced: true, state: 'UNACK' })
    const other = await scene.browser.page()
    await other.goto(scene.url)
    await other.getByText('Silenced until the next new alarm').waitFor()
    await other.close()
    scene.raise('GT-108.H')
    await at('silence').waitFor()
  })

  test('one alarm is silenced alone', async () => {
    scene.raise('GT-105.H')
    await at('more-GT-108.H').click()
    await at('choose-silence').click()
    await eventually(() => stateOf('GT-108.H')?.silenced).toBe(true)
    expect(stateOf('GT-105.H')?.silenced).toBe(false)
    await at('silence').waitFor()
  })

  test('a silence that the server does not take is told, and this console is quiet all the same', async () => {
    scene.server.refusing = 'JOURNAL_UNWRITABLE'
    await at('silence').click()
    expect(await at('silence-notice').textContent()).toMatch(/others may still sound.*JOURNAL_UNWRITABLE/)
    await scene.page.getByText('Silenced until the next new alarm').waitFor()
    scene.server.refusing = undefined
    await at('silence-notice').getByRole('button').click()
  })

  test('keys alone: choose, arrow, type, send', async () => {
    const keys = scene.page.keyboard
    await at('more-GT-105.H').focus()
    await keys.press('Enter')
    await at('choose-shelve').focus()
    await keys.press('Enter')
    await at('shelve-span-30m').waitFor()
    await keys.press('ArrowRight')
    await keys.press('Tab')
    await keys.type('Drift')
    await keys.press('Tab')
    await keys.press('Enter')
    await at('shelve-dialog').waitFor({ state: 'detached' })
    const until = Date.parse(stateOf('GT-105.H')?.shelved?.until ?? '')
    expect(until - Date.parse(scene.server.now())).toBeGreaterThan(55 * 60_000)
    await at('more-GT-107.H').focus()
    await keys.press('Enter')
    await at('choose-suppress').focus()
    await keys.press('Enter')
    await at('suppress-span-8h').waitFor()
    await scene.page.getByRole('button', { name: 'Cancel' }).press('Enter')
    await at('suppress-dialog').waitFor({ state: 'detached' })
    expect(await scene.page.evaluate('document.activeElement.dataset.testid')).toBe('more-GT-107.H')
    await keys.press('Enter')
    await at('choose-dialog').waitFor()
    await keys.press('Escape')
    await at('choose-dialog').waitFor({ state: 'detached' })
    expect(await scene.page.evaluate('document.activeElement.dataset.testid')).toBe('more-GT-107.H')
  })

  test.each([DESK, PHONE])('no dialog is cut off at $width px', async (viewport) => {
    await scene.page.setViewportSize(viewport)
    for (const action of ['shelve', 'suppress', 'out-of-service', 'acknowledge']) {
      await at('more-GT-107.H').click()
      await at(`choose-${action}`).click()
      const dialog = scene.page.locator('dialog[open]')
      await dialog.waitFor()
      const box = await dialog.boundingBox()
      expect(box?.x).toBeGreaterThanOrEqual(0)
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(viewport.width)
      expect(await scene.overflow()).toBe(0)
      await scene.page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
  })

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints().filter((text) => !/status of 503/.test(text))).toEqual([])
  })
})
