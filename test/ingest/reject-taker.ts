import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'

/**
 * Run by the test of requeued readings as a process of its own: takes them, says which, and would settle them
 * when it is told to. It ends by being killed.
 */
const [path = ''] = process.argv.slice(2)
const letters = new DeadLetters({ path })
letters.open()
const taken = await letters.takeRequeued(() => true)
process.stdout.write(`${JSON.stringify(taken.map(({ id }) => id))}\n`)
setInterval(() => undefined, 1_000)
