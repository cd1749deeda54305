import type { Register, StatusRule } from '../../contracts/facility.ts'
import type { RegisterTable, RegisterType } from '../../contracts/facility-words.ts'
import type { Memory } from '../device/memory.ts'
import { encodeFault, encodeRaw, encodeValue } from './encode.ts'
import type { Imprint, RegisterImage } from './register-image.ts'

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

/** What a device keeps in the registers of its unit. */
export class RegisterMemory implements Memory {
  readonly #image: RegisterImage

  constructor(image: RegisterImage) {
    this.#image = image
  }

  writeValue(register: Register, value: number): void {
    this.#write(register, Number.isNaN(value) ? encodeFault(register) : encodeValue(register, value))
  }

  /** Bits are put among those of others; a whole value is given as the gateway decodes it. */
  writeStatus({ register, bits }: StatusRule, key: string): void {
    if (bits === undefined) {
      this.#write(register, encodeValue(register, Number(key)))
      return
    }
    const [low, high] = bits
    const bare = { ...register, type: UNSIGNED[register.type] ?? register.type }
    const field = encodeRaw(bare, Number(key) * 2 ** low)
    const mask = encodeRaw(bare, (2 ** (high - low + 1) - 1) * 2 ** low)
    for (const [index, word] of field.words.entries()) {
      const own = (mask.words[index] ?? 0) & mask.mask
      this.#write({ ...register, address: register.address + index }, { words: [word], mask: own })
    }
  }

  writeCount(register: Register, count: number): void {
    this.#write(register, encodeRaw(register, count % (COUNT_LIMITS[register.type] ?? COUNT_LIMIT)))
  }

  #write({ table, address }: Pick<Register, 'table' | 'address'>, imprint: Imprint): void {
    if (isRegisterTable(table)) this.#image.write(table, address, imprint)
  }
}

function isRegisterTable(table: Register['table']): table is RegisterTable {
  return table !== 'record'
}
