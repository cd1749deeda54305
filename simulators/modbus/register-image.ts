import type { RegisterTable } from '../../contracts/facility-words.ts'

/** Sixteen-bit words to put in a row, and which bits of each they own: sensors may share a register. */
export interface Imprint {
  readonly words: readonly number[]
  readonly mask: number
}

/**
 * The four tables of one unit. Addresses 0 up to the highest one in use can be read, holes as 0; beyond
 * them is outside of the device's map.
 */
export class RegisterImage {
  readonly #tables: Readonly<Record<RegisterTable, Uint16Array>>

  /** Key: table; value: how many addresses it has. */
  constructor(sizes: Readonly<Record<RegisterTable, number>>) {
    this.#tables = {
      coil: new Uint16Array(sizes.coil),
      discrete: new Uint16Array(sizes.discrete),
      holding: new Uint16Array(sizes.holding),
      input: new Uint16Array(sizes.input),
    }
  }

  /** Coils and discrete inputs hold 0 or 1. Addresses outside of the map are left alone. */
  write(table: RegisterTable, address: number, imprint: Imprint): void {
    const cells = this.#tables[table]
    for (const [index, word] of imprint.words.entries()) {
      const before = cells[address + index]
      if (before === undefined) return
      cells[address + index] = (before & ~imprint.mask) | (word & imprint.mask)
    }
  }

  /** A copy; undefined when any address of it is outside of the map. */
  read(table: RegisterTable, address: number, count: number): Uint16Array | undefined {
    const cells = this.#tables[table]
    return address + count > cells.length ? undefined : cells.slice(address, address + count)
  }
}
