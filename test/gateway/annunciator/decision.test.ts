import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_STATES, type AlarmState, isSetAside } from '../../../contracts/alarm.ts'
import { SHOWS } from '../../../contracts/annunciator-schema.ts'
import { SAFE_REASONS } from '../../../contracts/wire.ts'
import { type Look, type Standing, wishOf } from '../../../gateway/annunciator/decision.ts'
import { alarm, output } from './annunciator-plant.ts'

const PERIOD = 1_000

/** What one alarm in each state makes of an output. */
const TABLE: Record<AlarmState, Record<'active' | 'activeFlash' | 'unack' | 'unackFlash', Look>> = {
  NORM: { active: 'off', activeFlash: 'off', unack: 'off', unackFlash: 'off' },
  UNACK: { active: 'on', activeFlash: 'flashing', unack: 'on', unackFlash: 'flashing' },
  ACKED: { active: 'on', activeFlash: 'on', unack: 'off', unackFlash: 'off' },
  RTNUN: { active: 'off', activeFlash: 'flashing', unack: 'on', unackFlash: 'flashing' },
  LATCH_UNACK: { active: 'on', activeFlash: 'flashing', unack: 'on', unackFlash: 'flashing' },
  LATCH_ACK: { active: 'on', activeFlash: 'on', unack: 'off', unackFlash: 'off' },
  SHLVD: { active: 'off', activeFlash: 'off', unack: 'off', unackFlash: 'off' },
  DSUPR: { active: 'off', activeFlash: 'off', unack: 'off', unackFlash: 'off' },
  OOSRV: { active: 'off', activeFlash: 'off', unack: 'off', unackFlash: 'off' },
}
const OUTPUTS = {
  active: output({ shows: 'active' }),
  activeFlash: output({ shows: 'active', flash: '1s' }),
  unack: output({ shows: 'unacknowledged' }),
  unackFlash: output({ shows: 'unacknowledged', flash: '1s' }),
}

const trusted = (...alarms: Standing[]) => ({ safe: undefined, aliveSince: 0, alarms })

