/** What a register did over a few looks at it. */
export type Motion =
  | 'constant'
  /** Something is measured. */
  | 'moving'
  /** It rose at every look, by little: a counter of seconds or a heartbeat. */
  | 'counting'
  /** One bit goes to and fro: a heartbeat. */
  | 'toggling'

/** Most that a heartbeat rises between two looks some seconds apart. */
const LARGEST_STEP = 100

/** `words`: the same register at each look, in order of time. */
export function motionOf(words: readonly number[]): Motion {
  const steps = words.slice(1).map((word, index) => (word - (words[index] ?? 0) + 0x10000) & 0xffff)
  if (steps.every((step) => step === 0)) return 'constant'
  const isRising = steps.every((step) => step > 0 && step <= LARGEST_STEP)
  if (steps.length > 1 && isRising && isEven(steps)) return 'counting'
  return isToggling(words) ? 'toggling' : 'moving'
}

/** Looks are equally far apart, so a counter rises by about the same; a rising measurement seldom does. */
function isEven(steps: readonly number[]): boolean {
  return Math.max(...steps) - Math.min(...steps) <= 1
}

function isToggling(words: readonly number[]): boolean {
  const changed = words.reduce((bits, word) => bits | (word ^ (words[0] ?? 0)), 0)
  const isOneBit = (changed & (changed - 1)) === 0
  return words.length > 2 && isOneBit && words.at(-1) === words[0]
}

/** True when it looks like what a device moves to show that it lives. */
export function isHeartbeat(motion: Motion): boolean {
  return motion === 'counting' || motion === 'toggling'
}
