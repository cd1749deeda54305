import { formatDuration } from '../../contracts/duration.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import { planDevice } from '../polling/plan.ts'
import { type ExchangeTime, exchangeTime, timingAssumption } from './exchange-time.ts'

/** What one device asks of its line. */
export interface DeviceLoad {
  readonly device: string
  /** One poll is this many requests and takes the line for this many milliseconds. */
  readonly requestsPerPoll: number
  readonly pollTakesMs: number
  readonly pollMs: number
}

/** What all polls of a bus ask of its line, when every device answers. */
export interface BusLoad {
  readonly devices: readonly DeviceLoad[]
  /** Line time that the polls need in every second, milliseconds. */
  readonly neededMsPerSecond: number
  readonly utilisationPercent: number
  /** The longest request with its answer on the wire of a serial line, milliseconds; 0 on TCP. */
  readonly longestWireMs: number
  /** What one unanswered request takes the line for, milliseconds: the bytes come on top of the timeout. */
  readonly timeoutTakesMs: number
  readonly assumption: string
}

/** Above this share of its time a line has too little left for a retry or a timeout. */
export const BUSY_PERCENT = 70
/** Above this it cannot carry its polls. */
export const FULL_PERCENT = 100

/** Pure arithmetic on the file (domain: Modbus over serial line, 2.5.1); touches no device. */
export function busLoad(bus: Bus): BusLoad {
  const exchanges = bus.devices.map((device) => ({ device, times: exchangesOf(bus, device) }))
  const devices = exchanges.map(({ device, times }) => ({
    device: device.id,
    requestsPerPoll: times.length,
    pollTakesMs: tenths(times.reduce((sum, time) => sum + time.lineMs + device.workarounds.pauseMs, 0)),
    pollMs: device.pollMs,
  }))
  const wires = exchanges.flatMap(({ times }) => times.map((time) => time.wireMs))
  const longestWireMs = tenths(Math.max(0, ...wires))
  const needed = devices.reduce((sum, load) => sum + (load.pollTakesMs * 1_000) / load.pollMs, 0)
  return {
    devices,
    neededMsPerSecond: Math.round(needed),
    utilisationPercent: tenths(needed / 10),
    longestWireMs,
    timeoutTakesMs: tenths(bus.timeoutMs + longestWireMs),
    assumption: timingAssumption(bus),
  }
}

function exchangesOf(bus: Bus, device: Device): ExchangeTime[] {
  return planDevice(device).blocks.map((block) => exchangeTime(bus, block, device.record))
}

/**
 * Polls with which the line would have enough to spare: all of them longer by one factor, rounded up to a
 * duration that a person would write. Key: the poll as it is, ms; value: what would do, ms.
 */
export function pollsThatFit(load: BusLoad): ReadonlyMap<number, number> {
  const factor = load.utilisationPercent / BUSY_PERCENT
  const polls = [...new Set(load.devices.map((device) => device.pollMs))].sort((a, b) => a - b)
  return new Map(polls.map((poll) => [poll, factor <= 1 ? poll : roundedUp(poll * factor)]))
}

/** `poll 2s would do`, or each poll with its own remedy. */
export function pollRemedy(load: BusLoad): string {
  const fits = [...pollsThatFit(load)]
  const [only, ...others] = fits
  if (only !== undefined && others.length === 0) return `poll ${formatDuration(only[1])} would do`
  const each = fits.map(([poll, fit]) => `${formatDuration(fit)} instead of ${formatDuration(poll)}`)
  return `polls of ${each.join(', ')} would do`
}

/** Steps that people use: 1, 2, 5 and their kin in each decade. */
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

function roundedUp(ms: number): number {
  const decade = 10 ** Math.floor(Math.log10(ms))
  const step = STEPS.find((each) => each * decade >= ms - 1e-9) ?? 10
  return Math.ceil(step * decade)
}

function tenths(x: number): number {
  return Math.round(x * 10) / 10
}
