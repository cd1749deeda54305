import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { SeriesPoint, TimeSeriesStore } from '../../contracts/store.ts'
import { Drain, type DrainEvents } from '../../ingest/drain/drain.ts'
import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { ReadingLines } from '../../ingest/store/influx/line-protocol.ts'
import { Influxd, storeConfig } from '../real/influxd.ts'
import { post } from './raw-lines.ts'
import { fullLog, pointsFrom } from './store-load.ts'

/** Lines of a raw write, as the figures of other databases are given. */
const BODY = 5_000
/** Points of a write of the server. */
const GROUP = 20_000
/** Seconds of a thousand sensors at 1 Hz that one run writes: 400,000 points. */
const RUN_SECONDS = 400
const POINTS = RUN_SECONDS * 1_000
/** Runs of each pair; the machine is shared, so that the median counts. */
const ROUNDS = 3

interface Figures {
  rate: number
  /** CPU seconds for a million points. */
  ours: number
  influxd: number
}

/**
 * Raw line protocol into a real InfluxDB, bodies made beforehand, beside the drain: points to lines to the same
 * database, in turns. And the embedded store.
 */
export async function measureStore(terminal: Terminal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  const influxd = await Influxd.started(folder)
  try {
    const bench = new StoreBench(influxd)
    const print = (name: string, figures: Figures, note = '') =>
      terminal.out(`${line(name, figures)}${note}\n`)
    await bench.raw({ gzip: 0, atOnce: 2 }) // Warm.
    const raws: Figures[] = []
    const drains: Figures[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      raws.push(await bench.raw({ gzip: 0, atOnce: 2 }))
      drains.push(await bench.drain({ gzip: false, atOnce: 2, points: GROUP }))
    }
    const [raw, drain] = [median(raws), median(drains)]
    print('raw, plain, 2 at once', raw)
    print('drain, plain, 2 at once', drain, `, ${((100 * drain.rate) / raw.rate).toFixed(0)} % of raw`)
    for (const atOnce of [1, 3]) print(`raw, plain, ${atOnce} at once`, await bench.raw({ gzip: 0, atOnce }))
    for (const gzip of [1, 6]) print(`raw, gzip ${gzip}, 2 at once`, await bench.raw({ gzip, atOnce: 2 }))
    for (const atOnce of [1, 3])
      print(`drain, plain, ${atOnce} at once`, await bench.drain({ gzip: false, atOnce, points: GROUP }))
    print('drain, gzip, 2 at once', await bench.drain({ gzip: true, atOnce: 2, points: GROUP }))
    for (const points of [1_000, BODY])
      print(`drain, plain, ${points} points a write`, await bench.drain({ gzip: false, atOnce: 2, points }))
    const rollUps = await bench.rollUps()
    print('roll-up, added up on the way', rollUps.own)
    print('roll-up, counted by the database', rollUps.counted)
    for (const points of [BODY, GROUP]) {
      const { figures, questions } = await embedded(join(folder, `readings-${points}.db`), points)
      print(`embedded store, ${points} points a write`, figures, `; ${questions}`)
    }
  } finally {
    await influxd.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

class StoreBench {
  readonly #influxd: Influxd
  readonly #lines = new ReadingLines({ hasReason: true })
  #runs = 0
  #last = ''

  constructor(influxd: Influxd) {
    this.#influxd = influxd
  }

  /** Bodies are made before the clock runs. */
  async raw({ gzip, atOnce }: { gzip: number; atOnce: number }): Promise<Figures> {
    const database = await this.#newDatabase()
    const bodies: Buffer[] = []
    for (let second = 0; second < RUN_SECONDS; second += BODY / 1_000) {
      const text = Buffer.from(this.#lines.textOf(pointsFrom(second, BODY / 1_000), 'ms'))
      bodies.push(gzip === 0 ? text : gzipSync(text, { level: gzip }))
    }
    const agent = new Agent({ keepAlive: true })
    const url = `${this.#influxd.url}/write?db=${database}&precision=ms`
    const headers: Record<string, string> = gzip > 0 ? { 'content-encoding': 'gzip' } : {}
    const figures = await this.#measured(async () => {
      let next = 0
      const sender = async () => {
        while (next < bodies.length) {
          next += 1
          await post(agent, url, bodies[next - 1] ?? Buffer.alloc(0), headers)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, sender))
    })
    agent.destroy()
    return figures
  }

  async drain(options: { gzip: boolean; atOnce: number; points: number }): Promise<Figures> {
    const database = await this.#newDatabase()
    const store = new InfluxStore({
      plan: { config: storeConfig(this.#influxd.url, database), gzip: options.gzip },
      clock: systemClock,
    })
    const points = pointsFrom(0, RUN_SECONDS)
    const figures = await this.#measured(() => drainInto(store, options.atOnce, points, options.points))
    await store.close()
    return figures
  }

  /** For a million readings rolled up, in two ways. */
  async rollUps(): Promise<{ own: Figures; counted: Figures }> {
    const database = await this.#newDatabase()
    const store = new InfluxStore({
      plan: { config: storeConfig(this.#influxd.url, database) },
      clock: { wall: () => 0, monotonic: () => 0 },
    })
    const points = pointsFrom(0, RUN_SECONDS)
    await drainInto(store, 2, points, GROUP)
    const from = points[0]?.reading.time ?? 0
    const span = { from, to: from + RUN_SECONDS * 1_000 }
    const own = await this.#measured(() => store.rollUp({ ...span, isOwn: true }))
    const counted = await this.#measured(() => store.rollUp(span))
    await store.close()
    return { own, counted }
  }

  async #newDatabase(): Promise<string> {
    if (this.#last !== '' && this.#runs > 0) await this.#influxd.ask(`DROP DATABASE "${this.#last}"`)
    this.#runs += 1
    this.#last = `bench-${this.#runs}`
    await this.#influxd.createDatabase(this.#last)
    return this.#last
  }

  async #measured(work: () => Promise<void>): Promise<Figures> {
    const theirs = cpuSeconds(this.#influxd.pid)
    const figures = await measured(work)
    return { ...figures, influxd: perMillion(cpuSeconds(this.#influxd.pid) - theirs) }
  }
}

async function measured(work: () => Promise<void>): Promise<Figures> {
  const [used, started] = [process.cpuUsage(), systemClock.monotonic()]
  await work()
  const ms = systemClock.monotonic() - started
  const { user, system } = process.cpuUsage(used)
  return { rate: POINTS / (ms / 1_000), ours: perMillion((user + system) / 1e6), influxd: 0 }
}

async function drainInto(
  store: TimeSeriesStore,
  concurrency: number,
  points: readonly SeriesPoint[],
  perWrite: number,
): Promise<void> {
  const refuse = (what: unknown) => {
    throw new Error(`refused: ${JSON.stringify(what)}`)
  }
  const events: DrainEvents = {
    onProgress: () => undefined,
    onRefused: refuse,
    onState: (state) => (state.isWorking ? undefined : refuse(state)),
  }
  const drain = new Drain({
    source: fullLog(points),
    store: { concurrency, write: (some) => store.write(some) },
    onWritten: () => undefined,
    limits: { points: perWrite, ageMs: 1_000 },
    events,
    clock: systemClock,
    random: Math.random,
  })
  await drain.run()
}

async function embedded(path: string, perWrite: number): Promise<{ figures: Figures; questions: string }> {
  const store = await EmbeddedStore.open(path)
  const points = pointsFrom(0, RUN_SECONDS)
  const from = points[0]?.reading.time ?? 0
  const figures = await measured(() => drainInto(store, 1, points, perWrite))
  const ms = async (work: () => Promise<unknown>) => {
    const started = systemClock.monotonic()
    await work()
    return systemClock.monotonic() - started
  }
  const ask = () =>
    store.buckets({ facility: 'demo-plant', sensor: 'GT-7', from, to: from + 4e5, everyMs: 60_000 })
  const before = await ms(ask)
  const rollUp = await ms(() => store.rollUp({ from, to: from + RUN_SECONDS * 1_000 }))
  const after = await ms(ask)
  await store.close()
  const questions = `roll-up ${rollUp.toFixed(0)} ms, minutes of a sensor ${before.toFixed(2)} ms before and ${after.toFixed(2)} ms after it`
  return { figures, questions }
}

/** User and system time of another process. Linux only: proc(5), fields 14 and 15, in hundredths. */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function perMillion(seconds: number): number {
  return (seconds * 1e6) / POINTS
}

function median(runs: readonly Figures[]): Figures {
  return [...runs].sort((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)] as Figures
}

function line(name: string, { rate, ours, influxd }: Figures): string {
  const theirs = influxd === 0 ? '' : `, influxd ${influxd.toFixed(1)} s`
  return `${name}: ${(rate / 1_000).toFixed(0)},000 points/s; CPU per million: ours ${ours.toFixed(1)} s${theirs}`
}
