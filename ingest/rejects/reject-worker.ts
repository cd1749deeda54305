import { existsSync, renameSync } from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'
import { serveThread } from '../../contracts/thread.ts'
import type { Quarantined, RejectBounds, RejectFigures, Source } from './letter.ts'
import { type RejectBatch, RejectDatabase } from './reject-database.ts'

/** What the thread is given. */
export interface RejectStart {
  readonly path: string
  readonly bounds: RejectBounds
}

/** What the thread says by itself: the file was damaged and now has this name. */
export interface SetAside {
  readonly setAside: string
  readonly detail: string
}

export type RejectCalls = {
  write: (batch: RejectBatch) => RejectFigures
  requeued: (nothing: undefined) => Source[]
  take: (query: { sources: readonly Source[]; limit: number }) => Quarantined[]
  settle: (ids: readonly number[]) => void
}

/** A thread with the file of the dead letters; a damaged one is set aside and begun anew. */
serveThread<RejectCalls>((data, tell) => {
  const { path, bounds } = data as RejectStart
  let database: RejectDatabase | undefined
  const attempt = <T>(work: (database: RejectDatabase) => T): T => {
    database ??= new RejectDatabase(path, bounds)
    return work(database)
  }
  const use = <T>(work: (database: RejectDatabase) => T): T => {
    try {
      return attempt(work)
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'DATA_DAMAGED') throw error
      database?.close()
      database = undefined
      const news: SetAside = { setAside: setAside(path), detail: error.detail }
      tell(news)
      return attempt(work)
    }
  }
  return {
    write: (batch) => use((opened) => opened.write(batch)),
    requeued: () => use((opened) => opened.requeued()),
    take: (query) => use((opened) => opened.take(query)),
    settle: (ids) => use((opened) => opened.settle(ids)),
    close: () => database?.close(),
  }
})

/** @throws CodedError DATA_UNWRITABLE */
function setAside(path: string): string {
  let number = 1
  while (existsSync(`${path}.damaged-${number}`)) number += 1
  const aside = `${path}.damaged-${number}`
  try {
    renameSync(path, aside)
    for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end)
  } catch (error) {
    throw new CodedError('DATA_UNWRITABLE', (error as Error).message, { cause: error })
  }
  return aside
}
