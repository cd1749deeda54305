import { describe, expect, it, test } from 'vitest'
import { differs, effective } from '../../alerting/settings/alarm-settings.ts'
import { revisionOf } from '../../alerting/settings/setting-request.ts'
import { alarmConfig } from './alarm-fixtures.ts'
import { AGREED, changed, revised, settings } from './settings-fixtures.ts'

const AT = { time: 5_000, sensorTime: 4_900 }

describe('a change', () => {
  it('says who, who approved, why, from when on, what it was and what it is', () => {
    const revision = revisionOf(
      settings(),
      { ...AGREED, revision: 0, changes: { limit: 15, onDelay: '2000ms', priority: 'critical' } },
      AT,
    )
    expect(revision).toEqual({
      revision: 1,
      time: 5_000,
      sensorTime: 4_900,
      by: 'li',
      approvedBy: 'wang',
      reason: 'HAZOP 12',
      settled: null,
      changes: { limit: [20, 15], onDelay: ['0ms', '2s'], priority: ['high', 'critical'] },
      values: { limit: 15, onDelay: '2s', priority: 'critical' },
      against: { limit: 20, onDelay: '0ms', priority: 'high' },
      basis: { when: 'high', unit: 'ppm' },
    })
  })

  const rules = alarmConfig({ rises: [{ afterMs: 60_000, priority: 'high' }], priority: 'low' })
  const fault = alarmConfig({ id: 'T-1.FAULT', key: 'FAULT', when: 'fault', limit: Number.NaN })
  const cases: [string, ReturnType<typeof settings>, object, string][] = [
    ['an unknown field', settings(), { hysteresis: 1 }, 'SETTING_INVALID'],
    ['a field that no engineer changes', settings(), { latching: true }, 'SETTING_INVALID'],
    ['a limit that is no number', settings(), { limit: '15' }, 'SETTING_INVALID'],
    ['an infinite limit', settings(), { limit: Number.POSITIVE_INFINITY }, 'SETTING_INVALID'],
    ['no limit', settings(), { limit: null }, 'SETTING_INVALID'],
    ['NaN', settings(), { limit: Number.NaN }, 'SETTING_INVALID'],
    ['a negative deadband', settings(), { deadband: -0.1 }, 'SETTING_INVALID'],
    ['a delay without a unit', settings(), { onDelay: '2' }, 'SETTING_INVALID'],
    ['a delay of ages', settings(), { offDelay: `${'9'.repeat(30)}d` }, 'SETTING_INVALID'],
    ['a priority nobody knows', settings(), { priority: 'urgent' }, 'SETTING_INVALID'],
    [
      'a priority that its rise does not exceed',
      settings({ file: rules }),
      { priority: 'high' },
      'SETTING_INVALID',
    ],
    ['a limit of a fault', settings({ file: fault }), { limit: 1 }, 'SETTING_INVALID'],
    ['nothing', settings(), {}, 'SETTING_SAME'],
    ['what is so already', settings(), { limit: 20, offDelay: '0ms' }, 'SETTING_SAME'],
    ['what was changed to that already', changed(settings(), { limit: 15 }), { limit: 15 }, 'SETTING_SAME'],
    [
      'an alarm of the system',
      settings({ file: alarmConfig({ id: 'sys.log.FAIL', sensor: 'sys.log' }) }),
      { priority: 'low' },
      'SETTING_FIXED',
    ],
  ]
  test.each(cases)('with %s is refused', (_, of, changes, code) => {
    expect(() => revisionOf(of, { ...AGREED, changes }, AT)).toThrow(expect.objectContaining({ code }))
  })

  const people: [string, object, string][] = [
    ['nobody', { by: undefined }, 'REASON_REQUIRED'],
    ['a blank', { by: '  ' }, 'REASON_REQUIRED'],
    ['no reason', { reason: undefined }, 'REASON_REQUIRED'],
    ['a blank reason', { reason: '\t' }, 'REASON_REQUIRED'],
    ['no second person', { approvedBy: undefined }, 'SECOND_PERSON_REQUIRED'],
    ['the same person', { approvedBy: 'li' }, 'SECOND_PERSON_REQUIRED'],
    ['the same person, written otherwise', { approvedBy: ' Li' }, 'SECOND_PERSON_REQUIRED'],
    ['an older revision', { revision: 0 }, 'SETTING_PAST'],
    ['a revision that is not there yet', { revision: 2 }, 'SETTING_PAST'],
  ]
  test.each(people)('by or after %s is refused', (_, said, code) => {
    const request = { ...AGREED, revision: 1, changes: { limit: 17 }, ...said }
    expect(() => revisionOf(changed(settings(), { limit: 15 }), request, AT)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('names every field that is wrong, and suggests what was meant', () => {
    expect(() =>
      revisionOf(settings(), { ...AGREED, changes: { limt: 1, deadband: -1 } as object }, AT),
    ).toThrow(/unknown key "limt".*limit.*; .*at least 0/s)
  })

  it('back to what the file says follows the file again', () => {
    const back = changed(changed(settings(), { limit: 15 }), { limit: 20 })
    const edited = { ...back, file: alarmConfig({ limit: 25 }) }
    expect(effective(edited)).toMatchObject({ limit: 25, runTime: { revision: 2, fileLimit: null } })
    expect(differs(edited)).toBe(false)
  })

  it('of a fault alarm leaves it without a limit', () => {
    const slow = changed(settings({ file: fault }), { onDelay: '10s', priority: 'low' })
    expect(effective(slow)).toMatchObject({
      limit: Number.NaN,
      onDelayMs: 10_000,
      runTime: { fileLimit: null },
    })
  })
})

describe('an edited file', () => {
  const run = changed(settings(), { limit: 15, offDelay: '5s' })
  const withFile = (over: Parameters<typeof alarmConfig>[0]) => ({ ...run, file: alarmConfig(over) })

  const edits: [string, Parameters<typeof alarmConfig>[0], boolean][] = [
    ['another limit', { limit: 25 }, true],
    ['another off-delay', { offDelayMs: 9_000 }, true],
    ['the limit of run time', { limit: 15 }, false],
    ['another field', { deadband: 5, priority: 'low', onDelayMs: 1 }, false],
    ['another message', { message: 'high' }, false],
    ['another condition', { when: 'low' }, true],
  ]
  test.each(edits)('with %s', (_, over, isDifferent) => {
    expect(differs(withFile(over))).toBe(isDifferent)
  })

  it('leaves what was set at run time in force, and shows what it says itself', () => {
    expect(effective(withFile({ limit: 25 }))).toMatchObject({
      limit: 15,
      offDelayMs: 5_000,
      runTime: { revision: 1, fileLimit: 25 },
    })
  })

  it('with another condition or unit takes a limit that means nothing any more out of force', () => {
    expect(effective(withFile({ when: 'low', limit: 3 }))).toMatchObject({
      when: 'low',
      limit: 3,
      offDelayMs: 5_000,
    })
    const other = { ...run, unit: '%LEL' as const }
    expect(effective(other)).toMatchObject({ limit: 20, offDelayMs: 5_000 })
    expect(differs(other)).toBe(true)
    const settled = revised(other, { settle: 'kept' })
    expect(differs(settled)).toBe(false)
    expect(effective(settled)).toMatchObject({ limit: 20, offDelayMs: 5_000 })
  })

  it('is settled with what is in force, or with what it says', () => {
    const edited = withFile({ limit: 25 })
    const kept = revised(edited, { settle: 'kept' })
    expect(kept.revisions.at(-1)).toMatchObject({ settled: 'kept', changes: {}, against: { limit: 25 } })
    expect(effective(kept)).toMatchObject({ limit: 15, runTime: { fileLimit: 25 } })
    const taken = revised(edited, { settle: 'file' })
    expect(taken.revisions.at(-1)).toMatchObject({
      settled: 'file',
      changes: { limit: [15, 25], offDelay: ['5s', '0ms'] },
      values: {},
    })
    expect(effective(taken)).toMatchObject({ limit: 25, offDelayMs: 0 })
  })

  it('that is settled stands against the next edit', () => {
    const kept = revised(withFile({ limit: 25 }), { settle: 'kept' })
    expect(differs({ ...kept, file: alarmConfig({ limit: 26 }) })).toBe(true)
  })

  it('is settled by a change of what stands against it', () => {
    const edited = withFile({ limit: 25 })
    expect(differs(changed(edited, { limit: 16 }))).toBe(false)
    expect(differs(changed(edited, { priority: 'low' }))).toBe(true)
  })

  test('where nothing stands against it, there is nothing to settle', () => {
    for (const of of [settings(), withFile({ deadband: 5 })])
      expect(() => revised(of, { settle: 'kept' })).toThrow(expect.objectContaining({ code: 'SETTING_SAME' }))
    expect(() => revised(settings(), { settle: 'file' })).toThrow(
      expect.objectContaining({ code: 'SETTING_SAME' }),
    )
    // All values of run time are given up at once.
    expect(effective(revised(run, { settle: 'file' }))).toMatchObject({ limit: 20, offDelayMs: 0 })
  })
})
