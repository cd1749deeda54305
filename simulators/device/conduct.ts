import type { FrameFault } from '../fault/faulty-wire.ts'

/** How a unit or an instrument answers. */
export interface Conduct {
  /** Gives no answer at all. */
  readonly isSilent: boolean
  /** Answers every request with this exception. */
  readonly exception?: number
  /** What happens to its answers on their way. */
  readonly frameFaults: readonly FrameFault[]
}

export const HEALTHY: Conduct = { isSilent: false, frameFaults: [] }

/** What is at the end of a line and told how to behave. */
export interface Answering {
  behave(conduct: Conduct): void
}

/** Of devices that share one unit, the troubles of all. */
export function together(conducts: readonly Conduct[]): Conduct {
  const [only] = conducts
  if (only !== undefined && conducts.length === 1) return only
  const exception = conducts.find((conduct) => conduct.exception !== undefined)?.exception
  return {
    isSilent: conducts.some(({ isSilent }) => isSilent),
    frameFaults: conducts.flatMap(({ frameFaults }) => frameFaults),
    ...(exception === undefined ? {} : { exception }),
  }
}
