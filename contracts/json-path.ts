/** Steps into parsed JSON: a text is the name of a member, a number the index of an item. Empty: all of it. */
export type JsonPath = readonly (string | number)[]

const MAX_STEPS = 16
/** `.name` as RFC 9535 has it, `[0]`, and any name in quotes. */
const STEP =
  /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|\[(\d{1,6})\]|\['((?:[^'\\]|\\['\\])*)'\]|\["((?:[^"\\]|\\["\\])*)"\]/y

/**
 * Reads `$.a.b[0]['c d']`. No wildcards, filters or slices: a path names one value. Answers what is wrong with
 * a text that is none.
 */
export function parseJsonPath(text: string): { path: JsonPath } | { problem: string } {
  if (!text.startsWith('$')) return { problem: `"${text}": a path begins with $` }
  const path: (string | number)[] = []
  let at = 1
  while (at < text.length) {
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (match === null)
      return { problem: `"${text}": expected .name, [0] or ['any name'] instead of "${text.slice(at)}"` }
    const [step, name, index, single, double] = match
    path.push(index === undefined ? (name ?? unquoted(single ?? double ?? '')) : Number(index))
    at += step.length
  }
  return path.length > MAX_STEPS ? { problem: `"${text}": more than ${MAX_STEPS} steps` } : { path }
}

/** Undefined when nothing stands there. What an object inherits is none of its members. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) !== (typeof step === 'number')) return undefined
    if (!Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}
