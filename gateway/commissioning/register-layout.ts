import { BYTE_ORDERS, type ByteOrder } from '../../contracts/facility-words.ts'
import { type Cells, type Interpretation, interpretationsAt, SURE } from './interpretation.ts'

/** Fewest registers of text: four characters. */
const LEAST_TEXT = 2
/** A float in another byte order than its neighbours loses this much: devices keep to one. */
const ORDER_WEIGHT = 0.2

/** One reading of everything that was seen, without overlaps and in order of address. */
export interface Layout {
  readonly points: readonly Interpretation[]
  /** The byte order that the surest floats agree on. */
  readonly order?: ByteOrder
}

/** The most plausible way to read all registers together. `looks` in order of time. */
export function layOut(looks: readonly Cells[]): Layout {
  const last = looks.at(-1) ?? new Map<number, number>()
  const texts = new Map(textRuns(last).map((text) => [text.address, text]))
  const all = new Map(
    [...last.keys()].map((address) => {
      const text = texts.get(address)
      return [address, [...interpretationsAt(address, looks), ...(text === undefined ? [] : [text])]]
    }),
  )
  const points = runsOf(last).flatMap((run) => layOutRun(run, { last, all }))
  const order = prevailingOrder(points)
  return { points, ...(order === undefined ? {} : { order }) }
}

interface Seen {
  readonly last: Cells
  /** Key: address; value: what may begin there. */
  readonly all: ReadonlyMap<number, readonly Interpretation[]>
}

/**
 * The cover that explains most, of one for each byte order. In the wrong order the halves of neighbours make
 * good floats too, but then it is the halves left over that nothing explains.
 */
function layOutRun(addresses: readonly number[], seen: Seen): Interpretation[] {
  const covers = BYTE_ORDERS.map((order) =>
    bestCover(addresses, (address) => choicesAt(address, order, seen)),
  )
  const [first = [], ...others] = covers
  return others.reduce((best, cover) => (gainOf(cover) > gainOf(best) ? cover : best), first)
}

function choicesAt(address: number, order: ByteOrder, seen: Seen): Interpretation[] {
  const zero = zeroAfterFloat(address, order, seen)
  const list = (seen.all.get(address) ?? []).map((each) => weighed(each, order))
  return zero === undefined ? list : [...list, zero]
}

function gainOf(points: readonly Interpretation[]): number {
  return points.reduce((sum, { score, registers }) => sum + score * registers, 0)
}

/** Addresses without a hole between them. */
function runsOf(cells: Cells): number[][] {
  const runs: number[][] = []
  for (const address of [...cells.keys()].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1) === address - 1) run.push(address)
    else runs.push([address])
  }
  return runs
}

/** From the end: what is best for all registers from an address on, by what is best behind each choice. */
function bestCover(
  addresses: readonly number[],
  choices: (address: number) => readonly Interpretation[],
): Interpretation[] {
  const best = new Map<number, { gain: number; choice?: Interpretation }>()
  const gainFrom = (address: number) => best.get(address)?.gain ?? 0
  for (const address of addresses.toReversed()) {
    let found: { gain: number; choice?: Interpretation } = { gain: gainFrom(address + 1) }
    for (const choice of choices(address)) {
      const gain = choice.score * choice.registers + gainFrom(address + choice.registers)
      if (gain > found.gain) found = { gain, choice }
    }
    best.set(address, found)
  }
  const points: Interpretation[] = []
  let next = Number.NEGATIVE_INFINITY
  for (const address of addresses) {
    const choice = address < next ? undefined : best.get(address)?.choice
    if (choice === undefined) continue
    points.push(choice)
    next = address + choice.registers
  }
  return points
}

function prevailingOrder(points: readonly Interpretation[]): ByteOrder | undefined {
  const votes = BYTE_ORDERS.map((order) => ({
    order,
    count: points.filter((each) => isFloat(each, order) && each.score >= SURE).length,
  })).sort((a, b) => b.count - a.count)
  return votes[0] !== undefined && votes[0].count > 0 ? votes[0].order : undefined
}

function weighed(each: Interpretation, order: ByteOrder): Interpretation {
  if (each.type !== 'float32' || each.order === order) return each
  return { ...each, score: Math.round((each.score - ORDER_WEIGHT) * 100) / 100 }
}

/** Zeros right behind a sure float are one more float that is 0 now. */
function zeroAfterFloat(address: number, order: ByteOrder, { last, all }: Seen): Interpretation | undefined {
  const before = all.get(address - 2) ?? []
  const isZero = last.get(address) === 0 && last.get(address + 1) === 0
  if (!isZero || !before.some((each) => isFloat(each, order) && each.score >= SURE)) return undefined
  return { address, registers: 2, type: 'float32', order, value: 0, score: 0.32 }
}

function isFloat({ type, order }: Interpretation, wanted: ByteOrder): boolean {
  return type === 'float32' && order === wanted
}

/** Registers that hold letters and digits, two to a register, up to the padding. */
export function textRuns(cells: Cells): Interpretation[] {
  const runs: Interpretation[] = []
  let run: { address: number; text: string } | undefined
  const close = () => {
    if (run !== undefined && isText(run.text)) {
      const registers = Math.ceil(run.text.length / 2)
      const score = Math.min(0.9, 0.5 + 0.05 * run.text.length)
      runs.push({ address: run.address, registers, type: 'string', value: run.text.trimEnd(), score })
    }
    run = undefined
  }
  for (const [address, word] of [...cells].sort(([a], [b]) => a - b)) {
    const characters = charactersOf(word)
    const isNext = run !== undefined && address === run.address + run.text.length / 2
    if (run === undefined || !isNext || characters === undefined) close()
    if (characters === undefined) continue
    run = run === undefined ? { address, text: characters } : { ...run, text: run.text + characters }
    if (characters.length < 2) close()
  }
  close()
  return runs
}

/** One or two printable characters; undefined when the register holds no text. */
function charactersOf(word: number): string | undefined {
  const bytes = [word >> 8, word & 0xff]
  const isPrintable = (byte: number) => byte >= 0x20 && byte < 0x7f
  const [high = 0, low = 0] = bytes
  if (isPrintable(high) && isPrintable(low)) return String.fromCharCode(high, low)
  return isPrintable(high) && low === 0 ? String.fromCharCode(high) : undefined
}

/** Enough of it, and mostly letters and digits: two numbers make printable pairs now and then. */
function isText(text: string): boolean {
  const letters = text.replaceAll(/[^A-Za-z]/g, '').length
  const words = text.replaceAll(/[^A-Za-z0-9 .:/_-]/g, '').length
  return text.trimEnd().length > 2 * (LEAST_TEXT - 1) + 1 && words >= 0.8 * text.length && letters >= 2
}
