import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { LogReader } from '../../../ingest/log/log-reader.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { batch, newLog, numbers, readLog, writeLog } from './log-folder.ts'

let folder: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'log')
})

const segments = () => readdirSync(folder).sort()
const pathOf = (index: number) => join(folder, segments()[index] ?? '')
const upTo = (last: number) => Array.from({ length: last }, (_, n): [number, number] => [n + 1, n + 1])

describe('the log of the server', () => {
  it('gives back what was appended, in order, by number', async () => {
    await writeLog(folder, [batch(1), batch(2, 1_000), { kind: 'step', ms: 5 }, batch(3)])
    expect((await readLog(folder)).seqs).toEqual([
      [1, 1],
      [2, 2],
      [4, 3],
    ])
    expect((await readLog(folder, 2)).seqs).toEqual([[4, 3]])
    expect((await readLog(folder, 0, 2)).seqs).toEqual(upTo(2))
  })

  it('is durable only when it says so, many with one sync', async () => {
    const synced: number[] = []
    const log = newLog(folder, { onSynced: (number) => synced.push(number) })
    await log.start(0)
    const appended = Array.from({ length: 500 }, (_, n) => log.append(batch(n + 1, 10)))
    expect(log.last).toBe(500)
    expect(log.syncedTo).toBe(0)
    await appended.at(-1)?.durable
    expect(log.syncedTo).toBe(500)
    expect(synced.at(-1)).toBe(500)
    expect(log.counters.syncs).toBeLessThan(20)
    await log.stop()
  })

  it('begins a new segment at each start and goes on counting', async () => {
    const last = await writeLog(folder, [batch(1), batch(2)])
    await writeLog(folder, [batch(3)], last)
    expect(segments()).toEqual(['0000000000000001.log', '0000000000000003.log'])
    expect((await readLog(folder)).seqs).toEqual(upTo(3))
  })

  it('never gives a number again that somebody kept', async () => {
    await writeLog(folder, [batch(1)])
    await writeLog(folder, [batch(2)], 40)
    expect((await readLog(folder)).seqs).toEqual([
      [1, 1],
      [41, 2],
    ])
  })

  it.each([1, 7, 16, 40, 200])(
    'a tail torn %i bytes before its end costs only its last record',
    async (torn) => {
      await writeLog(folder, [batch(1), batch(2), batch(3)])
      truncateSync(pathOf(0), statSync(pathOf(0)).size - torn)
      await writeLog(folder, [batch(4)], 3)
      const { seqs, damage } = await readLog(folder)
      expect(seqs.map(([, seq]) => seq)).toEqual([1, 2, 4])
      expect(damage.bytes).toBeGreaterThan(0)
    },
  )

  it('a flipped byte, wherever it is, costs only the record that it is in', async () => {
    await writeLog(folder, [batch(1), batch(2), batch(3)])
    const whole = readFileSync(pathOf(0))
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = Buffer.from(whole)
      flipped[at] = (flipped[at] ?? 0) ^ 0x40
      writeFileSync(pathOf(0), flipped)
      const { seqs } = await readLog(folder)
      expect(seqs.length, `byte ${at}`).toBe(2)
    }
  })

  it('a segment that is garbage costs only what was in it', async () => {
    await writeLog(folder, [batch(1)])
    await writeLog(folder, [batch(2)], 1)
    await writeLog(folder, [batch(3)], 2)
    writeFileSync(pathOf(1), Buffer.alloc(100_000, 0x71))
    expect((await readLog(folder)).seqs.map(([, seq]) => seq)).toEqual([1, 3])
  })

  it('can be followed while it is written, over segments, up to what is durable', async () => {
    const reader = new LogReader({ folder, catalogue: numbers, after: 0, isWritten: true })
    const log = newLog(folder, { segmentBytes: 5_000, onSynced: (number) => reader.allow(number) })
    await log.start(0)
    const seen: number[] = []
    for (let seq = 1; seq <= 300; seq++) {
      const appended = log.append(batch(seq, 20))
      if (seq % 7 === 0) await appended?.durable
      for (let next = await reader.next(); next !== undefined; next = await reader.next())
        if (next.record.kind === 'batch') seen.push(next.record.seq)
    }
    await log.stop()
    for (let next = await reader.next(); next !== undefined; next = await reader.next())
      if (next.record.kind === 'batch') seen.push(next.record.seq)
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n + 1))
    expect(segments().length).toBeGreaterThan(1)
    expect(reader.damage).toEqual({ bytes: 0, records: 0 })
    await reader.close()
  })

  it('removes segments that hold nothing anybody needs, and no other', async () => {
    for (const [seq, after] of [
      [1, 0],
      [2, 1],
      [3, 2],
    ] as const)
      await writeLog(folder, [batch(seq)], after)
    const log = newLog(folder)
    await log.start(3)
    await log.release(1)
    expect(segments()).toEqual(['0000000000000002.log', '0000000000000003.log'])
    await log.release(2)
    expect(segments()).toEqual(['0000000000000003.log'])
    await log.append(batch(4))?.durable
    await log.release(4)
    expect(segments()).toEqual(['0000000000000004.log'])
    await log.stop()
  })

  it('takes nothing beyond its bounds, and asks for nothing short of them', async () => {
    const log = newLog(folder, { maxBytes: 100_000 })
    await log.start(0)
    let taken = 0
    while (log.append(batch(taken + 1, 100)) !== undefined) {
      taken += 1
      if (log.isTight) break
    }
    expect(log.refusal).toBeUndefined()
    while (log.append(batch(taken + 1, 100)) !== undefined) taken += 1
    expect(log.refusal).toBe('LOG_FULL')
    expect(taken).toBeGreaterThan(30)
    await log.stop()
    const again = newLog(folder, { maxBytes: 100_000 })
    await again.start(log.last)
    expect(again.refusal).toBe('LOG_FULL')
    await again.release(log.last)
    expect(again.refusal).toBeUndefined()
    await again.stop()
  })

  it('takes nothing while the journal needs what room there is', async () => {
    let isDiskFull = false
    const log = newLog(folder, { isDiskFull: () => isDiskFull })
    await log.start(0)
    await log.append(batch(1))?.durable
    isDiskFull = true
    expect([log.append(batch(2)), log.refusal, log.isTight]).toEqual([undefined, 'LOG_FULL', true])
    isDiskFull = false
    await log.append(batch(2))?.durable
    await log.stop()
    expect((await readLog(folder)).seqs).toEqual(upTo(2))
  })

  it('refuses when its folder cannot be made', async () => {
    writeFileSync(join(temporaryFolder(), 'x'), '')
    const blocked = join(temporaryFolder(), 'file')
    writeFileSync(blocked, '')
    await expect(newLog(join(blocked, 'log')).start(0)).rejects.toThrow(/^LOG_UNWRITABLE/)
  })
})
