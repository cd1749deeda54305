import { serveThread } from '../../contracts/thread.ts'
import type { NoticeChange } from '../notify/notice-store.ts'
import type { PeopleChange } from '../people/people-change.ts'
import type { DetectorCommit } from './detector-table.ts'
import { signer } from './signing.ts'
import { StateWriter } from './state-database.ts'
import { wantsSpace } from './state-schema.ts'
import type { Checkpoint, Commit, Drained } from './state-store.ts'
import type { StepCommit } from './step-table.ts'
import { type ChainProgress, type CommitThreadData, NO_SPACE } from './thread-data.ts'

/** What is done at once, so that a commit never waits long. */
interface Slice {
  /** Epoch ms. */
  before: number
  limit: number
}

/** The thread that commits. */
function serve(data: unknown, tell: (news: unknown) => void) {
  const { path, check, signingKey } = data as CommitThreadData
  const onChained = (chained: number, of: number) => tell({ chained, of } satisfies ChainProgress)
  const database = StateWriter.open(path, check, { sign: signer(signingKey), onChained })
  return {
    open: () => undefined,
    commit: (commit: Commit) => {
      try {
        return database.commit(commit)
      } catch (error) {
        if (wantsSpace(error)) tell(NO_SPACE)
        throw error
      }
    },
    enterSteps: (commit: StepCommit) => database.enterSteps(commit),
    enterDetectors: (commit: DetectorCommit) => database.enterDetectors(commit),
    checkpoint: (checkpoint: Checkpoint) => database.checkpoint(checkpoint),
    drained: (drained: Drained) => database.drained(drained),
    keep: (kept: { facility: string; name: string; body: string }) =>
      database.keep(kept.facility, kept.name, kept.body),
    changePeople: (change: PeopleChange) => database.changePeople(change),
    changeNotices: (change: NoticeChange) => database.changeNotices(change),
    dropNotices: ({ before, limit }: Slice) => database.dropNotices(before, limit),
    foldLedger: ({ before, limit }: Slice) => database.foldLedger(before, limit),
    dropLedger: ({ before, limit }: Slice) => database.dropLedger(before, limit),
    markSegments: ({ before, now }: { before: number; now: number }) => database.markSegments(before, now),
    dropEntries: (limit: number) => database.dropEntries(limit),
    close: () => database.close(),
  }
}

export type CommitCalls = Omit<ReturnType<typeof serve>, 'close'>

serveThread<CommitCalls>(serve)
