import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ChainCheck, type ChainCheckOptions, type ChainReport } from '../../alerting/journal/chain-check.ts'
import { JournalFile } from '../../alerting/journal/journal-file.ts'
import { startOf } from '../../alerting/journal/segment-check.ts'
import { StateWriter, type StateWriterOptions } from '../../alerting/journal/state-database.ts'
import type { Commit } from '../../alerting/journal/state-store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { commitOf, entriesOf, entryOf } from './state-entries.ts'

/** A row of the table journal. */
export type Row = Record<'seq' | 'time', number> &
  Record<'key' | 'facility' | 'sensor' | 'alarm' | 'body', string>

const TRIGGERS = [
  'journal_is_append_only_update',
  'journal_is_append_only_delete',
  'journal_chain_is_append_only_update',
  'journal_chain_is_append_only_delete',
  'journal_segment_is_append_only_update',
  'journal_segment_is_append_only_delete',
]

/** A state database, whoever writes entries into it, and a hand that may do anything to the file. */
export class JournalScene {
  readonly folder = temporaryFolder()
  readonly path = join(this.folder, 'state.db')
  readonly #options: StateWriterOptions
  writer: StateWriter
  #hand: DatabaseSync | undefined
  #entered = 0

  constructor(options: StateWriterOptions = {}) {
    this.#options = options
    this.writer = StateWriter.open(this.path, false, options)
  }

  /** So many entries in one commit, each of an alarm of its own. */
  enter(count: number, over: Partial<Commit> = {}): void {
    const [raise] = entriesOf()
    if (raise === undefined) throw new Error('an entry expected')
    const list = Array.from({ length: count }, () => {
      this.#entered += 1
      return entryOf(raise, `S-${this.#entered}.H`, 1)
    })
    this.writer.commit(commitOf(list, over))
  }

  reopen(): void {
    this.writer.close()
    this.writer = StateWriter.open(this.path, false, this.#options)
  }

  /** Another connection, which no trigger stops. */
  get hand(): DatabaseSync {
    if (this.#hand === undefined) {
      this.#hand = new DatabaseSync(this.path)
      this.#hand.exec('PRAGMA synchronous = OFF')
      for (const trigger of TRIGGERS) this.#hand.exec(`DROP TRIGGER ${trigger}`)
    }
    return this.#hand
  }

  check(over: Partial<ChainCheckOptions> = {}, facility = 'plant'): ChainReport {
    const file = new JournalFile(this.path)
    try {
      const segments = file.segments(facility)
      const check = new ChainCheck({ facility, segments, ...over })
      for (const link of file.links(facility, startOf(segments).n)) check.take(link)
      for (const { seq, time } of file.strays()) check.stray(seq, time)
      return check.report()
    } finally {
      file.close()
    }
  }

  close(): void {
    this.#hand?.close()
    this.writer.close()
  }
}
