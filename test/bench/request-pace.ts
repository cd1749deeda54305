import { Agent, get } from 'node:http'
import { systemClock } from '../../contracts/clock.ts'
import { pause } from './waiting.ts'

const EVERY_MS = 100

/** Asks for some pages ten times a second each, whether or not the last answer is there; ms until its last byte. */
export class RequestPace {
  readonly #url: string
  readonly #paths: readonly string[]
  readonly #agent = new Agent({ keepAlive: true })
  /** Key: path. */
  readonly #times = new Map<string, number[]>()
  #open = 0

  constructor(url: string, paths: readonly string[]) {
    this.#url = url
    this.#paths = paths
  }

  async run(seconds: number): Promise<ReadonlyMap<string, number[]>> {
    this.#times.clear()
    const started = systemClock.monotonic()
    for (let turn = 0; turn < (seconds * 1_000) / EVERY_MS; turn++) {
      for (const path of this.#paths) void this.#ask(path)
      await pause(Math.max(0, started + (turn + 1) * EVERY_MS - systemClock.monotonic()))
    }
    while (this.#open > 0) await pause(5)
    return new Map(this.#times)
  }

  #ask(path: string): Promise<void> {
    const times = this.#times.get(path) ?? []
    this.#times.set(path, times)
    const started = systemClock.monotonic()
    this.#open += 1
    return new Promise((resolve, reject) => {
      get(`${this.#url}${path}`, { agent: this.#agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
        response.resume().once('end', () => {
          times.push(systemClock.monotonic() - started)
          this.#open -= 1
          resolve()
        })
      }).once('error', reject)
    })
  }

  stop(): void {
    this.#agent.destroy()
  }
}
