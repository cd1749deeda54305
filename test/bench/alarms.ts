import type { Terminal } from '../../contracts/cli.ts'
import type { AlarmsFigures, AlarmsPlan, Pace } from './alarms-child.ts'
import { MeasuredChild } from './measured-child.ts'
import { ALARMS_PER_SENSOR } from './plant-text.ts'

/** Sensors of each plant, with H, HH and FAULT. */
const SENSORS = 334
const ALARMS = 1_000_000
/** What all of it is to fit in, MB. */
const ROOM_MB = 1_024
/** Of that, what Node.js has beside the long-lived heap: its programs, the young generation, buffers, MB. */
const BESIDE_MB = 224

/**
 * Plants by the thousand in one process: the memory of all their alarms, with a heap that is not let beyond the room
 * of the goal, and evaluations a second over all of them, calm and with one alarm in a hundred going in and out,
 * beside a loop that only compares the same readings with the same limits.
 */
export async function measureAlarms(terminal: Terminal, alarms = ALARMS): Promise<void> {
  const plants = Math.ceil(alarms / (SENSORS * ALARMS_PER_SENSOR))
  const plan: AlarmsPlan = { plants, sensors: SENSORS, calmRounds: 5, busyRounds: 8 }
  const flags = ['--expose-gc', `--max-old-space-size=${ROOM_MB - BESIDE_MB}`]
  await using child = new MeasuredChild('test/bench/alarms-child.ts', [JSON.stringify(plan)], flags)
  terminal.err(`alarms: ${plants} plants are read and evaluated, some minutes\n`)
  const figures = JSON.parse(await child.ended()) as AlarmsFigures
  const mb = (value: number) => `${value.toFixed(0)} MB`
  const each = ((figures.heapMB - figures.bareHeapMB) * 2 ** 20) / figures.alarms
  terminal.out(
    `alarms: ${figures.alarms} of ${plants} plants x ${SENSORS} sensors (H, HH, FAULT) in one process\n` +
      `  resident at most ${mb(figures.peakMB)} in evaluation, ${mb(figures.parsePeakMB)} while files were read; ` +
      `${mb(figures.rssMB)} at the end\n` +
      `  live heap ${mb(figures.heapMB)}, ${mb(figures.facilitiesMB)} of it facilities and programs, ` +
      `${each.toFixed(0)} bytes an alarm with its share of the sensor\n` +
      `  read in ${(figures.parseMs / 1_000).toFixed(1)} s (${(figures.parseMs / plants).toFixed(0)} ms a plant), ` +
      `engines made in ${(figures.engineMs / 1_000).toFixed(1)} s\n` +
      `  calm: ${paceText(figures.calm)}\n` +
      `  one alarm in a hundred in and out: ${paceText(figures.busy)}\n`,
  )
}

function paceText({ evaluations, ms, bareMs, transitions }: Pace): string {
  const rate = (over: number) => `${(evaluations / over / 1_000).toFixed(2)} M/s`
  return `${rate(ms)} evaluations, bare comparison ${rate(bareMs)}, ratio ${(bareMs / ms).toFixed(2)} (${transitions} transitions)`
}
