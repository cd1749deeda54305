import { annunciatorSensor } from '../../contracts/annunciator.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { Topics } from '../../contracts/topics.ts'
import { AnnunciatorWatch, decodeAnnunciator } from './annunciator-watch.ts'

/** How often silence is looked for, ms. */
const LOOK_MS = 1_000

interface AnnunciatorsOptions {
  facility: Facility
  /** A reading of one of the system's own sensors. */
  report: (sensor: string, value: number) => Promise<void>
  clock: Pick<Clock, 'monotonic'>
  logger: Logger
}

interface Message {
  payload: Buffer
  retain: boolean
}

/**
 * The annunciators of one facility that somebody has confirmed: one that is offline, silent or failing is an alarm of
 * the system about itself.
 */
export class Annunciators {
  readonly #options: AnnunciatorsOptions
  #facility: Facility
  /** Key: annunciator id. */
  readonly #watches = new Map<string, { watch: AnnunciatorWatch; told?: boolean }>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: AnnunciatorsOptions) {
    this.#options = options
    this.#facility = options.facility
    this.follow(options.facility)
  }

  /** None without annunciators: an access list may not have them. */
  get subscriptions(): string[] {
    const { mqtt, id } = this.#facility
    return this.#watches.size === 0 ? [] : [new Topics(mqtt.prefix, id).everyAnnunciator()]
  }

  /** The facility as its file says now; those that stay are watched as before. */
  follow(facility: Facility): void {
    this.#facility = facility
    const ids = facility.annunciators.filter(({ confirmed }) => confirmed !== undefined).map(({ id }) => id)
    for (const id of this.#watches.keys()) if (!ids.includes(id)) this.#watches.delete(id)
    const now = this.#options.clock.monotonic()
    for (const id of ids) {
      if (!this.#watches.has(id)) this.#watches.set(id, { watch: new AnnunciatorWatch(now) })
    }
  }

  /** The broker is listened to from now on. */
  start(): void {
    const now = this.#options.clock.monotonic()
    for (const { watch } of this.#watches.values()) watch.listen(now)
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** False when it is nothing that one of them says. */
  message(annunciator: string, { payload, retain }: Message): boolean {
    const found = this.#watches.get(annunciator)
    if (found === undefined) return this.#facility.annunciators.some(({ id }) => id === annunciator)
    // So a topic is cleared.
    if (payload.length === 0) return true
    const news = decodeAnnunciator(payload)
    if (news === undefined) return false
    found.watch.heard(news, { isKept: retain, now: this.#options.clock.monotonic() })
    this.#look()
    return true
  }

  #look(): void {
    const { clock, report, logger } = this.#options
    const now = clock.monotonic()
    for (const [annunciator, each] of this.#watches) {
      const fails = each.watch.fails(now)
      if (fails === undefined || fails === each.told) continue
      each.told = fails
      if (fails) logger.warn({ annunciator }, 'an annunciator is silent or fails')
      else logger.info({ annunciator }, 'an annunciator does its work')
      report(annunciatorSensor(annunciator), Number(fails)).catch((error: unknown) =>
        logger.debug({ error: String(error) }, 'a commit is put off'),
      )
    }
  }
}
