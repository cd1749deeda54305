import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from '../../contracts/suggestion.ts'

describe('suggestion', () => {
  it.each([
    ['limt', ['limit', 'deadband'], 'limit'],
    ['ondelay', ['onDelay', 'offDelay'], 'onDelay'],
    ['prioritty', ['priority'], 'priority'],
    ['deadbnad', ['deadband', 'default'], 'deadband'],
    ['modbus-tpc', ['modbus-tcp', 'modbus-rtu'], 'modbus-tcp'],
    ['ppn', ['ppm', 'ppb'], 'ppm'],
    ['hots', ['port', 'host'], 'host'],
  ])('%s among %j means %s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected)
  })

  it.each([
    ['limit', []],
    ['zzzz', ['limit', 'deadband']],
    ['x', ['limit']],
    ['colour', ['deadband']],
  ])('%s among %j means none', (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined()
    expect(didYouMean(word, candidates)).toBe('')
  })

  it('ends a message', () => {
    expect(didYouMean('unti', ['unit'])).toBe(', did you mean "unit"?')
  })
})
