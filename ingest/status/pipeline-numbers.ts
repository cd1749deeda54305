import { statfs } from 'node:fs/promises'
import { type AlarmState, isActive } from '../../contracts/alarm.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { ServerConfig } from '../../contracts/facility.ts'
import { alarmId, SYSTEM_PREFIX } from '../../contracts/ids.ts'
import type { LogDrain } from '../drain/log-drain.ts'
import type { GatewayWatch } from '../intake/gateway-watch.ts'
import type { ServerLog } from '../log/server-log.ts'
import { LagWindow, quantileMs } from '../metrics/lag-window.ts'
import type { Lags, Stage } from '../metrics/lags.ts'
import type { LoopDelay } from '../metrics/loop-delay.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'

type Numbers = Record<string, number>

/** What the server as a whole is measured by. */
export interface ServerSources {
  log: Pick<ServerLog, 'bytes' | 'counters' | 'refusal'>
  drain: Pick<LogDrain, 'points' | 'refused' | 'behind' | 'mirror'>
  deadLetters: Pick<DeadLetters, 'counts' | 'figures' | 'lostQuarantined'>
  lags: Lags
  streamClients: () => number
  journalLost: () => number
  memory: () => { rss: number; heapUsed: number }
  config: Pick<ServerConfig, 'data' | 'logMaxBytes'>
  clock: Pick<Clock, 'monotonic'>
}

/** Stations of live readings. Key: the beginning of the names of its fields. */
const LAGS = { lag: 'evaluated', confirmedLag: 'confirmed', storedLag: 'stored' } as const satisfies Record<
  string,
  Stage
>

/** Measures the whole server. What is a quantile is so of the time since the last call. */
export class ServerNumbers {
  readonly #sources: ServerSources
  readonly #started: number
  readonly #loop: Pick<LoopDelay, 'takeP99'>
  readonly #lags: readonly (readonly [name: string, LagWindow])[]

  constructor(sources: ServerSources, loop: Pick<LoopDelay, 'takeP99'>) {
    this.#sources = sources
    this.#loop = loop
    this.#started = sources.clock.monotonic()
    const { live } = sources.lags
    this.#lags = Object.entries(LAGS).map(([name, stage]) => [name, new LagWindow(live[stage])] as const)
  }

  /** A number that is not known is NaN. */
  async take(): Promise<Numbers> {
    const { log, config, drain, deadLetters, memory, clock } = this.#sources
    const { rss, heapUsed } = memory()
    const { figures } = deadLetters
    return {
      stored: drain.points,
      storeRefused: drain.refused,
      behind: drain.behind,
      mirrored: drain.mirror.sent,
      mirrorDropped: drain.mirror.dropped,
      logBytes: log.bytes,
      logMaxBytes: config.logMaxBytes,
      logWritten: log.counters.bytes,
      logQueued: log.counters.queuedBytes,
      logRefusing: Number(log.refusal !== undefined),
      deadLetters: figures?.letters ?? 0,
      deadLettersEvicted: figures?.evicted ?? 0,
      refusedTotal: sum(deadLetters.counts.values()),
      quarantined: figures?.quarantined ?? 0,
      quarantineLost: deadLetters.lostQuarantined,
      journalLost: this.#sources.journalLost(),
      streamClients: this.#sources.streamClients(),
      rssBytes: rss,
      heapBytes: heapUsed,
      eventLoopP99Ms: this.#loop.takeP99(),
      uptimeSeconds: (clock.monotonic() - this.#started) / 1_000,
      ...this.#takeLags(),
      ...(await this.#disk()),
    }
  }

  #takeLags(): Numbers {
    const numbers: Numbers = {}
    for (const [name, window] of this.#lags) {
      const counts = window.take()
      numbers[`${name}P50Ms`] = quantileMs(counts, 0.5)
      numbers[`${name}P99Ms`] = quantileMs(counts, 0.99)
    }
    return numbers
  }

  async #disk(): Promise<Numbers> {
    try {
      const { bavail, blocks, bsize } = await statfs(this.#sources.config.data)
      return { diskFreeBytes: bavail * bsize, diskTotalBytes: blocks * bsize }
    } catch {
      // The log is on this disk and says what is wrong with it.
      return {}
    }
  }
}

/** Counts that gateways have. Key: field of the pipeline. */
const COUNTS = {
  received: 'readings',
  late: 'late',
  duplicates: 'duplicates',
  refused: 'rejected',
  dropped: 'lost',
} as const satisfies Record<string, keyof GatewayWatch['counters']>

const STORE_ALARM = alarmId(`${SYSTEM_PREFIX}store`, 'FAIL')
const JOURNAL_ALARM = alarmId(`${SYSTEM_PREFIX}journal`, 'FAIL')

interface CountedPlace<W extends CountedGateway> {
  board: { view(alarm: string): { live: AlarmState } | undefined }
  intake: { intake: { watches: ReadonlyMap<string, W> }; foreign: { duplicates: number } }
}

type CountedGateway = Pick<GatewayWatch, 'state' | 'counters' | 'missing'>

/** What the pipeline of one facility is measured by. `credit`: what a gateway may have under way. */
export function facilityNumbers<W extends CountedGateway>(
  { board, intake }: CountedPlace<W>,
  credit: (watch: W) => number,
): Numbers {
  const watches = [...intake.intake.watches.values()]
  const working = (alarm: string) => {
    const view = board.view(alarm)
    return view === undefined ? Number.NaN : Number(!isActive(view.live))
  }
  const counts = Object.entries(COUNTS).map(([name, key]) => [
    name,
    sum(watches.map(({ counters }) => counters[key])),
  ])
  return {
    ...Object.fromEntries(counts),
    missing: sum(watches.map(({ missing }) => missing)),
    foreignDuplicates: intake.foreign.duplicates,
    gateways: watches.length,
    gatewaysOnline: watches.filter(({ state }) => state === 'online').length,
    gatewaysLost: watches.filter(({ state }) => state === 'lost').length,
    credit: sum(watches.map(credit)),
    storeWorking: working(STORE_ALARM),
    journalWorking: working(JOURNAL_ALARM),
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
