import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnswerView, NewAnswer } from '../../contracts/register/inspection-api.ts'
import type { Answer } from '../../dashboards/console/src/api-client.ts'
import { answerOf, type OwnAnswer } from '../../dashboards/console/src/response/round-answer.ts'
import { WaitQueue } from '../../dashboards/console/src/response/wait-queue.ts'

type Reply = 'taken' | 'lost' | 'cut' | 'refused'

/** A server behind a bad line; `lost`: it has it, and the answer does not come back. */
class Line {
  readonly kept = new Map<string, string>()
  replies: Reply[] = []
  /** Called while something is under way. */
  during: (() => void) | undefined

  send = async ({ key, text }: { key: string; text: string }): Promise<Answer<string>> => {
    await Promise.resolve()
    this.during?.()
    const reply = this.replies.shift() ?? 'taken'
    if (reply === 'taken' || reply === 'lost') this.kept.set(key, text)
    if (reply === 'taken') return { ok: true, value: text }
    if (reply === 'refused') {
      const problem = { status: 409, code: 'ROUND_CHANGED', title: '', detail: '', remedy: '', instance: '' }
      return { ok: false, failure: { kind: 'problem', problem: problem as never } }
    }
    return { ok: false, failure: { kind: 'unreachable', detail: 'cut' } }
  }
}

function queueOn(line: Line, kept: [string, { key: string; text: string }][] = []) {
  const taken: string[] = []
  const queue = new WaitQueue<{ key: string; text: string }, string>({
    send: line.send,
    onTaken: (text) => taken.push(text),
    onChange: () => undefined,
    kept,
  })
  return { queue, taken }
}

describe('what waits for the network', () => {
  test('whatever the line does, the server has the last word of each in the end, and nothing waits', async () => {
    const puts = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.string()), {
      minLength: 1,
      maxLength: 12,
    })
    const replies = fc.array(fc.constantFrom<Reply>('taken', 'lost', 'cut'), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(puts, replies, async (said, how) => {
        const line = new Line()
        line.replies = [...how]
        const { queue } = queueOn(line)
        for (const [key, text] of said) {
          queue.put(key, { key, text })
          await Promise.resolve()
        }
        for (let tries = 0; tries <= how.length && queue.waiting.size > 0; tries += 1) {
          await queue.flush()
          await new Promise((resolve) => setImmediate(resolve))
        }
        await queue.flush()
        expect(queue.waiting.size).toBe(0)
        expect(Object.fromEntries(line.kept)).toEqual(Object.fromEntries(said))
      }),
      { numRuns: 60 },
    )
  })

  test('what is refused stays with why, and the rest goes on', async () => {
    const line = new Line()
    line.replies = ['refused', 'taken']
    const { queue, taken } = queueOn(line, [
      ['a', { key: 'a', text: '1' }],
      ['b', { key: 'b', text: '2' }],
    ])
    await queue.flush()
    expect(taken).toEqual(['2'])
    expect(queue.waiting.get('a')?.refusal).toMatchObject({ problem: { code: 'ROUND_CHANGED' } })
    await queue.flush()
    expect(line.kept.has('a')).toBe(false)
    queue.drop('a')
    expect(queue.waiting.size).toBe(0)
  })

  test('what is changed while it is under way goes again', async () => {
    const line = new Line()
    const { queue } = queueOn(line, [['a', { key: 'a', text: 'first' }]])
    line.during = () => {
      line.during = undefined
      queue.put('a', { key: 'a', text: 'second' })
    }
    await queue.flush()
    expect(line.kept.get('a')).toBe('second')
    expect(queue.waiting.size).toBe(0)
  })

  test('one thing at a time, however often it is asked', async () => {
    const line = new Line()
    let under = 0
    line.during = () => {
      under += 1
    }
    const { queue } = queueOn(line, [['a', { key: 'a', text: '1' }]])
    await Promise.all([queue.flush(), queue.flush(), queue.flush()])
    expect(under).toBe(1)
  })
})

describe('an answer', () => {
  const shown: AnswerView = { id: 'theirs-01', result: 'ok', note: '', by: 'Sun Jie', time: '', hazard: null }
  const said = { item: 'kit', result: 'finding' as const, note: ' gone ', grade: 'major' as const, time: 'T' }
  const newId = () => 'new-id-01'
  const waiting = (answer: NewAnswer): { what: OwnAnswer; refusal: undefined } => ({
    what: { answer, by: {} },
    refusal: undefined,
  })

  test('names the one that stood in sight', () => {
    expect(answerOf(said, { shown, waits: undefined, newId })).toEqual({
      id: 'new-id-01',
      item: 'kit',
      result: 'finding',
      note: 'gone',
      grade: 'major',
      time: 'T',
      replaces: 'theirs-01',
    })
  })

  test('is changed under its own id while it waits: the server may have it already', () => {
    const before = { id: 'mine-0001', item: 'kit', result: 'ok' as const }
    expect(answerOf(said, { shown, waits: waiting(before), newId })).toMatchObject({ id: 'mine-0001' })
    expect(answerOf(said, { shown, waits: waiting(before), newId })).not.toHaveProperty('replaces')
  })

  test('is another one after a refusal', () => {
    const refusal = { kind: 'unreachable' as const, detail: '' }
    const waits = {
      what: { answer: { id: 'mine-0001', item: 'kit', result: 'ok' as const }, by: {} },
      refusal,
    }
    expect(answerOf(said, { shown, waits, newId })).toMatchObject({ id: 'new-id-01', replaces: 'theirs-01' })
  })
})
