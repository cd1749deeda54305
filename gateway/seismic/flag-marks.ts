import type { SecondFeatures } from '../../contracts/analytics/seismic/station.ts'
import type { Reason } from '../../contracts/quality.ts'
import type { BlockFlags } from './sample-block.ts'

interface Mark {
  readonly from: number
  readonly to: number
  readonly flags: BlockFlags
}

const SECOND_MS = 1_000

/**
 * What instruments have said about the time and the tests of their samples, until the seconds that these are in have
 * been told. That they clip the station is told itself.
 */
export class FlagMarks {
  #marks: Mark[] = []

  /** From and to, epoch ms; flags that say nothing are not kept. */
  add(mark: Mark): void {
    const { isTimed, isTest } = mark.flags
    if (!isTimed || isTest) this.#marks.push(mark)
  }

  /** What is wrong with a second, by the instrument and by the station: seconds come in the order of time. */
  reasonOf({ time, quality, reason }: SecondFeatures): Reason | undefined {
    const start = time - SECOND_MS
    this.#marks = this.#marks.filter(({ to }) => to > start)
    const flags = this.#marks.filter(({ from }) => from < time).map((mark) => mark.flags)
    if (flags.some(({ isTest }) => isTest)) return 'testing'
    if (quality === 'bad' && reason !== undefined) return reason
    return flags.some(({ isTimed }) => !isTimed) ? 'clock' : reason
  }

  forget(): void {
    this.#marks = []
  }
}
