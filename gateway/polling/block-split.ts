import type { ReadOutcome } from '../drivers/driver.ts'
import type { BlockLimits } from './block-limits.ts'
import type { Block } from './plan.ts'
import { blockOf, spansIn } from './span.ts'

/** Why a piece is not asked for in every poll. */
export interface Trouble {
  /** `refused` with exception 2 or 3; `silent` while the device answers everything else. */
  readonly kind: 'refused' | 'silent'
  /** What came of it last. */
  readonly outcome: ReadOutcome
  /** How often in a row. */
  readonly times: number
  /** When it is asked for again, monotonic ms. */
  readonly askAt: number
}

/** A part of a planned block that is asked for by itself. */
export interface Piece {
  readonly block: Block
  readonly trouble?: Trouble
}

/** Addresses from `start` to before `end`. */
interface Stretch {
  readonly start: number
  readonly end: number
}

/** A planned block, and into what the refusals of its device have cut it. */
export interface Plot {
  readonly planned: Block
  readonly pieces: readonly Piece[]
  /** What was refused as a whole. What holds one of them is refused too, so it is not asked for again. */
  readonly refused: readonly Stretch[]
}

export function wholePlot(planned: Block): Plot {
  return { planned, pieces: [{ block: planned }], refused: [] }
}

/**
 * The two halves of a block between two of its values, without the hole that may be there; undefined for
 * one that holds a single value, or a record.
 */
export function halvesOf(block: Block): [Block, Block] | undefined {
  if (block.table === 'record') return undefined
  const spans = spansIn(block.table, block)
  if (spans.length < 2) return undefined
  const middle = Math.ceil(spans.length / 2)
  return [blockOf(block.table, spans.slice(0, middle)), blockOf(block.table, spans.slice(middle))]
}

/** The plot after `block` was refused, with its halves instead. */
export function withHalves(plot: Plot, block: Block, halves: readonly [Block, Block]): Plot {
  return {
    ...withRefusal(plot, block),
    pieces: plot.pieces.flatMap((piece) =>
      piece.block === block ? halves.map((half) => ({ block: half })) : [piece],
    ),
  }
}

export function withTrouble(plot: Plot, block: Block, trouble: Trouble): Plot {
  return {
    ...(trouble.kind === 'refused' ? withRefusal(plot, block) : plot),
    pieces: plot.pieces.map((piece) => (piece.block === block ? { block, trouble } : piece)),
  }
}

export function withoutTrouble(plot: Plot, block: Block): Plot {
  return { ...plot, pieces: plot.pieces.map((piece) => (piece.block === block ? { block } : piece)) }
}

/** Joins neighbours again that are not known to be refused together, so that few requests read the rest. */
export function joined(plot: Plot, limits: BlockLimits): Plot {
  const sound = plot.pieces.filter((piece) => piece.trouble === undefined).map((piece) => piece.block)
  const blocks: Block[] = []
  for (const block of sound.toSorted((a, b) => a.address - b.address || a.count - b.count)) {
    const last = blocks.at(-1)
    const both = last && union(last, block)
    if (last !== undefined && both !== undefined && isAllowed(plot, { last, block, both }, limits))
      blocks[blocks.length - 1] = both
    else blocks.push(block)
  }
  const pieces = plot.pieces.filter((piece) => piece.trouble !== undefined)
  return { ...plot, pieces: [...blocks.map((block) => ({ block })), ...pieces] }
}

function isAllowed(
  plot: Plot,
  pair: { last: Block; block: Block; both: Block },
  limits: BlockLimits,
): boolean {
  const { last, block, both } = pair
  if (block.address - endOf(last) > limits.maxGap || both.count > limits.largest) return false
  return !plot.refused.some(({ start, end }) => start >= both.address && end <= endOf(both))
}

function union(a: Block, b: Block): Block {
  const address = Math.min(a.address, b.address)
  return {
    table: a.table,
    address,
    count: Math.max(endOf(a), endOf(b)) - address,
    sensors: [...a.sensors, ...b.sensors],
    conditions: [...a.conditions, ...b.conditions],
  }
}

/** Larger stretches around a refused one say nothing more. */
function withRefusal(plot: Plot, block: Block): Plot {
  const added = { start: block.address, end: endOf(block) }
  const others = plot.refused.filter(({ start, end }) => start > added.start || end < added.end)
  return { ...plot, refused: [...others, added] }
}

function endOf({ address, count }: Block): number {
  return address + count
}
