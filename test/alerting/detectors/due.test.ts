import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { after, dueOf, type History } from '../../../alerting/detectors/due.ts'
import {
  CALIBRATION_KINDS,
  CALIBRATION_RESULTS,
  type CalibrationKind,
  type CalibrationResult,
} from '../../../contracts/calibration-words.ts'

const DAY = 86_400_000
const EVERY = 100 * DAY

type Entry = readonly [kind: CalibrationKind, result: CalibrationResult, day: number]

function historyOf(...records: readonly Entry[]): History {
  return records.reduce<History>(
    (history, [kind, result, day]) => after(history, { kind, result, time: day * DAY }),
    {},
  )
}

/** State of both kinds, on a day; the file asked for them first on day 0. */
function states(history: History, day: number): string {
  const at = { everyMs: EVERY, since: 0, now: day * DAY }
  return CALIBRATION_KINDS.map((kind) => dueOf(kind, history, at)?.state).join(' ')
}

describe('when a detector is due', () => {
  it.each<[string, Entry[], number, string]>([
    ['nothing was ever done', [], 0, 'never never'],
    ['nothing was done by the last day', [], 100, 'never never'],
    ['nothing was done for longer', [], 101, 'overdue overdue'],
    ['a calibration is a bump test, too', [['calibration', 'pass', 10]], 50, 'ok ok'],
    ['a bump test is no calibration', [['bump', 'pass', 50]], 101, 'overdue ok'],
    ['the last tenth of the interval', [['calibration', 'adjusted', 0]], 90, 'due due'],
    [
      'a bump test is newer than the calibration',
      [
        ['calibration', 'pass', 0],
        ['bump', 'pass', 60],
      ],
      101,
      'overdue ok',
    ],
    ['it was done late', [['calibration', 'pass', 150]], 160, 'ok ok'],
    [
      'the calibration failed',
      [
        ['calibration', 'pass', 10],
        ['calibration', 'fail', 20],
      ],
      20,
      'overdue ok',
    ],
    [
      'the bump failed',
      [
        ['calibration', 'pass', 10],
        ['bump', 'fail', 20],
      ],
      20,
      'ok overdue',
    ],
    [
      'a bump does not mend a calibration that failed',
      [
        ['calibration', 'fail', 20],
        ['bump', 'pass', 21],
      ],
      22,
      'overdue ok',
    ],
    [
      'a calibration mends a bump that failed',
      [
        ['bump', 'fail', 20],
        ['calibration', 'adjusted', 21],
      ],
      22,
      'ok ok',
    ],
    [
      'an older failure is entered late',
      [
        ['calibration', 'pass', 21],
        ['calibration', 'fail', 20],
      ],
      22,
      'ok ok',
    ],
    [
      'of one moment, the failure counts',
      [
        ['calibration', 'fail', 20],
        ['calibration', 'pass', 20],
      ],
      22,
      'overdue ok',
    ],
  ])('%s', (_, records, day, expected) => {
    expect(states(historyOf(...records), day)).toBe(expected)
  })

  it('without an interval there is no date, but for one that failed', () => {
    const at = { everyMs: undefined, since: 0, now: 500 * DAY }
    expect(dueOf('bump', {}, at)).toBeUndefined()
    expect(dueOf('calibration', historyOf(['calibration', 'pass', 1]), at)).toBeUndefined()
    expect(dueOf('calibration', historyOf(['calibration', 'fail', 499]), at)).toEqual({
      lastDone: null,
      lastResult: 'fail',
      due: 499 * DAY,
      overdueByMs: DAY,
      state: 'overdue',
    })
  })

  it('the order in which records are entered changes nothing', () => {
    const record = fc.record({
      kind: fc.constantFrom(...CALIBRATION_KINDS),
      result: fc.constantFrom(...CALIBRATION_RESULTS),
      time: fc.integer({ min: 0, max: 400 }).map((day) => day * DAY),
    })
    const times = fc.uniqueArray(record, { selector: ({ time }) => time, maxLength: 8 })
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 500 }), (records, day) => {
        const fold = (all: typeof records) => all.reduce<History>(after, {})
        expect(states(fold(records), day)).toBe(states(fold(records.toReversed()), day))
      }),
    )
  })
})
