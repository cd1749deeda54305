import { describe, expect, it } from 'vitest'
import {
  alarmColour,
  colourOf,
  hazardColour,
  intensityColour,
  inventoryColour,
  type OpenHazards,
} from '../../../../alerting/register/map/colour-table.ts'
import { ALARM_STATES } from '../../../../contracts/alarm.ts'
import { PRIORITIES } from '../../../../contracts/facility-words.ts'
import { MAP_COLOURS } from '../../../../contracts/register/map-api.ts'

/** grade, risk, overdue: colour. Every combination there is. */
const HAZARDS = [
  ['general', null, false, 'blue'],
  ['general', 'blue', false, 'blue'],
  ['general', 'yellow', false, 'yellow'],
  ['general', 'orange', false, 'orange'],
  ['general', 'red', false, 'red'],
  ['general', null, true, 'yellow'],
  ['general', 'blue', true, 'yellow'],
  ['general', 'yellow', true, 'yellow'],
  ['general', 'orange', true, 'orange'],
  ['general', 'red', true, 'red'],
  ['major', null, false, 'orange'],
  ['major', 'blue', false, 'orange'],
  ['major', 'yellow', false, 'orange'],
  ['major', 'orange', false, 'orange'],
  ['major', 'red', false, 'red'],
  ['major', null, true, 'red'],
  ['major', 'blue', true, 'red'],
  ['major', 'yellow', true, 'red'],
  ['major', 'orange', true, 'red'],
  ['major', 'red', true, 'red'],
] as const

/** What an alarm of each priority, and one of life safety, does in each state. */
const ALARMS: Readonly<Record<(typeof ALARM_STATES)[number], readonly string[]>> = {
  NORM: ['grey', 'grey', 'grey', 'grey', 'grey'],
  UNACK: ['blue', 'yellow', 'orange', 'red', 'red'],
  ACKED: ['blue', 'yellow', 'orange', 'red', 'red'],
  RTNUN: ['blue', 'blue', 'yellow', 'orange', 'orange'],
  LATCH_UNACK: ['blue', 'blue', 'yellow', 'orange', 'orange'],
  LATCH_ACK: ['blue', 'blue', 'yellow', 'orange', 'orange'],
  SHLVD: ['grey', 'grey', 'grey', 'grey', 'grey'],
  DSUPR: ['grey', 'grey', 'grey', 'grey', 'grey'],
  OOSRV: ['grey', 'grey', 'grey', 'grey', 'grey'],
}

const NOTHING = { hazards: [], alarms: [], inventories: [], intensities: [] }

describe('the colour of a place', () => {
  it.each(HAZARDS)('of a %s hazard, risk %s, overdue %s, is %s', (grade, colour, isOverdue, expected) => {
    expect(hazardColour({ grade, colour, isOverdue, count: 1 })).toBe(expected)
  })

  it.each(ALARM_STATES)('of an alarm in state %s', (state) => {
    const alarms = [
      ...PRIORITIES.map((priority) => ({ id: 'A', state, priority, lifeSafety: false })),
      { id: 'A', state, priority: 'low' as const, lifeSafety: true },
    ]
    expect(alarms.map(alarmColour)).toEqual(ALARMS[state])
  })

  it('of what is stored goes by the grade of GB 18218', () => {
    const colours = ([1, 2, 3, 4, null] as const).map((grade) =>
      inventoryColour({ id: 'S', R: 1, grade, current: null }),
    )
    expect(colours).toEqual(['red', 'orange', 'yellow', 'blue', 'grey'])
  })

  it('of an intensity changes at 4, 5, 6 and 7', () => {
    const values = [0, 3.9, 4, 4.9, 5, 5.9, 6, 6.9, 7, 12]
    expect(values.map((value) => intensityColour({ sensor: 'S', value }))).toEqual([
      'grey',
      'grey',
      'blue',
      'blue',
      'yellow',
      'yellow',
      'orange',
      'orange',
      'red',
      'red',
    ])
  })

  it('is the worst there is, and says why, worst first', () => {
    const hazards: OpenHazards[] = [
      { grade: 'general', colour: null, isOverdue: false, count: 2 },
      { grade: 'major', colour: 'yellow', isOverdue: false, count: 1 },
    ]
    const alarms = [{ id: 'GT-1.HH', state: 'UNACK', priority: 'critical', lifeSafety: false }] as const
    const { colour, why } = colourOf({ ...NOTHING, hazards, alarms })
    expect(colour).toBe('red')
    expect(why).toEqual([
      { cause: 'alarm', colour: 'red', text: 'GT-1.HH critical, UNACK' },
      { cause: 'hazard', colour: 'orange', text: '1 major hazard, risk yellow' },
      { cause: 'hazard', colour: 'blue', text: '2 general hazards, not assessed' },
    ])
    const ranks = why.map((reason) => MAP_COLOURS.indexOf(reason.colour))
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a))
  })

  it('is grey without a reason', () => {
    expect(colourOf(NOTHING)).toEqual({ colour: 'grey', why: [] })
  })
})
