import { systemClock } from '../../contracts/clock.ts'
import { giveWay, serveThread } from '../../contracts/thread.ts'
import type { DrainCalls, DrainPlan } from './drain-protocol.ts'
import { DrainWorker } from './drain-worker.ts'

/** The drain thread; the other end is `store-writer.ts`. */
serveThread<DrainCalls>((data, tell) => {
  giveWay()
  const worker = new DrainWorker({ plan: data as DrainPlan, clock: systemClock, tell })
  return {
    open: () => worker.open(),
    tellSource: (message) => worker.tellSource(message),
    writeStatus: (points) => worker.writeStatus(points),
    close: () => worker.close(),
  }
})
