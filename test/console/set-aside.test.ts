import { describe, expect, test } from 'vitest'
import { runningTests, testFlagOf, testMark } from '../../dashboards/console/src/running-tests.ts'
import { byCause, type Flag, setAside } from '../../dashboards/console/src/set-aside.ts'
import { alarmOf, FACILITY, iso } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const flag = (more: Partial<Flag> = {}): Flag => ({
  by: 'Li Wei',
  reason: 'weld',
  since: iso(NOW - 5_000),
  until: iso(NOW + 60_000),
  cause: null,
  approvedBy: null,
  oneShot: false,
  ...more,
})

describe('lists', () => {
  const soon = alarmOf('A.H', NOW, { state: 'SHLVD', shelved: flag() })
  const late = alarmOf('B.H', NOW, { state: 'SHLVD', shelved: flag({ until: iso(NOW + 120_000) }) })
  const both = alarmOf('C.H', NOW, {
    state: 'DSUPR',
    shelved: flag({ until: null }),
    suppressed: [flag({ cause: 'rule.1' }), flag({ reason: 'by hand', until: null })],
  })

  test('the first to end first, those without an end last', () => {
    expect(setAside([both, late, soon], 'shelved').map(({ alarm }) => alarm.id)).toEqual([
      'A.H',
      'B.H',
      'C.H',
    ])
  })

  test('an alarm with several flags stands in each list, and once for each flag', () => {
    expect(setAside([both], 'suppressed').map((entry) => entry.flag.reason)).toEqual(['weld', 'by hand'])
    expect(setAside([both], 'outOfService')).toEqual([])
  })

  test('causes: people first, then the smaller group', () => {
    const lost = ['D.H', 'E.H', 'F.H'].map((id) =>
      alarmOf(id, NOW, { state: 'DSUPR', suppressed: [flag({ cause: 'gateway.gw-1' })] }),
    )
    const groups = byCause(setAside([...lost, both], 'suppressed'))
    expect(groups.map(({ cause, entries }) => [cause, entries.length])).toEqual([
      [null, 1],
      ['rule.1', 1],
      ['gateway.gw-1', 3],
    ])
  })
})

describe('tests that run', () => {
  const under = (id: string, test: string, more: Partial<Flag> = {}) =>
    alarmOf(id, NOW, { state: 'DSUPR', live: 'NORM', suppressed: [flag({ cause: `test.${test}`, ...more })] })

  test('one line for each test, with its sensors, the first to end first', () => {
    const alarms = [
      under('GT-2.H', '7'),
      under('GT-1.H', '7'),
      under('GT-1.HH', '7'),
      under('GT-9.H', '8', { until: iso(NOW + 1_000), by: 'Chen' }),
      alarmOf('GT-3.H', NOW, { suppressed: [flag({ cause: 'gateway.gw-1' })] }),
    ]
    expect(runningTests(alarms)).toEqual([
      { facility: FACILITY, id: '8', sensors: ['GT-9'], by: 'Chen', reason: 'weld', until: iso(NOW + 1_000) },
      {
        facility: FACILITY,
        id: '7',
        sensors: ['GT-1', 'GT-2'],
        by: 'Li Wei',
        reason: 'weld',
        until: iso(NOW + 60_000),
      },
    ])
    expect(alarms.map((alarm) => testFlagOf(alarm) !== undefined)).toEqual([true, true, true, true, false])
  })

  test('what is to be asked for again changes with the alarms under test, and with nothing else', () => {
    const alarm = under('GT-1.H', '7')
    const mark = testMark([alarm], FACILITY)
    expect(testMark([alarm, alarmOf('GT-5.H', NOW)], FACILITY)).toBe(mark)
    expect(testMark([{ ...alarm, live: 'UNACK' }], FACILITY)).not.toBe(mark)
    expect(testMark([], FACILITY)).not.toBe(mark)
    expect(testMark([alarm], 'elsewhere')).toBe('')
  })
})
