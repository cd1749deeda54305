import { cpuUsage } from 'node:process'
import { SeismicStation } from '../../contracts/analytics/seismic/station.ts'
import type { Wave } from '../../contracts/analytics/seismic/wave.ts'
import type { Terminal } from '../../contracts/cli.ts'

const STATIONS = 200
const RATE = 100
/** Quiet until the triggers are ready and the minute of the JMA is full, then an earthquake at every one. */
const QUIET_S = 65
const SHAKEN_S = 30

/**
 * 200 three-axis stations at 100 Hz in one thread, quiet and while all of them record an event, beside a loop that only
 * squares and sums the same samples. Below 1 s of CPU time for each second of the ground one core keeps up.
 */
export async function measureSeismic(terminal: Terminal): Promise<void> {
  const stations = Array.from({ length: STATIONS }, () => new SeismicStation())
  const quiet = secondsOf(0.1)
  const shaken = secondsOf(80)
  let found = 0
  const run = (wave: (station: number, second: number) => Wave, from: number, seconds: number) =>
    cpuSeconds(() => {
      for (let second = from; second < from + seconds; second += 1)
        for (const [i, station] of stations.entries()) {
          const { seconds: told, events } = station.take(wave(i, second))
          found += told.length + events.length
        }
    }) / seconds
  run(quiet, 0, QUIET_S - 20)
  const calm = run(quiet, QUIET_S - 20, 20)
  const event = run(shaken, QUIET_S, SHAKEN_S)
  let sum = 0
  const bare =
    cpuSeconds(() => {
      for (let second = 0; second < 20; second += 1)
        for (let i = 0; i < STATIONS; i += 1)
          for (const axis of quiet(i, second).axes)
            for (let n = 0; n < axis.length; n += 1) sum += (axis[n] ?? 0) ** 2
    }) / 20
  const ms = (seconds: number) => `${(seconds * 1_000).toFixed(1)} ms`
  terminal.out(
    `seismic (${STATIONS} stations, three axes, ${RATE} Hz): CPU for each second ${ms(calm)} quiet, ${ms(event)} while all ` +
      `record an event, bare sum of squares ${ms(bare)}, ratio ${(calm / bare).toFixed(0)} and ${(event / bare).toFixed(0)} ` +
      `(${found} results, ${sum.toFixed(0)} Gal²)\n`,
  )
}

/** A few seconds of noise of this size, dealt out so that no two stations have the same in step. */
function secondsOf(size: number): (station: number, second: number) => Wave {
  let seed = 1
  const noise = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0
    return (seed / 2 ** 31) * size
  }
  const axes = Array.from({ length: 37 }, () => Float64Array.from({ length: RATE }, noise))
  const axis = (n: number) => axes[n % axes.length] ?? new Float64Array(RATE)
  return (station, second) => {
    const n = station * 7 + second * 3
    return { time: second * 1_000, rate: RATE, axes: [axis(n), axis(n + 1), axis(n + 2)] }
  }
}

function cpuSeconds(work: () => void): number {
  const before = cpuUsage()
  work()
  const { user, system } = cpuUsage(before)
  return (user + system) / 1e6
}
