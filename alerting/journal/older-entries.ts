import type { DatabaseSync } from 'node:sqlite'
import type { ChainWriter } from './chain-writer.ts'

/** Entries linked in one transaction: some 20 ms. */
const SLICE = 2_000

/**
 * Links the entries that a file of an older release brought with it, in their order, a slice at a time: whoever is
 * interrupted goes on with the next start. `onProgress` hears after each slice how many are linked, and of how many.
 */
export function chainOlderEntries(
  database: DatabaseSync,
  chain: ChainWriter,
  onProgress: (done: number, total: number) => void,
): void {
  const last = database.prepare('SELECT last FROM journal_unchained').get()?.last
  if (last === undefined) return
  const total = Number(
    database.prepare('SELECT count(*) AS count FROM journal WHERE seq <= ?').get(last)?.count,
  )
  let done = Number(
    database.prepare('SELECT count(*) AS count FROM journal_chain WHERE seq <= ?').get(last)?.count,
  )
  const next = database.prepare(
    `SELECT seq, key, facility, time, sensor, alarm, body FROM journal
     WHERE seq > (SELECT coalesce(max(seq), 0) FROM journal_chain WHERE seq <= :last) AND seq <= :last
     ORDER BY seq LIMIT ${SLICE}`,
  )
  for (;;) {
    const count = within(database, () => {
      const rows = next.all({ last })
      for (const { seq, key, facility, time, sensor, alarm, body } of rows) {
        chain.link({
          seq: Number(seq),
          key: String(key),
          facility: String(facility),
          time: Number(time),
          sensor: String(sensor),
          alarm: String(alarm),
          body: String(body),
        })
      }
      if (rows.length === 0) database.exec('DELETE FROM journal_unchained')
      return rows.length
    })
    if (count === 0) return
    done += count
    onProgress(done, total)
  }
}

function within<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
