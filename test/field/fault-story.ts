import { CABLE_BREAK, type Row } from './fault-table.ts'
import type { Entry } from './logbook.ts'
import { SENSORS, Stand } from './stand.ts'

/** What came of a fault, in the words of the table. */
export interface Outcome {
  readonly becomes: string
  readonly counted: string
  readonly discarded: string
  /** Good readings of values that no device held. */
  readonly lies: readonly string[]
  /** What the sensors of the healthy device were besides good, and what was counted for it. */
  readonly healthyBecame: string
  readonly healthyCounted: string
}

export interface Story {
  readonly outcome: Outcome
  /** Longest time without a good reading of a sensor of the healthy device, ms. */
  readonly healthyGapMs: number
  /** How long after the end of the fault all sensors were good; undefined: never. */
  readonly recoveryMs: number | undefined
  /** Longest time that this machine had none for the test, ms. */
  readonly stalledMs: number
}

const SICK = SENSORS.filter((sensor) => sensor.startsWith('sick'))
const WELL = SENSORS.filter((sensor) => sensor.startsWith('well'))
/** Good readings in a row that make a sensor well. */
const ENOUGH = 3
/** How long it is watched once it is as expected. */
const WATCHED_MS = 400

/** Gives a device its fault, watches what the gateway makes of it, and mends the device. */
export async function play(row: Row): Promise<Story> {
  const stand = new Stand(row.line)
  const { logbook } = stand
  try {
    await stand.start()
    await stand.until(() => isAllGood(logbook.entries, SENSORS))
    // Value and status are two requests here: what begins between them is known with the next poll only.
    await stand.betweenPolls()
    const begun = stand.now
    begin(stand, row)
    const path = () => pathOf(logbook.since(begun), SICK)
    await stand.until(() => path() === row.becomes)
    const settled = stand.now
    await stand.until(() => stand.now - settled > WATCHED_MS)
    const outcome = {
      becomes: path(),
      counted: countedFor(stand, 'sick'),
      discarded: names(stand.busHealth().discarded ?? {}),
      healthyCounted: countedFor(stand, 'well'),
    }
    const ended = stand.now
    end(stand, row)
    const isWell = await stand.until(() => isAllGood(logbook.since(ended), SENSORS))
    const healthy = logbook.since(begun).filter(({ sensor }) => WELL.includes(sensor))
    return {
      outcome: {
        ...outcome,
        lies: logbook.lies,
        healthyBecame: [...new Set(healthy.map(stateOf))].filter(isObjection).join(', '),
      },
      healthyGapMs: Math.max(...WELL.map((sensor) => longestGap(healthy, sensor))),
      recoveryMs: isWell ? stand.now - ended : undefined,
      stalledMs: stand.stalledMs,
    }
  } finally {
    await stand.stop()
  }
}

function begin(stand: Stand, { trouble, parameters }: Row): void {
  stand.alter((simulation) => {
    if (trouble === CABLE_BREAK) simulation.cut('gw/bus', true)
    else simulation.fault('sick', trouble, parameters)
  })
}

function end(stand: Stand, { trouble, isReleased }: Row): void {
  stand.alter((simulation) => {
    if (trouble === CABLE_BREAK) simulation.cut('gw/bus', false)
    else simulation.fault('sick', trouble, false)
  })
  if (isReleased) stand.releaseLatches()
}

/** What became of sensors, one after the other; the good readings before it left out. */
function pathOf(entries: readonly Entry[], sensors: readonly string[]): string {
  const paths = sensors.map((sensor) => {
    const states = entries.filter((entry) => entry.sensor === sensor).map(stateOf)
    const turns = states.filter((state, n) => state !== states[n - 1])
    return (turns.length > 1 && turns[0] === 'good' ? turns.slice(1) : turns).join(', ')
  })
  return [...new Set(paths)].join(' | ')
}

function isAllGood(entries: readonly Entry[], sensors: readonly string[]): boolean {
  return sensors.every((sensor) => {
    const last = entries.filter((entry) => entry.sensor === sensor).slice(-ENOUGH)
    return last.length === ENOUGH && !last.map(stateOf).some(isObjection)
  })
}

function longestGap(entries: readonly Entry[], sensor: string): number {
  const good = entries.filter((entry) => entry.sensor === sensor && !isObjection(entry.state))
  return Math.max(...good.slice(1).map(({ at }, n) => at - (good[n]?.at ?? at)))
}

function countedFor(stand: Stand, device: 'sick' | 'well'): string {
  const { errors, retries = 0 } = stand.deviceHealth(device)
  return names({ ...errors, ...(retries > 0 ? { retries } : {}) })
}

function names(counts: Readonly<Record<string, number>>): string {
  return Object.keys(counts).sort().join(', ')
}

const stateOf = ({ state }: Entry) => state
const isObjection = (state: string) => state !== 'good'
