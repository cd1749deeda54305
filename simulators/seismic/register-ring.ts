import type { ByteOrder, RegisterTable } from '../../contracts/facility-words.ts'
import { encodeRaw } from '../modbus/encode.ts'
import type { RegisterImage } from '../modbus/register-image.ts'
import type { Block, Outlet } from './digitiser.ts'
import { flagsOf, secondsOf } from './frame.ts'

/** Where an instrument keeps its last samples: docs/seismic-protocols.md. */
export interface RingPlan {
  readonly table: Extract<RegisterTable, 'holding' | 'input'>
  readonly head: number
  readonly ring: number
  readonly type: 'int16' | 'int32'
  readonly order: ByteOrder
  readonly rate: number
}

const HEAD_REGISTERS = 9
const AXES = 3
/** A ring holds at least so many seconds, in a power of two so that the count may begin anew. */
const RING_SECONDS = 4

export function slotsOf(rate: number): number {
  return 2 ** Math.ceil(Math.log2(RING_SECONDS * rate))
}

/** Registers up to the end of the ring and of the head. */
export function reachOf({ head, ring, type, rate }: RingPlan): number {
  return Math.max(head + HEAD_REGISTERS, ring + slotsOf(rate) * AXES * widthOf(type))
}

function widthOf(type: RingPlan['type']): number {
  return type === 'int16' ? 1 : 2
}

/** Writes blocks into the registers of a unit: slots first, the head after them. */
export class RegisterRing implements Outlet {
  readonly #plan: RingPlan
  readonly #image: RegisterImage
  #written = 0

  constructor(plan: RingPlan, image: RegisterImage) {
    this.#plan = plan
    this.#image = image
    this.#writeHead({ timeMs: undefined, isSynchronised: false, isClipped: false }, 0)
  }

  take(block: Block): void {
    const { table, ring, type, order, rate } = this.#plan
    const slots = slotsOf(rate)
    const width = widthOf(type)
    const count = block.channels[0].length
    for (let index = 0; index < count; index += 1) {
      const slot = ring + ((this.#written + index) % slots) * AXES * width
      for (const [number, channel] of block.channels.entries())
        this.#image.write(table, slot + number * width, encodeRaw({ type, order }, channel[index] ?? 0))
    }
    this.#written += count
    this.#writeHead(block, count)
  }

  #writeHead(block: Pick<Block, 'timeMs' | 'isSynchronised' | 'isClipped'>, count: number): void {
    const { table, head, rate } = this.#plan
    const newest = block.timeMs === undefined ? undefined : block.timeMs + ((count - 1) * 1_000) / rate
    const { seconds, micros } = secondsOf(newest)
    const high = (value: number) => Math.floor(value / 65_536) % 65_536
    const words = [
      high(this.#written),
      this.#written % 65_536,
      high(seconds),
      seconds % 65_536,
      high(micros),
      micros % 65_536,
      rate,
      slotsOf(rate),
      flagsOf(block),
    ]
    this.#image.write(table, head, { words, mask: 0xffff })
  }
}
