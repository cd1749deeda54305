import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { SeqRanges } from '../../../contracts/seq-ranges.ts'
import type { EpochStock, Tally } from '../tally.ts'
import { connect } from './connection.ts'
import { DamagedFile } from './damaged-file.ts'
import type { Salvaged } from './disk-calls.ts'
import { Epochs } from './epochs.ts'
import { migrate, STEPS } from './file-schema.ts'
import { GapTable } from './gap-table.ts'
import { missing } from './settling.ts'
import { opening } from './sqlite-error.ts'

/** Damaged files that are kept for people to look at; each may be as large as an outbox. */
const MOST_ASIDE = 3
/** Rows written in one transaction. */
const ROWS_AT_ONCE = 500

/**
 * Sets a damaged file aside and begins a new one with all that can be read of it, row by row: every batch whose
 * CRC is right. What should be there and is not becomes a loss that is told. The version stays what it was.
 */
export function salvage(path: string, damage: string, tally: Tally): Salvaged {
  return opening(path, () => {
    const aside = setAside(path)
    const source = new DamagedFile(aside)
    const { database } = connect(path)
    try {
      migrate(database, 0, STEPS.slice(0, source.version))
      const copied = copy(source, database)
      // The file itself knows best what it held, unless it is older than the tally or does not tell.
      const isOwnWord = source.commits >= tally.commits && source.epochs.length > 0
      const known = source.gaps.map(({ gap }) => gap)
      const lost = missing(isOwnWord ? source.epochs : tally.stock, copied, known)
      const gaps = new GapTable(database)
      for (const gap of lost) gaps.addTold(gap, undefined)
      // More than any tally knows: from here on the new file is what counts.
      const commits = Math.max(source.commits, tally.commits) + 1
      database.prepare('UPDATE outbox SET commits = ?, age = ?').run(commits, source.age)
      return {
        damage,
        aside,
        batches: copied.reduce((sum, { seqs }) => sum + new SeqRanges(seqs).size, 0),
        readings: copied.reduce((sum, { readings }) => sum + readings, 0),
        lost: lost.reduce((sum, { count }) => sum + count, 0),
      }
    } finally {
      source.close()
      database.close()
    }
  })
}

/** Copies what can be read, and says which batches those are. */
function copy(source: DamagedFile, database: DatabaseSync): EpochStock[] {
  const insertInto = (table: string, columns: number) =>
    database.prepare(`INSERT INTO ${table} VALUES (${Array.from({ length: columns }, () => '?').join()})`)
  const [insertEpoch, insertWord, insertGap] = [
    insertInto('epochs', 6),
    insertInto('words', 2),
    insertInto('gaps', 4),
  ]
  const [insertRow, insertBytes] = [insertInto('batches', 6), insertInto('packed', 2)]
  database.exec('BEGIN')
  for (const { number, epoch, seqs, readings, from, to } of source.epochs)
    insertEpoch.run(number, epoch, JSON.stringify(seqs), readings, from, to)
  for (const [number, word] of source.words) insertWord.run(number, Buffer.from(word))
  for (const { gap, told, carrier } of source.gaps) insertGap.run(null, JSON.stringify(gap), told, carrier)
  let count = 0
  for (const { id, kept, readings, from, to, crc, bytes } of source.batches()) {
    insertRow.run(id, kept, readings, from, to, crc)
    insertBytes.run(id, bytes)
    count += 1
    if (count % ROWS_AT_ONCE === 0) database.exec('COMMIT; BEGIN')
  }
  const epochs = new Epochs(database)
  epochs.load()
  database.exec('COMMIT')
  return epochs.stock(true)
}

/** Gives the file and its log another name. Of those that were set aside before, the newest are kept. */
function setAside(path: string): string {
  const folder = dirname(path)
  const prefix = `${basename(path)}.damaged-`
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
  const place = (number: number) => join(folder, `${prefix}${number}`)
  const aside = place((numbers.at(-1) ?? 0) + 1)
  renameSync(path, aside)
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`)
  for (const number of numbers.slice(0, Math.max(0, numbers.length + 1 - MOST_ASIDE))) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${place(number)}${suffix}`, { force: true })
  }
  return aside
}
