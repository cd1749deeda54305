import { CodedError } from '../../contracts/errors.ts'
import { numberMatching } from './number-text.ts'
import { type PatternPart, parsePattern } from './pattern-syntax.ts'
import type { FieldValue } from './record-memory.ts'

/** A number that every field for numbers can hold. */
const PROBE = 1

/** Writes the records that a regular expression takes apart. */
export class PatternWriter {
  readonly #parts: readonly PatternPart[]

  /**
   * `numbers` are the groups, by number or name, that will hold numbers.
   * @throws CodedError PATTERN_NOT_RENDERED when no such record can be written
   */
  constructor(pattern: string, numbers: readonly string[]) {
    this.#parts = partsOf(pattern)
    const refuse = (why: string) => new CodedError('PATTERN_NOT_RENDERED', `${pattern}: ${why}`)
    for (const part of this.#parts) {
      if (part.kind !== 'field' || !namesOf(part).some((name) => numbers.includes(name))) continue
      if (numberMatching(PROBE, part.form) === undefined)
        throw refuse(`no way to write a number was found for group ${part.name ?? part.index}`)
    }
    const probe = this.write(new Map(numbers.map((name) => [name, PROBE])))
    if (!new RegExp(pattern).test(probe)) throw refuse(`"${probe}" was tried and does not match`)
  }

  /** Key of the fields: number or name of the group. Groups without a value are filled with zeros. */
  write(fields: ReadonlyMap<string, FieldValue>): string {
    return this.#parts.map((part) => this.#writePart(part, fields)).join('')
  }

  #writePart(part: PatternPart, fields: ReadonlyMap<string, FieldValue>): string {
    if (part.kind === 'text') return part.sample('0')
    const name = namesOf(part).find((known) => fields.has(known))
    const value = name === undefined ? undefined : fields.get(name)
    if (value === undefined) return part.sample('0')
    if (typeof value === 'string') return value
    const text = numberMatching(value, part.form)
    if (text !== undefined) return text
    // What the field has no room for is given at its nearest end; what is no number, as it is.
    return Number.isNaN(value) ? 'NaN' : part.sample(value > 0 ? '9' : '0')
  }
}

function partsOf(pattern: string): PatternPart[] {
  try {
    return parsePattern(pattern)
  } catch (error) {
    throw new CodedError('PATTERN_NOT_RENDERED', `${pattern}: ${(error as Error).message}`, { cause: error })
  }
}

function namesOf(part: PatternPart & { kind: 'field' }): string[] {
  return part.name === undefined ? [String(part.index)] : [String(part.index), part.name]
}
