// Topic filters of MQTT 3.1.1, section 4.7: `+` stands for one level, `#` at the end for any number of them.

const MAX_CHARACTERS = 512

/** Why a text can be no topic filter; undefined when it can. */
export function filterProblem(filter: string): string | undefined {
  if (filter === '') return 'a topic is not empty'
  if (filter.length > MAX_CHARACTERS) return `a topic has at most ${MAX_CHARACTERS} characters`
  // [MQTT-1.5.3-2] and [MQTT-4.7.3-2], and the control characters that brokers may refuse.
  if (/\p{Cc}|\p{Cs}/u.test(filter)) return 'a topic has no control characters'
  const levels = filter.split('/')
  for (const [index, level] of levels.entries()) {
    if (/[+#]/.test(level) && level.length > 1) return `"${level}": + and # stand for whole levels`
    if (level === '#' && index < levels.length - 1) return '# is the last level'
  }
  return undefined
}

export function matchesFilter(filter: string, topic: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  if (isHidden(wanted, levels)) return false
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    const found = levels[index]
    if (found === undefined || (level !== '+' && level !== found)) return false
  }
  return wanted.length === levels.length
}

/** True when some topic matches both. */
export function filtersOverlap(one: string, other: string): boolean {
  const [a, b] = [one.split('/'), other.split('/')]
  if (isHidden(a, b) || isHidden(b, a)) return false
  for (let index = 0; ; index++) {
    const [left, right] = [a[index], b[index]]
    if (left === '#' || right === '#') return true
    if (left === undefined || right === undefined) return left === right
    if (left !== '+' && right !== '+' && left !== right) return false
  }
}

/** True when `wide` matches every topic that `narrow` matches. */
export function coversFilter(wide: string, narrow: string): boolean {
  const [a, b] = [wide.split('/'), narrow.split('/')]
  if (isHidden(a, b)) return false
  for (const [index, level] of a.entries()) {
    if (level === '#') return true
    const found = b[index]
    if (found === undefined || found === '#') return false
    if (level !== '+' && level !== found) return false
  }
  return a.length === b.length
}

/** [MQTT-4.7.2-1] A filter that begins with a wildcard matches no topic that begins with $. */
function isHidden([first = '']: readonly string[], [other = '']: readonly string[]): boolean {
  return (first === '+' || first === '#') && other.startsWith('$')
}
