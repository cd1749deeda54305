import type { Clock } from '../../../contracts/clock.ts'

/** One run of a gateway. Times are monotonic ms. */
export interface Life {
  /** Its epochs begin with it. */
  readonly id: string
  readonly gateway: string
  readonly since: number
  /** When it was killed or asked to end; undefined while it is alive. */
  until: number | undefined
  /** It stood still from then until its end. */
  stoppedAt: number | undefined
}

/** The runs of all gateways, one after the other. */
export class Lives {
  readonly #clock: Clock
  readonly #lives: Life[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get all(): readonly Life[] {
    return this.#lives
  }

  begin(gateway: string): Life {
    const number = this.#lives.filter((life) => life.gateway === gateway).length + 1
    const life: Life = {
      id: `${gateway}-run${number}`,
      gateway,
      since: this.#clock.monotonic(),
      until: undefined,
      stoppedAt: undefined,
    }
    this.#lives.push(life)
    return life
  }

  /** The present run of a gateway, or the one that ended last. */
  of(gateway: string): Life | undefined {
    return this.#lives.findLast((life) => life.gateway === gateway)
  }

  end(gateway: string): void {
    const life = this.of(gateway)
    if (life !== undefined) life.until ??= this.#clock.monotonic()
  }

  pause(gateway: string): void {
    const life = this.of(gateway)
    if (life !== undefined && life.until === undefined) life.stoppedAt ??= this.#clock.monotonic()
  }

  resume(gateway: string): void {
    const life = this.of(gateway)
    if (life !== undefined && life.until === undefined) life.stoppedAt = undefined
  }
}
