import type { NewCalibration } from '../../contracts/calibration-api.ts'

/** What was done to a detector and came out of it, as it is kept: plain data; times are epoch ms. */
export interface Calibration extends Omit<NewCalibration, 'time' | 'by'> {
  /** Counts those of a facility. */
  readonly number: number
  readonly sensor: string
  /** When it was done. */
  readonly time: number
  /** When it was entered. */
  readonly recorded: number
  readonly by: string
}

/** A bump or proof test that the server watched and in which an alarm on gas responded: counts as a bump that passed. */
export interface WatchedTest {
  readonly number: number
  readonly sensor: string
  /** When it ended. */
  readonly time: number
  readonly by: string
}
