/** A repeat without an upper end at the beginning of a text. */
const ENDLESS = /^(?:[*+]|\{\d+,\})/

/**
 * True when a group that is repeated without end holds an endless repeat itself: such patterns can take
 * time that doubles with every character. A rule of thumb: some of them are harmless.
 */
export function repeatsRepeats(pattern: string): boolean {
  // What an escape or a class stands for is one character, and matters no further.
  const plain = pattern.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x')
  /** For each group that is open: whether it holds an endless repeat. */
  const open: boolean[] = [false]
  for (let at = 0; at < plain.length; at++) {
    const isEndless = ENDLESS.test(plain.slice(at + 1))
    if (plain[at] === '(') open.push(false)
    else if (plain[at] === ')') {
      const holds = open.pop() === true
      if (holds && isEndless) return true
      if (holds || isEndless) open[open.length - 1] = true
    } else if (isEndless) open[open.length - 1] = true
  }
  return false
}
