import type { DetectorCommit, DetectorStore } from './detector-table.ts'
import type { LastingThread } from './lasting-thread.ts'
import type { ReadCalls } from './read-worker.ts'

/** The calibrations and inhibitions of detectors, asked for from the threads that have them. */
export function detectorCalls(
  enter: (commit: DetectorCommit) => Promise<void>,
  reads: LastingThread<ReadCalls>,
): DetectorStore {
  return {
    enter,
    calibrations: (query) => reads.call('calibrations', query),
    lastCalibrations: (facility) => reads.call('lastCalibrations', facility),
    inhibitions: (query) => reads.call('inhibitions', query),
  }
}
