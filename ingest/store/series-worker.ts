import { parentPort, workerData } from 'node:worker_threads'
import { CodedError } from '../../contracts/errors.ts'
import { SeriesDatabase } from './series-database.ts'
import type { SeriesAnswer, SeriesCall } from './series-thread.ts'

/** A thread with a database of its own; the other end is `series-thread.ts`. Answers in order. */
const port = parentPort
if (port !== null) {
  const answer = (message: SeriesAnswer) => port.postMessage(message)
  let database: SeriesDatabase | undefined
  const perform = (call: SeriesCall): unknown => {
    database ??= new SeriesDatabase(String(workerData))
    switch (call.do) {
      case 'open':
        return undefined
      case 'write':
        return database.write(call.facility, call.readings)
      case 'range':
        return database.range(call.query)
      case 'buckets':
        return database.buckets(call.query)
      case 'prune':
        return database.pruneSome(call.before, call.limit)
      case 'close':
        return database.close()
    }
  }
  port.on('message', ({ id, call }: { id: number; call: SeriesCall }) => {
    try {
      answer({ id, ok: true, result: perform(call) })
    } catch (error) {
      const { code, detail } = error instanceof CodedError ? error : { code: 'INTERNAL' as const, detail: '' }
      answer({ id, ok: false, code, detail: detail === '' ? String(error) : detail })
    }
    if (call.do === 'close') port.close()
  })
}
