import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { Delivery } from '../../gateway/delivery/delivery.ts'
import { DiskOutbox } from '../../gateway/outbox/disk-outbox.ts'
import type { BatchKey, SealedBatch } from '../../gateway/outbox/outbox.ts'
import { PlantNoise } from './plant-noise.ts'

const SENSORS = 1_000
const HOURS = 72
/** The default bounds of an outbox. */
const BOUNDS = { maxBytes: 2e9, maxAgeMs: 7 * 86_400_000 }
/** So much of an hour is measured for the baseline: it is ten times as large. */
const BASELINE_S = 1_800
/** Batches that may wait in memory for the disk, and batches asked for at once. */
const AHEAD = 256
const AT_ONCE = 8
/** One in so many is compared with what went in; of all the others the CRC is. */
const COMPARED = 1_000
const START = Date.UTC(2026, 10, 21)

/**
 * An outage of days of a gateway with 1,000 sensors at 1 Hz, generated fast, through the real outbox with its
 * thread and its disk; then opened again and read back as a server would get it. Beside it what everybody would
 * write first: the JSON of each batch, compressed, in the same SQLite.
 */
export async function measureOutbox(terminal: Terminal, hours = HOURS): Promise<void> {
  const seconds = Math.round(hours * 3_600)
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))

  terminal.out(`outbox: ${SENSORS} sensors at 1 Hz for ${(seconds / 3_600).toFixed(1)} h, nobody confirms\n`)
  const baseline = measureBaseline(folder)
  const samples = new Map<number, Buffer>()
  const path = join(folder, 'gw-1.db')
  const written = await fill(terminal, { path, seconds, samples })
  const opened = await drain(terminal, { path, samples, seconds })

  const readings = SENSORS * seconds
  const rate = (ms: number, count = readings) => (count * 1_000) / ms
  const say = (ms: number, count = readings) =>
    `${(rate(ms, count) / 1e6).toFixed(2)} M readings/s (${(rate(ms, count) / SENSORS).toFixed(0)} times real time)`
  const saved = baseline.bytes / BASELINE_S / (written.bytes / seconds)
  terminal.out(
    `  ${(readings / 1e6).toFixed(1)} M readings in ${(written.bytes / 1e6).toFixed(0)} MB of file and log: ` +
      `${(written.bytes / readings).toFixed(2)} bytes a reading; lost: ${written.lost}\n` +
      `  appended with ${written.commits} synced commits at ${say(written.ms)}, largest RSS ${written.rssMB.toFixed(0)} MB\n` +
      `  opened, checked and listed in ${(opened.openMs / 1_000).toFixed(1)} s\n` +
      `  a look for what to send next, with ${opened.batches} batches on the disk: ${opened.lookUs.toFixed(0)} us\n` +
      `  read back, CRC checked, and deleted at ${say(opened.ms)}, largest RSS ${opened.rssMB.toFixed(0)} MB; ` +
      `${opened.left} batches and ${(opened.bytesLeft / 1e6).toFixed(1)} MB left\n` +
      `  baseline, JSON and zstd into the same SQLite: ${(baseline.bytes / (SENSORS * BASELINE_S)).toFixed(2)} bytes a reading ` +
      `(${saved.toFixed(1)} times as many), written at ${say(baseline.writeMs, SENSORS * BASELINE_S)}, ` +
      `read at ${say(baseline.readMs, SENSORS * BASELINE_S)}\n`,
  )
}

/** The batches of an outage. */
function* plant(seconds: number): Generator<SealedBatch> {
  const noise = new PlantNoise(SENSORS, '5e0c2f5f-3f0b-4a52-9c8e-5d4f7f0f4b1a')
  for (let second = 0; second < seconds; second++) yield noise.batch(second, START + 1_000 * second)
}

function outboxAt(path: string): DiskOutbox {
  return new DiskOutbox({
    path,
    ...BOUNDS,
    clock: systemClock,
    logger: silentLogger,
    events: { onGone: () => undefined, underWay: () => [] },
    pending: () => undefined,
  })
}

