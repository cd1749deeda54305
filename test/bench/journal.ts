import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { journalItem, type UnnumberedItem } from '../../alerting/alarm-view.ts'
import { ChainWriter } from '../../alerting/journal/chain-writer.ts'
import { StateWriter } from '../../alerting/journal/state-database.ts'
import type { Commit } from '../../alerting/journal/state-store.ts'
import { StateThreads } from '../../alerting/journal/state-threads.ts'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { evidenceBatch, smallFacility } from '../alerting/alarm-fixtures.ts'

/** Entries in a commit, and how many such commits are made. */
const SIZES = [
  { entries: 1, commits: 500 },
  { entries: 100, commits: 100 },
  { entries: 1_000, commits: 30 },
] as const

/**
 * Commits of the journal through the thread of its own, beside the same commits made where they are asked
 * for: how long one takes, and how long it holds up everything else there.
 */
export async function measureJournal(terminal: Terminal): Promise<void> {
  const item = anItem()
  for (const { entries, commits } of SIZES) {
    const made = Array.from({ length: commits }, (_, turn) => commitOf(item, turn, entries))
    const direct = await inFolder(async (folder) => {
      const writer = StateWriter.open(join(folder, 'state.db'), false)
      const figures = await timed(made, async (commit) => void writer.commit(commit))
      writer.close()
      return figures
    })
    const threads = await inFolder(async (folder) => {
      const states = await StateThreads.open({ folder, logger: silentLogger, onReserve: () => undefined })
      const figures = await timed(made, (commit) => states.commit(commit))
      await states.close()
      return figures
    })
    terminal.out(await chainFigures(made, entries))
    terminal.out(
      `journal, ${entries} entries a commit: in a thread ${threads.text}; directly ${direct.text}; ` +
        `ratio of p50 ${(threads.p50 / direct.p50).toFixed(2)}\n`,
    )
  }
}

/** Runs of each kind, one after the other, so that a disk that grows slower does so for both. */
const ROUNDS = 4

/** What the chain costs a commit: the same commits with links and without, on this thread. */
async function chainFigures(made: readonly Commit[], entries: number): Promise<string> {
  const { link } = ChainWriter.prototype
  const direct = () =>
    inFolder(async (folder) => {
      const writer = StateWriter.open(join(folder, 'state.db'), false)
      const { p50 } = await timed(made, async (commit) => void writer.commit(commit))
      writer.close()
      return p50
    })
  const chained: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    chained.push(await direct())
    ChainWriter.prototype.link = () => undefined
    try {
      bare.push(await direct())
    } finally {
      ChainWriter.prototype.link = link
    }
  }
  const [linked, unlinked] = [Math.min(...chained), Math.min(...bare)]
  return (
    `journal, ${entries} entries a commit: p50 ${linked.toFixed(2)} ms chained, ${unlinked.toFixed(2)} ms without; ` +
    `ratio ${(linked / unlinked).toFixed(2)}\n`
  )
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(made: readonly Commit[], commit: (commit: Commit) => Promise<unknown>) {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  loop.enable()
  for (const one of made) {
    const started = systemClock.monotonic()
    await commit(one)
    times.push(systemClock.monotonic() - started)
    await setImmediate()
  }
  loop.disable()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const [p50, p99] = [at(0.5), at(0.99)]
  const held = loop.percentile(99) / 1e6
  return { p50, text: `p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms, loop held p99 ${held.toFixed(1)} ms` }
}

/** A raise of T-1.H, as the service enters it. */
function anItem(): UnnumberedItem {
  const facility = smallFacility()
  const engine = new AlarmEngine({ facility, now: 0 })
  const readings = [{ sensor: 'T-1', time: 1_000, value: 25, quality: 'good' as const }]
  const [transition] = engine.evaluate(evidenceBatch({ readings }), 1_000).transitions
  if (transition === undefined) throw new Error('a raise expected')
  return journalItem(facility, transition)
}

function commitOf(item: UnnumberedItem, turn: number, count: number): Commit {
  const entries = Array.from({ length: count }, (_, index) => {
    const alarm = `S-${index}.H`
    return { key: `${alarm}#${turn}`, time: 1_000, alarm, sensor: `S-${index}`, item }
  })
  return { facility: 'plant', timezone: 'Asia/Shanghai', recorded: turn, entries, records: new Map() }
}
