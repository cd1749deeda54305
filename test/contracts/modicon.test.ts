import { describe, expect, it } from 'vitest'
import { parseModicon } from '../../contracts/modicon.ts'

describe('Modicon reference', () => {
  it.each([
    ['00001', 'coil', 0],
    ['09999', 'coil', 9998],
    ['10001', 'discrete', 0],
    ['30001', 'input', 0],
    ['30011', 'input', 10],
    ['40001', 'holding', 0],
    ['40003', 'holding', 2],
    ['49999', 'holding', 9998],
    ['000001', 'coil', 0],
    ['100001', 'discrete', 0],
    ['300011', 'input', 10],
    ['400001', 'holding', 0],
    ['465536', 'holding', 65535],
  ])('%s is %s %d', (reference, table, address) => {
    expect(parseModicon(reference)).toEqual({ table, address })
  })

  it.each([
    '',
    '4',
    '4001',
    '40000',
    '400000',
    '465537',
    '4000001',
    '20001',
    '50001',
    '70001',
    'x0001',
    '4000x',
    '4 001',
    '-0001',
  ])('%j is none', (reference) => {
    expect(parseModicon(reference)).toBeUndefined()
  })
})
