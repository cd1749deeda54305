import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_KEY_PATTERN, alarmId, ID_PATTERN, splitAlarmId } from '../../contracts/ids.ts'

const matching = (pattern: string) => fc.stringMatching(new RegExp(pattern))

describe('ids', () => {
  it.each(['a', '9', 'GT-101', 'tank.farm_1', 'x'.repeat(64)])('%s is one', (id) => {
    expect(id).toMatch(new RegExp(ID_PATTERN))
  })

  it.each(['', '-a', '.a', '_a', 'a b', 'a/b', 'a+', 'a#', 'é', 'a\n', 'x'.repeat(65)])(
    '%j is none',
    (id) => {
      expect(id).not.toMatch(new RegExp(ID_PATTERN))
    },
  )
})

describe('splitAlarmId', () => {
  it.each([
    ['GT-101.H', 'GT-101', 'H'],
    ['GT-101.rate.HH', 'GT-101.rate', 'HH'],
    ['sys.gw-1.clock.FAULT', 'sys.gw-1.clock', 'FAULT'],
  ])('%s is %s and %s', (id, sensor, key) => {
    expect(splitAlarmId(id)).toEqual({ sensor, key })
  })

  it.each(['', '.', 'GT-101', '.H', 'GT-101.'])('%j is none', (id) => {
    expect(splitAlarmId(id)).toBeUndefined()
  })

  it('undoes alarmId for every sensor and key', () => {
    fc.assert(
      fc.property(matching(ID_PATTERN), matching(ALARM_KEY_PATTERN), (sensor, key) => {
        expect(splitAlarmId(alarmId(sensor, key))).toEqual({ sensor, key })
      }),
    )
  })
})
