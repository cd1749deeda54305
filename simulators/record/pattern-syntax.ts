/** A regular expression of the kind that can be written out: what stands where, one after the other. */
export type PatternPart =
  /** Text that the part matches, with its digits as given. */
  | { readonly kind: 'text'; readonly sample: (digit: string) => string }
  | {
      readonly kind: 'field'
      /** Number of the group, from 1. */
      readonly index: number
      readonly name?: string
      /** Matches the whole of what may stand in the group. */
      readonly form: RegExp
      readonly sample: (digit: string) => string
    }

export class UnsupportedPattern extends Error {}

/** @throws UnsupportedPattern, SyntaxError */
export function parsePattern(source: string): PatternPart[] {
  // It has to be a regular expression at all.
  new RegExp(source)
  return new Parser(source).pattern()
}

type Sample = (digit: string) => string
const nothing: Sample = () => ''

/** Key: the letter of an escape. */
const ESCAPES: Readonly<Record<string, Sample>> = {
  d: (digit) => digit,
  w: (digit) => digit,
  S: (digit) => digit,
  s: () => ' ',
  D: () => '-',
  W: () => '-',
  t: () => '\t',
  r: () => '\r',
  n: () => '\n',
}

/** Reads a pattern from left to right, once. */
class Parser {
  readonly #source: string
  #at = 0
  #groups = 0

  constructor(source: string) {
    this.#source = source
  }

  pattern(): PatternPart[] {
    const parts: PatternPart[] = []
    while (this.#at < this.#source.length) parts.push(this.#takeField() ?? this.#takeTerm())
    return parts
  }

  /** A capturing group, which holds a field. */
  #takeField(): PatternPart | undefined {
    const opening = /^\((?:\?<(\w+)>|(?!\?))/.exec(this.#rest)
    if (opening === null) return undefined
    this.#groups += 1
    const index = this.#groups
    this.#at += opening[0].length
    const start = this.#at
    const sample = this.#alternatives()
    const form = new RegExp(`^(?:${this.#source.slice(start, this.#at)})$`)
    this.#expect(')')
    // A group that may be left out is always there.
    if (this.#rest.startsWith('?')) this.#at += this.#rest.startsWith('??') ? 2 : 1
    if (/^[*+{]/.test(this.#rest)) throw new UnsupportedPattern('a group that is repeated')
    const name = opening[1]
    return { kind: 'field', index, form, sample, ...(name === undefined ? {} : { name }) }
  }

  /** Of alternatives the first is written. */
  #alternatives(): Sample {
    const terms: Sample[] = []
    let isFirst = true
    while (this.#at < this.#source.length && !this.#rest.startsWith(')')) {
      if (this.#rest.startsWith('|')) {
        this.#at += 1
        isFirst = false
        continue
      }
      if (/^\((?:\?<\w|(?!\?))/.test(this.#rest)) throw new UnsupportedPattern('a group within a group')
      const term = this.#takeTerm().sample
      if (isFirst) terms.push(term)
    }
    return (digit) => terms.map((term) => term(digit)).join('')
  }

  /** Anything but a field, with what says how often. */
  #takeTerm(): PatternPart & { kind: 'text' } {
    const one = this.#takeAtom()
    const often = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(this.#rest)
    if (often === null) return { kind: 'text', sample: one }
    this.#at += often[0].length
    const times = often[1] === undefined ? (often[0].startsWith('+') ? 1 : 0) : Number(often[1])
    return { kind: 'text', sample: (digit) => one(digit).repeat(times) }
  }

  #takeAtom(): Sample {
    const character = this.#source[this.#at] ?? ''
    switch (character) {
      case '^':
      case '$':
        this.#at += 1
        return nothing
      case '(':
        return this.#takeUnnamedGroup()
      case '[':
        return this.#takeClass()
      case '\\':
        return this.#takeEscape()
      case '.':
        this.#at += 1
        return (digit) => digit
      case '|':
        throw new UnsupportedPattern('alternatives outside of a group')
      default:
        this.#at += 1
        return () => character
    }
  }

  #takeUnnamedGroup(): Sample {
    if (!this.#rest.startsWith('(?:')) throw new UnsupportedPattern('a look ahead or behind')
    this.#at += 3
    const sample = this.#alternatives()
    this.#expect(')')
    return sample
  }

  /** A class is written as a digit where it has digits, else as the first character that it takes. */
  #takeClass(): Sample {
    const found = /^\[(?:\\.|[^\]\\])*\]/.exec(this.#rest)
    if (found === null) throw new UnsupportedPattern('a class that does not end')
    this.#at += found[0].length
    const form = new RegExp(`^${found[0]}$`)
    const likely = ['0', ' ', 'A', 'a', '-', '+', '.', ',', ';', ':', '_', '*', '#', '=', '/']
    const first = likely.find((candidate) => form.test(candidate))
    if (first === undefined) throw new UnsupportedPattern(`the class ${found[0]}`)
    return (digit) => (form.test(digit) ? digit : first)
  }

  #takeEscape(): Sample {
    const hex = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(this.#rest)
    if (hex !== null) {
      this.#at += hex[0].length
      const text = String.fromCharCode(Number.parseInt(hex[1] ?? hex[2] ?? '', 16))
      return () => text
    }
    const letter = this.#source[this.#at + 1] ?? ''
    this.#at += 2
    const known = ESCAPES[letter]
    if (known !== undefined) return known
    if (/\w/.test(letter)) throw new UnsupportedPattern(`\\${letter}`)
    return () => letter
  }

  get #rest(): string {
    return this.#source.slice(this.#at)
  }

  #expect(character: string): void {
    if (this.#source[this.#at] !== character) throw new UnsupportedPattern(`no "${character}" at ${this.#at}`)
    this.#at += 1
  }
}
