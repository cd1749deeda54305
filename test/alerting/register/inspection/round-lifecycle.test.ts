import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nextState, ROUND_ACTIONS } from '../../../../alerting/register/inspection/round-lifecycle.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { ROUND_STATES } from '../../../../contracts/register/inspection-words.ts'

const STATES = ['none', ...ROUND_STATES] as const

/** Every state with every action: the state after, or the code of the refusal. */
const EXPECTED: Record<(typeof STATES)[number], Record<(typeof ROUND_ACTIONS)[number], string>> = {
  none: {
    start: 'running',
    answer: 'ROUND_UNKNOWN',
    attach: 'ROUND_UNKNOWN',
    finish: 'ROUND_UNKNOWN',
    abandon: 'ROUND_UNKNOWN',
  },
  running: {
    start: 'ROUND_RUNNING',
    answer: 'running',
    attach: 'running',
    finish: 'finished',
    abandon: 'abandoned',
  },
  finished: {
    start: 'ROUND_ENDED',
    answer: 'ROUND_ENDED',
    attach: 'ROUND_ENDED',
    finish: 'ROUND_ENDED',
    abandon: 'ROUND_ENDED',
  },
  abandoned: {
    start: 'ROUND_ENDED',
    answer: 'ROUND_ENDED',
    attach: 'ROUND_ENDED',
    finish: 'ROUND_ENDED',
    abandon: 'ROUND_ENDED',
  },
}
const cases = STATES.flatMap((state) => ROUND_ACTIONS.map((action) => ({ state, action })))

describe('a round', () => {
  it.each(cases)('that is $state: $action', ({ state, action }) => {
    const next = nextState(state, action, { number: 7 })
    expect(next instanceof CodedError ? next.code : next).toBe(EXPECTED[state][action])
  })

  it('has the table that docs/inspections.md shows', () => {
    const page = readFileSync(new URL('../../../../docs/inspections.md', import.meta.url), 'utf8')
    for (const state of STATES) {
      const cells = ROUND_ACTIONS.map((action) => {
        const next = EXPECTED[state][action]
        return /^[A-Z]/.test(next) ? `\`${next}\`` : next
      })
      expect(page).toContain(`| ${state} | ${cells.join(' | ')} |`)
    }
  })
})
