import { expect, test } from 'vitest'
import { pollTimeMs } from './line-time.ts'

// The figures of domain.md 6.1, whole milliseconds.
test.each([
  [9_600, 125, 309],
  [19_200, 125, 155],
  [115_200, 125, 29],
  [9_600, 10, 46],
  [19_200, 10, 23],
  [115_200, 10, 7],
])('at %i baud %i registers take %i ms', (baudRate, registers, expected) => {
  expect(Math.round(pollTimeMs(baudRate, registers))).toBe(expected)
})
