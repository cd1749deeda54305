/**
 * The one text of a JSON value that RFC 8785 allows, so that equal values have equal hashes: no blanks, members
 * in the order of the UTF-16 code units of their names, numbers and strings as ECMAScript writes them.
 * @throws TypeError for what I-JSON has not: numbers that are not finite, lone surrogates, anything undefined
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is no number of JSON`)
      return String(value)
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
      return members(value as Readonly<Record<string, unknown>>)
    default:
      throw new TypeError(`a ${typeof value} is no value of JSON`)
  }
}

function members(object: Readonly<Record<string, unknown>>): string {
  // Without a comparison of its own, sort() goes by code units.
  const names = Object.keys(object).sort()
  return `{${names.map((name) => `${text(name)}:${canonicalJson(object[name])}`).join(',')}}`
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a lone surrogate is no text of JSON')
  return JSON.stringify(value)
}
