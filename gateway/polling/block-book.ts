import type { Device } from '../../contracts/facility.ts'
import type { ReadOutcome } from '../drivers/driver.ts'
import { limitsOf } from './block-limits.ts'
import {
  halvesOf,
  joined,
  type Plot,
  type Trouble,
  wholePlot,
  withHalves,
  withoutTrouble,
  withTrouble,
} from './block-split.ts'
import { type Block, conditionsLast } from './plan.ts'

/** What is told of a block. */
export interface Told {
  readonly block: Block
  readonly outcome: ReadOutcome
}

/** What one poll asks for, in order, and what it knows without asking. */
export interface Agenda {
  readonly ask: readonly Block[]
  readonly remembered: readonly Told[]
}

/** A silent block is in trouble with its second silence in a row: the first may be a lost frame. */
const SILENCES = 2
/** How long a block in trouble is left alone: doubling from the first to the longest, ms. */
const LEFT_ALONE = { firstMs: 10_000, longestMs: 600_000 } as const

/**
 * What is known of the blocks of one device: which it refuses, which it never answers, and how the rest is
 * read in few requests. It outlasts the loss of device and line. Times are monotonic milliseconds.
 */
export class BlockBook {
  readonly #device: Device
  #plots: readonly Plot[]
  /** Planned blocks of which something answers again that had been refused. */
  readonly #reopened = new Set<Block>()

  constructor(device: Device, blocks: readonly Block[]) {
    this.#device = device
    this.#plots = blocks.map(wholePlot)
  }

  /** Every block that is told of in a poll. */
  get blocks(): Block[] {
    return this.#pieces().map((piece) => piece.block)
  }

  /** For a poll that begins. At most one block in trouble is asked for in a poll, or one when there is nothing else. */
  agenda(now: number, { isProbe }: { isProbe: boolean }): Agenda {
    this.#plots = this.#plots.map((plot) =>
      this.#reopened.has(plot.planned) ? wholePlot(plot.planned) : plot,
    )
    this.#reopened.clear()
    const sound = this.#pieces().filter((piece) => !isSeldom(piece.trouble))
    const troubled = this.#pieces().flatMap(({ block, trouble }) =>
      isSeldom(trouble) ? [{ block, trouble }] : [],
    )
    const [next] = troubled.toSorted((a, b) => a.trouble.askAt - b.trouble.askAt)
    const isDue = next !== undefined && next.trouble.askAt <= now && !isProbe
    const seldom = sound.length === 0 || isDue ? next?.block : undefined
    return {
      ask: [...conditionsLast(sound.map((piece) => piece.block)), ...(seldom === undefined ? [] : [seldom])],
      remembered: troubled
        .filter(({ block }) => block !== seldom)
        .map(({ block, trouble }) => ({ block, outcome: trouble.outcome })),
    }
  }

  isTroubled(block: Block): boolean {
    return isSeldom(this.#troubleOf(block))
  }

  /** The halves of a refused block, to be asked for instead; undefined when it is not to be split. */
  split(block: Block): readonly Block[] | undefined {
    // A device that answers fixed blocks would refuse every half.
    if (this.#device.workarounds.blocks.length > 0) return undefined
    const halves = halvesOf(block)
    if (halves !== undefined) this.#change(block, (plot) => withHalves(plot, block, halves))
    return halves
  }

  /** What was refused and is answered again makes all of its planned block worth another try, next time. */
  answered(block: Block): void {
    const trouble = this.#troubleOf(block)
    if (trouble === undefined) return
    // A device that refused everything was not itself, say in a download: what it said of the others is void.
    if (trouble.kind === 'refused' && this.#pieces().every((piece) => isSeldom(piece.trouble)))
      for (const { planned } of this.#plots) this.#reopened.add(planned)
    this.#change(block, (plot) => {
      if (trouble.kind === 'refused') this.#reopened.add(plot.planned)
      return withoutTrouble(plot, block)
    })
  }

  refused(block: Block, outcome: ReadOutcome, now: number): void {
    this.#note(block, { kind: 'refused', outcome }, now)
  }

  /** The device answered everything else. */
  silent(block: Block, outcome: ReadOutcome, now: number): void {
    const kind = this.#troubleOf(block)?.kind ?? 'silent'
    this.#note(block, { kind, outcome }, now)
  }

  /** After a poll that split blocks: joins what was split too finely. */
  settle(): void {
    this.#plots = this.#plots.map((plot) =>
      plot.planned.table === 'record' ? plot : joined(plot, limitsOf(this.#device, plot.planned.table)),
    )
  }

  /** What the device does not answer for, such as `holding 12..13`. */
  refusals(): string[] {
    return this.#pieces()
      .filter((piece) => isSeldom(piece.trouble))
      .map(({ block }) => nameOf(block))
  }

  #note(block: Block, { kind, outcome }: Pick<Trouble, 'kind' | 'outcome'>, now: number): void {
    const times = (this.#troubleOf(block)?.times ?? 0) + 1
    const wait = Math.min(LEFT_ALONE.firstMs * 2 ** (times - 1), LEFT_ALONE.longestMs)
    this.#change(block, (plot) => withTrouble(plot, block, { kind, outcome, times, askAt: now + wait }))
  }

  #pieces() {
    return this.#plots.flatMap((plot) => plot.pieces)
  }

  #troubleOf(block: Block): Trouble | undefined {
    return this.#pieces().find((piece) => piece.block === block)?.trouble
  }

  #change(block: Block, change: (plot: Plot) => Plot): void {
    this.#plots = this.#plots.map((plot) =>
      plot.pieces.some((piece) => piece.block === block) ? change(plot) : plot,
    )
  }
}

function isSeldom(trouble: Trouble | undefined): trouble is Trouble {
  if (trouble === undefined) return false
  return trouble.kind === 'refused' || trouble.times >= SILENCES
}

function nameOf({ table, address, count }: Block): string {
  if (table === 'record') return table
  return count === 1 ? `${table} ${address}` : `${table} ${address}..${address + count - 1}`
}
