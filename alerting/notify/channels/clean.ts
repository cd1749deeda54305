/** Marks that turn the direction of writing, and so what a reader takes for the end of a name. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Line feeds and all else that a line has no room for. U+FEFF shows as nothing and stands for nothing. */
const CONTROL = /[\p{Cc}\u2028\u2029\ufeff]+/gu

/**
 * A name or text that came from outside as one line: without control characters, marks of direction and halves of
 * characters, so that it is no second header and hides nothing.
 */
export function oneLine(text: string): string {
  return text.replaceAll(DIRECTION, '').replaceAll(CONTROL, ' ').toWellFormed().trim()
}

/** At most so many characters, the last an ellipsis when some are left out. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text
  const characters = Array.from(text)
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, Math.max(0, most - 1))
        .join('')
        .trimEnd()}…`
}

/** Of what the other side said: one line of at most 200 characters. */
export function said(text: string): string {
  return clipped(oneLine(text), MOST_SAID)
}

export const MOST_SAID = 200

export function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}
