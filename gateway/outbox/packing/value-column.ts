import type { ByteReader, ByteWriter } from './byte-writer.ts'
import { readFloats, readWhole, writeFloats, writeWhole } from './columns.ts'

/**
 * How a value is kept: 0 to 9 is a decimal with so many digits behind the point, as a whole number; then come
 * the floating-point numbers, and no value at all.
 */
const MOST_DECIMALS = 9
const FLOAT_32 = 10
const FLOAT_64 = 11
const NO_VALUE = 12

/** Exact in binary, so that a quotient by them is the double nearest to the decimal. */
const POWERS = Float64Array.from({ length: MOST_DECIMALS + 1 }, (_, digits) => 10 ** digits)
const LARGEST_WHOLE = 2 ** 31 - 1

/**
 * The form of a value that takes least and loses nothing. `likely` is tried first: that of the same sensor in
 * the batch before.
 */
function formOf(value: number | undefined, likely: number | undefined): number {
  if (value === undefined) return NO_VALUE
  if (likely !== undefined && fits(value, likely)) return likely
  for (let form = 0; form < FLOAT_64; form++) if (fits(value, form)) return form
  return FLOAT_64
}

function fits(value: number, form: number): boolean {
  if (form === FLOAT_64) return true
  if (form === FLOAT_32) return Math.fround(value) === value
  const power = POWERS[form]
  if (power === undefined) return false
  const whole = Math.round(value * power)
  return whole / power === value && Math.abs(whole) <= LARGEST_WHOLE
}

/** Values of sensors in columns, one for each form there is. */
export class ValueColumns {
  /** The form of the last value. Index: number of the sensor. */
  readonly #likely: number[] = []

  write(writer: ByteWriter, values: readonly (number | undefined)[], sensors: Float64Array): void {
    const forms = new Int32Array(values.length)
    /** Index: form. */
    const columns: number[][] = Array.from({ length: NO_VALUE }, () => [])
    for (let n = 0; n < values.length; n++) {
      const value = values[n]
      const sensor = sensors[n] ?? 0
      const form = formOf(value, this.#likely[sensor])
      forms[n] = form
      if (value === undefined) continue
      this.#likely[sensor] = form
      columns[form]?.push(form < FLOAT_32 ? Math.round(value * (POWERS[form] ?? 1)) : value)
    }
    writeWhole(writer, forms)
    for (let form = 0; form < NO_VALUE; form++) {
      const column = columns[form] ?? []
      if (column.length === 0) continue
      if (form < FLOAT_32) writeWhole(writer, new Int32Array(column))
      else writeFloats(writer, form === FLOAT_32 ? new Float32Array(column) : new Float64Array(column))
    }
  }

  read(reader: ByteReader, count: number): (number | undefined)[] {
    const forms = readWhole(reader, count)
    const sizes = new Int32Array(NO_VALUE + 1)
    for (let n = 0; n < count; n++) {
      const form = forms[n] ?? NO_VALUE
      sizes[form] = (sizes[form] ?? 0) + 1
    }
    const values = new Array<number | undefined>(count).fill(undefined)
    for (let form = 0; form < NO_VALUE; form++) {
      const size = sizes[form] ?? 0
      if (size === 0) continue
      const column = readColumn(reader, form, size)
      const power = POWERS[form] ?? 1
      let next = 0
      for (let n = 0; n < count; n++) {
        if (forms[n] !== form) continue
        values[n] = (column[next] ?? 0) / power
        next += 1
      }
    }
    return values
  }
}

function readColumn(
  reader: ByteReader,
  form: number,
  size: number,
): Int32Array | Float32Array | Float64Array {
  if (form < FLOAT_32) return readWhole(reader, size)
  const numbers = form === FLOAT_32 ? new Float32Array(size) : new Float64Array(size)
  readFloats(reader, numbers)
  return numbers
}
