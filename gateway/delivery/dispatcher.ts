import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Confirm, Gap } from '../../contracts/wire.ts'
import type { Outbox, SealedBatch } from '../outbox/outbox.ts'
import type { Board } from '../quality/board.ts'
import { BacklogLane } from './backlog-lane.ts'
import { packBatches, toWire } from './batch-packing.ts'
import type { ClockWatch } from './clock-watch.ts'
import { Delivery, doneIn } from './delivery.ts'
import type { Epoch } from './epoch.ts'
import type { Pending } from './pending.ts'
import { sealBatch } from './sealed-batch.ts'

/** The way out: something that takes the bytes of a batch in one of two lanes. */
export interface Lanes {
  publish(channel: 'readings' | 'backlog', payload: Buffer, onTaken?: () => void): void
  /** Tells the state again, under the new epoch. */
  birth(): void
  /** Replaces a connection that takes nothing any more. */
  reconnect(): void
}

interface DispatcherOptions {
  board: Board
  epoch: Epoch
  pending: Pending
  clockWatch: ClockWatch
  outbox: Outbox
  lanes: Lanes
  heartbeatMs: number
  clock: Clock
  logger: Logger
}

/** Blocks of one poll share a batch if they come within this. */
const COLLECT_MS = 50
/** After the end of a poll others that end in the same moment may still join. */
const SETTLE_MS = 5
/** And this long after the batch before: the polls of hundreds of lines end all the time. */
const SPACING_MS = 25
/** While nothing can be sent, readings are collected for longer, so that fewer batches wait. */
const COLLECT_OFFLINE_MS = 1_000
/** However often a server asks: a snapshot of a large plant is many batches. */
const SNAPSHOT_PAUSE_MS = 1_000
/** Pace of everything that is not urgent: clock steps, heartbeats, resends, ageing. */
const TICK_MS = 100

/**
 * Cuts batches from what the buses bring, puts every one into the outbox, and sends them: live at once,
 * the rest as {@link Delivery} decides. All timers of the uplink are here.
 */
export class Dispatcher {
  readonly delivery = new Delivery()
  readonly #options: DispatcherOptions
  readonly #backlog: BacklogLane
  /** Key: device id. When it last answered, of polls that ended since the last batch. */
  #polled = new Map<string, number>()
  #collecting: NodeJS.Timeout | undefined
  #collectUntil = Number.POSITIVE_INFINITY
  #ticking: NodeJS.Timeout | undefined
  #onlineSince: number | undefined
  /** When the epoch began, if not with the process. */
  #renewedAt = Number.NEGATIVE_INFINITY
  #lastLive = Number.NEGATIVE_INFINITY
  #lastSnapshot = Number.NEGATIVE_INFINITY
  #isSnapshotAsked = false
  /** Session of the server; null while nobody has told, undefined when it has gone. */
  #server: string | null | undefined = null
  #toldAside = 0

