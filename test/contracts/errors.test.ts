import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERROR_GROUPS } from '../../contracts/error-codes.ts'
import { CodedError, ERRORS, type ErrorCode, explain, listenError } from '../../contracts/errors.ts'
import { filesLike, ROOT, sources } from './source-files.ts'

const TABLE = 'contracts/error-codes.ts'
const rows = Object.entries(ERRORS)

describe('error codes', () => {
  it('stand in one group each', () => {
    const codes = Object.values(ERROR_GROUPS).flatMap((group) => Object.keys(group))
    expect(codes).toEqual([...new Set(codes)])
    expect(Object.keys(ERRORS).sort()).toEqual(codes.sort())
  })

  it.each(rows)('%s is a code with a sentence that says what to do', (code, { status, remedy }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(remedy).toMatch(/^[A-Za-z].*\.$/)
  })

  it.each(rows)('%s names only documents that are there', (_code, { remedy }) => {
    for (const [path] of remedy.matchAll(/docs\/[\w/.-]+\.md|simulators\/[\w/-]+/g))
      expect(existsSync(`${ROOT}${path}`), path).toBe(true)
  })

  it('are all used', () => {
    const text = [...sources]
      .filter(([path]) => path !== TABLE)
      .map(([, source]) => source)
      .join('\n')
    expect(Object.keys(ERRORS).filter((code) => !text.includes(`'${code}'`))).toEqual([])
  })

  it('are all in the table', () => {
    const used = [...sources, ...filesLike('test/**/*.ts')].flatMap(([path, source]) =>
      [...source.matchAll(/new \w*Error\(\s*'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code]) => `${path}: ${code}`),
    )
    expect(used.length).toBeGreaterThan(20)
    expect(used.filter((place) => !Object.hasOwn(ERRORS, place.split(': ')[1] ?? ''))).toEqual([])
  })
})

describe('coded error', () => {
  const code: ErrorCode = 'PORT_TAKEN'

  it('carries code, detail, remedy and cause', () => {
    const cause = new Error('x')
    const error = new CodedError(code, 'port 80', { cause })
    expect(error).toMatchObject({
      name: 'CodedError',
      message: 'PORT_TAKEN: port 80',
      detail: 'port 80',
      cause,
    })
    expect(error.remedy).toBe(ERRORS.PORT_TAKEN.remedy)
    expect(explain(error)).toBe(`PORT_TAKEN: port 80\n  -> ${ERRORS.PORT_TAKEN.remedy}`)
  })

  it.each([
    [new Error('lost'), /^INTERNAL: Error: lost/],
    ['a text', /^INTERNAL: a text$/],
    [undefined, /^INTERNAL: undefined$/],
  ])('explains %s as a defect', (thrown, expected) => {
    expect(explain(thrown)).toMatch(expected)
  })

  it.each([
    [{ code: 'EADDRINUSE' }, 'PORT_TAKEN', 'API: 127.0.0.1:80 is in use by another program'],
    [{ code: 'EACCES' }, 'LISTEN_FAILED', 'API: cannot listen on 127.0.0.1:80 (EACCES)'],
    ['odd', 'LISTEN_FAILED', 'API: cannot listen on 127.0.0.1:80 (odd)'],
  ])('makes %j a %s', (thrown, expected, detail) => {
    expect(listenError(thrown, 'API', '127.0.0.1:80')).toMatchObject({
      code: expected,
      detail,
      cause: thrown,
    })
  })
})
