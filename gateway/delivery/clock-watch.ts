import type { ClockState } from '../../contracts/wire.ts'
import type { Epoch } from './epoch.ts'
import { SkewEstimate } from './skew-estimate.ts'

/** What the machine says of its clock; undefined where it says nothing. Never throws. */
export type TimeService = () => Promise<ClockState['ntp']>

/** How often the time service is asked, ms. */
const ASK_MS = 60_000

/** How far the clock of this gateway can be trusted: what every batch and the health say of it. */
export class ClockWatch {
  readonly skew = new SkewEstimate()
  readonly #epoch: Epoch
  readonly #timeService: TimeService
  #ntp: ClockState['ntp']
  #asking: NodeJS.Timeout | undefined

  constructor(options: { epoch: Epoch; timeService: TimeService }) {
    this.#epoch = options.epoch
    this.#timeService = options.timeService
  }

  start(): void {
    void this.#ask()
    this.#asking = setInterval(() => void this.#ask(), ASK_MS)
  }

  stop(): void {
    clearInterval(this.#asking)
  }

  state(): ClockState {
    const skew = this.skew.value
    return {
      drift: this.#epoch.drift,
      steps: this.#epoch.steps,
      ...(skew === undefined ? {} : { skew }),
      ...(this.#ntp === undefined ? {} : { ntp: this.#ntp }),
    }
  }

  async #ask(): Promise<void> {
    this.#ntp = await this.#timeService()
  }
}
