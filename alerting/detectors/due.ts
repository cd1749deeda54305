import type { CalibrationKind, CalibrationResult, DueState } from '../../contracts/calibration-words.ts'

/** What is known last of a detector; times are epoch ms. */
export interface History {
  /** Undefined: never. */
  readonly calibrated?: Done
  readonly calibrationFailed?: number
  readonly bumped?: Done
  readonly bumpFailed?: number
}

/** Something that was done and did not fail. */
export interface Done {
  readonly time: number
  readonly result: Exclude<CalibrationResult, 'fail'>
}

export interface Due {
  readonly lastDone: number | null
  readonly lastResult: CalibrationResult | null
  readonly due: number
  readonly overdueByMs: number
  readonly state: DueState
}

/** Due is said for the last tenth of an interval. */
const SOON = 0.1

/** A record of a detector that was done: what it changes. */
export function after(
  history: History,
  record: Pick<Done, 'time'> & { kind: CalibrationKind; result: CalibrationResult },
): History {
  const { kind, result, time } = record
  if (result === 'fail') {
    const key = kind === 'calibration' ? 'calibrationFailed' : 'bumpFailed'
    return { ...history, [key]: Math.max(history[key] ?? time, time) }
  }
  const key = kind === 'calibration' ? 'calibrated' : 'bumped'
  return (history[key]?.time ?? Number.NEGATIVE_INFINITY) > time
    ? history
    : { ...history, [key]: { time, result } }
}

/** What was done of this kind. Who calibrates puts gas to it: a calibration is a bump test, too. */
function doneOf(kind: CalibrationKind, { calibrated, bumped }: History): Done | undefined {
  if (kind === 'calibration' || bumped === undefined) return calibrated
  return calibrated !== undefined && calibrated.time > bumped.time ? calibrated : bumped
}

/** When it failed, epoch ms; undefined unless nothing has been put right since. */
export function failedOf(kind: CalibrationKind, history: History): number | undefined {
  const failed = kind === 'calibration' ? history.calibrationFailed : history.bumpFailed
  const done = doneOf(kind, history)?.time ?? Number.NEGATIVE_INFINITY
  return failed !== undefined && failed >= done ? failed : undefined
}

/** When it becomes overdue, epoch ms; `since` is when its file asked for it first. Null: without an interval, never. */
export function dueAt(
  kind: CalibrationKind,
  history: History,
  { everyMs, since }: { everyMs: number | undefined; since: number },
): number | null {
  const failed = failedOf(kind, history)
  if (failed !== undefined) return failed
  return everyMs === undefined ? null : (doneOf(kind, history)?.time ?? since) + everyMs
}

/** How it stands at `now`; undefined when there is no date to keep. */
export function dueOf(
  kind: CalibrationKind,
  history: History,
  at: { everyMs: number | undefined; since: number; now: number },
): Due | undefined {
  const due = dueAt(kind, history, at)
  if (due === null) return undefined
  const done = doneOf(kind, history)
  const failed = failedOf(kind, history)
  const { everyMs = 0, now } = at
  const isOverdue = failed !== undefined || now > due
  const isSoon = now >= due - everyMs * SOON
  return {
    lastDone: done?.time ?? null,
    lastResult: failed === undefined ? (done?.result ?? null) : 'fail',
    due,
    overdueByMs: isOverdue ? Math.max(0, now - due) : 0,
    state: isOverdue ? 'overdue' : done === undefined ? 'never' : isSoon ? 'due' : 'ok',
  }
}
