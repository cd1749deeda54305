import type { Register } from '../../contracts/facility.ts'
import { BYTE_ORDERS, type ByteOrder } from '../../contracts/facility-words.ts'
import { decode } from '../quality/decode.ts'

/** One look at a table. Key: address; value: the word. */
export type Cells = ReadonlyMap<number, number>

/** One way to read one or more registers. */
export interface Interpretation {
  readonly address: number
  readonly registers: number
  readonly type: 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'string'
  /** Of values of two registers. */
  readonly order?: ByteOrder
  /** At the last look. */
  readonly value: number | string
  /** How plausible it is, from 0 to 1: a rule of thumb, not a probability. */
  readonly score: number
}

/** At and above this score there is hardly a doubt. */
export const SURE = 0.7
/** Below this nobody wants to see it. */
export const LEAST_SCORE = 0.2

/** Everything plausible that begins at this address, the best first. `looks` in order of time. */
export function interpretationsAt(address: number, looks: readonly Cells[]): Interpretation[] {
  return [...narrow(address, looks), ...wide(address, looks)]
    .filter(({ score }) => score >= LEAST_SCORE)
    .sort((a, b) => b.score - a.score)
}

function narrow(address: number, looks: readonly Cells[]): Interpretation[] {
  const values = valuesOf({ address, type: 'uint16', order: 'ABCD' }, looks)
  const word = values?.at(-1)
  if (values === undefined || word === undefined) return []
  const jumps = stepOf(values) > 0x8000 ? -0.2 : 0
  const list: Interpretation[] = [
    { address, registers: 1, type: 'uint16', value: word, score: unsignedScore(word) + jumps },
  ]
  if (word >= 0x8000) {
    const value = word - 0x10000
    list.push({ address, registers: 1, type: 'int16', value, score: value >= -1_000 ? 0.46 : 0.25 })
  }
  return list.map((each) => ({ ...each, score: rounded(each.score) }))
}

/** Words that devices send in place of a value. */
const NO_VALUE: readonly number[] = [0x7fff, 0x8000, 0xffff]

function unsignedScore(word: number): number {
  if (word === 0) return 0.3
  if (NO_VALUE.includes(word)) return 0.22
  if (word <= 20_000) return 0.45
  return word < 0x8000 ? 0.4 : 0.3
}

function wide(address: number, looks: readonly Cells[]): Interpretation[] {
  const last = looks.at(-1)
  const words = [last?.get(address), last?.get(address + 1)]
  // Nothing tells what zeros are.
  if (words.includes(undefined) || words.every((word) => word === 0)) return []
  return BYTE_ORDERS.flatMap((order) =>
    (['float32', 'uint32', 'int32'] as const).flatMap((type) => {
      const values = valuesOf({ address, type, order }, looks)
      const value = values?.at(-1)
      if (values === undefined || value === undefined) return []
      if (type === 'int32' && value >= 0) return []
      const score = rounded(type === 'float32' ? floatScore(values) : integerScore(values, order))
      return [{ address, registers: 2, type, order, value, score }]
    }),
  )
}

/** What few digits are worth. Key: how many a number has. */
const ROUNDNESS: Readonly<Record<number, number>> = { 1: 0.35, 2: 0.35, 3: 0.35, 4: 0.35, 5: 0.25, 6: 0.1 }

/**
 * A measured value has a magnitude that people work with, which one in ten random pairs of words has; set
 * points have few digits, which hardly any has; and in the wrong order a small move looks like a large one.
 */
function floatScore(values: readonly number[]): number {
  const value = values.at(-1) ?? 0
  const size = Math.abs(value)
  if (size < 1e-6 || size > 1e9) return 0
  const smooth = smoothness(values)
  if (size < 1e-3 || size > 1e6) return 0.2 + Math.min(0, smooth)
  const roundness = ROUNDNESS[digitsOf(value)] ?? 0
  return 0.5 + (smooth < 0 ? smooth : Math.max(roundness, smooth))
}

/** Mostly two numbers of 16 bits explain the same; a carry from one to the other does not happen to those. */
function integerScore(values: readonly number[], order: ByteOrder): number {
  const value = values.at(-1) ?? 0
  const size = Math.abs(value)
  const magnitude = size <= 0xffff ? 0.33 : size <= 1e8 ? 0.25 : 0
  const rarity = order === 'BADC' || order === 'DCBA' ? -0.1 : 0
  const isCarried = values.some((each, index) => isCarry(values[index - 1] ?? each, each))
  return magnitude === 0 ? 0 : magnitude + rarity + (isCarried ? 0.4 : 0)
}

/** The high word moved by one, and the low word went round. */
function isCarry(before: number, after: number): boolean {
  const high = Math.floor(after / 0x10000) - Math.floor(before / 0x10000)
  return Math.abs(high) === 1 && Math.abs(after - before) < 0x4000
}

/** Measured values move a little, and by more than the last bit of their number. */
function smoothness(values: readonly number[]): number {
  const step = stepOf(values)
  if (step === 0) return 0
  const share = step / Math.max(...values.map(Math.abs))
  if (share > 0.2) return -0.3
  return share > 1e-5 ? 0.2 : 0
}

/** Largest change between two looks. */
function stepOf(values: readonly number[]): number {
  return Math.max(0, ...values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value))))
}

/** Decimal digits that a number of single precision needs. */
function digitsOf(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    if (Math.fround(Number(value.toPrecision(digits))) === value) return digits
  }
  return 9
}

/** The value at each look; undefined when it was no number at one of them. */
function valuesOf(
  { address, type, order }: Pick<Register, 'address' | 'type' | 'order'>,
  looks: readonly Cells[],
): number[] | undefined {
  const register: Register = { table: 'holding', address, type, order, scale: 1, offset: 0 }
  const values: number[] = []
  for (const cells of looks) {
    const words = [cells.get(address), cells.get(address + 1)].filter((word) => word !== undefined)
    const decoded = decode(register, { kind: 'words', words }, address)
    if (!decoded.ok) return undefined
    values.push(Number(decoded.raw))
  }
  return values
}

/** `21.5 (x0.1)`, `2.15 (x0.01)`: what an integer may mean when its device sends no fractions. */
export function scaleHints({ type, value }: Interpretation): string[] {
  if (type === 'float32' || typeof value === 'string' || Math.abs(value) < 10) return []
  return [`${rounded(value * 0.1)} (x0.1)`, `${rounded(value * 0.01)} (x0.01)`]
}

function rounded(x: number): number {
  return Math.round(x * 100) / 100
}
