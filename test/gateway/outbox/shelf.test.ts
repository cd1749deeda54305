import { describe, expect, it } from 'vitest'
import { Shelf } from '../../../gateway/outbox/shelf.ts'

describe('Shelf', () => {
  function filled(): Shelf {
    const shelf = new Shelf()
    shelf.add('b', 1, 600_000)
    shelf.add('a', 1, 3)
    return shelf
  }

  it('has epochs in the order they came, and their batches by number', () => {
    const shelf = filled()
    expect(shelf.size).toBe(600_003)
    shelf.remove('b', [[2, 599_999]])
    expect([...shelf.keys()].map(({ epoch, seq }) => `${epoch}:${seq}`)).toEqual([
      'b:1',
      'b:600000',
      'a:1',
      'a:2',
      'a:3',
    ])
    expect(shelf.has({ epoch: 'b', seq: 2 })).toBe(false)
    expect(shelf.has({ epoch: 'c', seq: 1 })).toBe(false)
  })

  it('says what was there of what is removed', () => {
    const shelf = filled()
    expect(
      shelf.remove('a', [
        [0, 1],
        [3, 99],
      ]),
    ).toEqual([
      [1, 1],
      [3, 3],
    ])
    expect(shelf.remove('c', [[0, 99]])).toEqual([])
    expect(shelf.size).toBe(600_001)
  })

  it('gives away the oldest, some at a time', () => {
    const shelf = filled()
    expect(shelf.takeSome(1_000)).toEqual({ epoch: 'b', seqs: [[1, 1_000]] })
    shelf.remove('b', [[1_002, 599_999]])
    expect(shelf.takeSome(1_000)).toEqual({
      epoch: 'b',
      seqs: [
        [1_001, 1_001],
        [600_000, 600_000],
      ],
    })
    expect(shelf.takeSome(2)).toEqual({ epoch: 'a', seqs: [[1, 2]] })
    expect(shelf.takeSome(2)).toEqual({ epoch: 'a', seqs: [[3, 3]] })
    expect(shelf.takeSome(2)).toBeUndefined()
    expect(shelf.size).toBe(0)
  })
})
