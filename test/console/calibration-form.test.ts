import { describe, expect, test } from 'vitest'
import {
  calibrationBody,
  EMPTY_DRAFT,
  wrongNumbers,
} from '../../dashboards/console/src/detectors/calibration-form.ts'
import { formatRoute, parseRoute } from '../../dashboards/console/src/route.ts'

describe('a record as it was typed', () => {
  test('says nothing of what is empty', () => {
    expect(calibrationBody(EMPTY_DRAFT, 'Asia/Shanghai')).toEqual({ kind: 'bump', result: 'pass' })
  })

  test('has its time from the plant, and numbers with a comma', () => {
    const typed = {
      ...EMPTY_DRAFT,
      kind: 'calibration',
      result: 'adjusted',
      when: '2026-11-21T10:00',
      gas: ' CH4 50 %LEL ',
      certificateExpiry: '2027-06-16',
      foundZero: '1,2',
      foundSpan: '41',
      leftSpan: '50',
      t90: '19.5',
    }
    expect(calibrationBody(typed, 'Asia/Shanghai')).toEqual({
      kind: 'calibration',
      result: 'adjusted',
      time: '2026-11-21T10:00:00+08:00',
      gas: 'CH4 50 %LEL',
      certificateExpiry: '2027-06-16',
      asFound: { zero: 1.2, span: 41 },
      asLeft: { span: 50 },
      t90: 19.5,
    })
  })

  test('with numbers that are none is not sent', () => {
    expect(
      wrongNumbers({ ...EMPTY_DRAFT, foundZero: '-0.5', t50: ' ', t90: 'soon', leftZero: '1e' }),
    ).toEqual(['leftZero', 't90'])
  })
})

test('the due list has an address', () => {
  expect(formatRoute({ page: 'calibrations' })).toBe('#/calibrations')
  expect(parseRoute('#/calibrations')).toEqual({ page: 'calibrations' })
})
