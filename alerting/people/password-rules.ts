import { CodedError } from '../../contracts/errors.ts'
import { isAtLeast, type Role } from '../../contracts/roles.ts'
import { GUESSED_FIRST } from './guessed-first.ts'

/** Characters; who can hide alarms or change set points has more to lose. */
const MIN = 8
const MIN_ENGINEER = 12

export function minPassword(role: Role): number {
  return isAtLeast(role, 'engineer') ? MIN_ENGINEER : MIN
}

/**
 * By NIST SP 800-63B: a length, and none that are tried first; no rule about kinds of characters, no expiry.
 * `words` are those of the person and the place. @throws CodedError PASSWORD_TOO_SHORT or PASSWORD_TOO_EASY
 */
export function checkPassword(password: string, role: Role, words: readonly string[]): void {
  const least = minPassword(role)
  const plain = password.normalize('NFKC')
  const letters = [...plain]
  if (letters.length < least)
    throw new CodedError('PASSWORD_TOO_SHORT', `${letters.length} characters, and it takes ${least}`)
  const lower = plain.toLowerCase()
  const core = bare(lower)
  const isGuessed = GUESSED_FIRST.has(lower) || GUESSED_FIRST.has(core)
  const isOwn = words.some(
    (word) => word !== '' && [lower, core].includes(word.normalize('NFKC').toLowerCase()),
  )
  if (isGuessed || isOwn || new Set(letters).size <= 2 || isRun(lower) || isRepeated(lower))
    throw new CodedError('PASSWORD_TOO_EASY', 'it is among those that are tried first')
}

/** Without what people put at the end so that it is another one. */
function bare(lower: string): string {
  return lower.replace(/[\d!?.*#@$_-]+$/u, '')
}

/** abcdefgh, 87654321: each character is the one after, or before, its neighbour. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (letter) => letter.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  return steps.every((step) => step === 1) || steps.every((step) => step === -1)
}

/** One to four characters again and again: abcabcabc. */
function isRepeated(text: string): boolean {
  return /^(.{1,4}?)\1+$/u.test(text)
}
