import { describe, expect, it } from 'vitest'
import { repeatsRepeats } from '../../contracts/pattern-risk.ts'

describe('a pattern that could keep the whole gateway busy', () => {
  it.each([
    ['(a+)+', true],
    ['(?:a*b?)*', true],
    ['(\\d{2,})+', true],
    ['((a+)b)+', true],
    ['(a+b)?c', false],
    ['(a{2,4})+', false],
    ['([+*]a)+', false],
    ['(\\+a)+', false],
    ['^\\s*([-+]?\\d+\\.\\d+)\\s*$', false],
  ])('%s: %s', (pattern, expected) => {
    expect(repeatsRepeats(pattern)).toBe(expected)
  })
})
