import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { PLANT, plantWith, problemsOf } from './plant-text.ts'

const REASON = 'rationalization: { action: "Close V-1", respondWithin: 5m, severity: { people: severe } }'
const reasoned = (more = '') => plantWith({ 'limit: 20 }': `limit: 20, ${REASON} }` }, more)
const alarmOf = (text: string, sensor: string) => parseFacility(text, 'x.yaml').sensors.get(sensor)?.alarms[0]
const OVERRIDES =
  '              - { id: GT-3, use: lel, register: { address: 4 }, alarms: { H: { limit: 10, rationalization: { action: Run, severity: { assets: minor } } } } }\n' +
  '              - { id: GT-4, use: lel, register: { address: 4 }, alarms: { H: { limit: 15 } } }\n'

describe('a rationalization', () => {
  it('comes from the template, and a sensor says what is otherwise with it', () => {
    expect(alarmOf(reasoned(OVERRIDES), 'GT-2')?.rationalization).toEqual({
      action: 'Close V-1',
      respondWithin: '5m',
      severity: { people: 'severe' },
    })
    expect(alarmOf(reasoned(OVERRIDES), 'GT-3')?.rationalization).toEqual({
      action: 'Run',
      respondWithin: '5m',
      severity: { people: 'severe', assets: 'minor' },
    })
    expect(alarmOf(PLANT, 'GT-2')).not.toHaveProperty('rationalization')
  })

  it('is one object for all that have it from one template', () => {
    const { sensors } = parseFacility(reasoned(OVERRIDES), 'x.yaml')
    const of = (id: string) => sensors.get(id)?.alarms[0]?.rationalization
    expect(of('GT-4')).toBe(of('GT-2'))
    expect(of('GT-3')).not.toBe(of('GT-2'))
    expect(Object.isFrozen(of('GT-2'))).toBe(true)
    expect(Object.isFrozen(of('GT-2')?.severity)).toBe(true)
  })

  it('is nothing that gateway and server have to agree on, nor is the rule for gas', () => {
    const digest = (text: string) => parseFacility(text, 'x.yaml').digest
    expect(digest(reasoned())).toBe(digest(PLANT))
    expect(digest(plantWith({ 'id: plant': 'id: plant, gasRule: none' }))).toBe(digest(PLANT))
    expect(digest(plantWith({ 'limit: 20': 'limit: 21' }))).not.toBe(digest(PLANT))
  })

  it.each([
    ['approvedAt: 2026-02-30', 'approvedAt: there is no 2026-02-30'],
    ['approvedAt: 21.11.2026', 'approvedAt: "21.11.2026": expected a date such as 2026-11-21'],
    ['respondWithin: 0s', 'respondWithin: 0s: expected more than nothing'],
    ['respondWithin: soon', 'respondWithin: "soon": expected a duration such as 250ms, 2s, 10m, 8h or 7d'],
    ['testInterval: 0d', 'testInterval: 0d: expected more than nothing'],
    ['oel: { basis: MAC, value: 1 }, idlh: 5', 'idlh: give oel or idlh: only one of them is 100 %'],
    ['oel: { basis: TLV, value: 1 }', 'oel.basis: "TLV" is not one of MAC, PC-TWA, PC-STEL'],
    ['oel: { basis: MAC, value: 0 }', 'oel.value: 0: expected more than 0'],
    ['causes: [ "a\\nb" ]', 'causes[0]: "a\\nb": expected text of one line'],
    ['causes: [ "" ]', 'causes[0]: "": expected text of one line'],
    ['severity: { people: bad }', 'severity.people: "bad" is not one of none, minor, major, severe'],
    ['revision: 1.5', 'revision: 1.5: expected a whole number'],
    ['acton: x', 'acton: unknown key "acton", did you mean "action"?'],
  ])('%s is an error', (keys, expected) => {
    const { code, lines } = problemsOf(
      plantWith({ 'limit: 20 }': `limit: 20, rationalization: { ${keys} } }` }),
    )
    expect(code).toBe('CONFIG_INVALID')
    expect(
      lines.map((line) => line.replace(/^\S+ templates\.lel\.alarms\.H\.rationalization\./, '')),
    ).toEqual([expected])
  })
})
