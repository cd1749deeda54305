import { CodedError } from '../errors.ts'
import { CATEGORIES, type Category, type Criterion, LISTED } from './gb18218-table.ts'

/** So much of a substance: at design maximum for the legal grade, or what is there now. */
export interface Stored {
  /** CAS number. */
  readonly cas: string
  /** Of its danger; needed when the substance is not listed by itself. Several: the one with the least Q. */
  readonly category?: Category
  /** Of a substance whose forms are listed apart. */
  readonly form?: string
  /** q. */
  readonly tonnes: number
}

export interface Share extends Criterion {
  readonly cas: string
  /** q / Q */
  readonly share: number
}

/** 1 is the highest. */
export type Grade = 1 | 2 | 3 | 4

/** What an installation is by GB 18218-2018. */
export interface Assessment {
  /** The sum of q / Q: from 1 on it is a major-hazard installation. */
  readonly S: number
  /** alpha times the sum of beta q / Q. */
  readonly R: number
  /** By the people within 500 m. */
  readonly alpha: number
  /** Null: it is no major-hazard installation. */
  readonly grade: Grade | null
  readonly shares: readonly Share[]
}

/** Least number of people within 500 m of the border of the plant. */
const ALPHAS = [
  { people: 100, alpha: 2 },
  { people: 50, alpha: 1.5 },
  { people: 30, alpha: 1.2 },
  { people: 1, alpha: 1 },
] as const
const NOBODY = 0.5

/** Least R. */
const GRADES = [
  { R: 100, grade: 1 },
  { R: 50, grade: 2 },
  { R: 10, grade: 3 },
] as const

/** Sums of shares miss a bound by less than this when they stand on it. */
const DIGITS = 1e9

/**
 * Whether what is stored together makes a major-hazard installation, and of which grade.
 * @throws CodedError SUBSTANCE_UNKNOWN
 */
export function assess(stored: readonly Stored[], people500m: number): Assessment {
  const shares = stored.map((substance): Share => {
    const criterion = criterionOf(substance)
    if (criterion === undefined)
      throw new CodedError('SUBSTANCE_UNKNOWN', `CAS ${substance.cas} is not listed and has no category`)
    return { cas: substance.cas, ...criterion, share: substance.tonnes / criterion.tonnes }
  })
  const alpha = alphaOf(people500m)
  const S = tidy(shares.reduce((sum, { share }) => sum + share, 0))
  const R = tidy(alpha * shares.reduce((sum, { share, beta }) => sum + beta * share, 0))
  return { S, R, alpha, grade: S < 1 ? null : gradeOf(R), shares }
}

/**
 * Q of the substance itself when it is listed, else of its category; beta of its own where it has one, else of the
 * category. Of several forms the most dangerous counts unless one is named. Undefined: neither is known.
 */
export function criterionOf({ cas, category, form }: Omit<Stored, 'tonnes'>): Criterion | undefined {
  const listed = LISTED.get(cas)
  if (listed === undefined) return category && CATEGORIES[category]
  const found = form === undefined ? leastOf(Object.values(listed.forms)) : listed.forms[form]
  if (found === undefined) return undefined
  return { tonnes: found.tonnes, beta: listed.beta ?? CATEGORIES[category ?? found.category].beta }
}

function leastOf<T extends { readonly tonnes: number }>(forms: readonly T[]): T | undefined {
  return forms.toSorted((a, b) => a.tonnes - b.tonnes)[0]
}

function alphaOf(people: number): number {
  return ALPHAS.find((step) => people >= step.people)?.alpha ?? NOBODY
}

function gradeOf(R: number): Grade {
  return GRADES.find((step) => R >= step.R)?.grade ?? 4
}

function tidy(value: number): number {
  return Math.round(value * DIGITS) / DIGITS
}

/** Whether the digits of a CAS number are followed by their check digit. */
export function isCas(text: string): boolean {
  const match = /^([1-9]\d{1,6})-(\d\d)-(\d)$/.exec(text)
  if (match === null) return false
  const digits = [...`${match[1]}${match[2]}`].reverse()
  const sum = digits.reduce((total, digit, index) => total + Number(digit) * (index + 1), 0)
  return sum % 10 === Number(match[3])
}
