import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, decideAnswer, missingOf } from '../../../../alerting/register/inspection/answers.ts'
import type { NewAnswer } from '../../../../contracts/register/inspection-api.ts'
import { ANSWER_RESULTS } from '../../../../contracts/register/inspection-words.ts'

const CHECKLIST = [
  { id: 'leaks', text: 'No leaks', mustPhoto: false },
  { id: 'fence', text: 'The fence is whole', mustPhoto: true },
]
const moment = { by: 'li', started: 1_000, now: 9_000, at: undefined }
const given = (over: Partial<NewAnswer> = {}): NewAnswer => ({
  id: 'answer-1',
  item: 'leaks',
  result: 'ok',
  ...over,
})
const decide = (answers: readonly Answer[], over: Partial<NewAnswer> = {}, at = moment) =>
  decideAnswer(CHECKLIST, answers, given(over), at)
const coded = (code: string) => expect.objectContaining({ code })

describe('an answer', () => {
  it('is kept with who, when and what', () => {
    expect(decide([])).toMatchObject({
      answer: {
        item: 'leaks',
        client: 'answer-1',
        result: 'ok',
        note: '',
        by: 'li',
        time: 9_000,
        hazard: null,
      },
      isKnown: false,
      opensHazard: false,
    })
  })

  it.each([
    [5_000, 5_000],
    [10, 1_000],
    [99_000, 9_000],
  ])('that a phone says is of %d lies within the round: %d', (at, time) => {
    expect(decide([], {}, { ...moment, at } as never).answer.time).toBe(time)
  })

  it('that comes again as it was is known, whoever sends it', () => {
    const { answer } = decide([], { result: 'finding', note: 'drips' })
    const held = { ...answer, hazard: 12 }
    const again = decide([held], { result: 'finding', note: 'drips' }, { ...moment, by: 'wang' })
    expect(again).toMatchObject({ isKnown: true, opensHazard: false })
    expect(again.answer).toBe(held)
  })

  it('with the same id changes, and keeps its hazard', () => {
    const held = { ...decide([], { result: 'finding', note: 'drips' }).answer, hazard: 12 }
    expect(decide([held], { result: 'finding', note: 'it pours' })).toMatchObject({
      answer: { note: 'it pours', hazard: 12 },
      isKnown: false,
      opensHazard: false,
    })
    expect(decide([held], { result: 'ok' }).answer).toMatchObject({ result: 'ok', hazard: 12 })
    expect(decide([{ ...held, hazard: null }], { result: 'finding', note: 'more' }).opensHazard).toBe(true)
  })

  it('of somebody else is replaced only by name', () => {
    const { answer: held } = decide([])
    expect(() => decide([held], { id: 'answer-2' })).toThrow(coded('ROUND_CHANGED'))
    expect(() => decide([held], { id: 'answer-2', replaces: 'answer-0' })).toThrow(coded('ROUND_CHANGED'))
    expect(decide([held], { id: 'answer-2', replaces: 'answer-1' }).answer.client).toBe('answer-2')
  })

  it.each([
    ['to an item that is not there', { item: 'roof' }, 'ROUND_ITEM_UNKNOWN'],
    ['that finds something and says not what', { result: 'finding' }, 'ROUND_ANSWER_INVALID'],
    ['that finds something and says blanks', { result: 'finding', note: '  ' }, 'ROUND_ANSWER_INVALID'],
    ['that is not applicable without a reason', { result: 'not-applicable' }, 'ROUND_ANSWER_INVALID'],
  ] as const)('%s is refused', (_what, over, code) => {
    expect(() => decide([], over)).toThrow(coded(code))
  })

  it('with the id of another item is refused', () => {
    const { answer: held } = decide([])
    expect(() => decide([held], { item: 'fence' })).toThrow(coded('ROUND_ANSWER_INVALID'))
  })

  it('opens at most one hazard of an item, whatever comes how often', () => {
    const step = fc.record({
      id: fc.constantFrom('answer-1', 'answer-2', 'answer-3'),
      item: fc.constantFrom('leaks', 'fence'),
      result: fc.constantFrom(...ANSWER_RESULTS),
      note: fc.constantFrom('drips', 'pours'),
      replaces: fc.constantFrom('answer-1', 'answer-2', 'answer-3'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let answers: Answer[] = []
        const opened: string[] = []
        for (const each of steps) {
          let decision: ReturnType<typeof decide>
          try {
            decision = decideAnswer(CHECKLIST, answers, each, moment)
          } catch {
            continue
          }
          const { answer, item, opensHazard } = decision
          if (opensHazard) opened.push(item.id)
          const hazard = opensHazard ? opened.length : answer.hazard
          answers = [...answers.filter((other) => other.item !== item.id), { ...answer, hazard }]
          expect(answer.result !== 'finding' || hazard !== null).toBe(true)
        }
        expect(opened).toEqual([...new Set(opened)])
        expect(new Set(answers.map(({ client }) => client)).size).toBe(answers.length)
      }),
    )
  })
})

describe('a round is missing', () => {
  const { answer: leaks } = decide([])
  const fence = decide([], { id: 'answer-2', item: 'fence' }).answer

  it('items without an answer, and photos that it must have', () => {
    expect(missingOf(CHECKLIST, [], new Set())).toEqual(['leaks is not answered', 'fence is not answered'])
    expect(missingOf(CHECKLIST, [leaks, fence], new Set(['leaks']))).toEqual(['fence has no photo'])
    expect(missingOf(CHECKLIST, [leaks, fence], new Set(['fence']))).toEqual([])
  })

  it('no photo of what is not applicable', () => {
    expect(missingOf(CHECKLIST, [leaks, { ...fence, result: 'not-applicable' }], new Set())).toEqual([])
  })
})
