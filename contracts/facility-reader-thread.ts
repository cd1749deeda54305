import { ConfigError, type LocatedProblem } from './config-error.ts'
import { CodedError, type ErrorCode } from './errors.ts'
import type { ReadFacility } from './facility-reader.ts'
import { loadFacilities } from './facility-set.ts'
import { giveWay, serveThread } from './thread.ts'

/** Plain data, the problems too. */
export type ReadFacilities =
  | { ok: true; facilities: ReadFacility[] }
  | { ok: false; code: ErrorCode; detail: string; problems: readonly LocatedProblem[] }

export type FacilityReaderCalls = {
  read(asked: { paths: readonly string[]; known: Readonly<Record<string, string>> }): ReadFacilities
}

serveThread<FacilityReaderCalls>(() => {
  giveWay()
  return {
    read: ({ paths, known }) => {
      try {
        const facilities = loadFacilities(paths).map((facility): ReadFacility => {
          const { id, file, fingerprint } = facility
          return known[id] === fingerprint ? { id, file, fingerprint, isUnchanged: true } : facility
        })
        return { ok: true, facilities }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error
        const { code, detail } = error
        return { ok: false, code, detail, problems: error instanceof ConfigError ? error.problems : [] }
      }
    },
  }
})
