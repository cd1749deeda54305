import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { NewQuarantined } from '../../ingest/rejects/letter.ts'
import { MAX_WAITING } from '../../ingest/rejects/reject-writer.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { RejectScene, unknown } from './reject-scene.ts'

const folder = temporaryFolder()
let files = 0
const newFile = () => join(folder, `rejects-${files++}.db`)

const open: RejectScene[] = []
function scene(...given: ConstructorParameters<typeof RejectScene>): RejectScene {
  const made = new RejectScene(...given)
  open.push(made)
  return made
}

afterEach(async () => {
  for (const { letters } of open.splice(0)) await letters.close()
})

const seqs = (readings: readonly { seq: number }[]) => readings.map(({ seq }) => seq)

describe('quarantined readings', () => {
  it('are kept whole, and once however often they come', async () => {
    const made = scene(newFile())
    const odd: NewQuarantined[] = [
      unknown(1),
      unknown(1, { position: 1, sensor: 'GT-8', quality: 'uncertain', reason: 'clock', shift: -7_200_000.5 }),
      { ...unknown(2, { quality: 'bad', reason: 'timeout' }), value: undefined as never },
    ].map(({ value, ...rest }) => (value === undefined ? rest : { value, ...rest }))
    made.letters.quarantine(odd)
    made.letters.quarantine(odd.slice(0, 2))
    await made.letters.flushed()
    made.letters.quarantine(odd)
    await made.letters.flushed()
    expect(made.quarantined().map(({ id: _id, isRequeued, ...reading }) => [reading, isRequeued])).toEqual(
      odd.map((reading) => [reading, false]),
    )
    expect(made.letters.counts.size).toBe(0)
  })

  it('wait until they are asked for, their sensor is known, and they are settled', async () => {
    const made = scene(newFile())
    const { letters } = made
    letters.quarantine([
      unknown(1),
      unknown(2),
      unknown(3, { sensor: 'GT-8' }),
      unknown(4, { gateway: 'gw-2' }),
    ])
    await letters.flushed()
    expect(await letters.takeRequeued(() => true)).toEqual([])

    expect(made.requeue('GT-9')).toBe(3)
    expect(made.requeue('GT-9')).toBe(0)
    expect(await letters.takeRequeued(() => false)).toEqual([])
    const isKnown = ({ gateway, sensor }: { gateway: string; sensor: string }) =>
      gateway === 'gw-1' && sensor === 'GT-9'
    const taken = await letters.takeRequeued(isKnown)
    expect(taken).toMatchObject([{ ...unknown(1), isRequeued: true }, unknown(2)])

    // What is not settled is given again, as after a crash.
    await letters.settled([taken[0]?.id ?? 0])
    expect(seqs(await letters.takeRequeued(isKnown))).toEqual([2])
    await letters.settled(taken.map(({ id }) => id))
    await letters.settled(taken.map(({ id }) => id))
    expect(await letters.takeRequeued(isKnown)).toEqual([])
    expect(seqs(made.quarantined())).toEqual([3, 4])
    expect(made.requeue('GT-9')).toBe(0)
  })

  it('are taken in the order they came, not all at once', async () => {
    const made = scene(newFile())
    made.letters.quarantine(Array.from({ length: 1_500 }, (_, n) => unknown(n + 1)))
    await made.letters.flushed()
    made.requeue('GT-9')
    const all: number[] = []
    for (;;) {
      const taken = await made.letters.takeRequeued(() => true)
      if (taken.length === 0) break
      all.push(...seqs(taken))
      await made.letters.settled(taken.map(({ id }) => id))
    }
    expect(all).toEqual(Array.from({ length: 1_500 }, (_, n) => n + 1))
  })

  it('are given again after kill -9 between taking and settling', async () => {
    const path = newFile()
    const first = scene(path)
    first.letters.quarantine([unknown(1), unknown(2)])
    await first.letters.close()
    first.requeue('GT-9')

    const script = fileURLToPath(new URL('./reject-taker.ts', import.meta.url))
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
    child.kill('SIGKILL')
    const [, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    expect(JSON.parse(said)).toHaveLength(2)

    const again = scene(path)
    const taken = await again.letters.takeRequeued(() => true)
    expect(taken.map(({ id }) => id)).toEqual(JSON.parse(said))
    await again.letters.settled(taken.map(({ id }) => id))
    expect(again.quarantined()).toEqual([])
  })

  it('are not taken again while it cannot be noted that they were', async () => {
    const made = scene(newFile())
    made.letters.quarantine([unknown(1), unknown(2)])
    await made.letters.flushed()
    made.requeue('GT-9')
    const [taken] = await made.letters.takeRequeued(() => true)
    const other = new DatabaseSync(made.path)
    other.exec("CREATE TRIGGER stop BEFORE DELETE ON quarantine BEGIN SELECT RAISE(ABORT, 'no'); END")
    await made.letters.settled([taken?.id ?? 0])
    expect(await made.letters.takeRequeued(() => true)).toEqual([])
    other.exec('DROP TRIGGER stop')
    other.close()
    expect(seqs(await made.letters.takeRequeued(() => true))).toEqual([2])
  })

  it('are bounded: the oldest of the source that has most go, and are counted', async () => {
    const bounds = { letters: 1, letterBytes: 1, quarantined: 100 }
    const made = scene(newFile(), { bounds })
    made.letters.quarantine([unknown(1, { sensor: 'RARE' })])
    made.letters.quarantine(Array.from({ length: 250 }, (_, n) => unknown(n + 1)))
    await made.letters.flushed()
    const kept = made.quarantined()
    expect(kept).toHaveLength(100)
    expect(kept[0]?.sensor).toBe('RARE')
    expect(seqs(kept).slice(1)).toEqual(Array.from({ length: 99 }, (_, n) => 152 + n))
    expect(made.letters.figures).toMatchObject({ quarantined: 100, evictedQuarantined: 151 })
  })

  it('are bounded when every one comes from another source', async () => {
    const bounds = { letters: 1, letterBytes: 1, quarantined: 100 }
    const made = scene(newFile(), { bounds })
    for (let n = 1; n <= 300; n += 30) {
      made.letters.quarantine(Array.from({ length: 30 }, (_, k) => unknown(n + k, { sensor: `S-${n + k}` })))
      await made.letters.flushed()
    }
    const kept = seqs(made.quarantined())
    expect(kept.length).toBeGreaterThan(60)
    expect(kept.length).toBeLessThanOrEqual(100)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => 301 - kept.length + n))
    const count = new DatabaseSync(made.path).prepare('SELECT count(*) AS count FROM source').get()
    expect(count?.count).toBe(kept.length)
  })

  it('are lost and counted beyond what may wait, or without a file', async () => {
    const made = scene(join(folder, 'nowhere', 'rejects.db'))
    made.letters.quarantine(Array.from({ length: MAX_WAITING.quarantined + 5 }, (_, n) => unknown(n + 1)))
    expect(made.letters.lostQuarantined).toBe(5)
    await made.letters.flushed()
    expect(made.letters.lostQuarantined).toBe(5)
    made.letters.quarantine([unknown(1)])
    expect(made.letters.lostQuarantined).toBe(6)
  })
})
