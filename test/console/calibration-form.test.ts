import { describe, expect, test } from 'vitest'
import type { CalibrationView, DueView } from '../../contracts/calibration-api.ts'
import {
  calibrationBody,
  EMPTY_DRAFT,
  isNoteMissing,
  wrongNumbers,
} from '../../dashboards/console/src/detectors/calibration-form.ts'
import { dueText } from '../../dashboards/console/src/detectors/due-text.ts'
import { recordFigures } from '../../dashboards/console/src/detectors/record-figures.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { formatRoute, parseRoute } from '../../dashboards/console/src/route.ts'
import { say } from '../../dashboards/console/src/say.ts'
import { DETECTOR_TEXTS, type DetectorTextKey } from '../../dashboards/console/src/texts/detectors.ts'

describe('a record as it was typed', () => {
  test('says nothing of what is empty', () => {
    expect(calibrationBody({ ...EMPTY_DRAFT, result: 'pass' }, 'Asia/Shanghai')).toEqual({
      kind: 'bump',
      result: 'pass',
    })
  })

  test('has not passed before somebody says so', () => {
    expect(calibrationBody(EMPTY_DRAFT, 'Asia/Shanghai')).toBeUndefined()
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

  test.each([
    ['fail', ' ', true],
    ['fail', 'no response', false],
    ['pass', '', false],
    ['', '', false],
  ])('with the result "%s" and the note "%s" lacks a note: %s', (result, note, isMissing) => {
    expect(isNoteMissing({ ...EMPTY_DRAFT, result, note })).toBe(isMissing)
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

const DETECTORS = (language: 'en' | 'zh') => {
  const words = new Words(language)
  const text = (key: DetectorTextKey, values = {}) => say(language, DETECTOR_TEXTS[key], values)
  return { words, text }
}

describe('a date', () => {
  const { words, text } = DETECTORS('en')
  const DAY = 86_400_000

  test.each<[Pick<DueView, 'state' | 'lastResult'>, number, string]>([
    [{ state: 'ok', lastResult: 'pass' }, 0, 'in time'],
    [{ state: 'overdue', lastResult: 'pass' }, DAY - 1, 'overdue'],
    [{ state: 'overdue', lastResult: 'pass' }, 20.9 * DAY, 'overdue by 20 d'],
    [{ state: 'overdue', lastResult: null }, DAY, 'overdue by 1 d'],
    [{ state: 'overdue', lastResult: 'fail' }, 0, 'failed'],
    [{ state: 'overdue', lastResult: 'fail' }, 3 * DAY, 'failed · overdue by 3 d'],
  ])('%j for %s ms says "%s"', (due, overdueByMs, says) => {
    expect(dueText({ ...due, overdueByMs }, words, text)).toBe(says)
  })
})

describe('the figures of a record', () => {
  const record: CalibrationView = {
    facility: 'f',
    sensor: 'GT-1',
    id: '1',
    time: '2026-11-21T10:00:00+08:00',
    recorded: null,
    by: 'li',
    due: null,
    kind: 'calibration',
    result: 'adjusted',
  }
  const { text } = DETECTORS('en')

  test('are those that were entered, before and after, in the unit of the sensor', () => {
    const full = { ...record, asFound: { zero: 1.2, span: 41 }, asLeft: { zero: 0, span: 50 }, t90: 19 }
    expect(recordFigures({ ...full, bottle: 'B-7', certificate: 'C-99' }, 'mg/m3', text)).toEqual([
      'zero 1.2 → 0 mg/m³',
      'span 41 → 50 mg/m³',
      't90 19 s',
      'Bottle B-7',
      'Certificate of the gas C-99',
    ])
    expect(recordFigures({ ...record, asFound: { span: 41 } }, '1', text)).toEqual(['span 41'])
    expect(recordFigures({ ...record, asLeft: { zero: -0.5 } }, '%LEL', text)).toEqual(['zero – → −0.5 %LEL'])
  })

  test('are none where none were', () => {
    expect(recordFigures(record, 'ppm', text)).toEqual([])
  })
})
