import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Acting,
  act,
  actionsOf,
  type IncidentInput,
  type IncidentState,
} from '../../../../alerting/register/incident/lifecycle.ts'
import { OPEN_STATUSES } from '../../../../alerting/register/incident/transitions.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import {
  INCIDENT_ACTIONS,
  INCIDENT_LEVELS,
  INCIDENT_STATUSES,
  type IncidentAction,
  type IncidentStatus,
} from '../../../../contracts/register/incident-words.ts'
import { ROLES } from '../../../../contracts/roles.ts'
import { filesLike } from '../../../contracts/source-files.ts'

const COLUMNS = ['open', 'responding', 'contained', 'closed', 'false-alarm'] as const

/** Status after each action; `-` is refused. Columns as above. */
const TABLE: Readonly<Record<IncidentAction, string>> = {
  respond: 'responding - - - -',
  contain: '- contained - - -',
  resume: '- - responding - -',
  close: '- - closed - -',
  'false-alarm': 'false-alarm false-alarm - - -',
  reopen: '- - - closed false-alarm',
  command: 'open responding contained - -',
  'set-level': 'open responding contained - -',
  'choose-plan': 'open responding contained - -',
  'waive-clock': 'open responding contained - -',
}

const NEW: IncidentState = {
  status: 'open',
  level: 3,
  commanders: [],
  commander: null,
  plan: null,
  contained: null,
  ended: null,
  ended_by: null,
  review: null,
  reason: null,
  reopened_as: null,
}
const engineer: Acting = { by: 'eve', role: 'engineer', now: 5 }
const INPUTS: Readonly<Record<IncidentAction, IncidentInput>> = {
  respond: { action: 'respond' },
  contain: { action: 'contain' },
  resume: { action: 'resume', reason: 'again' },
  close: { action: 'close', review: 'learned' },
  'false-alarm': { action: 'false-alarm', reason: 'steam' },
  reopen: { action: 'reopen', reason: 'again' },
  command: { action: 'command', commander: 'ben' },
  'set-level': { action: 'set-level', level: 1, reason: 'wind' },
  'choose-plan': { action: 'choose-plan', plan: 'gas' },
  'waive-clock': { action: 'waive-clock', clock: 'air', reason: 'fog' },
}

function outcome(state: IncidentState, input: IncidentInput, acting: Acting = engineer): string {
  try {
    return act(state, input, acting).status
  } catch (error) {
    if (error instanceof CodedError) return error.code
    throw error
  }
}

const cells = INCIDENT_ACTIONS.flatMap((action) =>
  TABLE[action].split(' ').map((to, index) => ({ action, from: COLUMNS[index] as IncidentStatus, to })),
)

