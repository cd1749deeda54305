import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'

const SENSORS = 100
const ROUNDS = 5_000
/** Beyond the limit for four rounds of 97, long enough for the on-delay. */
const value = (round: number) => (round % 97 < 4 ? 25 : 5)

/**
 * Readings through two alarms and FAULT each, beside a loop that only compares them with the same limits:
 * what the lifecycle, the delays and the bookkeeping cost.
 */
export async function measureEvaluation(terminal: Terminal): Promise<void> {
  const alarms =
    '{ H: { when: high, limit: 20, deadband: 1, onDelay: 2s, offDelay: 10s }, HH: { when: high, limit: 40 } }'
  const sensors = Array.from(
    { length: SENSORS },
    (_, i) => `{ id: S-${i}, kind: gas, unit: ppm, register: { address: ${i} }, alarms: ${alarms} }`,
  )
  const facility = parseFacility(
    `{ facility: { id: p }, gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [${sensors.join(',')}] } ] } ] } ] }`,
    'bench.yaml',
  )
  const batches = Array.from({ length: ROUNDS }, (_, round): Reading[] =>
    Array.from({ length: SENSORS }, (_s, i) => ({
      sensor: `S-${i}`,
      time: round * 1_000,
      value: value(round),
      quality: 'good',
    })),
  )
  const engine = new AlarmEngine({ facility, now: 0 })
  let transitions = 0
  const evaluated = time(() => {
    for (const [round, readings] of batches.entries()) {
      transitions += engine.evaluate(
        {
          gateway: 'g',
          epoch: 'e',
          seq: round + 1,
          offset: 0,
          stepped: false,
          sent: round * 1_000,
          fork: null,
          isLive: true,
          readings,
          late: [],
        },
        round * 1_000,
      ).transitions.length
    }
  })
  let beyond = 0
  const compared = time(() => {
    for (const readings of batches) {
      for (const reading of readings) {
        const sensor = facility.sensors.get(reading.sensor)
        for (const alarm of sensor?.alarms ?? []) {
          if (reading.quality === 'good' && (reading.value ?? 0) >= alarm.limit) beyond += 1
        }
      }
    }
  })
  const count = SENSORS * ROUNDS * 3
  const rate = (ms: number) => `${(count / ms / 1_000).toFixed(2)} M/s`
  terminal.out(
    `evaluations (two alarms and FAULT per reading): ${rate(evaluated)}, bare comparison ${rate(compared)}, ` +
      `ratio ${(compared / evaluated).toFixed(2)} (${transitions} transitions, ${beyond} beyond)\n`,
  )
}

function time(work: () => void): number {
  const started = systemClock.monotonic()
  work()
  return systemClock.monotonic() - started
}
