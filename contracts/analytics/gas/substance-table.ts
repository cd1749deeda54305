import { didYouMean } from '../../suggestion.ts'
import { COMBUSTIBLE_GASES } from './combustible-gases.ts'
import type { Substance } from './substance.ts'
import { limitOf, type SubstanceRow } from './substance-row.ts'
import { TOXIC_GASES } from './toxic-gases.ts'

/**
 * Gases of process plants, each with the limits of those authorities that have one. Figures alone, no text of any
 * standard. China's are in mg/m3, those of the United States in ppm at 25 degC; explosive limits are those of pure
 * substances in air, and none of them has been read in the standard itself.
 */
export const SUBSTANCES: readonly Substance[] = [...TOXIC_GASES, ...COMBUSTIBLE_GASES].map(substanceOf)

/** Key: CAS number, formula, name or alias, in lower case. */
const BY_WORD: ReadonlyMap<string, Substance> = new Map(
  SUBSTANCES.flatMap((substance) => wordsOf(substance).map((word) => [word, substance])),
)

/** By CAS number, formula, name or another name of the table, whatever the case. */
export function findSubstance(word: string): Substance | undefined {
  return BY_WORD.get(keyOf(word))
}

/** What to say of a substance that is not in the table. */
export function unknownSubstance(word: string): string {
  const known = SUBSTANCES.flatMap(({ cas, formula, name }) => [formula, name.en, cas])
  return `no substance "${word}"${didYouMean(word, known)}: docs/reference/substances.md lists them by CAS number`
}

/** Every word that stands for a substance, as {@link findSubstance} compares them. */
export function wordsOf({ cas, formula, name, aliases }: Substance): string[] {
  return [cas, formula, name.en, name.zh, ...aliases].map(keyOf)
}

function keyOf(word: string): string {
  // A formula may come with its subscripts.
  const plain = word.replaceAll(/[\u2080-\u2089]/g, (digit) => String(digit.charCodeAt(0) - 0x2080))
  return plain.trim().toLowerCase()
}

function substanceOf({ aliases, lel, limits, ...row }: SubstanceRow): Substance {
  return { ...row, aliases: aliases ?? [], lel: lel ?? [], limits: (limits ?? []).map(limitOf) }
}
