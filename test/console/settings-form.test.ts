import { describe, expect, test } from 'vitest'
import { SETTING_FIELDS as CONTRACT_FIELDS, type SettingValues } from '../../contracts/alarm-settings.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { responseTime } from '../../dashboards/console/src/response-time.ts'
import { changeTexts } from '../../dashboards/console/src/setting-changes.ts'
import {
  differingFields,
  readSettings,
  SETTING_FIELDS,
  textsOf,
} from '../../dashboards/console/src/settings-form.ts'
import { iso } from './fake-plant.ts'

const CURRENT: SettingValues = {
  limit: 20,
  deadband: 1,
  onDelay: '2s',
  offDelay: '10s',
  priority: 'high',
}
const NOW = Date.parse('2026-11-21T02:00:00Z')

test('the fields are those of the contract, in its order', () => {
  expect(SETTING_FIELDS).toEqual(CONTRACT_FIELDS)
})

describe('what was changed', () => {
  const read = (more: Partial<ReturnType<typeof textsOf>>) =>
    readSettings({ ...textsOf(CURRENT), ...more }, CURRENT)

  test.each([
    { typed: {}, changes: {} },
    { typed: { limit: '25' }, changes: { limit: 25 } },
    { typed: { limit: ' 20.0 ' }, changes: {} },
    { typed: { limit: '0,5', deadband: '0.05' }, changes: { limit: 0.5, deadband: 0.05 } },
    { typed: { limit: '−3' }, changes: { limit: -3 } },
    { typed: { onDelay: '2000ms' }, changes: {} },
    { typed: { onDelay: '4s', offDelay: '1m' }, changes: { onDelay: '4s', offDelay: '1m' } },
    { typed: { priority: 'critical' }, changes: { priority: 'critical' } },
  ])('$typed', ({ typed, changes }) => {
    expect(read(typed)).toEqual({ changes, problems: {} })
  })

  test.each([
    { typed: { limit: '' }, problems: { limit: 'needNumber' } },
    { typed: { limit: '20 %LEL' }, problems: { limit: 'needNumber' } },
    { typed: { limit: 'Infinity' }, problems: { limit: 'needNumber' } },
    { typed: { deadband: '-1' }, problems: { deadband: 'needPositive' } },
    { typed: { onDelay: '4' }, problems: { onDelay: 'needDuration' } },
    { typed: { offDelay: 'soon' }, problems: { offDelay: 'needDuration' } },
  ])('wrong: $typed', ({ typed, problems }) => {
    expect(read(typed)).toEqual({ changes: {}, problems })
  })

  test('an alarm without a limit keeps none', () => {
    const fault: SettingValues = { ...CURRENT, limit: null }
    expect(readSettings(textsOf(fault), fault)).toEqual({ changes: {}, problems: {} })
  })

  test('where file and what holds differ', () => {
    const view = { alarm: 'A.H', revision: 1, differs: true, history: [] }
    expect(differingFields({ ...view, file: CURRENT, current: { ...CURRENT, limit: 25 } })).toEqual(['limit'])
  })

  test('a change in words', () => {
    const changes = { limit: [20, 25], onDelay: ['2s', '4s'], priority: ['high', 'critical'] } as const
    expect(changeTexts(changes, 'degC', new Words('en'))).toEqual([
      'Limit 20 °C → 25 °C',
      'On-delay 2s → 4s',
      'Priority High → Critical',
    ])
  })
})

describe('time to respond', () => {
  const alarm = { raised: iso(NOW - 240_000), condition: 'active' as const }
  test.each([
    { name: 'runs since it was raised', of: alarm, within: '10m', leftMs: 360_000 },
    { name: 'is over', of: alarm, within: '3m', leftMs: -60_000 },
    {
      name: 'runs while nobody knows',
      of: { ...alarm, condition: 'unknown' as const },
      within: '10m',
      leftMs: 360_000,
    },
    {
      name: 'has ended with the condition',
      of: { ...alarm, condition: 'inactive' as const },
      within: '10m',
      leftMs: undefined,
    },
    {
      name: 'has not begun',
      of: { raised: null, condition: 'inactive' as const },
      within: '10m',
      leftMs: undefined,
    },
  ])('$name', ({ of, within, leftMs }) => {
    expect(responseTime(of, within, NOW)?.leftMs).toBe(leftMs)
  })

  test('nothing is counted where nothing is laid down', () => {
    expect(responseTime(alarm, undefined, NOW)).toBeUndefined()
    expect(responseTime(alarm, 'soon', NOW)).toBeUndefined()
  })
})
