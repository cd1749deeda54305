import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchText, soughtWords } from '../../../../alerting/register/store/search-grams.ts'

const words = (text: string) => searchText(text).split(' ').filter(Boolean)
const sought = (query: string) =>
  soughtWords(query).map(({ word, isPrefix }) => (isPrefix ? `${word}*` : word))

/** What both databases do with the two. */
const isFound = (text: string, query: string) =>
  soughtWords(query).every(({ word, isPrefix }) =>
    words(text).some((found) => (isPrefix ? found.startsWith(word) : found === word)),
  )

describe('words of a text', () => {
  it.each([
    ['Pump GT-101 leaks', ['pump', 'gt', '101', 'leaks']],
    ['甲醇泵房', ['甲醇', '醇泵', '泵房', '房']],
    ['泵', ['泵']],
    ['3号泵P-3泄漏', ['3', '号泵', '泵', 'p', '泄漏', '漏']],
    ['ＰＵＭＰ　１０１', ['pump', '101']],
    ['ﾎﾟﾝﾌﾟ', ['ポン', 'ンプ', 'プ']],
    ['Straße ÉCOLE e\u0301', ['straße', 'école', 'é']],
    ['\u{20bb7}野家', ['\u{20bb7}野', '野家', '家']],
    ['— “!!” ، 、', []],
    ['', []],
    ['\ud800x', ['x']],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it('are there once, whichever text they are of', () => {
    expect(searchText('leak', 'Leak at 泵', '泵')).toBe('leak at 泵')
  })

  it('are cut where they are endless', () => {
    expect(words('x'.repeat(3_000))).toEqual(['x'.repeat(64)])
  })
})

describe('what is sought', () => {
  it.each([
    ['leak pum', ['leak', 'pum*']],
    ['泵房泄', ['泵房', '房泄']],
    ['房', ['房*']],
    ['pump 泵房', ['pump', '泵房']],
    ['GT-10', ['gt', '10*']],
    ['\'; DROP -- " OR *:&|!', ['drop', 'or*']],
    [' ', []],
  ])('%s', (query, expected) => {
    expect(sought(query)).toEqual(expected)
  })

  it('is no more than a person would write', () => {
    expect(soughtWords('a b '.repeat(500))).toHaveLength(32)
  })
})

describe('finding', () => {
  const character = fc.constantFrom(...'abzABé0 9-.,泵房甲醇の漏カ한ﾟｱ１'.split(''))
  const text = fc.string({
    unit: fc.oneof(
      { weight: 4, arbitrary: character },
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 30,
  })

  it('finds a text by itself and by each of its characters in a run of CJK', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(isFound(given, given.slice(0, 20).replace(/\S+$/, ''))).toBe(true)
        for (const one of given.match(/[泵房甲醇]/gu) ?? []) expect(isFound(given, one)).toBe(true)
      }),
    )
  })

  it('finds any part of a Chinese text', () => {
    const chinese = fc.string({
      unit: fc.constantFrom(...'泵房甲醇泄漏'.split('')),
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(chinese, fc.nat(11), fc.nat(11), (given, a, b) => {
        expect(isFound(given, given.slice(Math.min(a, b), Math.max(a, b) + 1))).toBe(true)
      }),
    )
  })

  it('makes words of letters, digits and marks alone, and the same ones of them again', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const word of words(given)) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
        for (const { word } of soughtWords(given)) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
        const latin = words(given).filter(
          (word) => !/[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}]/u.test(word),
        )
        expect(words(latin.join(' '))).toEqual(latin)
      }),
    )
  })
})
