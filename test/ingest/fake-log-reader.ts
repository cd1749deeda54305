import type { ThreadSource } from '../../ingest/drain/drain-protocol.ts'
import type { DrainPart } from '../../ingest/drain/drain-source.ts'
import { FakeLog, partOf } from './drain-scene.ts'

/** What the fake log of a thread holds. */
export interface FakeLogData {
  /** Records up to this one have been drained. */
  after: number
  /** Records that are there from the first, of so many readings each. */
  records: number
  readings: number
}

/** What the server may say to it. */
export type FakeLogMessage = { append: number } | { die: true }

/** A log in the memory of the drain thread, as `log-reader.ts` is one on the disk. */
export function openLogReader(data: unknown): ThreadSource {
  const { after, records, readings } = data as FakeLogData
  let last = Math.max(after, records)
  const log = new FakeLog()
  const part = (record: number): DrainPart => partOf(record, readings)
  for (let record = after + 1; record <= records; record += 1) log.append(part(record))
  return {
    next: (points) => log.next(points),
    tell(message: FakeLogMessage) {
      if ('die' in message) {
        setImmediate(() => {
          throw new Error('the log reader died')
        })
        return
      }
      for (; last < message.append; last += 1) log.append(part(last + 1))
    },
    close: () => log.close(),
  }
}
