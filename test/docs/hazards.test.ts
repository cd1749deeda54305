import { describe, expect, it, onTestFinished } from 'vitest'
import { colourOf, RISK_SCALES } from '../../alerting/register/hazard/risk.ts'
import { openRegisterDatabase } from '../../alerting/register/store/open-register.ts'
import { systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { NewHazard, Transition } from '../../contracts/register/hazard-api.ts'
import {
  HAZARD_SOURCES,
  HAZARD_STATUSES,
  RISK_COLOURS,
  RULE_TRIGGERS,
} from '../../contracts/register/words.ts'
import { DAY, HazardScene } from '../alerting/register/hazard/hazard-scene.ts'
import { filesLike } from '../contracts/source-files.ts'

const page = filesLike('docs/hazards.md').get('docs/hazards.md') ?? ''
const blocks = (language: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms')), ([, text = '']) => text)
const [rules = '', major = ''] = blocks('yaml')
const [script = ''] = blocks('sh')
const load = (section: string) =>
  parseFacility(`facility: { id: demo }\ngateways: [ { id: gw-1, buses: [] } ]\n${section}`, 'hazards.md')
    .register
/** First cells of the table under a row of heads. */
const cells = (heads: string) =>
  Array.from(
    page
      .slice(page.indexOf(heads) + heads.length)
      .split('\n\n')[0]
      ?.matchAll(/^\| `([a-zA-Z-]+)` \|/gm) ?? [],
    ([, cell]) => cell,
  )

describe('docs/hazards.md', () => {
  it('has an example of each trigger, and a row for it', () => {
    expect(load(rules).rules.map(({ when }) => when)).toEqual(RULE_TRIGGERS)
    expect(cells('| `when` | a hazard is made')).toEqual(RULE_TRIGGERS)
  })

  it('has every source', () => {
    expect(cells('| source | what it is').sort()).toEqual([...HAZARD_SOURCES].sort())
  })

  it('has the rules of major hazards, deadlines and statuses that hold where a file says nothing', () => {
    const plan = load('')
    expect(load(major).major).toEqual(plan.major)
    expect(plan.deadlineMs).toEqual({ general: 15 * DAY, major: 90 * DAY })
    expect(page).toContain('15 days for general, 90 days for major hazards')
    expect(page).toContain(HAZARD_STATUSES.join(' -> '))
  })

  it('has the scales', () => {
    const { likelihood, exposure, consequence } = RISK_SCALES.LEC
    expect(page).toContain(
      `likelihood ${likelihood.join(', ')}; exposure ${exposure.join(', ')}; consequence ${consequence.join(', ')}`,
    )
    expect(page).toContain(`both ${RISK_SCALES.LS.likelihood.join(', ')}`)
  })

  it.each(['LS', 'LEC'] as const)('has the bounds of %s', (method) => {
    const row = new RegExp(
      `^\\| \`${method}\` \\| below (\\d+) \\| from (\\d+) \\| from (\\d+) \\| from (\\d+) \\|$`,
      'm',
    )
    const bounds = row.exec(page)?.slice(1).map(Number) ?? []
    expect(bounds).toHaveLength(4)
    const [below = 0, ...from] = bounds
    const bands = load('').risk.bands[method]
    expect([below - 1, ...from].map((score) => colourOf(score, bands))).toEqual(RISK_COLOURS)
    expect(from.map((score) => colourOf(score - 1, bands))).toEqual(RISK_COLOURS.slice(0, 3))
  })

  it('has a whole way that is one, and refuses what it says', async () => {
    const scene = await HazardScene.open(() =>
      openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger }),
    )
    onTestFinished(() => scene[Symbol.asyncDispose]())
    const found = JSON.parse(/post hazards '(.*)'/.exec(script)?.[1] ?? '') as NewHazard
    const { number } = await scene.desk.create(
      { ...found, facility: 'plant', area: 'farm' },
      scene.as(found.by ?? ''),
    )
    const steps = Array.from(script.matchAll(/^step '(\{.*?\})'( # refused: (\w+))?/gms))
    expect(steps).toHaveLength(10)
    for (const [, body = '', , refused] of steps) {
      const json = body.replaceAll(/'"\$\(date -d '(\d+) days' \S+\)"'/g, (_, days) =>
        new Date(scene.time.now + Number(days) * DAY).toISOString(),
      )
      const transition = JSON.parse(json) as Transition
      const done = scene.desk.transition(number, transition, scene.as(transition.by ?? ''))
      const outcome = await done.then(
        () => undefined,
        (error: unknown) => (error instanceof CodedError ? error.code : error),
      )
      expect(outcome, body).toBe(refused)
    }
    expect(await scene.desk.detail(number, scene.as('li'))).toMatchObject({ status: 'closed' })
  })
})
