import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { good, pointsOf } from './store-points.ts'

/**
 * Run by the durability test as a process of its own: writes readings as fast as it can and prints the time of
 * each that is said to be durable. It ends by being killed.
 */
const [path = ''] = process.argv.slice(2)
const store = await EmbeddedStore.open(path)

for (let time = 1; ; time += 1) {
  await store.write(pointsOf([good(time, time / 8)]))
  process.stdout.write(`${time}\n`)
  // The store keeps its thread: without a turn of the loop nothing would ever be printed.
  await new Promise((resolve) => setImmediate(resolve))
}
