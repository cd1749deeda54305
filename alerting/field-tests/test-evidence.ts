import type { AlarmConfig } from '../../contracts/facility.ts'
import { type Quality, reasonRow } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'

/** A reading as it is kept in evidence. */
export interface EvidenceReading {
  /** Sensor time, epoch ms. */
  readonly time: number
  readonly value: number | null
  readonly quality: Quality
  readonly reason: string | null
}

/** What a sensor reported while it was under test. */
export interface SensorEvidence {
  readonly sensor: string
  readonly count: number
  readonly first: EvidenceReading | null
  readonly last: EvidenceReading | null
}

/** What an alarm did while it was under test. Sensor time, epoch ms. */
export interface AlarmEvidence {
  readonly alarm: string
  /** When it was raised first. */
  readonly raised: number | null
  /** When it returned last; null while it is active. */
  readonly returned: number | null
  /** The value furthest in the direction of the alarm, beyond its limit or not. */
  readonly peak: number | null
}

export function evidenceReading({ time, value, quality, reason }: Reading): EvidenceReading {
  return { time, value: value ?? null, quality, reason: reason ?? null }
}

/** The peak after a reading: what says nothing about the value is none, whatever value it carries. */
export function peakAfter(
  peak: number | null,
  { value, quality, reason }: EvidenceReading,
  config: Pick<AlarmConfig, 'when' | 'limit'>,
): number | null {
  if (value === null || reasonRow(quality, reason ?? undefined).evidence === 'none') return peak
  if (config.when === 'stale' || config.when === 'fault') return null
  return peak === null || isFurther(value, peak, config) ? value : peak
}

function isFurther(
  value: number,
  peak: number,
  { when, limit }: Pick<AlarmConfig, 'when' | 'limit'>,
): boolean {
  if (when === 'high') return value > peak
  if (when === 'low') return value < peak
  const [distance, before] = [Math.abs(value - limit), Math.abs(peak - limit)]
  return when === 'equals' ? distance < before : distance > before
}
