import { type ConfigCode, ConfigError, type LocatedProblem } from './config-error.ts'
import { CodedError } from './errors.ts'
import type { Facility } from './facility.ts'
import { deepFreeze } from './facility-load.ts'
import type { FacilityReaderCalls, ReadFacilities } from './facility-reader-thread.ts'
import { Thread } from './thread.ts'

/** A facility as its file says now, or that the file says what it said before. */
export type ReadFacility = Facility | UnchangedFacility

/** Its fingerprint is the one that was known. */
export interface UnchangedFacility extends Pick<Facility, 'id' | 'file' | 'fingerprint'> {
  readonly isUnchanged: true
}

/**
 * Reads facility files again in a thread of its own: a large one takes seconds, and nothing waits for it. `known`
 * are the fingerprints of facilities that need not be told again. Key: facility id.
 * @throws CodedError as {@link loadFacilities}, {@link ConfigError} with the problems of all files among them
 */
export async function readFacilities(
  paths: readonly string[],
  known: Readonly<Record<string, string>> = {},
): Promise<ReadFacility[]> {
  const thread = new Thread<FacilityReaderCalls>({
    module: new URL('./facility-reader-thread.ts', import.meta.url),
    name: 'the reader of facility files',
    data: undefined,
  })
  try {
    const read: ReadFacilities = await thread.call('read', { paths, known })
    if (read.ok) return read.facilities.map((facility) => deepFreeze(facility))
    const { code, detail, problems } = read
    throw problems.length > 0 ? new ConfigError(code as ConfigCode, problems) : new CodedError(code, detail)
  } finally {
    await thread.kill()
  }
}

/** What a person is told of files that are not taken: every problem, or the one reason. */
export function problemsOf(error: unknown): readonly LocatedProblem[] {
  return error instanceof ConfigError ? error.problems : []
}
