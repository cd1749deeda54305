import { Baseline, RecordMean } from './baseline.ts'
import { CumulativeMotion } from './cumulative.ts'
import { JMA_DURATION_S, jmaAcceleration, jmaIntensity } from './jma-intensity.ts'
import { Motion } from './motion.ts'
import { Peaks } from './peaks.ts'
import { classicStaLta, recursiveStaLta } from './sta-lta.ts'
import type { StationConfig } from './station-config.ts'
import { Trigger } from './trigger.ts'
import type { Wave } from './wave.ts'

export type RecordConfig = Pick<StationConfig, 'staMs' | 'ltaMs' | 'on' | 'off' | 'maxEventMs' | 'band'>

/** What a whole record was, in the units of FEATURE_UNITS. */
export interface RecordFigures {
  readonly pga: number
  readonly pgv: number
  readonly cav: number
  readonly standardizedCav: number
  readonly arias: number
  /** Null of a record that is shorter than the time for which the ground has to move. */
  readonly jma: number | null
  readonly gbt17742: number
  /** Greatest ratios of the vector as recorded, without a band-pass; lengths in s. */
  readonly staLta: {
    readonly sta: number
    readonly lta: number
    readonly classic: number
    readonly recursive: number
  }
  /** As the live trigger goes on and off, s since the first sample; `off` null at the end of the record. */
  readonly triggers: readonly { readonly on: number; readonly off: number | null; readonly ratio: number }[]
}

/**
 * A record by the formulas that run live, but for two things that only a whole record allows: the mean that is taken
 * off is that of the record, and the intensity of the JMA is by Fourier transform of all of it. Seconds of the
 * standardized CAV begin with the record.
 */
export function recordFigures(wave: Wave, config: RecordConfig): RecordFigures {
  const { axes, rate } = wave
  const [ns, ew, ud] = axes
  const offsets = [new RecordMean(ns), new RecordMean(ew), new RecordMean(ud)] as const
  const motion = new Motion(offsets, rate, config.band)
  const peaks = new Peaks()
  const sums = new CumulativeMotion(rate)
  const vector = new Float64Array(ns.length)
  let endOfSecond = 1
  for (let i = 0; i < ns.length; i += 1) {
    motion.push(ns[i] as number, ew[i] as number, ud[i] as number)
    peaks.add(motion, 0)
    sums.add(motion.ns.acceleration, motion.ew.acceleration, motion.ud.acceleration)
    if (i + 1 >= endOfSecond * rate) {
      sums.endSecond()
      endOfSecond += 1
    }
    vector[i] = Math.sqrt(motion.acceleration2)
  }
  const { pga, pgv, gbt17742 } = peaks.values()
  const { cav, standardizedCav, arias } = sums
  const samples = {
    sta: Math.max(1, Math.round((config.staMs / 1_000) * rate)),
    lta: Math.max(1, Math.round((config.ltaMs / 1_000) * rate)),
  }
  return {
    pga,
    pgv,
    cav,
    standardizedCav,
    arias,
    jma: ns.length + 1e-9 < JMA_DURATION_S * rate ? null : jmaIntensity(jmaAcceleration(wave)),
    gbt17742,
    staLta: {
      sta: config.staMs / 1_000,
      lta: config.ltaMs / 1_000,
      classic: greatest(classicStaLta(vector, samples)),
      recursive: greatest(recursiveStaLta(vector, samples)),
    },
    triggers: triggersOf(wave, config),
  }
}

function triggersOf({ axes: [ns, ew, ud], rate }: Wave, config: RecordConfig): RecordFigures['triggers'] {
  const baselines = [new Baseline(rate), new Baseline(rate), new Baseline(rate)] as const
  const motion = new Motion(baselines, rate, config.band)
  const trigger = new Trigger(config, rate)
  const found: { on: number; off: number | null; ratio: number }[] = []
  let open: (typeof found)[number] | undefined
  for (let i = 0; i < ns.length; i += 1) {
    motion.push(ns[i] as number, ew[i] as number, ud[i] as number)
    trigger.push(motion.triggering2)
    if (trigger.isOn && open === undefined) {
      open = { on: i / rate, off: null, ratio: 0 }
      found.push(open)
    }
    if (open === undefined) continue
    open.ratio = Math.max(open.ratio, trigger.ratio)
    if (trigger.isOn) continue
    open.off = i / rate
    open = undefined
  }
  return found
}

function greatest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, value)
  return most
}
