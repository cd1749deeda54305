import type { Clock, SteadyClock } from '../contracts/clock.ts'
import type { Logger } from '../contracts/logger.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { LogDrain } from './drain/log-drain.ts'
import type { FacilityIntake } from './facility-intake.ts'
import { Requeue } from './intake/requeue.ts'
import type { Jobs } from './jobs.ts'
import type { ServerLog } from './log/server-log.ts'
import type { DeadLetters } from './rejects/dead-letters.ts'
import { type JournalHeadSources, JournalHeads } from './status/journal-heads.ts'

/** Gateways that fell silent are looked for this often, and so is what the log says of itself, ms. */
const SWEEP_MS = 250
const CLOCK_CHECK_MS = 1_000
/** Checkpoints are looked after, and segments of the log that nobody needs removed, this often, ms. */
const LOG_MS = 1_000
/** Quarantined readings that a person asked for are looked for this often, ms. */
const REQUEUE_MS = 3_000
/** The loss ledger is tidied up this often, ms. */
const LEDGER_MS = 600_000
/** It has minutes for this long, hours from then on, ms. */
const LEDGER_MINUTES_MS = 7 * 86_400_000
/** How far the journal goes is published this often, ms. */
const HEAD_MS = 60_000
/** The journal is looked through for what is past its retention this often, ms. */
const RETENTION_MS = 3_600_000

export interface UpkeepParts {
  /** Key: facility id. */
  places: ReadonlyMap<
    string,
    {
      intake: FacilityIntake
      alarms: { clockStepped(step: number): void; clockLooked(step: number): Promise<void> }
    }
  >
  log: Pick<ServerLog, 'append' | 'refusal' | 'release'>
  drain: Pick<LogDrain, 'position' | 'writeStatus'>
  checkpoints: Pick<Checkpoints, 'tick' | 'position'>
  states: JournalHeadSources['states'] & {
    prune(ages: { fold: number; drop: number }): Promise<unknown>
    dropSegments(before: number, now: number): Promise<unknown>
    dropNotices(before: number): Promise<unknown>
  }
  deadLetters: DeadLetters
  /** The loss ledger is kept for so long. */
  ledgerMs: number
  /** The journal is kept for so long. */
  journalMs: number
  /** The wall clock was stepped by so many ms. */
  onStep: (stepMs: number) => void
  /** The log takes nothing any more, or takes again. */
  onLogRefusing: (isRefusing: boolean) => void
  clock: Clock
  steady: SteadyClock
  logger: Logger
}

/** What the server does now and then for everything to go on as it is. */
export function scheduleUpkeep(jobs: Jobs, parts: UpkeepParts): void {
  const { places, log, drain, checkpoints, states, deadLetters, clock, steady, logger } = parts
  let isRefusing = false
  jobs.every(SWEEP_MS, () => {
    for (const { intake } of places.values()) intake.intake.sweep()
    if ((log.refusal !== undefined) === isRefusing) return
    isRefusing = !isRefusing
    parts.onLogRefusing(isRefusing)
  })
  jobs.every(CLOCK_CHECK_MS, () => {
    const ms = steady.checkStep()
    if (ms !== 0) {
      logger.warn({ stepMs: ms }, 'the wall clock of the server was stepped')
      log.append({ kind: 'step', ms })
      parts.onStep(ms)
    }
    for (const { alarms, intake } of places.values()) {
      if (ms !== 0) {
        alarms.clockStepped(ms)
        intake.clockStepped(ms)
      }
      alarms
        .clockLooked(ms)
        .catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
    }
  })
  jobs.every(LOG_MS, async () => {
    checkpoints.tick()
    await log.release(Math.min(checkpoints.position, drain.position))
  })
  const taking = { get: (id: string) => places.get(id)?.intake }
  const requeue = new Requeue({ places: taking, deadLetters, clock, steady })
  jobs.every(REQUEUE_MS, async () => {
    const count = await requeue.run()
    if (count > 0) logger.info({ readings: count }, 'quarantined readings were taken')
  })
  jobs.every(LEDGER_MS, async () => {
    const now = steady.now()
    await states.prune({ fold: now - LEDGER_MINUTES_MS, drop: now - parts.ledgerMs })
  })
  jobs.every(RETENTION_MS, async () => {
    const now = steady.now()
    await states.dropSegments(now - parts.journalMs, now)
    await states.dropNotices(now - parts.journalMs)
    for (const { intake } of places.values()) await intake.waveforms.prune()
  })
  const links = new Map([...places].map(([id, { intake }]) => [id, intake.link]))
  const heads = new JournalHeads({ states, links, drain, now: () => steady.now(), logger })
  jobs.every(HEAD_MS, () => heads.publish())
  jobs.atStop(() => heads.publish())
}
