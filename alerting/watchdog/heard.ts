import { WEBHOOK_VERSION } from '../../contracts/notify/webhook.ts'

/** What a message says of one alarm, as far as the watchdog needs it. */
export interface HeardAlarm {
  readonly facility: string
  /** Such as `WD-1.H`. */
  readonly alarm: string
  /** Such as `WD-1.H#3`. */
  readonly occurrence: string
  readonly cause: string
  readonly value: number | null
  /** When the server decided to tell of it, epoch ms of its clock. */
  readonly time: number
}

const MOST_ALARMS = 50

/** The alarms of a webhook of format davylamp; undefined for whatever is none. */
export function heardAlarms(body: string): HeardAlarm[] | undefined {
  const content = parsed(body)
  if (!isRecord(content) || content.version !== WEBHOOK_VERSION || !Array.isArray(content.alarms))
    return undefined
  const alarms = content.alarms.slice(0, MOST_ALARMS).map(heardAlarm)
  return alarms.every((alarm) => alarm !== undefined) ? alarms : undefined
}

function heardAlarm(facts: unknown): HeardAlarm | undefined {
  if (!isRecord(facts) || !isRecord(facts.facility) || !isRecord(facts.alarm)) return undefined
  const { cause, time, facility, alarm } = facts
  const { id, occurrence, value } = alarm
  if (typeof facility.id !== 'string' || typeof id !== 'string' || typeof occurrence !== 'string')
    return undefined
  if (typeof cause !== 'string' || typeof time !== 'number') return undefined
  return {
    facility: facility.id,
    alarm: id,
    occurrence,
    cause,
    value: typeof value === 'number' ? value : null,
    time,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
