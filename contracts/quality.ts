/**
 * Quality of a reading: one table for everybody (DESIGN section 2). Bad data may raise an alarm, never
 * clear one; nothing ever invents a value.
 */
export const QUALITIES = ['good', 'uncertain', 'bad'] as const
export type Quality = (typeof QUALITIES)[number]

/** The OPC UA style number that stores keep. */
export const QUALITY_NUMBER: Record<Quality, number> = { good: 192, uncertain: 64, bad: 0 }

/** What a reading with a reason may do to an alarm on a value. */
export type Evidence =
  /** As measured: raises and clears. */
  | 'measured'
  /** Raises when beyond, never clears. */
  | 'raise-only'
  /** Beyond every `high` limit. */
  | 'beyond-high'
  /** Beyond every `low` limit. */
  | 'beyond-low'
  /** Says nothing about the value. */
  | 'none'

interface ReasonRow {
  quality: Quality
  evidence: Evidence
  /** True when the sensor's FAULT alarm is raised by it. */
  fault: boolean
  /** Nothing can be told of the value, against what anybody meant: raises alarms that say `onBad: alarm`. */
  blind: boolean
}

const GOOD: ReasonRow = { quality: 'good', evidence: 'measured', fault: false, blind: false }
const UNCERTAIN: ReasonRow = { quality: 'uncertain', evidence: 'raise-only', fault: false, blind: false }
const ABOVE: ReasonRow = { quality: 'bad', evidence: 'beyond-high', fault: true, blind: true }
const BELOW: ReasonRow = { quality: 'bad', evidence: 'beyond-low', fault: true, blind: true }
const MODE: ReasonRow = { quality: 'bad', evidence: 'none', fault: false, blind: false }
const FAILED: ReasonRow = { quality: 'bad', evidence: 'none', fault: true, blind: true }
/** Of derived sensors: what they are computed from tells of its own fault. */
const INPUTS: ReasonRow = { quality: 'bad', evidence: 'none', fault: false, blind: true }

/** Key: the reason. `exception-N` (a Modbus exception) is a family and handled in {@link reasonRow}. */
export const REASONS = {
  clock: UNCERTAIN,
  'ne43-drift': UNCERTAIN,
  'out-of-spec': UNCERTAIN,
  imprecise: UNCERTAIN,
  'above-range': ABOVE,
  'ne43-high': ABOVE,
  'over-range-latched': ABOVE,
  'below-range': BELOW,
  'ne43-low': BELOW,
  inhibited: MODE,
  calibrating: MODE,
  'warm-up': MODE,
  testing: MODE,
  inputs: INPUTS,
  'no-protection': FAILED,
  timeout: FAILED,
  'not-a-number': FAILED,
  frozen: FAILED,
  'implausible-rate': FAILED,
  'comm-lost': FAILED,
  stale: FAILED,
  crc: FAILED,
  'short-reply': FAILED,
  'bad-reply': FAILED,
  'not-decodable': FAILED,
  'device-fault': FAILED,
} as const satisfies Record<string, ReasonRow>

export type Reason = keyof typeof REASONS | `exception-${number}`

/**
 * The row of a reason. An unknown reason is taken at its quality's most careful row: it may raise,
 * never clear, so that a gateway one release newer cannot calm an alarm with a word we do not know.
 */
export function reasonRow(quality: Quality, reason: string | undefined): ReasonRow {
  const row: ReasonRow | undefined = reason === undefined ? undefined : lookUp(reason)
  if (row !== undefined && row.quality === quality) return row
  if (quality === 'good') return GOOD
  return quality === 'uncertain' ? UNCERTAIN : FAILED
}

function lookUp(reason: string): ReasonRow | undefined {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : undefined
}
