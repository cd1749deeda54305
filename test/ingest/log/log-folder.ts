import { systemClock } from '../../../contracts/clock.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { LogReader } from '../../../ingest/log/log-reader.ts'
import type { BatchRecord, LogRecord } from '../../../ingest/log/log-record.ts'
import { ServerLog, type ServerLogOptions } from '../../../ingest/log/server-log.ts'

export const numbers = {
  numbersOf: () => new Map(Array.from({ length: 1_000 }, (_, n) => [`S-${n}`, n])),
  sensorOf: (number: number) => `S-${number}`,
}

/** A batch with as many readings as is asked for; `seq` tells it from others. */
export function batch(seq: number, count = 1): BatchRecord {
  return {
    kind: 'batch',
    facility: 'plant',
    gateway: 'gw',
    epoch: 'e',
    seq,
    sent: seq * 1_000,
    shift: 0,
    total: null,
    size: count,
    arrived: seq * 1_000 + 5,
    isLive: true,
    fork: null,
    again: false,
    offset: 5,
    stepped: false,
    polled: null,
    gaps: [],
    readings: Array.from({ length: count }, (_, position) => ({
      sensor: `S-${position}`,
      time: seq * 1_000,
      value: seq + position / 1_000,
      quality: 'good',
      position,
      late: false,
      fold: 0,
    })),
  }
}

export function newLog(folder: string, options: Partial<ServerLogOptions> = {}): ServerLog {
  return new ServerLog({
    folder,
    maxBytes: 1e9,
    numbers,
    clock: systemClock,
    logger: silentLogger,
    onSynced: () => undefined,
    onFailing: () => undefined,
    ...options,
  })
}

/** A log with these records, closed in an orderly way. */
export async function writeLog(folder: string, records: readonly LogRecord[], after = 0): Promise<number> {
  const log = newLog(folder)
  await log.start(after)
  const appended = records.map((record) => log.append(record))
  await Promise.all(appended.map((one) => one?.durable))
  await log.stop()
  return log.last
}

/** Seqs of the batches that can be read, by number, and what could not be. */
export async function readLog(folder: string, after = 0, limit = Number.MAX_SAFE_INTEGER) {
  const reader = new LogReader({ folder, catalogue: numbers, after, isWritten: false })
  reader.allow(limit)
  const seqs: [number, number][] = []
  for (;;) {
    const next = await reader.next()
    if (next === undefined) break
    if (next.record.kind === 'batch') seqs.push([next.number, next.record.seq])
  }
  await reader.close()
  return { seqs, damage: reader.damage }
}
