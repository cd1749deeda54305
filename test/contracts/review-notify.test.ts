import { describe, expect, it } from 'vitest'
import { isMatch, type MatchedAlarm } from '../../contracts/notify/match.ts'
import { findingsOf } from './reviewed-plant.ts'

const ALARMS =
  'H: { when: high, limit: 1, priority: high }, HH: { when: high, limit: 2, priority: critical, class: safety }, L: { when: low, limit: 0, priority: low }'
const CHANNELS =
  'channels: [ { id: mail, kind: email, host: 127.0.0.1, security: none, from: a@example.com } ]'

function plant({ roster = '[]', notify = '{}', alarms = ALARMS }): string {
  return `facility: { id: plant }
areas: [ { id: north, name: North } ]
responders: [ { id: li, email: li@example.com } ]
roster: ${roster}
notify: ${notify}
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: h
        devices:
          - id: panel
            area: north
            sensors:
              - { id: X, kind: flow, unit: m3/h, register: { address: 1 }, alarms: { ${alarms} } }
              - { id: Y, kind: flow, unit: m3/h, register: { address: 3 }, alarms: { ${alarms} } }
`
}

function found(rule: string, text: string): string[] {
  return findingsOf(text)
    .filter((finding) => finding.rule === rule)
    .map(({ level, line, path, message }) => `${level} ${line} ${path}: ${message}`)
}

describe('roster-hole', () => {
  const steps = `policies: [ { id: p, steps: [ { to: [ d ], by: [ mail ] } ] } ]`
  const hole = (duty: string, told = steps) =>
    found('roster-hole', plant({ roster: `[ { id: d, ${duty} } ]`, notify: `{ ${CHANNELS}, ${told} }` }))
  const cycle = (teams: string) => `teams: { A: [ li ], B: [] }, cycle: ${teams}, start: "2026-11-30"`

  it.each([
    ['a dash', cycle('[ A, "-", A, "-" ]'), 'nobody has "d" in 2 of 4 shifts, and a policy tells it'],
    ['a team of nobody', cycle('[ A, B ]'), 'nobody has "d" in 1 of 2 shifts, and a policy tells it'],
  ])('%s', (_what, duty, message) => {
    expect(hole(duty)).toEqual([`advice 4 roster[0].cycle: ${message}`])
  })

  it('is none where somebody has it always, every shift has a team, or nobody tells it', () => {
    expect(hole(`always: [ li ], ${cycle('[ A, "-" ]')}`)).toEqual([])
    expect(hole(cycle('[ A, A ]'))).toEqual([])
    expect(hole(cycle('[ A, "-" ]'), 'policies: [ { id: p, steps: [] } ]')).toEqual([])
  })
})

describe('policy-none', () => {
  const none = (policies: string, alarms = ALARMS) =>
    found('policy-none', plant({ notify: `{ ${CHANNELS}, policies: ${policies} }`, alarms }))

  it('says how many alarms nobody is told of, and the first', () => {
    expect(none('[]')).toEqual([
      'advice 5 notify.policies: no policy for 4 alarms of priority high or critical: X.H, X.HH, Y.H and 1 more',
    ])
    expect(none('[ { id: p, match: { lifeSafety: true }, steps: [] } ]')).toEqual([
      'advice 5 notify.policies: no policy for 2 alarms of priority high or critical: X.H, Y.H',
    ])
    expect(
      none(
        '[ { id: p, match: { sensors: [ X ] }, steps: [] }, { id: q, match: { keys: [ HH ] }, steps: [] } ]',
      ),
    ).toEqual(['advice 5 notify.policies: no policy for 1 alarm of priority high or critical: Y.H'])
  })

  it('is none where all have one, there are no channels, or it is the alarm of the watchdog', () => {
    expect(none('[ { id: p, match: { areas: [ north ] }, steps: [] } ]')).toEqual([])
    expect(none('[ { id: p, match: { priorities: [ high, critical ] }, steps: [] } ]')).toEqual([])
    expect(found('policy-none', plant({}))).toEqual([])
    expect(none('[]', 'H: { when: high, limit: 1, priority: critical, class: watchdog }')).toEqual([])
  })
})

describe('what a policy matches', () => {
  const alarm: MatchedAlarm = {
    sensor: 'X',
    key: 'H',
    area: 'north',
    class: 'safety',
    priority: 'high',
    lifeSafety: true,
  }
  it.each([
    [{}, true],
    [{ lifeSafety: true, priorities: ['high'], classes: ['safety'] }, true],
    [{ areas: ['north'], sensors: ['Y', 'X'], keys: ['H'] }, true],
    [{ lifeSafety: false }, false],
    [{ priorities: ['critical'] }, false],
    [{ classes: ['process'] }, false],
    [{ areas: ['south'], sensors: ['X'] }, false],
    [{ sensors: ['Y'] }, false],
    [{ keys: ['HH'] }, false],
  ] as const)('%j: %s', (match, expected) => {
    expect(isMatch(match, alarm)).toBe(expected)
  })

  it('is no alarm of the watchdog unless its class is named', () => {
    expect(isMatch({}, { ...alarm, class: 'watchdog' })).toBe(false)
    expect(isMatch({ classes: ['watchdog'] }, { ...alarm, class: 'watchdog' })).toBe(true)
  })
})
