import { parseDuration } from '../../duration.ts'
import { CodedError } from '../../errors.ts'
import { didYouMean } from '../../suggestion.ts'
import type { AnalysisOptions } from './analysis.ts'

/** Reads the options of an analysis, each by its name. @throws CodedError USAGE for what they cannot mean */
export class OptionWords {
  readonly #options: AnalysisOptions

  constructor(options: AnalysisOptions) {
    this.#options = options
  }

  text(name: string): string | undefined {
    const value = this.#options[name]
    return typeof value === 'string' ? value : undefined
  }

  needed(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new CodedError('USAGE', `--${name} is needed`)
    return value
  }

  /** One of a closed list. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    // Units as people write them: mg/m³.
    const plain = value.toLowerCase().replace('³', '3')
    const found = words.find((word) => word.toLowerCase() === plain)
    if (found !== undefined) return found
    throw new CodedError('USAGE', `--${name} ${value}${didYouMean(value, words)}: one of ${words.join(', ')}`)
  }

  number(name: string, { least, most }: { least: number; most: number }): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= least && value <= most) return value
    throw new CodedError('USAGE', `--${name} ${text}: a number from ${least} to ${most}`)
  }

  /** In ms. */
  duration(name: string): number | undefined {
    const text = this.text(name)
    const value = text === undefined ? undefined : parseDuration(text)
    if (text === undefined || (value !== undefined && value > 0)) return value
    throw new CodedError('USAGE', `--${name} ${text}: a duration such as 30s, 5m or 1h`)
  }
}
