import { HttpError } from '@influxdata/influxdb-client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codedError, writeFailure } from '../../ingest/store/influx/answer-error.ts'
import { writeByHalves } from '../../ingest/store/influx/line-writer.ts'
import { StoreBusy } from '../../ingest/store/store-busy.ts'

const NOW = Date.parse('2026-11-21T10:00:00Z')

function answer(status: number, body: string | object = '', headers: Record<string, string> = {}): HttpError {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html' : 'application/json'
  return new HttpError(status, 'Status', text, headers['retry-after'], type, undefined, headers)
}

/** As InfluxDB 1.6, 2.x and 3.x word them. */
const REFUSALS = {
  'a line that is none': answer(400, { error: "unable to parse 'gas value=': missing field value" }),
  'a type conflict': answer(400, {
    error:
      'partial write: field type conflict: input field "value" on measurement "gas" is type string, already exists as type float dropped=1',
  }),
  'beyond retention': answer(400, { error: 'partial write: points beyond retention policy dropped=1' }),
  'a type conflict of 2.x': answer(422, {
    code: 'unprocessable entity',
    message: 'failure writing points to database: partial write: field type conflict dropped=1',
  }),
  'a line that speaks of places itself': answer(400, {
    error: "unable to parse 'gas,quantity=database\\ x\\ not\\ found value=': missing field value",
  }),
  'a line that is none to 2.x': answer(400, {
    code: 'invalid',
    message: "unable to parse 'x': missing fields",
  }),
  'a partial write of 3.x': answer(400, { error: 'partial write of line protocol occurred', data: [] }),
}

describe('what a database answers', () => {
  it.each([
    [
      'no route',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      'STORE_UNREACHABLE',
    ],
    [
      'a broken connection',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      'STORE_UNREACHABLE',
    ],
    ['500', answer(500, { error: 'timeout' }), 'STORE_UNREACHABLE'],
    ['502 of a proxy', answer(502, '<html>bad gateway</html>'), 'STORE_UNREACHABLE'],
    ['301', answer(301), 'STORE_UNREACHABLE'],
    ['503 alone', answer(503, { error: 'engine is closed' }), 'STORE_UNREACHABLE'],
    ['503 that asks for patience', answer(503, '', { 'retry-after': '7' }), 'STORE_BUSY'],
    ['429', answer(429, { message: 'too many' }), 'STORE_BUSY'],
    ['401', answer(401, { error: 'authorization failed' }), 'STORE_UNAUTHORIZED'],
    ['403', answer(403, { message: 'insufficient permissions' }), 'STORE_UNAUTHORIZED'],
    ['no database', answer(404, { error: 'database not found: "x"' }), 'STORE_MISSING'],
    ['no bucket', answer(404, { code: 'not found', message: 'bucket "x" not found' }), 'STORE_MISSING'],
    [
      'no retention policy, which 1.6 calls 500',
      answer(500, { error: 'retention policy not found: rollup' }),
      'STORE_MISSING',
    ],
    ['no database, as a bad request', answer(400, { error: 'database not found: "x"' }), 'STORE_MISSING'],
  ])('%s is tried again later', (_name, error, code) => {
    const failure = writeFailure(error, NOW)
    expect(failure).toMatchObject({ kind: 'later', error: { code } })
    expect(codedError(error, NOW).code).toBe(code)
  })

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
  ])('Retry-After %s', (text, afterMs) => {
    const error = codedError(answer(429, '', { 'retry-after': text }), NOW)
    expect(error).toBeInstanceOf(StoreBusy)
    expect(error).toMatchObject({ afterMs })
  })

  it.each(Object.entries(REFUSALS))('%s is about lines', (_name, error) => {
    expect(writeFailure(error, NOW)).toMatchObject({ kind: 'lines', isKnown: true })
  })

  it('413 is too much at once', () => {
    expect(writeFailure(answer(413, { error: 'Request Entity Too Large' }), NOW).kind).toBe('split')
  })

  it('passes on the reason of the database, and no more of it than people read', () => {
    expect(codedError(answer(401, { error: 'authorization failed' }), NOW).detail).toBe(
      '401: authorization failed',
    )
    expect(codedError(answer(500), NOW).detail).toBe('500 Status')
    expect(codedError(answer(500, 'x'.repeat(10_000)), NOW).detail.length).toBeLessThan(400)
  })
})

describe('writing by halves', () => {
  const now = () => NOW

  /** A database that will not take some numbers; what it took, and how often it was asked. */
  function database(refuses: (n: number) => boolean, limit = Number.POSITIVE_INFINITY) {
    const taken = new Set<number>()
    let requests = 0
    const send = async (items: readonly number[]) => {
      requests += 1
      if (items.length > limit) throw answer(413)
      if (items.some(refuses)) throw REFUSALS['beyond retention']
      for (const item of items) taken.add(item)
    }
    return { taken, send, requests: () => requests }
  }

  it('writes everything but what is refused, whatever that is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(1_000), { maxLength: 60 }),
        fc.nat(7),
        fc.nat(40),
        async (items, bad, limit) => {
          const refuses = (n: number) => n % 7 === bad
          const { taken, send } = database(refuses, limit + 1)
          const refused = await writeByHalves(items, send, now)
          expect(refused.map(({ item }) => item)).toEqual(items.filter(refuses))
          expect([...taken].sort()).toEqual(items.filter((n) => !refuses(n)).sort())
          for (const { detail } of refused) expect(detail).toContain('beyond retention')
        },
      ),
      { numRuns: 100 },
    )
  })

  it('finds one in 5,000 with few questions', async () => {
    const { send, requests, taken } = database((n) => n === 3_333)
    const items = Array.from({ length: 5_000 }, (_, n) => n)
    expect((await writeByHalves(items, send, now)).map(({ item }) => item)).toEqual([3_333])
    expect(taken.size).toBe(4_999)
    expect(requests()).toBeLessThanOrEqual(27)
  })

  it('gives up, and takes nothing for refused, when the database goes away meanwhile', async () => {
    let requests = 0
    const send = async () => {
      requests += 1
      throw requests < 3 ? REFUSALS['a type conflict'] : answer(500)
    }
    await expect(writeByHalves([1, 2, 3, 4], send, now)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  })

  it('does not take an answer that it does not know, and that meets everything, for one about lines', async () => {
    const puzzled = async () => {
      throw answer(400, { error: 'your licence has expired' })
    }
    await expect(writeByHalves([1, 2, 3], puzzled, now)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    const some = async (items: readonly number[]) => {
      if (items.includes(2)) throw answer(400, { error: 'we do not like 2' })
    }
    expect((await writeByHalves([1, 2, 3], some, now)).map(({ item }) => item)).toEqual([2])
  })
})
