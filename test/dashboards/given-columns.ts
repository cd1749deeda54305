/**
 * What an InfluxQL query of ours gives by name: what a panel may call a column or a series. It reads the few shapes that
 * our queries have (one statement, subqueries in FROM), and throws at any other.
 */
export interface Given {
  /** Names in SELECT, those of a subquery for `*`. */
  readonly fields: readonly string[]
  /** Names in GROUP BY, those of a subquery for `*`. */
  readonly tags: readonly string[]
}

export function given(query: string): Given {
  const select = /^SELECT (.*?) FROM /s.exec(atTop(query))
  if (select?.[1] === undefined) throw new Error(`no SELECT in ${query}`)
  const length = select[0].length
  const from = query.slice(length)
  const tags = [...(/ GROUP BY (.*)$/s.exec(atTop(query))?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
    ([, name]) => name ?? '',
  )
  const selected = query.slice('SELECT '.length, length - ' FROM '.length)
  if (selected === '*') {
    const inner = given(between(from))
    return { fields: [...inner.fields, ...inner.tags], tags }
  }
  return { fields: parts(selected).flatMap(namesOf), tags }
}

/**
 * `last("x") AS "y"` is y, `"x"` is x, and a function alone has its own name. The tags that `top` tells apart are columns
 * beside it.
 */
function namesOf(part: string): string[] {
  const tags = /^top\("\w+", (.*), \d+\)/.exec(part)?.[1] ?? ''
  const found =
    / AS "([^"]+)"$/.exec(part)?.[1] ?? /^"(\w+)"$/.exec(part)?.[1] ?? /^(\w+)\(.*\)$/s.exec(part)?.[1]
  if (found === undefined) throw new Error(`${part} has no name`)
  return [found, ...[...tags.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? '')]
}

/** Divided at commas that stand in no parentheses. */
function parts(text: string): string[] {
  const ends = [...atTop(text).matchAll(/, /g)].map(({ index }) => index)
  return [...ends, text.length].map((end, index) =>
    text.slice(index === 0 ? 0 : (ends[index - 1] ?? 0) + 2, end),
  )
}

/** The first parenthesis of a text, without its signs. */
function between(text: string): string {
  const blanked = atTop(text)
  const inside = /^\(( *_+)\)/.exec(blanked)?.[1]
  if (inside === undefined) throw new Error(`no subquery at ${text}`)
  return text.slice(1, 1 + inside.length)
}

/** The same length, with everything in parentheses and in regular expressions as underscores. */
function atTop(text: string): string {
  let depth = 0
  return [...text.replaceAll(/\/\^.*?\$\//g, (expression) => '_'.repeat(expression.length))]
    .map((sign) => {
      if (sign === ')') depth -= 1
      const shown = depth === 0 ? sign : '_'
      if (sign === '(') depth += 1
      return shown
    })
    .join('')
}

/** Some values of each tag, as plants have them: what the pattern of an override is held against. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  alarm: ['GT-101.H', 'GT-101.HH', 'LT-201.L', 'LT-201.LL', 'GT-101.FAULT'],
}

/** Names that series may have by their alias. */
export function seriesNames(alias: string, { fields, tags }: Given): string[] {
  const variables = [...alias.matchAll(/\$tag_(\w+)|\$col/g)]
  let names = [alias]
  for (const [variable, tag] of variables) {
    if (tag !== undefined && !tags.includes(tag)) throw new Error(`${alias}: the query is not by ${tag}`)
    const values = tag === undefined ? fields : (SAMPLES[tag] ?? [`${tag}-1`])
    names = names.flatMap((name) => values.map((value) => name.replaceAll(variable, value)))
  }
  return names
}
