import { CodedError } from '../../contracts/errors.ts'
import type { RecordFormat } from '../../contracts/facility.ts'
import { checksumOf } from './checksum.ts'
import { plainNumber } from './number-text.ts'
import { PatternWriter } from './pattern-writer.ts'
import type { FieldValue } from './record-memory.ts'

/**
 * Writes the records of an instrument:
 *
 *     start  data  marker  checksum  end
 *            \__/ covered by the checksum
 *
 * A record of fixed length has no end, and blanks behind its data.
 */
export class RecordWriter {
  readonly #format: RecordFormat
  readonly #dataOf: (fields: ReadonlyMap<string, FieldValue>) => string

  /**
   * `numbers` are the fields that will hold numbers, `texts` the others.
   * @throws CodedError PATTERN_NOT_RENDERED
   */
  constructor(format: RecordFormat, fields: { numbers: readonly string[]; texts: readonly string[] }) {
    this.#format = format
    if ('pattern' in format.fields) {
      const writer = new PatternWriter(format.fields.pattern, fields.numbers)
      this.#dataOf = (values) => writer.write(values)
    } else {
      const { separator } = format.fields
      const columns = Math.max(0, ...[...fields.numbers, ...fields.texts].map(Number))
      this.#dataOf = (values) =>
        Array.from({ length: columns }, (_, index) => textOf(values.get(String(index + 1)))).join(separator)
    }
    this.#checkLength(fields.numbers)
  }

  write(fields: ReadonlyMap<string, FieldValue>): Uint8Array {
    return this.#around(this.#dataOf(fields))
  }

  /** A record with another checksum; undefined where there is none. */
  get damage(): ((record: Uint8Array) => Uint8Array) | undefined {
    const { checksum, end } = this.#format
    if (checksum.kind === 'none') return undefined
    const behind = 'delimiter' in end ? end.delimiter.length : 0
    return (record) => {
      const at = record.length - behind - 1
      return record.with(at, record[at] === 0x30 ? 0x31 : 0x30)
    }
  }

  #around(data: string): Uint8Array {
    const { start, end, checksum } = this.#format
    const bare = Buffer.from(data, 'latin1')
    if ('delimiter' in end)
      return Buffer.concat([latin1(start), bare, checksumOf(bare, checksum), latin1(end.delimiter)])
    const room = end.bytes - start.length - checksumOf(bare, checksum).length
    const padded = Buffer.alloc(Math.max(room, 0), ' ')
    bare.copy(padded)
    return Buffer.concat([latin1(start), padded, checksumOf(padded, checksum)])
  }

  /** A pattern that does not make the length asked for would never be read. */
  #checkLength(numbers: readonly string[]): void {
    const { end, fields, start, checksum } = this.#format
    if (!('bytes' in end)) return
    const data = this.#dataOf(new Map(numbers.map((name) => [name, 1])))
    const room = end.bytes - start.length - checksumOf(latin1(data), checksum).length
    const isFit =
      data.length <= room && (!('pattern' in fields) || new RegExp(fields.pattern).test(data.padEnd(room)))
    if (!isFit)
      throw new CodedError('PATTERN_NOT_RENDERED', `"${data}" does not fit a record of ${end.bytes} bytes`)
  }
}

function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : plainNumber(value ?? 0)
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
