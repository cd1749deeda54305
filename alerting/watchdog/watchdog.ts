import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import { channelFile } from '../notify/channels/secret-files.ts'
import type { DrivenDevice } from './driven-device.ts'
import type { Figures } from './figures.ts'
import type { HeardAlarm } from './heard.ts'
import { Listener } from './listener.ts'
import { Outage, type Turn } from './outage.ts'
import { outageNotice } from './outage-notice.ts'
import { roundPlan } from './round-plan.ts'
import { type Outcome, Rounds } from './rounds.ts'
import { type ServerWord, serverUrl } from './server-question.ts'
import type { Teller } from './teller.ts'

export interface WatchdogOptions {
  readonly facility: Facility
  readonly plan: WatchdogPlan
  readonly device: DrivenDevice
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /** Undefined: nobody is told but who waits for {@link onOutcome}. */
  readonly teller: Pick<Teller, 'tell' | 'failing'> | undefined
  readonly figures: Figures
  readonly askServer: (url: string) => Promise<ServerWord>
  readonly onOutcome?: (outcome: Outcome) => void
  readonly clock: Clock
  readonly logger: Logger
}

/** Whether the watchdog does its work, and what it has found. */
export interface WatchdogHealth {
  /** Its rounds go on; whether they succeed is {@link path}. */
  readonly healthy: boolean
  readonly facility: string
  readonly path: 'unknown' | 'works' | 'broken'
  /** ISO 8601. */
  readonly lastSuccess: string | null
  /** Targets that did not take the latest word. */
  readonly untold: number
}

/** Past the time in which a round has to have ended, ms. */
const STALLED_MS = 30_000
/** At the end the gateway has so long to read that all is normal, ms. */
const LAST_READ_MS = 3_000

/** The watchdog of one facility: drives its device, takes messages, and tells people when a round fails. */
export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #rounds: Rounds
  readonly #outage = new Outage()
  readonly #listener: Listener
  readonly #longestMs: number
  #timer: NodeJS.Timeout | undefined
  /** Ms of the monotonic clock: when a round ended last, or when it was started. */
  #moved: number
  #path: WatchdogHealth['path'] = 'unknown'
  /** Epoch ms. */
  #success: number | undefined
  #onRead: (() => void) | undefined
  #isStopped = false

  constructor(options: WatchdogOptions) {
    this.#options = options
    const { facility, plan, device, clock, figures, logger } = options
    const now = clock.monotonic()
    const { place, values, terms } = roundPlan(facility, plan)
    const firstTurn = Math.floor(clock.wall() / 1_000) % values.beyond.length
    this.#rounds = new Rounds({ place, values, terms, firstTurn }, now)
    this.#longestMs = terms.everyMs + terms.patienceMs + 2 * terms.withinMs + STALLED_MS
    this.#moved = now
    device.onAsked = () => this.#asked()
    this.#listener = new Listener({
      address: plan.listen,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      secret: () => secretOf(facility, plan),
      onAlarm: (alarm) => this.#hear(alarm),
      health: () => this.health(),
      figures,
      now: () => clock.wall(),
      logger,
    })
  }

  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  async start(): Promise<void> {
    const { device } = this.#options
    device.write(this.#rounds.value)
    await this.#listener.start()
    try {
      await device.start()
    } catch (error) {
      await this.#listener.stop()
      throw error
    }
    this.#move()
  }

  /** Leaves the sensor normal, and lets the gateway read that when it was not. */
  async stop(): Promise<void> {
    const { device } = this.#options
    this.#isStopped = true
    clearTimeout(this.#timer)
    if (this.#rounds.isUnderWay) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onRead = resolve
      device.write(this.#rounds.normal)
      const timer = setTimeout(resolve, LAST_READ_MS)
      await promise
      clearTimeout(timer)
    }
    await Promise.all([this.#listener.stop(), device.stop()])
  }

  /** Where it takes messages, once started. */
  get port(): number {
    return this.#listener.port
  }

  health(): WatchdogHealth {
    const { facility, clock, teller } = this.#options
    return {
      healthy: clock.monotonic() - this.#moved <= this.#longestMs,
      facility: facility.id,
      path: this.#path,
      lastSuccess: this.#success === undefined ? null : formatIso(this.#success, facility.timezone),
      untold: teller?.failing ?? 0,
    }
  }

  #asked(): void {
    this.#onRead?.()
    if (this.#isStopped) return
    this.#rounds.asked(this.#options.clock.monotonic())
    this.#schedule()
  }

  #hear(alarm: HeardAlarm): void {
    if (this.#isStopped) return
    const { clock, figures, logger } = this.#options
    const { hearing, outcome } = this.#rounds.hear(alarm, clock.monotonic(), clock.wall())
    figures.heard(hearing)
    const { occurrence, cause } = alarm
    if (hearing === 'late') logger.warn({ occurrence, cause }, 'a message came when its round was over')
    else logger.debug({ occurrence, cause, hearing }, 'a message came')
    this.#follow(outcome)
  }

  #move(): void {
    this.#follow(this.#rounds.pass(this.#options.clock.monotonic()))
  }

  #follow(outcome: Outcome | undefined): void {
    this.#options.device.write(this.#rounds.value)
    if (outcome !== undefined) this.#take(outcome)
    this.#schedule()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#isStopped) return
    const wait = Math.max(1, Math.ceil(this.#rounds.due - this.#options.clock.monotonic()))
    this.#timer = setTimeout(() => this.#move(), wait)
  }

  #take(outcome: Outcome): void {
    const { clock, figures, logger, onOutcome } = this.#options
    const wall = clock.wall()
    figures.round(outcome, wall)
    this.#moved = outcome.ended
    if (outcome.broken === undefined) {
      this.#path = 'works'
      this.#success = wall
      logger.info({ legs: outcome.legs }, 'the alarm path works')
    } else {
      this.#path = 'broken'
      const { code, remedy } = new CodedError('ALARM_PATH_BROKEN', outcome.broken)
      logger.error(
        { code, broken: outcome.broken, legs: outcome.legs },
        `the alarm path is broken: ${remedy}`,
      )
    }
    const turn = this.#outage.take(outcome)
    if (turn !== undefined) void this.#tell(turn)
    onOutcome?.(outcome)
  }

  async #tell({ turn, since, broken }: Turn): Promise<void> {
    const { facility, plan, teller, askServer, clock } = this.#options
    if (teller === undefined) return
    const until = clock.wall()
    const began = Math.round(until - clock.monotonic() + since)
    const server = turn === 'well' ? undefined : await askServer(serverUrl(facility))
    // Whoever asks a server that is away waits for it, and the path may work again by then.
    if (turn !== 'well' && !this.#outage.isBroken)
      return this.#options.logger.info({}, 'it was broken for a moment')
    const facts = { turn, broken, since: began, until, ...(server === undefined ? {} : { server }) }
    teller.tell((language) => outageNotice(facts, { facility, plan }, language))
  }
}

function secretOf({ notify }: Facility, plan: WatchdogPlan): Promise<string | undefined> {
  const channel = notify.channels.get(plan.channel)
  const file = channel?.kind === 'webhook' ? channel.secretFile : undefined
  return file === undefined ? Promise.resolve(undefined) : channelFile(file, 'secretFile')
}