async function fill(
  terminal: Terminal,
  { path, seconds, samples }: { path: string; seconds: number; samples: Map<number, Buffer> },
) {
  const outbox = outboxAt(path)
  await outbox.open()
  const started = systemClock.monotonic()
  const peak = new PeakMemory()
  const isOnDisk = async (key: BatchKey) => {
    while (outbox.payload(key) !== undefined) await pause()
  }
  let last: BatchKey = { epoch: '', seq: 0 }
  let count = 0
  for (const batch of plant(seconds)) {
    outbox.append(batch)
    last = batch
    count += 1
    if (batch.seq % COMPARED === 0) samples.set(batch.seq, batch.payload)
    if (count % 32 !== 0) continue
    await isOnDisk({ epoch: batch.epoch, seq: batch.seq - AHEAD })
    peak.look()
    if (count % 2_048 === 0) progress(terminal, 'writing', count / seconds)
  }
  await isOnDisk(last)
  const ms = systemClock.monotonic() - started
  const { bytes = 0, gaps, commits } = outbox.stats()
  await outbox.close()
  return { ms, bytes, commits, lost: gaps.full ?? 0, rssMB: peak.rssMB }
}

async function drain(
  terminal: Terminal,
  { path, samples, seconds }: { path: string; samples: ReadonlyMap<number, Buffer>; seconds: number },
) {
  const outbox = outboxAt(path)
  let started = systemClock.monotonic()
  await outbox.open()
  while (outbox.stats().batches === 0) await pause()
  const openMs = systemClock.monotonic() - started
  const { batches } = outbox.stats()
  if (batches < seconds) throw new Error(`${batches} of ${seconds} batches are there`)

  const delivery = new Delivery()
  delivery.connected()
  delivery.snapshotSent()
  started = systemClock.monotonic()
  for (let n = 0; n < 1_000; n++)
    for (const key of delivery.takeResends(outbox.keys(), 1)) delivery.notSent(key)
  const lookUs = systemClock.monotonic() - started

  started = systemClock.monotonic()
  const peak = new PeakMemory()
  let done = 0
  while (outbox.stats().batches > 0) {
    const keys = first(outbox.keys(), AT_ONCE)
    const payloads = await outbox.fetch(keys)
    for (const [n, { epoch, seq }] of keys.entries()) {
      const payload = payloads[n]
      const sample = samples.get(seq)
      if (payload === undefined || (sample !== undefined && !payload.equals(sample)))
        throw new Error(`batch ${seq} is not what it was`)
      outbox.confirm(epoch, [[seq, seq]])
    }
    done += keys.length
    peak.look()
    if (done % 2_048 === 0) progress(terminal, 'reading back', done / batches)
  }
  const ms = systemClock.monotonic() - started
  await outbox.close()
  const left = outbox.stats().batches
  const bytesLeft = readdirSync(join(path, '..'))
    .filter((name) => name.startsWith('gw-1.db') && !name.endsWith('.ballast'))
    .reduce((sum, name) => sum + statSync(join(path, '..', name)).size, 0)
  return { openMs, batches, lookUs, ms, left, bytesLeft, rssMB: peak.rssMB }
}

/** The JSON of every batch, compressed alone, a row each; in commits as large as those of the outbox. */
function measureBaseline(folder: string) {
  const path = join(folder, 'baseline.db')
  using database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE batches (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT')
  const insert = database.prepare('INSERT INTO batches VALUES (?, ?)')
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
  let started = systemClock.monotonic()
  database.exec('BEGIN')
  for (const { seq, payload } of plant(BASELINE_S)) {
    insert.run(seq, zstdCompressSync(payload, level))
    if (seq % 64 === 0) database.exec('COMMIT; BEGIN')
  }
  database.exec('COMMIT')
  const writeMs = systemClock.monotonic() - started
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  started = systemClock.monotonic()
  for (const { payload } of database.prepare('SELECT payload FROM batches ORDER BY seq').iterate())
    zstdDecompressSync(payload as Uint8Array)
  const readMs = systemClock.monotonic() - started
  return { bytes: statSync(path).size, writeMs, readMs }
}

class PeakMemory {
  rssMB = 0

  look(): void {
    this.rssMB = Math.max(this.rssMB, process.memoryUsage.rss() / 1e6)
  }
}

function progress(terminal: Terminal, what: string, share: number): void {
  terminal.err(`\routbox: ${what} ${(100 * share).toFixed(0)} % `)
  if (share >= 1) terminal.err('\n')
}

function first<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    taken.push(item)
    if (taken.length === count) break
  }
  return taken
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}
