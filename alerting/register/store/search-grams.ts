/**
 * Words of a text as both databases find them. Chinese, Japanese and Korean are written without spaces: a run of
 * their characters is cut into overlapping pairs, so that any part of two or more is found, and its last character
 * stands alone beside them, so that each is also the beginning of something.
 */

/** Longer words are found by their beginning; PostgreSQL takes no more than 2046 bytes. */
const LONGEST = 64
/** What a person searches for is short; the rest of it is left out. */
const MOST_SOUGHT = 32

export interface Sought {
  word: string
  /** Found at the beginning of a word too. */
  isPrefix: boolean
}

interface Run {
  characters: string[]
  isCjk: boolean
}

/** The words of a text with spaces between them: what the column `search` of a table holds. */
export function searchText(...texts: readonly string[]): string {
  const words = new Set<string>()
  for (const { characters, isCjk } of texts.flatMap(runsOf)) {
    for (const word of isCjk ? [...pairs(characters), ...characters.slice(-1)] : [wordOf(characters)])
      words.add(word)
  }
  return [...words].join(' ')
}

/** What a row has to have, all of it. A person may still be typing the last word. */
export function soughtWords(query: string): Sought[] {
  const runs = runsOf(query)
  const sought = runs.flatMap(({ characters, isCjk }, index): Sought[] => {
    if (!isCjk) return [{ word: wordOf(characters), isPrefix: index === runs.length - 1 }]
    if (characters.length === 1) return [{ word: wordOf(characters), isPrefix: true }]
    return pairs(characters).map((word) => ({ word, isPrefix: false }))
  })
  return sought.slice(0, MOST_SOUGHT)
}

const IN_WORD = /^[\p{L}\p{N}\p{M}]$/u
const CJK = /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}]$/u
/** Marks, and digits of all scripts, belong to the run that they stand in. */
const NEUTRAL = /^\p{M}$/u

function runsOf(text: string): Run[] {
  const runs: Run[] = []
  let current: Run | undefined
  for (const character of fold(text)) {
    if (!IN_WORD.test(character)) {
      current = undefined
      continue
    }
    const isCjk: boolean =
      NEUTRAL.test(character) && current !== undefined ? current.isCjk : CJK.test(character)
    if (current?.isCjk !== isCjk) {
      current = { characters: [], isCjk }
      runs.push(current)
    }
    current.characters.push(character)
  }
  return runs
}

/** Full-width and half-width, upper and lower case, composed and decomposed are the same. */
function fold(text: string): string {
  return text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC')
}

function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

function wordOf(characters: readonly string[]): string {
  return characters.slice(0, LONGEST).join('')
}
