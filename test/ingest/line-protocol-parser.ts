/** A point as a database reads it from a line. */
export interface ParsedLine {
  measurement: string
  tags: Record<string, string>
  /** Key: name; a number is a float, a bigint an integer. */
  fields: Record<string, number | bigint | string>
  time: string
}

/**
 * Reads line protocol as the documentation of InfluxDB describes it, and knows nothing of how ours is written:
 * outside of quotes a backslash takes its meaning from comma, equals sign and space, and from nothing else.
 */
export function parseLines(text: string): ParsedLine[] {
  const lines: ParsedLine[] = []
  let at = 0

  const isAt = (stops: string) => at >= text.length || stops.includes(text[at] ?? '')
  function word(stops: string): string {
    let word = ''
    while (!isAt(stops)) {
      if (text[at] === '\n') throw new Error(`line feed in "${word}"`)
      const next = text[at + 1]
      if (text[at] === '\\' && next !== undefined && ',= '.includes(next)) at += 1
      word += text[at]
      at += 1
    }
    return word
  }
  function quoted(): string {
    let string = ''
    at += 1
    while (text[at] !== '"') {
      if (at >= text.length) throw new Error('a string without end')
      const next = text[at + 1]
      if (text[at] === '\\' && (next === '"' || next === '\\')) at += 1
      string += text[at]
      at += 1
    }
    at += 1
    return string
  }
  function expected(character: string): void {
    if (text[at] !== character) throw new Error(`"${text[at]}" at ${at} instead of "${character}"`)
    at += 1
  }

  while (at < text.length) {
    const measurement = word(', ')
    const tags: Record<string, string> = {}
    while (text[at] === ',') {
      at += 1
      const name = word('=')
      expected('=')
      const value = word(', ')
      if (value === '') throw new Error(`tag ${name} without value`)
      tags[name] = value
    }
    expected(' ')
    const fields: ParsedLine['fields'] = {}
    do {
      if (text[at] === ',') at += 1
      const name = word('=')
      expected('=')
      fields[name] = text[at] === '"' ? quoted() : numberOf(word(', '))
    } while (text[at] === ',')
    expected(' ')
    const end = text.indexOf('\n', at)
    const time = text.slice(at, end === -1 ? undefined : end)
    if (!/^-?\d+$/.test(time)) throw new Error(`bad timestamp ${time}`)
    at += time.length + 1
    lines.push({ measurement, tags, fields, time })
  }
  return lines
}

function numberOf(text: string): number | bigint {
  if (/^-?\d+i$/.test(text)) return BigInt(text.slice(0, -1))
  if (!/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new Error(`no number: ${text}`)
  return Number(text)
}
