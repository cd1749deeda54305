import { dirname, resolve } from 'node:path'
import { ConfigError, type LocatedProblem } from './config-error.ts'
import { CodedError } from './errors.ts'
import { loadProfile, profileNames, profilePath } from './profile-load.ts'
import type { ProfileFile } from './profile-schema.ts'
import { didYouMean } from './suggestion.ts'

export type Found =
  | { readonly kind: 'profile'; readonly profile: ProfileFile }
  /** There is none; the message is for whoever asked. */
  | { readonly kind: 'missing'; readonly message: string }
  /** Its file is wrong, and says so itself. */
  | { readonly kind: 'broken'; readonly problems: readonly LocatedProblem[] }

/** The profiles that a facility file names, each of them read once. */
export class ProfileShelf {
  readonly #file: string
  /** Key: what the facility file calls the profile. */
  readonly #found = new Map<string, Found>()

  /** `file`: path of the facility file; paths of profiles begin at its folder. */
  constructor(file: string) {
    this.#file = file
  }

  find(word: string): Found {
    const known = this.#found.get(word)
    if (known !== undefined) return known
    const found = this.#read(word)
    this.#found.set(word, found)
    return found
  }

  /** What is wrong with the files of all profiles that were asked for. */
  problems(): LocatedProblem[] {
    return [...this.#found.values()].flatMap((found) => (found.kind === 'broken' ? found.problems : []))
  }

  #read(word: string): Found {
    const isPath = word.endsWith('.yaml')
    const names = isPath ? [] : profileNames()
    // A name is one of ours: nothing else can be reached by it.
    if (!isPath && !names.includes(word))
      return { kind: 'missing', message: `no profile "${word}"${didYouMean(word, names)}` }
    try {
      const path = isPath ? resolve(dirname(this.#file), word) : profilePath(word)
      return { kind: 'profile', profile: loadProfile(path) }
    } catch (error) {
      if (error instanceof ConfigError) return { kind: 'broken', problems: error.problems }
      if (error instanceof CodedError) return { kind: 'missing', message: error.detail }
      throw error
    }
  }
}
