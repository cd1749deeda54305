import { describe, expect, it } from 'vitest'
import { parseOverride, settingsOf, withOverrides } from '../../contracts/alarm-override.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import { smallFacility } from '../alerting/alarm-fixtures.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2, rise: [ { after: 1m, priority: critical } ] } }',
)

const alarm = (plant: typeof facility, id: string): AlarmConfig | undefined =>
  [...plant.sensors.values()].flatMap(({ alarms }) => alarms).find((config) => config.id === id)

function overridden(...texts: string[]): AlarmConfig | undefined {
  return alarm(withOverrides(facility, texts.map(parseOverride)), 'T-1.H')
}

describe('overrides', () => {
  it('change every setting that can be changed, by the words of the file', () => {
    expect(
      overridden(
        'T-1.H.limit=-1.5e1',
        'T-1.H.deadband = 0.5',
        'T-1.H.onDelay=250ms',
        'T-1.H.offDelay=2m',
        'T-1.H.priority=low',
        'T-1.H.latching=true',
        'T-1.H.onBad=alarm',
      ),
    ).toMatchObject({
      limit: -15,
      deadband: 0.5,
      onDelayMs: 250,
      offDelayMs: 120_000,
      priority: 'low',
      latching: true,
      onBad: 'alarm',
      when: 'high',
      rises: [{ afterMs: 60_000, priority: 'critical' }],
    })
  })

  it('leave every other alarm, and the facility that was given, as they are', () => {
    const before = structuredClone(facility)
    const changed = withOverrides(facility, [parseOverride('T-1.H.limit=15')])
    expect(alarm(changed, 'T-2.H')).toBe(alarm(facility, 'T-2.H'))
    expect(alarm(changed, 'T-1.FAULT')).toBe(alarm(facility, 'T-1.FAULT'))
    expect(facility).toEqual(before)
  })

  it('of one setting the last counts', () => {
    expect(overridden('T-1.H.limit=15', 'T-1.H.limit=16')?.limit).toBe(16)
  })

  it('reach the FAULT that no file names', () => {
    const changed = withOverrides(facility, [parseOverride('T-1.FAULT.onDelay=1m')])
    expect(alarm(changed, 'T-1.FAULT')?.onDelayMs).toBe(60_000)
  })

  it('say what can be changed as the file says it', () => {
    const fault = alarm(facility, 'T-1.FAULT')
    expect(fault && settingsOf(fault)).toEqual({
      limit: null,
      deadband: 0,
      onDelay: '0ms',
      offDelay: '0ms',
      priority: 'medium',
      latching: false,
      onBad: 'freeze',
    })
  })

  it.each([
    ['T-1.H.limti=15', 'no setting "limti", did you mean "limit"?'],
    ['T-1.H.message=x', 'no setting "message"'],
    ['limit=15', 'expected ALARM.KEY=VALUE'],
    ['T-1.H.limit', 'expected ALARM.KEY=VALUE'],
    ['T-1.H.limit=', 'expected ALARM.KEY=VALUE'],
    ['T-1.HI.limit=15', 'no alarm "T-1.HI" in small.yaml, did you mean "T-1.H"?'],
    ['sys.gw-1.clock.H.limit=15', 'no alarm "sys.gw-1.clock.H"'],
    ['T-1.H.limit=high', 'T-1.H.limit=high: "high": expected a number'],
    ['T-1.H.deadband=-1', 'T-1.H.deadband=-1: -1: expected at least 0'],
    ['T-1.H.onDelay=5', 'T-1.H.onDelay=5: 5: expected'],
    [
      'T-1.H.priority=hihg',
      'T-1.H.priority=hihg: "hihg" is not one of low, medium, high, critical; did you mean "high"?',
    ],
    ['T-1.H.latching=yes', 'T-1.H.latching=yes: "yes": expected true or false'],
    // It could not rise to critical any more.
    ['T-1.H.priority=critical', 'critical is no higher than critical'],
    ['T-1.FAULT.limit=5', 'T-1.FAULT.limit=5: an alarm when fault has no limit'],
  ])('%s is refused', (text, why) => {
    expect(() => withOverrides(facility, [parseOverride(text)])).toThrow(why)
  })

  it('that are wrong are told all at once', () => {
    const wrong = ['T-1.H.limit=x', 'T-9.H.limit=1', 'T-2.H.deadband=-1'].map(parseOverride)
    expect(() => withOverrides(facility, wrong)).toThrow(/T-1\.H\.limit=x.*\n.*T-9\.H.*\n.*T-2\.H\.deadband/s)
  })
})
