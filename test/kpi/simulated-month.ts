import { actionInput } from '../../alerting/action.ts'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { journalItem } from '../../alerting/alarm-view.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import type { NewEntry } from '../../alerting/journal/state-store.ts'
import type { AlarmAction } from '../../contracts/alarm.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { evidenceBatch } from '../alerting/alarm-fixtures.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** 12 sensors in two areas, alarms of all four priorities; some re-alarm, rise, or acknowledge themselves. */
export function monthPlant(timezone: string): Facility {
  const sensors = Array.from({ length: 12 }, (_, index) => {
    const area = index < 6 ? 'yard' : 'shed'
    const priority = index % 6 === 5 ? 'medium' : 'low'
    const own = ['reAlarm: 20m', 'rise: [ { after: 15m, priority: high } ]', 'class: easy', 'class: mute'][
      index % 4
    ]
    const alarms = `{ H: { when: high, limit: 20, deadband: 2, priority: ${priority}, ${own} }, HH: { when: high, limit: 40, latching: true, priority: ${index % 4 === 0 ? 'critical' : 'high'} } }`
    return `{ id: S-${index + 1}, kind: gas, unit: ppm, area: ${area}, staleAfter: 2d, register: { address: ${index} }, alarms: ${alarms} }`
  })
  return parseFacility(
    `
facility: { id: plant, name: "Plant of a month", timezone: ${timezone} }
server: { auth: off }
classes: { easy: { acknowledge: return }, mute: { acknowledge: auto } }
gateways:
  - id: gw-1
    buses:
      - { id: line, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, sensors: [ ${sensors.join(', ')} ] } ] }
`,
    'month.yaml',
  )
}

/** The same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Step {
  time: number
  sensor?: string
  value?: number
  action?: AlarmAction
  alarm?: string
  forMs?: number
}

/**
 * What a plant and its operators do, `days` long from `from` on (epoch ms), through the engine and lifecycle that run
 * live: excursions, chattering, upsets in which everything goes at once, acknowledgements, shelving, work on sensors.
 */
export function monthOf(facility: Facility, from: number, days: number, seed = 1): NewEntry[] {
  const random = randomOf(seed)
  const engine = new AlarmEngine({ facility, now: from })
  const entries: NewEntry[] = []
  const steps = plannedReadings([...facility.sensors.keys()], from, days, random)
  /** What operators will do, as it comes about. */
  let acts: Step[] = []
  const keep = ({ transitions }: Evaluation) => {
    for (const transition of transitions) {
      const { config, sensor, record, time, event } = transition
      const key = `${config.id}#${record.transitions}`
      entries.push({
        key,
        time,
        alarm: config.id,
        sensor: sensor.id,
        item: journalItem(facility, transition),
      })
      if (event !== 'raised') continue
      const act = (action: AlarmAction, after: number, forMs?: number) =>
        acts.push({ time: time + Math.round(after), action, alarm: config.id, ...(forMs ? { forMs } : {}) })
      if (random() < 0.85) act('acknowledge', 5_000 + 10 * MINUTE * random() ** 3)
      if (random() < 0.02) act('shelve', 5 * MINUTE, 8 * HOUR)
      if (random() < 0.01) act('out-of-service', 20 * MINUTE, Math.round(5 * DAY * random()))
      if (config.latching) act('reset', 2 * HOUR)
    }
  }
  for (const step of steps) {
    for (;;) {
      const next = acts.filter(({ time }) => time <= step.time).sort((a, b) => a.time - b.time)[0]
      if (next === undefined) break
      acts = acts.filter((act) => act !== next)
      perform(engine, next, keep)
    }
    keep(engine.advance(step.time))
    const readings = [
      { sensor: step.sensor ?? '', time: step.time, value: step.value ?? 0, quality: 'good' as const },
    ]
    keep(engine.evaluate(evidenceBatch({ readings }), step.time))
  }
  keep(engine.advance(from + days * DAY))
  return entries
}

function perform(engine: AlarmEngine, step: Step, keep: (evaluation: Evaluation) => void): void {
  const { action, alarm, time, forMs } = step
  if (action === undefined || alarm === undefined) return
  keep(engine.advance(time))
  const request = { action, by: 'li', reason: 'as planned', ...(forMs === undefined ? {} : { forMs }) }
  try {
    const config = engine.entry(alarm)?.config
    if (config !== undefined) keep(engine.act(alarm, actionInput(request, time, config), time))
  } catch (error) {
    // Operators try what cannot be done.
    if (!(error instanceof CodedError)) throw error
  }
}

/** In order of time. Every sensor reports often enough not to be stale, most of the time. */
function plannedReadings(
  sensors: readonly string[],
  from: number,
  days: number,
  random: () => number,
): Step[] {
  const to = from + days * DAY
  const steps: Step[] = []
  const report = (sensor: string, time: number, value: number) => {
    if (time < to) steps.push({ sensor, time: Math.round(time), value })
  }
  for (const [index, sensor] of sensors.entries()) {
    // The first three are the bad actors.
    const pause = (index < 3 ? 2 : 30) * HOUR
    report(sensor, from + 1_000 + index, 5)
    for (let time = from + pause * random(); time < to; time += pause * (0.2 + 2 * random())) {
      const kind = random()
      const cycles = kind < 0.1 ? 4 : 1
      const long = kind > 0.97 ? 3 * DAY * random() : 40 * MINUTE * random()
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        report(sensor, time, random() < 0.15 ? 45 : 25)
        time += cycles > 1 ? 7_000 : long
        report(sensor, time, 5)
        if (cycles > 1) time += 6_000
      }
    }
  }
  // Upsets: everything within a few minutes, twice.
  for (let upset = 0; upset < days / 3; upset += 1) {
    const start = from + days * DAY * random()
    for (const [index, sensor] of sensors.entries()) {
      report(sensor, start + index * 13_000, 25)
      report(sensor, start + index * 13_000 + 4 * MINUTE, 5)
      report(sensor, start + index * 13_000 + 8 * MINUTE, 44)
      report(sensor, start + index * 13_000 + 8 * MINUTE + HOUR * random(), 5)
    }
  }
  return steps.sort((a, b) => a.time - b.time)
}
