import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import { systemClock } from '../../contracts/clock.ts'
import { peopled, toldOfLeak } from '../console/fake-duties.ts'
import { PASSWORD } from '../console/fake-session.ts'
import { unlessChromium } from './browser.ts'
import { ConsoleScene, DESK, eventually, PHONE } from './console-scene.ts'

/** Stands in for the browser's messages, which a headless one shows nowhere. */
const MESSAGES = `
  globalThis.shown = []
  globalThis.asked = 0
  globalThis.Notification = class extends EventTarget {
    static permission = 'default'
    static async requestPermission() { globalThis.asked += 1; return (Notification.permission = 'granted') }
    constructor(title, options) { super(); Object.assign(this, { title, ...options }); globalThis.shown.push(this) }
    close() { this.isClosed = true }
  }
`

describe.skipIf(unlessChromium.skip)(`people who are told, in the console${unlessChromium.reason}`, () => {
  let scene: ConsoleScene
  let now: number
  let visits = 0
  const at = (id: string) => scene.at(id)
  const go = async (hash: string, landmark: string) => {
    visits += 1
    await scene.page.goto(`${scene.url}/?${visits}${hash}`)
    await at(landmark).waitFor()
  }
  const leak = (more: object = {}) =>
    scene.raise('GT-102.HH', { priority: 'critical', lifeSafety: true, occurrence: 'o9', ...more })

  beforeAll(async () => {
    scene = await ConsoleScene.open()
    now = systemClock.wall()
    peopled(scene.server.notify, now)
    toldOfLeak(scene.server.notify, now, 'o9')
    await scene.page.setViewportSize(DESK)
    await scene.page.addInitScript("localStorage.setItem('davylamp.person', 'Chen Yu')")
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  describe('the roster', () => {
    test('who has each duty, who is next, and a hole that nobody overlooks', async () => {
      await go('#/roster', 'fortnight')
      expect(await at('hole-supervisor').textContent()).toMatch(/⚠ NOBODY.*reach nobody/)
      expect(await at('duty-manager').textContent()).toMatch(/Zhao Min.*✕ not reachable: no address/)
      expect(await at('duty-operator').textContent()).toMatch(
        /On duty now.*until.*Next.*from.*Last hand-over/,
      )
      expect(await at('fortnight').locator('tbody tr').count()).toBe(14)
      expect(await at('fortnight').locator('td.is-now').count()).toBe(1)
      expect(await at('fortnight').locator('.duty-hole').count()).toBeGreaterThanOrEqual(13)
    })

    test('an absence is entered with a substitute, who stands in the table, and is taken back', async () => {
      await at('choose-operator').click()
      await scene.page.getByText('The next 14 days: Control room operator').waitFor()
      await at('absence-submit').click()
      await scene.page.getByText('Say who is absent.').waitFor()
      expect(await scene.page.evaluate('document.activeElement.id')).toBe('absence-person')
      await at('absence-person').fill('chen.yu')
      const day = new Date(now + 86_400_000 * 5).toISOString().slice(0, 10)
      await at('absence-from').fill(`${day}T00:00`)
      await at('absence-to').fill(`${day}T00:00`)
      await at('absence-reason').fill('Training')
      await at('absence-submit').click()
      await scene.page.getByText('It ends after it begins.').waitFor()
      const later = new Date(now + 86_400_000 * 9).toISOString().slice(0, 10)
      await at('absence-to').fill(`${later}T00:00`)
      await at('absence-substitute').fill('wang.fang')
      await at('absence-submit').click()
      await scene.page.getByText('The absence of Chen Yu is entered.').waitFor()
      expect(scene.server.notify.absences.at(-1)).toMatchObject({
        person: 'chen.yu',
        from: `${day}T00:00:00+08:00`,
        substitute: 'wang.fang',
        by: 'Chen Yu',
      })
      await at('fortnight').getByText('⇄ for Chen Yu').first().waitFor()
      await at('take-back-a3').click()
      await scene.page.getByText('The absence of Chen Yu is taken back.').waitFor()
      await eventually(() => at('fortnight').getByText('⇄ for Chen Yu').count()).toBe(0)
    })

    test('a hand-over note is the newest', async () => {
      await at('handover-submit').click()
      await scene.page.getByText('Write what the next shift has to know.').waitFor()
      await at('handover-text').fill('XV-101 is open again.')
      await at('handover-submit').click()
      await scene.page.getByText('The note is kept.').waitFor()
      expect(await at('handovers').locator('.handover-row').first().textContent()).toMatch(
        /Chen Yu.*XV-101 is open again/,
      )
      await eventually(() => at('duty-operator').textContent()).toContain('XV-101 is open again.')
    })

    test('a plant without duties says what that means', async () => {
      const duties = scene.server.notify.duties.splice(0)
      await go('#/roster', 'no-duties')
      expect(await at('no-duties').textContent()).toContain('names no duties')
      scene.server.notify.duties.push(...duties)
    })
  })

  describe('notifications', () => {
    test('channels in words, with the code and what to do', async () => {
      await go('#/notifications', 'channels')
      expect(await at('channel-mail').textContent()).toMatch(/E-mail.*✓ working.*waiting: 0/)
      expect(await at('channel-duty-room').textContent()).toMatch(
        /✕ FAILING.*waiting: 3.*CHANNEL_CERTIFICATE the certificate ended.*What to do:/,
      )
      await at('test-mail').click()
      await eventually(() => at('tested-mail').textContent()).toMatch(/to Chen Yu: ✓ sent.*queued as 4F2A/)
    })

    test('the path of an alarm, and a watchdog that is late', async () => {
      expect(await at('watchdog').textContent()).toContain('✓ Watchdog')
      expect(await at('alarm-path').locator('tbody tr').allTextContents()).toEqual([
        expect.stringMatching(/reading → evaluated193 4204 ms18 ms212 ms/),
        expect.stringContaining('evaluated → journalled'),
        expect.stringContaining('journalled → sent'),
        expect.stringMatching(/sent → acknowledged711 min 36 s9 min 00 s1 h 10 min/),
      ])
      scene.server.notify.most = 5
      const { watchdog } = scene.server.notify.path
      if (watchdog === null) throw new Error('there is one')
      scene.server.notify.path = { ...scene.server.notify.path, watchdog: { ...watchdog, isLate: true } }
      await go('#/notifications', 'watchdog')
      expect(await at('watchdog').textContent()).toContain('WATCHDOG LATE')
    })

    test('notices page by page, and sifted by state', async () => {
      const rows = at('notices').locator('.notice-row')
      await eventually(() => rows.count()).toBe(5)
      await at('notices-older').click()
      await eventually(() => rows.count()).toBe(8)
      scene.server.notify.most = 1_000
      expect(await at('notice-n4').textContent()).toMatch(/GT-102\.HH.*Chen Yu.*↩ answered by chen\.yu/)
      await at('notice-state').selectOption('dropped')
      await eventually(() => rows.count()).toBe(1)
      expect(await rows.first().textContent()).toMatch(/LT-201\.H.*⊘ not sent.*muted: LT-201 is under test/)
    })
  })

  describe('the page of an alarm', () => {
    test('who was told, step by step; earlier occurrences when asked for', async () => {
      leak()
      await go('#/alarm/demo-plant/GT-102.HH', 'told-now')
      const steps = at('told-now').locator('.told-step')
      expect(await steps.count()).toBe(2)
      expect(await steps.nth(0).textContent()).toMatch(/Raised · step 1.*Zhao Min by mail.*✕ FAILED.*Chen Yu/)
      expect(await steps.nth(1).textContent()).toMatch(/Escalated · step 2.*group by duty-room/)
      expect(await at('told-before').count()).toBe(0)
      await at('told-older').click()
      await at('told-before').waitFor()
      expect(await at('told-before').textContent()).toMatch(/before.*Raised · step 1.*Returned/)
    })

    test('the journal says it in plain words', async () => {
      const alarm = scene.server.alarms.get('GT-102.HH')
      if (alarm === undefined) throw new Error('it stands')
      const told = [{ channel: 'mail', to: 'Li Wei', state: 'sent', time: null, receipt: '250 Ok' } as const]
      const notice = {
        occurrence: alarm.occurrence ?? '',
        cause: 'raised',
        policy: 'urgent',
        step: 1,
        told,
      } as const
      scene.server.record(alarm, {
        event: 'notified',
        from: alarm.state,
        by: null,
        notice: { ...notice, told: [...told] },
      })
      await go('#/journal?event=notified', 'journal-list')
      const rows = at('journal-list').locator('.journal-row')
      await rows.first().waitFor()
      expect(await rows.allTextContents()).toEqual([
        expect.stringMatching(/People told.*Raised · step 1Li Wei by mail: ✓ sent \(250 Ok\)/),
      ])
    })
  })

  test('the watchdog is no alarm of the operator, and the journal has it for whoever searches', async () => {
    await go('#/alarms', 'alarm-list')
    scene.raise('WD-1.H', { class: WATCHDOG_CLASS, priority: 'critical' })
    scene.raise('LT-202.H', { priority: 'low' })
    await at('alarm-row-LT-202.H').waitFor()
    expect(await at('alarm-row-WD-1.H').count()).toBe(0)
    expect(await at('count-critical').textContent()).toContain('1')
    await go('#/journal', 'journal-list')
    await scene.page.getByText('Rounds of the watchdog left out: 1.').waitFor()
    await go('#/journal?text=watchdog', 'journal-list')
    await eventually(() => at('journal-list').locator('.journal-row').count()).toBe(1)
  })

  describe('messages of the browser', () => {
    const shown = () =>
      scene.page.evaluate(
        'shown.map(({ title, tag, requireInteraction, isClosed }) => ({ title, tag, requireInteraction, isClosed }))',
      )
    const hide = (isHidden: boolean) =>
      scene.page.evaluate(
        `Object.defineProperty(document, 'hidden', { get: () => ${isHidden}, configurable: true })`,
      )

    test('asked for by a click, shown while the page is hidden, taken away when acknowledged', async () => {
      await scene.page.addInitScript(MESSAGES)
      await go('#/notifications', 'browser-notices')
      scene.raise('GT-105.H')
      await hide(true)
      scene.raise('GT-106.H')
      expect([await shown(), await scene.page.evaluate('asked')]).toEqual([[], 0])
      await at('browser-notices-switch').check()
      expect(await scene.page.evaluate('asked')).toBe(1)
      scene.raise('GT-107.H', { lifeSafety: true, priority: 'critical', value: 44, limit: 40 })
      await eventually(shown).toEqual([
        {
          title: 'Critical: GT-107.H Methane, pump bay',
          tag: 'demo-plant/GT-107.H',
          requireInteraction: true,
        },
      ])
      const alarm = scene.server.alarms.get('GT-107.H')
      if (alarm === undefined) throw new Error('it stands')
      scene.server.record(
        { ...alarm, state: 'ACKED', live: 'ACKED', ack: 'acked' },
        { event: 'acknowledged', from: 'UNACK', by: 'Li Wei' },
      )
      await eventually(shown).toEqual([expect.objectContaining({ isClosed: true })])
    })

    test('not while the page is before somebody, and not once it is switched off', async () => {
      await hide(false)
      scene.raise('GT-108.H')
      await at('count-high').getByText('3').waitFor()
      await hide(true)
      await at('browser-notices-switch').uncheck()
      scene.raise('GT-104.H')
      await scene.page.getByTestId('count-high').getByText('4').waitFor()
      expect(((await shown()) as unknown[]).length).toBe(1)
    })
  })

  describe('the link of a message', () => {
    const ACTION = 'Close XV-101 from the panel.'
    beforeAll(async () => {
      scene.server.notify.answers.set('code-1.A_b', { to: 'chen.yu', alarm: 'GT-102.HH', action: ACTION })
      await scene.page.goto(`${scene.url}/api/v1/session`)
      scene.server.session.require({ 'chen.yu': 'operator', 'li.wei': 'operator', viola: 'viewer' })
      await scene.page.setViewportSize(PHONE)
    })
    // A page that is still open would load itself anew once its session is over.
    const signOut = async () => {
      await scene.page.goto(`${scene.url}/api/v1/session`)
      scene.server.session.who = undefined
    }
    const signIn = async () => {
      await at('sign-in-password').fill(PASSWORD)
      await at('sign-in-submit').click()
    }
    const acknowledged = () => scene.server.alarms.get('GT-102.HH')?.acknowledgedBy ?? null

    test('shows the alarm and what to do before anybody signs in, and does nothing by itself', async () => {
      leak()
      await go('#/answer/code-1.A_b', 'sign-in')
      expect(await at('answer-alarm').textContent()).toMatch(
        /Demo plant.*GT-102\.HH.*Critical.*Unacknowledged/,
      )
      expect(await at('answer-action').textContent()).toContain(ACTION)
      expect(await at('sign-in-name').inputValue()).toBe('chen.yu')
      expect(await scene.page.evaluate('document.activeElement.id')).toBe('sign-in-password')
      expect(await scene.overflow()).toBe(0)
      expect(acknowledged()).toBeNull()
    })

    test('a wrong password is told beside the alarm; then one big button, by keys alone', async () => {
      const keys = scene.page.keyboard
      await keys.type('no')
      await keys.press('Enter')
      expect(await at('problem').textContent()).toContain('SIGN_IN_FAILED')
      await at('answer-alarm').waitFor()
      await at('sign-in-password').focus()
      await keys.type(PASSWORD)
      await keys.press('Enter')
      await at('answer-form').waitFor()
      await at('banner').waitFor()
      expect(acknowledged()).toBeNull()
      const box = await at('answer-submit').boundingBox()
      expect(box?.height).toBeGreaterThanOrEqual(48)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height)
      expect(await scene.overflow()).toBe(0)
      await at('answer-comment').fill('On my way')
      await at('answer-submit').focus()
      await keys.press('Enter')
      await at('answer-done').waitFor()
      expect(await at('answer-done').textContent()).toContain('✓ Acknowledged by chen.yu')
      expect(scene.server.alarms.get('GT-102.HH')).toMatchObject({
        acknowledgedBy: 'chen.yu',
        comment: 'On my way',
      })
    })

    test('opened once more, it says that nothing is left to do', async () => {
      await go('#/answer/code-1.A_b', 'answer-settled')
      expect(await at('answer-settled').textContent()).toContain('acknowledged it already: chen.yu')
      await at('answer-to-alarms').click()
      await at('alarm-list').waitFor()
    })

    test.each([
      ['ANSWER_INVALID', 'not whole'],
      ['ANSWER_ENDED', 'has ended'],
      ['ANSWER_USED', 'used already'],
      ['ANSWER_NOT_YOURS', 'for somebody else'],
    ] as const)('%s in plain words, and where to go', async (code, words) => {
      scene.server.notify.refusing = code
      await go('#/answer/code-1.A_b', 'answer-refusal')
      expect(await at('answer-refusal').textContent()).toMatch(new RegExp(`${words}.*${code}`))
      await at('answer-to-alarms').waitFor()
      scene.server.notify.refusing = undefined
    })

    test('somebody else is told so, a viewer why it is not for them', async () => {
      leak({ occurrence: 'o10' })
      await signOut()
      await go('#/answer/code-1.A_b', 'sign-in')
      await at('sign-in-name').fill('li.wei')
      await signIn()
      expect(await at('answer-other').textContent()).toMatch(/signed in as li\.wei.*for chen\.yu/)
      scene.server.notify.answers.set('code-2', { to: null, alarm: 'GT-102.HH' })
      await signOut()
      await go('#/answer/code-2', 'sign-in')
      await at('sign-in-name').fill('viola')
      await signIn()
      await at('answer-form').waitFor()
      expect(await at('answer-submit').isDisabled()).toBe(true)
      expect(await at('answer-form').textContent()).toContain(
        'This takes the role Operator; yours is Viewer.',
      )
    })

    test('a viewer sees disabled actions with the reason on the other pages too', async () => {
      await go('#/notifications', 'channels')
      expect(await at('test-mail').getAttribute('title')).toBe(
        'This takes the role Engineer; yours is Viewer.',
      )
      await go('#/roster', 'fortnight')
      for (const id of ['absence-submit', 'handover-submit', 'take-back-leave'])
        expect(await at(id).isDisabled(), id).toBe(true)
      await go('#/alarm/demo-plant/GT-102.HH', 'act-barred')
    })

    test('an operator enters their own absence, and takes back no other', async () => {
      await signOut()
      await go('#/roster', 'sign-in')
      await at('sign-in-name').fill('li.wei')
      await signIn()
      await at('absence-form').waitFor()
      expect(await at('absence-person').inputValue()).toBe('li.wei')
      expect(await at('absence-person').isDisabled()).toBe(true)
      await eventually(() => at('take-back-leave').isDisabled()).toBe(false)
      expect(await at('take-back-training').getAttribute('title')).toContain('the role Engineer')
    })

    test('on a locked screen the alarm and the banner are in sight, and unlocking leads on', async () => {
      await signOut()
      await go('#/answer/code-1.A_b', 'sign-in')
      await signIn()
      await at('answer-form').waitFor()
      if (scene.server.session.who !== undefined)
        scene.server.session.who = { ...(scene.server.session.who as object), locked: true } as never
      await go('#/answer/code-1.A_b', 'lock-panel')
      expect(await at('banner').isVisible()).toBe(true)
      expect(await at('answer-alarm').isVisible()).toBe(true)
      await at('unlock-password').fill(PASSWORD)
      await at('unlock').click()
      await at('answer-form').waitFor()
    })

    test('without sign-in nobody is asked to sign in', async () => {
      await signOut()
      scene.server.session.off()
      await go('#/answer/code-1.A_b', 'answer-form')
      expect(await at('answer-by').inputValue()).toBe('Chen Yu')
      await at('answer-submit').click()
      await at('answer-done').waitFor()
      expect(acknowledged()).toBe('Chen Yu')
    })
  })

  describe('keys alone', () => {
    const focused = () =>
      scene.page.evaluate('document.activeElement.tagName + (document.activeElement.dataset.testid ?? "")')

    test('another page has the focus, the first key skips to it, and a dialog gives it back', async () => {
      await scene.page.setViewportSize(DESK)
      await go('#/alarms', 'alarm-list')
      await scene.page.getByRole('link', { name: 'Roster' }).press('Enter')
      await at('roster').waitFor()
      await eventually(focused).toBe('MAIN')
      await go('#/notifications', 'channels')
      await scene.page.keyboard.press('Tab')
      await scene.page.keyboard.press('Enter')
      await eventually(focused).toBe('MAIN')
      await scene.page.keyboard.press('Tab')
      expect(await focused()).toBe('BUTTONtest-mail')
      const outline = await scene.page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
      expect(outline).toBe('solid')
    })

    test('when the button that opened a dialog is gone, the page has the focus', async () => {
      await go('#/alarms', 'alarm-row-GT-108.H')
      await at('ack-GT-108.H').focus()
      await scene.page.keyboard.press('Enter')
      await at('ack-submit').click()
      await at('ack-dialog').waitFor({ state: 'detached' })
      await eventually(focused).toBe('MAIN')
    })
  })

  test.each([DESK, PHONE])('nothing is cut off at $width px, in both languages', async (viewport) => {
    await scene.page.setViewportSize(viewport)
    const pages = [
      ['#/roster', 'fortnight'],
      ['#/notifications', 'channels'],
      ['#/alarm/demo-plant/GT-102.HH', 'who-was-told'],
      ['#/answer/code-1.A_b', 'answer-alarm'],
    ] as const
    for (const language of ['zh', 'en']) {
      await at(`lang-${language}`).click()
      for (const [hash, landmark] of pages) {
        await go(hash, landmark)
        expect(await at('banner').isVisible()).toBe(true)
        expect(await scene.overflow(), `${language} ${hash}`).toBeLessThanOrEqual(0)
      }
    }
  })

  test('the browser had nothing to complain about', () => {
    expect(scene.complaints()).toEqual([])
  })
})
