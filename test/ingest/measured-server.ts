import type { AlarmState } from '../../contracts/alarm.ts'
import type { GatewayWatch } from '../../ingest/intake/gateway-watch.ts'
import { Lags } from '../../ingest/metrics/lags.ts'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { ServerNumbers } from '../../ingest/status/pipeline-numbers.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A server with two gateways, as far as its pipeline is measured. */
export function measuredServer() {
  const lags = new Lags()
  const clock = { now: 5_000, monotonic: () => clock.now }
  const counters = { batches: 1, readings: 100, late: 2, duplicates: 3, rejected: 4, lost: 5 }
  const watch = (state: GatewayWatch['state']) => ({ state, counters, missing: 1 })
  const watches = new Map([
    ['gw-1', watch('online')],
    ['gw-2', watch('lost')],
  ])
  const live = new Map<string, AlarmState>([
    ['sys.store.FAIL', 'NORM'],
    ['sys.journal.FAIL', 'ACKED'],
  ])
  const place = {
    board: {
      view: (alarm: string) => {
        const state = live.get(alarm)
        return state === undefined ? undefined : { live: state }
      },
    },
    intake: { intake: { watches }, foreign: { duplicates: 6 } },
  }
  const server = new ServerNumbers(
    {
      log: {
        bytes: 1_000,
        counters: { bytes: 5_000, syncs: 1, queuedBytes: 10, segments: 1 },
        refusal: undefined,
      },
      config: { data: temporaryFolder(), logMaxBytes: 9_000 },
      drain: { points: 7, refused: 1, behind: 2, mirror: { sent: 3, dropped: 4 } },
      deadLetters: new DeadLetters(),
      lags,
      streamClients: () => 2,
      journalLost: () => 0,
      memory: () => ({ rss: 400, heapUsed: 200 }),
      clock,
    },
    { takeP99: () => 1.5 },
  )
  return { server, place, lags, clock, live }
}
