import { formatDuration, parseDuration } from '../duration.ts'
import type { SensorRule } from './finding.ts'
import { LATEST_MS, priorityByGrid, worstSeverity } from './priority-grid.ts'
import type { ReviewedAlarm } from './reviewed-sensor.ts'

const DESIGN = 'ISA-18.2 / IEC 62682: rationalization'
const DELAYS = 'ISA-18.2 / IEC 62682: basic alarm design'
/** An on-delay that takes more than this of the time to respond leaves too little of it. */
const SHARE = 1 / 4
/** A delay of fewer polls than this hangs on when the device happened to be asked. */
const POLLS = 2

/** What the time to respond allows, and the priority that follows from it. */
export const RESPONSE_RULES: readonly SensorRule[] = [
  {
    id: 'delay-response',
    level: 'refusal',
    clause: DELAYS,
    demands: 'An on-delay is no longer than the time to respond.',
    remedy: 'Make onDelay shorter, or correct rationalization.respondWithin.',
    *find({ alarms }) {
      for (const { path, onDelayMs, respondMs, file } of timed(alarms))
        if (onDelayMs > respondMs)
          yield {
            path: [...path, 'onDelay'],
            message: `${file.onDelay} is longer than the time to respond, ${formatDuration(respondMs)}`,
          }
    },
  },
  {
    id: 'delay-share',
    level: 'advice',
    clause: DELAYS,
    demands: `An on-delay takes at most ${SHARE * 100} % of the time to respond.`,
    remedy: 'Make onDelay shorter.',
    *find({ alarms }) {
      for (const { path, onDelayMs, respondMs, file } of timed(alarms))
        if (onDelayMs <= respondMs && onDelayMs > respondMs * SHARE)
          yield {
            path: [...path, 'onDelay'],
            message: `${file.onDelay} takes much of the time to respond, ${formatDuration(respondMs)}`,
          }
    },
  },
  {
    id: 'delay-polls',
    level: 'advice',
    clause: DELAYS,
    demands: `A delay is none, or at least ${POLLS} polls.`,
    remedy: 'Make the delay longer or 0s, or poll more often.',
    *find({ alarms, pollMs }) {
      if (pollMs === undefined) return
      for (const { path, file } of alarms)
        for (const key of ['onDelay', 'offDelay'] as const) {
          const delay = parseDuration(file[key]) ?? 0
          if (delay > 0 && delay < POLLS * pollMs)
            yield {
              path: [...path, key],
              message: `${file[key]} is less than ${POLLS} polls of ${formatDuration(pollMs)}`,
            }
        }
    },
  },
  {
    id: 'respond-late',
    level: 'advice',
    clause: DESIGN,
    demands: 'An alarm is to be responded to within 30 minutes.',
    remedy: 'Make it an event that nobody is called for, or correct rationalization.respondWithin.',
    *find({ alarms }) {
      for (const { path, respondMs } of timed(alarms))
        if (respondMs > LATEST_MS)
          yield {
            path: [...path, 'rationalization', 'respondWithin'],
            message: `${formatDuration(respondMs)} leaves so much time that it is probably no alarm`,
          }
    },
  },
  {
    id: 'priority-grid',
    level: 'advice',
    clause: DESIGN,
    demands: 'The priority is that of the grid, by the worst severity and the time to respond.',
    remedy:
      'Change the priority, or correct severity and respondWithin: docs/alarm-philosophy.md has the grid.',
    *find({ alarms }) {
      for (const { path, file, respondMs } of timed(alarms)) {
        const severity = worstSeverity(file.rationalization?.severity)
        if (severity === undefined || respondMs > LATEST_MS) continue
        const wanted = priorityByGrid(severity, respondMs)
        const why = `${severity} within ${formatDuration(respondMs)}`
        if (wanted === undefined)
          yield {
            path: [...path, 'rationalization', 'severity'],
            message: 'nothing happens: no alarm is needed',
          }
        else if (wanted !== file.priority)
          yield {
            path: [...path, 'priority'],
            message: `priority ${file.priority}, and the grid says ${wanted}: ${why}`,
          }
      }
    },
  },
]

interface TimedAlarm extends ReviewedAlarm {
  readonly onDelayMs: number
  readonly respondMs: number
}

/** Those that say how long there is. */
function* timed(alarms: readonly ReviewedAlarm[]): Generator<TimedAlarm> {
  for (const alarm of alarms) {
    const { respondWithin } = alarm.file.rationalization ?? {}
    if (respondWithin === undefined) continue
    const onDelayMs = parseDuration(alarm.file.onDelay) ?? 0
    yield { ...alarm, onDelayMs, respondMs: parseDuration(respondWithin) ?? 0 }
  }
}
