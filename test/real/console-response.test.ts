import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { HazardDetail } from '../../contracts/register/hazard-api.ts'
import type { IncidentDetail } from '../../contracts/register/incident-api.ts'
import type { RoundDetail } from '../../contracts/register/inspection-api.ts'
import type { ReportDetail } from '../../contracts/register/report-api.ts'
import { PNG } from '../console/fake-register.ts'
import { unlessChromium } from './browser.ts'
import { DESK, eventually, PHONE } from './console-scene.ts'
import { ResponseScene } from './response-scene.ts'

const PAGES = [
  ['#/inspections', 'plan-patrol'],
  ['#/inspections/1', 'round-head'],
  ['#/inspections/history', 'round-1'],
  ['#/inspections/people', 'source-chlorine-store'],
  ['#/incidents', 'incidents-open'],
  ['#/incidents/1', 'incident-head'],
  ['#/incidents/2', 'clocks'],
  ['#/incidents/new', 'new-incident'],
  ['#/incidents/resources', 'stock-table'],
  ['#/reports', 'report-list'],
  ['#/reports/1', 'report-head'],
  ['#/exports', 'export-archive'],
] as const

describe.skipIf(unlessChromium.skip)(
  `inspections, incidents and public reports, in the console${unlessChromium.reason}`,
  () => {
    let scene: ResponseScene
    const at = (id: string) => scene.at(id)
    const go = async (hash: string, landmark: string) => {
      await scene.page.goto(`${scene.url}/${hash}`)
      await at(landmark).waitFor()
    }
    const round = (number: number) => scene.get<RoundDetail>(`/api/v1/rounds/${number}`)
    const incident = (number: number) => scene.get<IncidentDetail>(`/api/v1/incidents/${number}`)

    beforeAll(async () => {
      scene = await ResponseScene.open()
      await scene.page.addInitScript("localStorage.setItem('davylamp.person', 'Chen Yu')")
    })
    afterAll(() => scene?.[Symbol.asyncDispose]())

    describe('a round on a phone', () => {
      beforeAll(() => scene.page.setViewportSize(PHONE))

      test('it is started from the list, where what is due says whose it is', async () => {
        await go('#/inspections', 'plan-patrol')
        expect(await at('plan-patrol').textContent()).toMatch(/Patrol · Tank farm · Chlorine shed.*yours/)
        expect(await at('plan-weekly').textContent()).toContain('Responsible for operations: Li Wei')
        await at('start-patrol').click()
        await at('checklist').waitFor()
        expect(scene.page.url()).toContain('#/inspections/1')
        expect(await round(1)).toMatchObject({ startedBy: 'Chen Yu', state: 'running' })
      })

      test('a finding says what is wrong and becomes a hazard', async () => {
        await at('finding-smell').click()
        await at('say-smell').click()
        await at('item-smell').getByText('This is needed.').waitFor()
        expect((await round(1)).answered).toBe(0)
        await at('note-smell').fill('Smell at flange F-12.')
        await at('say-smell').click()
        await at('hazard-of-smell').waitFor()
        const hazard = await scene.get<HazardDetail>('/api/v1/hazards/1')
        expect(hazard).toMatchObject({ source: 'inspection', area: 'shed', foundBy: 'Chen Yu' })
        expect(hazard.description).toContain('Smell at flange F-12.')
      })

      test('without a network answers and photos wait, over a reload too, and go by themselves', async () => {
        const context = scene.page.context()
        await context.route('**/api/v1/rounds/1/**', (route) => route.abort())
        await at('ok-detectors').click()
        await at('ok-scrubber').click()
        await at('photo-scrubber').setInputFiles({ name: 'scrubber.png', mimeType: 'image/png', buffer: PNG })
        await at('state-detectors').getByText('waits for the network').waitFor()
        await eventually(() => at('round-waits').textContent()).toContain('3 wait')
        expect(await scene.overflow()).toBeLessThanOrEqual(0)
        expect((await round(1)).answered).toBe(1)
        await scene.page.reload()
        await at('state-scrubber').getByText('waits for the network').waitFor()
        // The picture went with the page: only answers are kept.
        await at('photo-scrubber').setInputFiles({ name: 'scrubber.png', mimeType: 'image/png', buffer: PNG })
        await context.unroute('**/api/v1/rounds/1/**')
        await at('round-waits').waitFor({ state: 'detached', timeout: 12_000 })
        const { checklist } = await round(1)
        expect(checklist.map(({ answer }) => answer?.result)).toEqual(['finding', 'ok', 'ok', undefined])
        expect(checklist[2]?.photos).toHaveLength(1)
      })

      test('an answer of somebody else is not overwritten unseen', async () => {
        const other = { id: 'other-phone-1', item: 'kit', result: 'finding', note: 'One mask is missing.' }
        await scene.post('/api/v1/rounds/1/answers', { answers: [other], by: 'Sun Jie' })
        await at('ok-kit').click()
        await at('state-kit').getByText('ROUND_CHANGED').waitFor()
        expect((await round(1)).checklist[3]?.answer).toMatchObject({ by: 'Sun Jie', result: 'finding' })
        await scene.page.reload()
        await at('mine-kit').waitFor()
        await at('mine-kit').click()
        await eventually(async () => (await round(1)).checklist[3]?.answer).toMatchObject({
          by: 'Chen Yu',
          result: 'ok',
        })
      })

      test('it is finished, and stands in the history', async () => {
        await eventually(() => at('round-finish').isEnabled()).toBe(true)
        await at('round-finish').click()
        await at('round-state').getByText('finished').waitFor()
        expect(await at('ok-kit').count()).toBe(0)
        await go('#/inspections/history', 'round-1')
        expect(await at('round-history').textContent()).toMatch(/Hourly patrol.*finished.*4 \/ 4/)
        await go('#/inspections', 'plan-patrol')
        expect(await at('plan-patrol').textContent()).toMatch(/✓ not due yet/)
      })

      test('the three responsible people, and what is wrong with their appointment', async () => {
        await go('#/inspections/people', 'source-chlorine-store')
        const text = await at('source-chlorine-store').textContent()
        expect(text).toMatch(/Grade 3.*R 24.*S 4/)
        expect(text).toMatch(/APPOINTMENT (ENDS SOON|IS OVER)/)
        expect(await at('post-operations').textContent()).toMatch(/Li Wei.*Weekly inspection/)
      })
    })

    describe('an incident', () => {
      beforeAll(() => scene.page.setViewportSize(DESK))

      test('it is opened with its clocks running', async () => {
        await go('#/incidents', 'incidents-open')
        await at('incident-new').click()
        await at('new-incident').waitFor()
        await at('new-submit').click()
        await at('new-form').getByText('This is needed.').waitFor()
        await at('new-title').fill('Chlorine leak at flange F-12')
        await at('new-plan').selectOption({ index: 1 })
        await at('new-level').selectOption('3')
        await at('new-submit').click()
        await at('incident-head').waitFor()
        expect(await incident(1)).toMatchObject({ level: 3, plan: 'leak-chlorine', openedBy: 'Chen Yu' })
        expect(await at('clock-community').textContent()).toMatch(/(10:00|9:\d\d)◷ left/)
      })

      test('a clock is stopped by an arrival', async () => {
        await at('dispatched-works-crew').click()
        await at('arrived-works-crew').click()
        await eventually(() => at('clock-community').getAttribute('data-state')).toBe('met')
        const { clocks, status } = await incident(1)
        expect(clocks[0]).toMatchObject({ kind: 'community', state: 'met' })
        expect(status).toBe('responding')
        await at('team-works-crew').getByText('Release').waitFor()
      })

      test('what others enter appears by itself', async () => {
        await scene.post('/api/v1/incidents/1/teams', {
          team: 'fire-brigade',
          event: 'dispatched',
          by: 'Gate',
        })
        await at('arrived-fire-brigade').waitFor()
      })

      test('a clock that ran out counts up in red, with a word', async () => {
        const started = new Date(systemClock.wall() - 21 * 60_000).toISOString()
        await scene.post('/api/v1/incidents', { facility: 'plant', title: 'Spill', started, by: 'Gate' })
        await go('#/incidents/2', 'clock-community')
        expect(await at('clock-community').textContent()).toMatch(/\+1[01]:\d\d⚠ TOO LATE/)
        expect(await at('clock-ground').getAttribute('data-state')).toBe('running')
        await go('#/incidents', 'incident-2')
        expect(await at('incidents-open').textContent()).toMatch(/⚠ On site \+1[01]:/)
      })

      test('steps, notes, links, stock and a commander', async () => {
        await go('#/incidents/1', 'incident-head')
        const [step] = (await incident(1)).checklist
        await at(`done-${step?.step}`).click()
        await at(`step-${step?.step}-submit`).click()
        await at(`step-${step?.step}`).getByText('✓ done').waitFor()
        await at('log-text').fill('Wind from the north.')
        await at('log-injured').fill('2')
        await at('log-submit').click()
        await at('log').getByText('0 dead, 2 injured, 0 missing').waitFor()
        await at('link-hazard').click()
        await at('link-form').getByRole('textbox').fill('1')
        await at('link-submit').click()
        await at('linked-hazard-1').waitFor()
        await at('act-command').click()
        await at('act-commander').fill('Wu')
        await at('act-submit').click()
        await eventually(() => at('incident-head').textContent()).toMatch(/CommanderWu/)
        expect(await incident(1)).toMatchObject({ commander: 'Wu', hazards: [1] })
      })

      test('stock that falls below what there should be says so', async () => {
        await go('#/incidents/resources', 'stock-table')
        await at('short-sets').waitFor()
        await at('move-sets').click()
        await at('move-change').fill('6')
        await at('move-reason').fill('Counted.')
        await at('move-submit').click()
        await at('short-sets').waitFor({ state: 'detached' })
        await go('#/incidents/1', 'take-stock')
        await at('take-stock').click()
        await at('stock-item').selectOption('sets')
        await at('stock-quantity').fill('4')
        await at('stock-submit').click()
        await at('stock-used').getByText('2 sets left').waitFor()
      })

      test('an alarm leads to a form that is filled in', async () => {
        await go('#/alarm/plant/sys.gw-1.link.LOST', 'open-incident')
        await at('open-incident').click()
        await eventually(() => at('new-title').inputValue()).toBe('gw-1 is lost: its sensors are not watched')
        await at('new-submit').click()
        await at('alarm-sys.gw-1.link.LOST').waitFor()
        expect(await incident(3)).toMatchObject({ alarms: [{ alarm: 'sys.gw-1.link.LOST' }], plan: null })
        await go('#/incidents/1', 'act-contain')
      })

      test('contained, and closed with a review', async () => {
        await at('act-contain').click()
        await at('act-submit').click()
        await at('act-close').waitFor()
        await at('act-close').click()
        await at('act-review').fill('Gaskets of this make are replaced.')
        await at('act-submit').click()
        await eventually(() => at('incident-status').textContent()).toBe('Closed')
        expect(await at('dispatched-works-crew').count()).toBe(0)
        expect((await incident(1)).ended?.review).toBe('Gaskets of this make are replaced.')
      })
    })

    describe('a public report', () => {
      test('it is looked into and becomes a hazard; the contact is seen by who says so', async () => {
        await scene.report({
          text: 'Yellow smoke behind the shed every night.',
          where: 'At the river side.',
          contact: { name: 'Wang', phone: '13800000000' },
        })
        await go('#/reports', 'report-1')
        await at('reports-declined').click()
        await at('report-1').waitFor({ state: 'detached' })
        await at('reports-received').click()
        await at('report-1').click()
        await at('report-text').getByText('Yellow smoke').waitFor()
        expect(await scene.page.textContent('body')).not.toContain('13800000000')
        await at('contact-show').click()
        await at('contact-shown').getByText('13800000000').waitFor()
        await at('history').getByText('Contact looked at').waitFor()
        await at('act-review').click()
        await at('act-submit').click()
        await at('act-accept').click()
        await at('act-area').selectOption('shed')
        await at('act-submit').click()
        await at('report-hazard').waitFor()
        const report = await scene.get<ReportDetail>('/api/v1/reports/1')
        expect(report).toMatchObject({ state: 'accepted' })
        const hazard = await scene.get<HazardDetail>(`/api/v1/hazards/${report.hazard?.number}`)
        expect(hazard).toMatchObject({ source: 'public-report', area: 'shed' })
      })
    })

    test('exports: what was taken, and that it works', async () => {
      await go('#/exports', 'export-archive')
      await eventually(() => at('exports').textContent()).toMatch(/archive.*✓ works/)
      expect(await at('retry-archive').isDisabled()).toBe(true)
    })

    test.each([DESK, PHONE])('nothing is cut off at $width px, in both languages', async (viewport) => {
      await scene.page.setViewportSize(viewport)
      for (const language of ['zh', 'en']) {
        await at(`lang-${language}`).click()
        for (const [hash, landmark] of PAGES) {
          await go(hash, landmark)
          expect(await scene.overflow(), `${language} ${hash}`).toBeLessThanOrEqual(0)
        }
      }
    })

    test('the browser had nothing to complain about', () => {
      const complaints = scene.browser.complaints.filter((text) => !/status of 4\d\d|ERR_FAILED/.test(text))
      expect(complaints).toEqual([])
    })
  },
)
