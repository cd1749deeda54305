/** What the thread that commits is given. */
export interface CommitThreadData {
  path: string
  /** Looks through the whole file first. */
  check: boolean
}

/** What the thread that answers is given. */
export interface ReadThreadData {
  path: string
}

/** What the thread that commits says by itself before a commit fails for it: the disk takes no more. */
export const NO_SPACE = 'no space'
