import type { Register, StatusRule } from '../../contracts/facility.ts'
import { type RegisterTable, type RegisterType, TABLES } from '../../contracts/facility-words.ts'
import type { Memory } from '../device/memory.ts'
import { encodeFault, encodeRaw, encodeValue } from './encode.ts'
import type { RegisterImage } from './register-image.ts'

/** Bits are set in a register as in an unsigned number of its size. Key: the type. */
const UNSIGNED: Readonly<Partial<Record<RegisterType, RegisterType>>> = {
  int8l: 'uint8l',
  int8h: 'uint8h',
  int16: 'uint16',
  int32: 'uint32',
}

/** How far counters of a type go; other types count up to 65535. */
const COUNT_LIMITS: Readonly<Partial<Record<RegisterType, number>>> = {
  bit: 2,
  int8l: 128,
  int8h: 128,
  uint8l: 256,
  uint8h: 256,
  int16: 32_768,
  float16: 2_048,
  bcd16: 10_000,
}
const COUNT_LIMIT = 65_536

/** Bits in a row of registers. */
interface Span {
  readonly table: RegisterTable
  readonly address: number
  /** One for each register. */
  readonly masks: readonly number[]
}

type StatusPlace = Pick<StatusRule, 'register' | 'bits'>

/**
 * What devices keep in the registers of a unit. A sensor that shows a register in which the device also
 * tells its status or its heartbeat shows those as they are: the value of a sensor never overwrites them.
 */
export class RegisterMemory implements Memory {
  readonly #image: RegisterImage
  /** Bits that no value may touch. Key: see {@link cellOf}. */
  readonly #own = new Map<number, number>()

  /** `own` are the places of status and heartbeat. */
  constructor(image: RegisterImage, own: readonly StatusPlace[]) {
    this.#image = image
    for (const place of own) {
      const span = spanOf(place)
      for (const [index, mask] of span?.masks.entries() ?? []) {
        const cell = cellOf(span?.table ?? 'holding', (span?.address ?? 0) + index)
        this.#own.set(cell, (this.#own.get(cell) ?? 0) | mask)
      }
    }
  }

  writeValue(register: Register, value: number): void {
    const { table, address } = register
    if (table === 'record') return
    const imprint = Number.isNaN(value) ? encodeFault(register) : encodeValue(register, value)
    if (this.#own.size === 0) this.#image.write(table, address, imprint)
    else {
      const masks = imprint.words.map((_, index) => {
        return imprint.mask & ~(this.#own.get(cellOf(table, address + index)) ?? 0)
      })
      this.#write({ table, address, masks }, imprint.words)
    }
  }

  /** Bits are put among those of others; a whole value is given as the gateway decodes it. */
  writeStatus({ register, bits }: StatusRule, key: string): void {
    const span = spanOf({ register, ...(bits === undefined ? {} : { bits }) })
    const { words } =
      bits === undefined
        ? encodeValue(register, Number(key))
        : encodeRaw(unsigned(register), Number(key) * 2 ** bits[0])
    if (span !== undefined) this.#write(span, words)
  }

  writeCount(register: Register, count: number): void {
    const { words } = encodeRaw(register, count % (COUNT_LIMITS[register.type] ?? COUNT_LIMIT))
    const span = spanOf({ register })
    if (span !== undefined) this.#write(span, words)
  }

  #write({ table, address, masks }: Span, words: readonly number[]): void {
    for (const [index, word] of words.entries())
      this.#image.write(table, address + index, { words: [word], mask: masks[index] ?? 0 })
  }
}

/** Which bits a status or a whole register has; undefined for a field of a record. */
function spanOf({ register, bits }: StatusPlace): Span | undefined {
  const { table, address } = register
  if (table === 'record') return undefined
  const whole = encodeRaw(register, 0)
  if (bits === undefined) return { table, address, masks: whole.words.map(() => whole.mask) }
  const field = encodeRaw(unsigned(register), (2 ** (bits[1] - bits[0] + 1) - 1) * 2 ** bits[0])
  return { table, address, masks: field.words.map((word) => word & field.mask) }
}

function unsigned(register: Register): Register {
  return { ...register, type: UNSIGNED[register.type] ?? register.type }
}

function cellOf(table: RegisterTable, address: number): number {
  return TABLES.indexOf(table) * 65_536 + address
}
