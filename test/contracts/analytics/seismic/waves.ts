import type { StationOutput } from '../../../../contracts/analytics/seismic/station.ts'
import type { Wave } from '../../../../contracts/analytics/seismic/wave.ts'

export const START = Date.UTC(2026, 0, 1)

/** Numbers between -1 and 1 that are the same each time. */
export function noise(seed = 1): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state / 2 ** 31
  }
}

/** A wave of so many seconds; `motion` says each axis in Gal at a time in s since its beginning. */
export function waveOf(
  seconds: number,
  motion: (at: number) => readonly [number, number, number],
  { time = START, rate = 100 } = {},
): Wave {
  const samples = Array.from({ length: Math.round(seconds * rate) }, (_, i) => motion(i / rate))
  const axis = (n: 0 | 1 | 2) => Float64Array.from(samples, (sample) => sample[n])
  return { time, rate, axes: [axis(0), axis(1), axis(2)] }
}

/** Samples `from` up to `to` of a wave. */
export function part({ time, rate, axes: [ns, ew, ud] }: Wave, from: number, to: number): Wave {
  const axes = [ns.slice(from, to), ew.slice(from, to), ud.slice(from, to)] as const
  return { time: time + (from * 1_000) / rate, rate, axes }
}

/** A wave in pieces that begin at these samples. */
export function cut(wave: Wave, at: readonly number[]): Wave[] {
  const ends = [...new Set([0, ...at, wave.axes[0].length])].sort((a, b) => a - b)
  return ends.slice(1).map((end, i) => part(wave, ends[i] ?? 0, end))
}

export function joined(outputs: readonly StationOutput[]): StationOutput {
  return {
    seconds: outputs.flatMap(({ seconds }) => seconds),
    events: outputs.flatMap(({ events }) => events),
  }
}
