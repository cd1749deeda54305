import { describe, expect, it } from 'vitest'
import { Figures } from '../../alerting/watchdog/figures.ts'
import { BREAKS, HEARINGS, LEGS } from '../../alerting/watchdog/rounds.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { filesLike } from '../contracts/source-files.ts'

const page = filesLike('docs/watchdog.md').get('docs/watchdog.md') ?? ''

describe('the page of the watchdog', () => {
  it('has an example that a facility can have', () => {
    const yaml = /```yaml\n([\s\S]+?)```/.exec(page)?.[1] ?? ''
    const people = ['li.wei', 'anna'].map((id) => `{ id: ${id}, email: ${id}@plant.example }`)
    const text = `facility: { id: plant }\nresponders: [${people.join(', ')}]\n${yaml}`
    const { watchdog } = parseFacility(text, '/etc/davylamp/plant.yaml').notify
    expect(watchdog).toMatchObject({ sensor: 'WD-1', everyMs: 300_000, tell: ['mail-2'] })
  })

  it('names every metric that there is, and no other', async () => {
    const text = await new Figures('plant').text()
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    const told = [...page.matchAll(/^\| `(davylamp_watchdog_\w+)/gm)].map(([, name]) => name)
    expect(told.toSorted()).toEqual(names.toSorted())
  })

  it('says what legs, ends and messages there are', () => {
    for (const word of [...LEGS, ...BREAKS, ...HEARINGS]) expect(page, word).toContain(`\`${word}\``)
  })
})
