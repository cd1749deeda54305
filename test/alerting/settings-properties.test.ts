import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlarmSettings,
  configAt,
  differs,
  effective,
  pastOf,
} from '../../alerting/settings/alarm-settings.ts'
import type { SettingRequest } from '../../alerting/settings/setting-request.ts'
import { valuesOf, withValues } from '../../alerting/settings/setting-values.ts'
import type { SettingValues, WantedValues } from '../../contracts/alarm-settings.ts'
import type { CodedError } from '../../contracts/errors.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import { revised, settings } from './settings-fixtures.ts'

const wanted: fc.Arbitrary<WantedValues> = fc.record(
  {
    limit: fc.constantFrom(20, 15, 30, -1.5, 1e-7),
    deadband: fc.constantFrom(0, 2, 0.5),
    onDelay: fc.constantFrom('0s', '2s', '2000ms', '1.5m'),
    offDelay: fc.constantFrom('0s', '90s', '1.5m', '1h'),
    priority: fc.constantFrom(...PRIORITIES),
  },
  { requiredKeys: [] },
)
type Step = SettingRequest | { file: WantedValues }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: wanted.map((changes) => ({ changes })) },
  { weight: 1, arbitrary: fc.constantFrom('file' as const, 'kept' as const).map((settle) => ({ settle })) },
  { weight: 1, arbitrary: wanted.map((file) => ({ file })) },
)
const changes = fc.array(wanted.map((asked) => ({ changes: asked })))

/** As it goes on after a step at a time; a step that would do nothing is refused and does nothing. */
function take(of: AlarmSettings, item: Step, time: number): AlarmSettings {
  if ('file' in item) return { ...of, file: withValues(of.file, item.file) }
  try {
    return revised(of, item, time)
  } catch (error) {
    expect((error as CodedError).code).toBe('SETTING_SAME')
    return of
  }
}

/** As it stood at the end of each step. */
function run(steps: readonly Step[]): AlarmSettings[] {
  const past = [settings()]
  for (const [index, item] of steps.entries())
    past.push(take(past.at(-1) ?? settings(), item, (index + 1) * 1_000))
  return past
}

const inForce = (of: AlarmSettings): SettingValues => valuesOf(effective(of))

describe('settings', () => {
  it('are what the file says, with every change made to it one after the other', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const last = run(steps).at(-1) ?? settings()
        const chained: Record<string, unknown> = valuesOf(last.file)
        for (const [field, [from, to]] of last.revisions.flatMap(({ changes }) => Object.entries(changes))) {
          expect(chained[field]).toEqual(from)
          chained[field] = to
        }
        expect(inForce(last)).toEqual(chained)
        expect(last.revisions.map(({ revision }) => revision)).toEqual(last.revisions.map((_, n) => n + 1))
      }),
    )
  })

  it('never lose a revision, and never change one', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const past = run(steps)
        for (const [index, { revisions }] of past.entries())
          expect(past.at(-1)?.revisions.slice(0, revisions.length), `after ${index}`).toEqual(revisions)
      }),
    )
  })

  it('are as they were after a change and its reverse, and those of the file when they were before', () => {
    fc.assert(
      fc.property(fc.array(step), wanted, (steps, asked) => {
        const before = run(steps).at(-1) ?? settings()
        const forth = take(before, { changes: asked }, 1e6)
        fc.pre(forth !== before)
        const back = take(forth, { changes: pickOf(inForce(before), asked) }, 2e6)
        expect(inForce(back)).toEqual(inForce(before))
        if (before.revisions.length === 0) expect(back.revisions.at(-1)?.values).toEqual({})
      }),
    )
  })

  it('survive as plain data', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const last = run(steps).at(-1) ?? settings()
        const kept = { ...last, revisions: JSON.parse(JSON.stringify(last.revisions)) }
        expect(effective(kept)).toEqual(effective(last))
        expect(pastOf(kept)).toEqual(pastOf(last))
        expect(differs(kept)).toBe(differs(last))
      }),
    )
  })

  it('of a time that is past are found, whatever was changed since', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const past = run(steps)
        const last = past.at(-1) ?? settings()
        const alarm = { config: effective(last), past: pastOf(last) }
        for (const [index, then] of past.entries()) {
          // In force from its own time to the next.
          expect(valuesOf(configAt(alarm, index * 1_000))).toEqual(inForce(then))
          expect(valuesOf(configAt(alarm, index * 1_000 + 999))).toEqual(inForce(then))
        }
      }),
    )
  })

  it('against an edited file stand until they are settled, and either way nothing stands against it', () => {
    fc.assert(
      fc.property(
        fc.array(step),
        wanted,
        fc.constantFrom('file' as const, 'kept' as const),
        (steps, edit, way) => {
          const last = run([...steps, { file: edit }]).at(-1) ?? settings()
          fc.pre(differs(last))
          const settled = revised(last, { settle: way })
          expect(differs(settled)).toBe(false)
          expect(inForce(settled)).toEqual(way === 'file' ? valuesOf(last.file) : inForce(last))
        },
      ),
    )
  })

  it('outlive an edit of the file, and what was not changed follows it', () => {
    fc.assert(
      fc.property(changes, wanted, (steps, edit) => {
        const before = run(steps).at(-1) ?? settings()
        const edited = take(before, { file: edit }, 0)
        const set = before.revisions.at(-1)?.values ?? {}
        expect(inForce(edited)).toEqual({ ...valuesOf(edited.file), ...set })
        if (Object.keys(set).length === 0) expect(differs(edited)).toBe(false)
      }),
    )
  })
})

function pickOf(values: SettingValues, fields: object): WantedValues {
  const picked = Object.keys(fields).map((field) => [field, values[field as keyof SettingValues]])
  return Object.fromEntries(picked)
}
