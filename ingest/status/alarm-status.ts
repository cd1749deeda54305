import type { SteadyClock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { LogDrain } from '../drain/log-drain.ts'
import type { Jobs } from '../jobs.ts'
import { AlarmFeed, type AlarmFeedOptions } from './alarm-feed.ts'
import { AlarmPictures } from './alarm-pictures.ts'
import type { PictureSources, ToldAlarm } from './picture.ts'
import { type StatusParts, scheduleStatus } from './status-jobs.ts'
import { writeNow } from './write-now.ts'

interface AlarmStatusOptions extends Pick<AlarmFeedOptions, 'random'>, Omit<PictureSources, 'write'> {
  states: AlarmFeedOptions['states']
  drain: Pick<LogDrain, 'writeStatus'>
  steady: SteadyClock
  logger: Logger
}

/** Alarms on their way into the store: their transitions, and pictures of how they stand. */
export class AlarmStatus {
  readonly #feed: AlarmFeed
  readonly #pictures: AlarmPictures
  readonly #write: PictureSources['write']
  #changed: ((facility: string) => void) | undefined

  constructor(options: AlarmStatusOptions) {
    const { drain, logger } = options
    this.#feed = new AlarmFeed({
      ...options,
      write: (points) => drain.writeStatus(points),
      onTrouble: ({ code, detail, remedy }) =>
        logger.warn({ code, detail, remedy }, 'alarms wait for the store'),
    })
    this.#write = writeNow((points) => drain.writeStatus(points), logger)
    this.#pictures = new AlarmPictures({ ...options, write: this.#write })
  }

  /** What the journal tells. */
  note(told: ToldAlarm): void {
    this.#feed.wake()
    this.#pictures.note(told)
  }

  /** Hazards of a facility have changed. */
  hazardsChanged(facility: string): void {
    this.#changed?.(facility)
  }

  /** For a store that takes them. */
  start(jobs: Jobs, parts: Omit<StatusParts, 'write' | 'pictures'>): void {
    this.#feed.start()
    this.#changed = scheduleStatus(jobs, { ...parts, write: this.#write, pictures: this.#pictures })
  }

  /** Once it was started. */
  close(): Promise<void> {
    return this.#feed.close()
  }
}
