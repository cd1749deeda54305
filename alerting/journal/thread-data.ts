/** What the thread that commits is given. */
export interface CommitThreadData {
  path: string
  /** Looks through the whole file first. */
  check: boolean
  /** PEM; undefined when nothing is signed. */
  signingKey: string | undefined
}

/** What the thread that answers is given. */
export interface ReadThreadData {
  path: string
}

/** What the thread that commits says by itself before a commit fails for it: the disk takes no more. */
export const NO_SPACE = 'no space'

/** What it says while it links the entries of an older release. */
export interface ChainProgress {
  chained: number
  of: number
}

export function isChainProgress(news: unknown): news is ChainProgress {
  return typeof news === 'object' && news !== null && 'chained' in news
}