describe('what an output is to do', () => {
  const cells = ALARM_STATES.flatMap((state) =>
    (Object.keys(OUTPUTS) as (keyof typeof OUTPUTS)[]).map(
      (kind) => [state, kind, TABLE[state][kind]] as const,
    ),
  )

  it.each(cells)('%s, %s: %s', (state, kind, look) => {
    expect(wishOf(OUTPUTS[kind], trusted(alarm({ state })), 0)).toMatchObject({ look })
  })

  it.each([
    [0, 'on', 500],
    [499, 'on', 500],
    [500, 'off', 1_000],
    [999, 'off', 1_000],
    [1_000, 'on', 1_500],
    [86_400_500, 'off', 86_401_000],
  ])('flashes on a beat that begins with light: after %i ms %s', (after, state, next) => {
    const since = 7_000
    expect(wishOf(OUTPUTS.activeFlash, trusted({ ...alarm(), since }), since + after)).toEqual({
      state,
      look: 'flashing',
      changesAt: since + next,
      because: 'GT-1.H UNACK',
    })
  })

  it('flashes for the oldest that nobody has seen, beside others that are steady', () => {
    const alarms = [
      { ...alarm({ id: 'A.H', state: 'ACKED' }), since: 1 },
      { ...alarm({ id: 'B.H' }), since: 300 },
      { ...alarm({ id: 'C.H' }), since: 200 },
    ]
    expect(wishOf(OUTPUTS.activeFlash, trusted(...alarms), 300)).toMatchObject({
      look: 'flashing',
      because: 'C.H UNACK',
      changesAt: 200 + PERIOD / 2,
    })
  })

  it.each([
    ['the synthetic alarm of the watchdog', { class: 'watchdog' }],
    ['an occurrence that was found late', { state: 'RTNUN', late: true }],
    ['an alarm that is silenced, to a horn', { silenced: true }],
  ] as const)('%s shows nothing', (_what, parts) => {
    const horn = output({ shows: 'unacknowledged', audible: true })
    expect(wishOf(horn, trusted(alarm(parts)), 0)).toEqual({ state: 'off', look: 'off' })
  })

  it('a lamp goes on for an alarm whose horn is silenced', () => {
    expect(wishOf(OUTPUTS.unack, trusted(alarm({ silenced: true })), 0)).toMatchObject({ state: 'on' })
  })

  it.each([
    [{ priorities: ['critical', 'high'] }, true],
    [{ priorities: ['low'] }, false],
    [{ lifeSafety: true }, false],
    [{ lifeSafety: false }, true],
    [{ areas: ['tank-farm'] }, true],
    [{ areas: ['system'] }, false],
    [{ sensors: ['GT-1'] }, true],
    [{ sensors: ['sys.gw-1.link'] }, false],
    [{ keys: ['H', 'HH'] }, true],
    [{ keys: ['HH'] }, false],
    [{ classes: ['process'] }, true],
    [{ classes: ['safety'] }, false],
    [{ priorities: ['high'], keys: ['HH'] }, false],
    [{}, true],
  ])('a match of %j is %s', (match, isOn) => {
    expect(wishOf(output({ match }), trusted(alarm()), 0).state === 'on').toBe(isOn)
  })

  it('shows that the server is heard, steadily or as a pulse', () => {
    const steady = output({ shows: 'server-alive' })
    const pulse = output({ shows: 'server-alive', flash: '1s' })
    const heard = { safe: undefined, aliveSince: 100, alarms: [] }
    expect(wishOf(steady, heard, 5_000)).toEqual({ state: 'on', look: 'on' })
    expect(wishOf(pulse, heard, 600)).toEqual({ state: 'off', look: 'flashing', changesAt: 1_100 })
    for (const each of [steady, pulse])
      expect(wishOf(each, { ...heard, safe: 'server-silent' }, 600)).toMatchObject({ state: 'off' })
  })

  const alarms = fc.record({
    id: fc.constantFrom('GT-1.H', 'GT-1.HH', 'GT-2.FAULT'),
    state: fc.constantFrom(...ALARM_STATES),
    priority: fc.constantFrom('low' as const, 'critical' as const),
    class: fc.constantFrom('process', 'watchdog', 'safety'),
    lifeSafety: fc.boolean(),
    silenced: fc.boolean(),
    late: fc.boolean(),
    since: fc.integer({ min: 0, max: 10_000 }),
  })
  const outputs = fc
    .record({
      shows: fc.constantFrom(...SHOWS),
      safe: fc.constantFrom('on' as const, 'off' as const),
      flash: fc.constantFrom(undefined, '200ms', '10s'),
      audible: fc.boolean(),
      match: fc.constantFrom({}, { priorities: ['critical'] }, { lifeSafety: true }, { keys: ['H'] }),
    })
    .map((parts) => (parts.shows === 'server-alive' ? { ...parts, safe: 'off', match: {} } : parts))
    .map(({ flash, ...parts }) => output(flash === undefined ? parts : { ...parts, flash }))
  const times = fc.integer({ min: 0, max: 20_000 })

  it('is safe whatever stands, while the server is not believed', () => {
    fc.assert(
      fc.property(
        outputs,
        fc.array(alarms),
        fc.constantFrom(...SAFE_REASONS),
        times,
        (each, standing, safe, now) => {
          const picture = { safe, aliveSince: 0, alarms: standing.map((parts) => alarm(parts)) }
          expect(wishOf(each, picture, now)).toEqual({ state: each.safe, look: each.safe, because: safe })
        },
      ),
    )
  })

  it('is never on for what is set aside, nor for the watchdog', () => {
    fc.assert(
      fc.property(outputs, fc.array(alarms), times, (each, standing, now) => {
        if (each.shows === 'server-alive') return
        const aside = standing.filter((one) => isSetAside(one.state) || one.class === 'watchdog')
        const wish = wishOf(each, trusted(...aside.map((parts) => alarm(parts))), now)
        expect(wish).toEqual({ state: 'off', look: 'off' })
        // Nor does it change what the others make of it.
        const others = standing.filter((one) => !aside.includes(one)).map((parts) => alarm(parts))
        const all = standing.map((parts) => alarm(parts))
        expect(wishOf(each, trusted(...all), now).look).toBe(wishOf(each, trusted(...others), now).look)
      }),
    )
  })

  it('says when it changes by itself, and not before', () => {
    fc.assert(
      fc.property(outputs, fc.array(alarms), times, (each, standing, now) => {
        const picture = trusted(...standing.map((parts) => alarm(parts)))
        const { state, changesAt } = wishOf(each, picture, now)
        if (changesAt === undefined) {
          expect(wishOf(each, picture, now + 1e9).state).toBe(state)
          return
        }
        expect(changesAt).toBeGreaterThan(now)
        if (now < 10_000) return
        expect(wishOf(each, picture, changesAt - 0.5).state).toBe(state)
        expect(wishOf(each, picture, changesAt).state).not.toBe(state)
      }),
    )
  })
})
