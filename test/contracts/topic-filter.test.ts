import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coversFilter, filterProblem, filtersOverlap, matchesFilter } from '../../contracts/topic-filter.ts'

describe('a topic filter', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/B', false],
    ['a/b', 'a/b/', false],
    ['a/b', '/a/b', false],
    ['a/b', 'a', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/', true],
    ['a/+', 'a', false],
    ['a/+', 'a/b/c', false],
    ['+/b', 'a/b', true],
    ['+/+', '/b', true],
    ['/+', '/b', true],
    ['+', '/b', false],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/c', false],
    ['a/#', 'a', true],
    ['a/#', 'a/', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a/b', true],
    ['#', '/', true],
    // [MQTT-4.7.2-1]
    ['#', '$SYS/broker', false],
    ['+/broker', '$SYS/broker', false],
    ['$SYS/#', '$SYS/broker', true],
    ['$SYS/+', '$SYS/broker', true],
  ])('%s with %s: %s', (filter, topic, expected) => {
    expect(matchesFilter(filter, topic)).toBe(expected)
  })

  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/c', false],
    ['a/+', '+/b', true],
    ['a/+/c', 'a/b/+', true],
    ['a/+/c', 'a/b/d', false],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', '+/b', true],
    ['a/#', 'b/#', false],
    ['#', 'a/b', true],
    ['#', '$SYS/b', false],
    ['+/b', '$SYS/b', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(filtersOverlap(one, other)).toBe(expected)
    expect(filtersOverlap(other, one)).toBe(expected)
  })

  it.each([
    ['a/+', 'a/b', true],
    ['a/b', 'a/+', false],
    ['a/#', 'a/+/c', true],
    ['a/#', 'a', true],
    ['a/+', 'a/#', false],
    ['a/+', 'a/b/c', false],
    ['+/+', 'a/+', true],
    ['#', '$SYS/a', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(coversFilter(wide, narrow)).toBe(expected)
  })

  const level = fc.constantFrom('a', 'b', '')
  const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
  const filters = fc
    .tuple(
      fc.array(fc.constantFrom('a', 'b', '', '+'), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '/#'),
    )
    .map(([levels, end]) => levels.join('/') + end)

  it('overlaps with another when one topic matches both, and covers it when all do', () => {
    fc.assert(
      fc.property(filters, filters, topics, (one, other, topic) => {
        const [a, b] = [matchesFilter(one, topic), matchesFilter(other, topic)]
        if (a && b) expect(filtersOverlap(one, other)).toBe(true)
        if (b && !a) expect(coversFilter(one, other)).toBe(false)
        if (coversFilter(one, other)) expect(filtersOverlap(one, other)).toBe(true)
      }),
    )
  })

  it.each([
    ['', 'a topic is not empty'],
    ['a+', '"a+": + and # stand for whole levels'],
    ['a/b#', '"b#": + and # stand for whole levels'],
    ['a/++', '"++": + and # stand for whole levels'],
    ['#/a', '# is the last level'],
    ['a\u0000b', 'a topic has no control characters'],
    ['a\nb', 'a topic has no control characters'],
    ['a\ud800', 'a topic has no control characters'],
    ['x'.repeat(513), 'a topic has at most 512 characters'],
  ])('%j is none: %s', (text, problem) => {
    expect(filterProblem(text)).toBe(problem)
  })

  it.each(['a', '/', '+/a', 'a/#', '#', 'a b/中/ü', '$SYS/x', `${'x'.repeat(512)}`])('%j is one', (text) => {
    expect(filterProblem(text)).toBeUndefined()
  })
})
