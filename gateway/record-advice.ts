import type { Device } from '../contracts/facility.ts'
import { type Advice, serious, warning } from './advice.ts'

/** What is unwise about the records of an instrument with an ASCII line. */
export function recordAdvice({ id, record, sensors }: Device): Advice[] {
  if (record === undefined) return []
  const advice: Advice[] = []
  const unguarded = sensors.filter(({ valid }) => valid === undefined).map((sensor) => sensor.id)
  if (record.checksum.kind === 'none' && unguarded.length > 0) {
    const text = `its records bear no checksum, so that a lost character makes another number; if it cannot send one, give ${unguarded.join(', ')} a valid range`
    advice.push(warning(id, text))
  }
  if ('pattern' in record.fields && repeatsRepeats(record.fields.pattern)) {
    const text = `its pattern repeats what repeats already: on noise it may keep the whole gateway busy for seconds; write it with one repeat, or with a separator`
    advice.push(serious(id, text))
  }
  return advice
}

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