describe('an incident', () => {
  it.each(cells)('that is $from, on $action: $to', ({ action, from, to }) => {
    const state = { ...NEW, status: from }
    expect(outcome(state, INPUTS[action])).toBe(to === '-' ? 'INCIDENT_TRANSITION_ILLEGAL' : to)
    expect(actionsOf(state, engineer).includes(action)).toBe(to !== '-')
  })

  it.each(INCIDENT_ACTIONS)('takes for %s what it needs, and no more', (action) => {
    const [cell] = cells.filter((one) => one.action === action && one.to !== '-')
    const state = { ...NEW, status: cell?.from ?? 'open' }
    for (const key of Object.keys(INPUTS[action]).filter((name) => name !== 'action' && name !== 'review')) {
      const { [key as keyof IncidentInput]: _, ...less } = INPUTS[action]
      expect(outcome(state, { ...less, action })).toBe('INCIDENT_INCOMPLETE')
      if (key === 'reason')
        expect(outcome(state, { ...less, action, reason: ' ' })).toBe('INCIDENT_INCOMPLETE')
    }
    const other = action === 'command' ? { plan: 'gas' } : { commander: 'ben' }
    expect(outcome(state, { ...INPUTS[action], ...other })).toBe('REQUEST_INVALID')
  })

  it.each([
    ['close', 'contained'],
    ['false-alarm', 'open'],
    ['reopen', 'closed'],
  ] as const)('takes an engineer for %s', (action, status) => {
    const state = { ...NEW, status }
    for (const role of ROLES) {
      const may = role === 'engineer' || role === 'admin'
      expect(outcome(state, INPUTS[action], { ...engineer, role })).toBe(
        may ? outcome(state, INPUTS[action]) : 'INCIDENT_ROLE_REQUIRED',
      )
    }
  })

  it.each([1, 2] as const)(
    'of level %i is closed with a review, by somebody who never commanded it',
    (level) => {
      const contained = { ...NEW, status: 'contained', level } as const
      expect(outcome(contained, INPUTS.close)).toBe('INCIDENT_INCOMPLETE')
      const led = act(
        act(contained, { action: 'command', commander: 'Eve' }, engineer),
        INPUTS.command,
        engineer,
      )
      expect([led.commander, led.commanders]).toEqual(['ben', ['Eve', 'ben']])
      expect(outcome(led, INPUTS.close)).toBe('INCIDENT_SAME_PERSON')
      const other = { ...engineer, by: 'cora' }
      expect(outcome(led, { action: 'close' }, other)).toBe('INCIDENT_INCOMPLETE')
      expect(act(led, INPUTS.close, other)).toMatchObject({
        status: 'closed',
        ended: 5,
        ended_by: 'cora',
        review: 'learned',
      })
      expect(outcome({ ...led, status: 'responding' }, INPUTS['false-alarm'])).toBe('INCIDENT_SAME_PERSON')
      // Nor is its level talked down for that.
      const lower = { action: 'set-level', level: 3, reason: 'calm' } as const
      expect(outcome(led, lower)).toBe('INCIDENT_SAME_PERSON')
      expect(outcome(led, lower, { ...other, role: 'operator' })).toBe('INCIDENT_ROLE_REQUIRED')
      expect(outcome(led, lower, other)).toBe('contained')
    },
  )

  it('of level 3 is closed without a review', () => {
    expect(outcome({ ...NEW, status: 'contained' }, { action: 'close' })).toBe('closed')
  })

  it('goes on as one other only', () => {
    const state = { ...NEW, status: 'closed', reopened_as: 7 } as const
    expect(outcome(state, INPUTS.reopen)).toBe('INCIDENT_TRANSITION_ILLEGAL')
  })

  it('comes to its end by close or false-alarm alone, and stays there', () => {
    const steps = fc.array(
      fc.record({
        action: fc.constantFrom(...INCIDENT_ACTIONS),
        role: fc.constantFrom(...ROLES),
        by: fc.constantFrom('ann', 'ben', 'cora'),
        level: fc.constantFrom(...INCIDENT_LEVELS),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, (list) => {
        let state: IncidentState = NEW
        for (const [now, { action, role, by, level }] of list.entries()) {
          const before = state
          const input = action === 'set-level' ? { ...INPUTS[action], level } : INPUTS[action]
          try {
            state = act(state, input, { by, role, now })
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError)
            expect(state).toBe(before)
          }
          const isOver = !OPEN_STATUSES.includes(state.status)
          expect(state.ended !== null).toBe(isOver)
          if (!OPEN_STATUSES.includes(before.status)) expect(state.status).toBe(before.status)
          if (isOver && state.level <= 2) expect(state.commanders).not.toContain(state.ended_by)
        }
      }),
    )
  })
})

describe('docs/incidents.md', () => {
  const page = filesLike('docs/incidents.md').get('docs/incidents.md') ?? ''

  it.each(INCIDENT_ACTIONS)('has the row of %s as it is', (action) => {
    const [from = '', to] = [
      cells
        .filter((cell) => cell.action === action && cell.to !== '-')
        .map((cell) => cell.from)
        .join(', '),
      cells.find((cell) => cell.action === action && cell.to !== '-')?.to,
    ]
    const row = page.split('\n').find((line) => line.startsWith(`| \`${action}\` |`)) ?? ''
    const isSame = cells
      .filter((cell) => cell.action === action && cell.to !== '-')
      .every((cell) => cell.from === cell.to)
    expect(
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(2, 4),
    ).toEqual([from, isSame ? 'same' : to])
  })

  it('names every status', () => {
    for (const status of INCIDENT_STATUSES) expect(page).toContain(`\`${status}\``)
  })
})
