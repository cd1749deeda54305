import { waveOfMiniseed } from '../../contracts/analytics/seismic/miniseed/wave-of.ts'
import type { Wave } from '../../contracts/analytics/seismic/wave.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'

/** What head and samples may differ by, samples: they were cut by whole ones. */
const SLACK_SAMPLES = 2
/** Of a rate, which miniSEED has as a fraction. */
const RATE_SLACK = 1e-3

/** Why samples are none of three axes at the times that the head says; undefined when they are. */
export function samplesProblem(
  miniseed: Uint8Array,
  { from, to, rate }: Pick<WaveformHead, 'from' | 'to' | 'rate'>,
): string | undefined {
  let wave: Wave
  try {
    wave = waveOfMiniseed(miniseed)
  } catch (error) {
    if (error instanceof CodedError) return error.detail
    throw error
  }
  const slackMs = (SLACK_SAMPLES * 1_000) / rate
  if (Math.abs(wave.rate - rate) > rate * RATE_SLACK) return 'another rate'
  const end = wave.time + (wave.axes[0].length * 1_000) / wave.rate
  const isThen = Math.abs(wave.time - from) <= slackMs && Math.abs(end - to) <= slackMs
  return isThen ? undefined : 'other times than from and to'
}
