import { AreaWriter } from './area-writer.ts'
import { LimitWriter } from './limit-writer.ts'
import { MarginWriter } from './margin-writer.ts'
import type { PictureSources, ToldAlarm } from './picture.ts'
import { StandingWriter } from './standing-writer.ts'

/** Whether anything is to be drawn is looked at this often, ms. */
export const LOOK_MS = 250

interface Writer {
  note(told: ToldAlarm): void
  tick(): Promise<void>
}

/** Pictures of the alarms as they are, for dashboards: those that stand, their limits, what is left to them, their areas. */
export class AlarmPictures {
  readonly #writers: readonly Writer[]
  readonly #running = new Set<Writer>()
  #isShown = false

  constructor(sources: PictureSources) {
    this.#writers = [
      new StandingWriter(sources),
      new AreaWriter(sources),
      new LimitWriter(sources),
      new MarginWriter(sources),
    ]
  }

  /** An alarm changed. Before the first call of {@link tick} that is no news: it draws everything. */
  note(told: ToldAlarm): void {
    if (!this.#isShown) return
    for (const writer of this.#writers) writer.note(told)
  }

  /** To be called every {@link LOOK_MS}. Each kind goes at its own pace. */
  async tick(): Promise<void> {
    this.#isShown = true
    const idle = this.#writers.filter((writer) => !this.#running.has(writer))
    await Promise.all(idle.map((writer) => this.#run(writer)))
  }

  async #run(writer: Writer): Promise<void> {
    this.#running.add(writer)
    try {
      await writer.tick()
    } finally {
      this.#running.delete(writer)
    }
  }
}
