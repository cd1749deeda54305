import { writeSync } from 'node:fs'
import { systemClock } from '../../../contracts/clock.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { DiskOutbox } from '../../../gateway/outbox/disk-outbox.ts'
import { batchOf, Watch } from './scene.ts'

/**
 * Appends a batch every few ms and says so, each line `seq`, until somebody kills it: file of the outbox, epoch, and the
 * folder that stands for memory.
 * It writes all the time, so that a kill is likely to meet a commit.
 */
const [path = '', epoch = '', memoryFolder = ''] = process.argv.slice(2)

const outbox = new DiskOutbox({
  path,
  maxBytes: 1e7,
  maxAgeMs: 1e9,
  clock: systemClock,
  logger: silentLogger,
  events: new Watch(),
  pending: () => undefined,
  commitAfterMs: 4,
  memoryFolder,
})
await outbox.open()
let seq = 0
setInterval(() => {
  seq += 1
  outbox.append(batchOf(seq, { epoch }))
  writeSync(1, `${seq}\n`)
}, 5)
