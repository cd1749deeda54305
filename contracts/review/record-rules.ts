import type { Rationalization } from '../rationalization-schema.ts'
import type { Rule, SensorRule } from './finding.ts'
import type { ReviewedAlarm } from './reviewed-sensor.ts'

const DATABASE = 'ISA-18.2 / IEC 62682: master alarm database'
const DESIGN = 'ISA-18.2 / IEC 62682: rationalization'

/** What every alarm should say. */
const WANTED = [
  'action',
  'causes',
  'consequence',
  'confirmation',
  'respondWithin',
  'severity',
  'basis',
  'references',
  'owner',
] as const satisfies readonly (keyof Rationalization)[]
const APPROVAL = ['approvedBy', 'approvedAt', 'revision'] as const

/** Whether it stands in the file why an alarm is one. FAULT and stale are about the instrument and need no reason. */
export const RECORD_RULES: readonly SensorRule[] = [
  {
    id: 'record-missing',
    level: 'advice',
    clause: DATABASE,
    demands: 'Every alarm has a rationalization.',
    remedy: 'Give rationalization, best in the template: docs/alarm-philosophy.md says how.',
    *find({ alarms }) {
      for (const { path, file } of ofProcess(alarms))
        if (file.rationalization === undefined) yield { path, message: 'no rationalization' }
    },
  },
  {
    id: 'record-incomplete',
    level: 'advice',
    clause: DATABASE,
    demands: `A rationalization has ${WANTED.join(', ')}; of an alarm of class safety testInterval too.`,
    remedy: 'Say what is missing.',
    *find({ alarms }) {
      for (const { path, file } of ofProcess(alarms)) {
        const given = file.rationalization
        if (given === undefined) continue
        const wanted = file.class === 'safety' ? [...WANTED, 'testInterval' as const] : WANTED
        const missing = wanted.filter((key) => given[key] === undefined)
        if (missing.length > 0)
          yield { path: [...path, 'rationalization'], message: `says no ${missing.join(', ')}` }
      }
    },
  },
  {
    id: 'record-approval',
    level: 'advice',
    clause: DATABASE,
    demands: 'A rationalization is approved, and says by whom, when, and in which revision.',
    remedy: 'Have it approved: status: approved with approvedBy, approvedAt and revision.',
    *find({ alarms }) {
      for (const { path, file } of ofProcess(alarms)) {
        const given = file.rationalization
        if (given === undefined) continue
        const missing = APPROVAL.filter((key) => given[key] === undefined)
        if (given.status !== 'approved')
          yield { path: [...path, 'rationalization'], message: 'is a candidate: nobody has approved it' }
        else if (missing.length > 0)
          yield { path: [...path, 'rationalization'], message: `is approved without ${missing.join(', ')}` }
      }
    },
  },
]

/** Most alarms should be low (about 80 %), some medium or high, few critical. */
export const PRIORITY_SHARES = { critical: 0.05, urgent: 0.2 } as const
/** With fewer alarms a share says nothing. */
export const LEAST_ALARMS = 20

/** About a facility as a whole. */
export const SHARE_RULE: Rule = {
  id: 'priority-shares',
  level: 'advice',
  clause: DESIGN,
  demands: `Of ${LEAST_ALARMS} alarms or more, at most ${PRIORITY_SHARES.critical * 100} % are critical, and ${PRIORITY_SHARES.urgent * 100} % high or critical.`,
  remedy:
    'Look at severity and respondWithin again; what is annunciated counts more than what is configured.',
}

function ofProcess(alarms: readonly ReviewedAlarm[]): ReviewedAlarm[] {
  return alarms.filter(({ file }) => file.when !== 'fault' && file.when !== 'stale')
}
