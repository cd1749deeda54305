import type { Register, StatusRule } from '../../contracts/facility.ts'
import type { Memory } from '../device/memory.ts'

/** A number is written in the way the format wants it, a text as it is. */
export type FieldValue = number | string

/** A counter of an instrument has so many digits at most. */
const COUNT_LIMIT = 10_000

/** The fields of an instrument with an ASCII line. */
export class RecordMemory implements Memory {
  /** Key: number or name of the field. */
  readonly fields = new Map<string, FieldValue>()

  writeValue({ field, scale, offset }: Register, value: number): void {
    if (field !== undefined) this.fields.set(field, (value - offset) / scale)
  }

  writeStatus({ register: { field }, bits }: StatusRule, key: string): void {
    if (field === undefined) return
    if (bits === undefined) {
      this.fields.set(field, key)
      return
    }
    const before = Number(this.fields.get(field) ?? 0)
    const mask = (2 ** (bits[1] - bits[0] + 1) - 1) * 2 ** bits[0]
    // Bits up to 31, as unsigned numbers.
    this.fields.set(field, String(((before & ~mask) | (Number(key) << bits[0])) >>> 0))
  }

  writeCount({ field }: Register, count: number): void {
    if (field !== undefined) this.fields.set(field, count % COUNT_LIMIT)
  }
}
