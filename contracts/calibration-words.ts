/** A calibration sets zero and span by certified gas; a bump shows that gas is noticed. */
export const CALIBRATION_KINDS = ['calibration', 'bump'] as const
export type CalibrationKind = (typeof CALIBRATION_KINDS)[number]

/** `pass`: it was right as found; `adjusted`: it is right as left; `fail`: it is not to be relied on. */
export const CALIBRATION_RESULTS = ['pass', 'adjusted', 'fail'] as const
export type CalibrationResult = (typeof CALIBRATION_RESULTS)[number]

/**
 * How a detector stands to a due date: `ok`; `due` within a tenth of its interval; `overdue`, also when the last record
 * of its kind says `fail`; `never`: nothing was ever recorded, and since the file first asked for it the interval is not
 * over (then it is overdue).
 */
export const DUE_STATES = ['ok', 'due', 'overdue', 'never'] as const
export type DueState = (typeof DUE_STATES)[number]