  constructor(options: DispatcherOptions) {
    this.#options = options
    const { outbox, clock, lanes } = options
    this.#backlog = new BacklogLane({
      outbox,
      delivery: this.delivery,
      clock,
      publish: (payload, onTaken) => lanes.publish('backlog', payload, onTaken),
    })
  }

  start(): void {
    this.#ticking = setInterval(() => this.#tick(), TICK_MS)
  }

  /** Sends what is still pending; the connection should outlive this call. */
  stop(): void {
    clearInterval(this.#ticking)
    clearTimeout(this.#collecting)
    const { pending } = this.#options
    if (pending.isEmpty) return
    const batches = this.#cut(pending.take())
    // Nothing goes live before a snapshot that is due: for that there is no more time.
    if (this.delivery.needsSnapshot) this.#store(batches)
    else this.#dispatch(batches)
  }

  add(reading: Reading): void {
    const { pending, outbox } = this.#options
    pending.add(reading)
    outbox.awaitBatch()
    this.#flushWithin(this.#onlineSince === undefined ? COLLECT_OFFLINE_MS : COLLECT_MS)
  }

  pollEnded(device: string, answeredAt: number | undefined): void {
    if (answeredAt !== undefined) this.#polled.set(device, answeredAt)
    if (this.#options.pending.isEmpty || this.#onlineSince === undefined) return
    this.#flushWithin(Math.max(SETTLE_MS, this.#lastLive + SPACING_MS - this.#now()))
  }

  online(): void {
    this.#onlineSince = this.#now()
    this.delivery.connected()
    this.#flushWithin(SETTLE_MS)
  }

  offline(): void {
    this.#onlineSince = undefined
    this.delivery.disconnected()
    this.#backlog.clear()
    this.#options.clockWatch.skew.disconnected()
  }

  confirm(confirm: Confirm): void {
    const { epoch: current, clockWatch, outbox, logger } = this.#options
    const { epoch, refused = [], time } = confirm
    const done = doneIn(confirm)
    this.delivery.confirmed(confirm)
    outbox.confirm(epoch, done)
    clockWatch.skew.confirmed(epoch, Math.max(0, ...done.map(([, last]) => last)), {
      time,
      now: current.now(),
    })
    if (refused.length > 0) logger.warn({ epoch, refused }, 'the server refused readings for good')
    if (confirm.snapshot === true) this.#isSnapshotAsked = true
    this.#heedSnapshot()
    this.#resend()
  }

  /** Which session of the server is there; undefined when it has gone. */
  server(session: string | undefined): void {
    const before = this.#server
    this.#server = session
    if (session === before) return
    if (session === undefined) this.delivery.serverGone()
    else if (before !== null) this.delivery.serverCame()
    this.#resend()
  }

  /** Sends what is pending, or the snapshot that is due. Without either it is a heartbeat. */
  flush(): void {
    clearTimeout(this.#collecting)
    this.#collecting = undefined
    this.#collectUntil = Number.POSITIVE_INFINITY
    if (this.delivery.needsSnapshot && this.delivery.canSendLive(this.#now())) {
      if (this.#isSnapshotReady()) this.#sendSnapshot()
      return
    }
    const { pending, outbox } = this.#options
    if (this.delivery.needsSnapshot && pending.isEmpty) return
    // Losses go with what is sent at once: untold they can still grow together.
    const gaps = this.delivery.canSendLive(this.#now()) ? outbox.takeGaps() : []
    this.#dispatch(this.#cut(pending.take(), { gaps }))
  }

  #flushWithin(ms: number): void {
    const at = this.#now() + ms
    if (at >= this.#collectUntil) return
    clearTimeout(this.#collecting)
    this.#collectUntil = at
    this.#collecting = setTimeout(() => this.flush(), ms)
  }

  #tick(): void {
    const { epoch, outbox, lanes } = this.#options
    const now = this.#now()
    if (epoch.isOver) this.#renewEpoch()
    if (this.delivery.isStuck(now)) lanes.reconnect()
    outbox.expire()
    this.#heedSnapshot()
    if (this.delivery.needsSnapshot) this.flush()
    else if (this.#isHeartbeatDue(now) && this.delivery.canSendLive(now)) this.flush()
    this.#resend()
  }

  /** What was sampled before the step goes out under the old epoch; the new one begins with a snapshot. */
  #renewEpoch(): void {
    const { epoch, pending, board, lanes, logger } = this.#options
    if (!pending.isEmpty) this.#store(this.#cut(pending.take()))
    this.#polled.clear()
    const stepMs = epoch.renew()
    board.forget()
    this.#renewedAt = this.#now()
    logger.warn({ stepMs, epoch: epoch.id }, 'the wall clock was stepped: a new epoch begins')
    lanes.birth()
    this.delivery.askSnapshot()
  }

  /** A tick early rather than a tick late. */
  #isHeartbeatDue(now: number): boolean {
    return now - this.#lastLive >= this.#options.heartbeatMs - TICK_MS
  }

  /** The first snapshot of an epoch waits for every sensor to be sampled, but no longer than a heartbeat. */
  #isSnapshotReady(): boolean {
    const { board, heartbeatMs } = this.#options
    const since = Math.max(this.#onlineSince ?? 0, this.#renewedAt)
    return board.isComplete || this.#now() - since >= heartbeatMs
  }

  /** Until it is due live batches go on as they are. */
  #heedSnapshot(): void {
    if (!this.#isSnapshotAsked || this.#now() - this.#lastSnapshot < SNAPSHOT_PAUSE_MS) return
    this.#isSnapshotAsked = false
    this.delivery.askSnapshot()
    this.#flushWithin(SETTLE_MS)
  }

  #sendSnapshot(): void {
    const { board, pending, outbox } = this.#options
    this.#lastSnapshot = this.#now()
    this.#isSnapshotAsked = false
    const older = pending.take().filter((reading) => !board.isLatest(reading))
    if (older.length > 0) this.#store(this.#cut(older, { polled: new Map() }))
    const batches = this.#cut(board.snapshot(), { isSnapshot: true, gaps: outbox.takeGaps() })
    this.delivery.snapshotSent()
    this.#dispatch(batches)
    this.#resend()
  }

  #cut(
    readings: readonly Reading[],
    {
      isSnapshot = false,
      polled = this.#takePolled(),
      gaps = [],
    }: { isSnapshot?: boolean; polled?: Map<string, number>; gaps?: readonly Gap[] } = {},
  ): SealedBatch[] {
    const { epoch, clockWatch } = this.#options
    const packed = packBatches({ readings: readings.map(toWire), polled, gaps })
    // Of a snapshot in several batches the first is marked: who misses any of them sees a hole after it.
    return packed.map((content, index) =>
      sealBatch(epoch, content, { snapshot: isSnapshot && index === 0, clock: clockWatch.state() }),
    )
  }

  #takePolled(): Map<string, number> {
    const polled = this.#polled
    this.#polled = new Map()
    return polled
  }

  /** To the outbox, and live if the connection takes it. */
  #dispatch(batches: readonly SealedBatch[]): void {
    const { lanes, clockWatch, epoch } = this.#options
    this.#store(batches)
    for (const batch of batches) {
      const now = this.#now()
      if (!this.delivery.canSendLive(now)) {
        this.delivery.withheld()
        continue
      }
      this.delivery.sentLive(batch, now)
      clockWatch.skew.sent(batch, epoch.now())
      this.#lastLive = now
      lanes.publish('readings', batch.payload, () => this.delivery.liveTaken(batch))
    }
  }

  #store(batches: readonly SealedBatch[]): void {
    for (const batch of batches) this.#options.outbox.append(batch)
  }

  #resend(): void {
    const { logger } = this.#options
    this.#backlog.pump()
    if (this.delivery.setAside > this.#toldAside) {
      logger.error(
        { batches: this.delivery.setAside },
        'batches that no try could get confirmed are set aside',
      )
    }
    this.#toldAside = this.delivery.setAside
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }
}
