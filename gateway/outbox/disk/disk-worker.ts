import { serveThread } from '../../../contracts/thread.ts'
import type { DiskCalls, FileOptions } from './disk-calls.ts'
import { DiskDesk } from './disk-desk.ts'

serveThread<DiskCalls>((data, tell) => {
  const desk = new DiskDesk(data as FileOptions, tell)
  return {
    lock: () => desk.lock(),
    open: (tally) => desk.open(tally),
    commit: (request) => desk.commit(request),
    fetch: (keys) => desk.fetch(keys),
    close: () => desk.close(),
  }
})
