import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonPath, parseJsonPath, valueAt } from '../../contracts/json-path.ts'

const pathOf = (text: string): JsonPath => {
  const parsed = parseJsonPath(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.path
}

describe('a JSON path', () => {
  it.each<[string, JsonPath]>([
    ['$', []],
    ['$.gas', ['gas']],
    ["$.a.b[0]['c d']", ['a', 'b', 0, 'c d']],
    ['$["c d"]', ['c d']],
    ["$['']", ['']],
    ["$['it\\'s']", ["it's"]],
    ['$["a\\\\b"]', ['a\\b']],
    ["$['a.b']['c-d']", ['a.b', 'c-d']],
    ['$.浓度.值', ['浓度', '值']],
    ['$._a1', ['_a1']],
    ['$[0][12]', [0, 12]],
    ['$.__proto__', ['__proto__']],
  ])('%s is %j', (text, path) => {
    expect(pathOf(text)).toEqual(path)
  })

  it.each([
    ['', '"": a path begins with $'],
    ['gas', '"gas": a path begins with $'],
    ['$gas', `"$gas": expected .name, [0] or ['any name'] instead of "gas"`],
    ['$.', `"$.": expected .name, [0] or ['any name'] instead of "."`],
    ['$..gas', `"$..gas": expected .name, [0] or ['any name'] instead of "..gas"`],
    ['$.a-b', `"$.a-b": expected .name, [0] or ['any name'] instead of "-b"`],
    ['$.1a', `"$.1a": expected .name, [0] or ['any name'] instead of ".1a"`],
    ['$.*', `"$.*": expected .name, [0] or ['any name'] instead of ".*"`],
    ['$[*]', `"$[*]": expected .name, [0] or ['any name'] instead of "[*]"`],
    ['$[-1]', `"$[-1]": expected .name, [0] or ['any name'] instead of "[-1]"`],
    ['$[0', `"$[0": expected .name, [0] or ['any name'] instead of "[0"`],
    ["$['a]", `"$['a]": expected .name, [0] or ['any name'] instead of "['a]"`],
    ['$[?(@.a)]', `"$[?(@.a)]": expected .name, [0] or ['any name'] instead of "[?(@.a)]"`],
    ['$.a ', `"$.a ": expected .name, [0] or ['any name'] instead of " "`],
    ['$.a'.repeat(2), `"$.a$.a": expected .name, [0] or ['any name'] instead of "$.a"`],
    [`$${'.a'.repeat(17)}`, `"$${'.a'.repeat(17)}": more than 16 steps`],
  ])('%j is none', (text, problem) => {
    expect(parseJsonPath(text)).toEqual({ problem })
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseJsonPath(`$${text}`)
        expect('path' in parsed || parsed.problem.length > 0).toBe(true)
      }),
    )
  })
})

describe('the value at a path', () => {
  const root = JSON.parse(
    '{"a":{"b":[{"c d":5}],"n":null,"f":false},"__proto__":{"x":1},"t":"text","l":[1,2]}',
  ) as unknown

  it.each([
    ['$', root],
    ["$.a.b[0]['c d']", 5],
    ['$.a.n', null],
    ['$.a.f', false],
    ['$.__proto__.x', 1],
    ['$.l[1]', 2],
  ])('%s is there', (path, value) => {
    expect(valueAt(root, pathOf(path))).toEqual(value)
  })

  it.each([
    '$.b',
    '$.a.b.length',
    '$.l.length',
    '$.l[2]',
    "$.l['0']",
    '$.a[0]',
    '$.t.length',
    '$.t[0]',
    '$.a.n.x',
    '$.toString',
    '$.constructor',
    '$.a.hasOwnProperty',
  ])('%s is not', (path) => {
    expect(valueAt(root, pathOf(path))).toBeUndefined()
  })

  it.each([5, 'text', true, null, undefined])('of %j there is none within', (value) => {
    expect(valueAt(value, ['a'])).toBeUndefined()
    expect(valueAt(value, [])).toBe(value)
  })
})
