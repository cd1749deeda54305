import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { StoreQueue } from '../../ingest/store/store-queue.ts'

/**
 * Run by the durability test as a process of its own: writes readings as fast as it can, several batches
 * at once, and prints the time of each that is said to be durable. It ends by being killed.
 */
const [path = ''] = process.argv.slice(2)
const store = await EmbeddedStore.open(path)
const queue = new StoreQueue({ store, onState: () => undefined })
let time = 0

async function write(): Promise<void> {
  for (;;) {
    time += 1
    const mine = time
    await queue.write('plant', [{ sensor: 'GT-101', time: mine, value: mine / 8, quality: 'good' }])
    process.stdout.write(`${mine}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, write))
