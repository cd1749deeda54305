import { CABLE_BREAK, type Row } from './fault-table.ts'
import type { Entry } from './logbook.ts'
import { SENSORS, Stand } from './stand.ts'

/** What came of a fault, in the words of the table. */
export interface Story {
  readonly becomes: string
  readonly counted: string
  readonly discarded: string
  /** Good readings of values that no device held. */
  readonly lies: readonly string[]
  readonly healthy: {
    /** What its sensors were besides good. */
    readonly became: readonly string[]
    /** Longest time without a good reading of one of them, ms. */
    readonly gapMs: number
    /** What was counted as its errors, until the end of the fault. */
    readonly counted: string
  }
  /** How long after the end of the fault the sensors of the device were good; undefined: never. */
  readonly recoveryMs: number | undefined
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
    const { becomes, counted, discarded } = {
      becomes: path(),
      counted: countedFor(stand, 'sick'),
      discarded: names(stand.busHealth().discarded ?? {}),
    }
    const countedForWell = countedFor(stand, 'well')

    const ended = stand.now
    end(stand, row)
    const isWell = await stand.until(() => isAllGood(logbook.since(ended), SENSORS))
    return {
      becomes,
      counted,
      discarded,
      lies: logbook.lies,
      healthy: {
        became: [...new Set(logbook.since(begun).filter(isOneOf(WELL)).map(stateOf))].filter(isObjection),
        gapMs: Math.max(...WELL.map((sensor) => longestGap(logbook.entries, sensor))),
        counted: countedForWell,
      },
      recoveryMs: isWell ? stand.now - ended : undefined,
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
const isOneOf =
  (sensors: readonly string[]) =>
  ({ sensor }: Entry) =>
    sensors.includes(sensor)
