import type { Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../drivers/dial-in.ts'
import { createDriver } from '../drivers/registry.ts'
import { DiscardTally } from '../polling/discard-tally.ts'
import { DirectLine } from './direct-line.ts'

/** A line to one bus for as long as a command works on it. */
export interface FieldLine {
  readonly line: DirectLine
  /** Aborted when the command is stopped. */
  readonly signal: AbortSignal
  /** What was not taken for an answer. */
  readonly discarded: DiscardTally
}

/**
 * Opens the line, lets `work` have it, and closes it whatever happens.
 * @throws CodedError DEVICE_UNREACHABLE when it cannot be opened, and what `work` throws.
 */
export async function withFieldLine<Result>(
  bus: Bus,
  { terminal, clock }: { terminal: Terminal; clock: Clock },
  work: (field: FieldLine) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController()
  // It settles with the process, so there is nobody left to be told of it.
  void terminal.stopped.then(() => stopping.abort())
  const counter = new DiscardTally()
  const dialIn = new DialInListeners({ logger: silentLogger })
  const line = new DirectLine(createDriver(bus, { counter, clock, dialIn }), stopping.signal)
  try {
    if (!(await line.open()) && !stopping.signal.aborted)
      throw new CodedError('DEVICE_UNREACHABLE', line.detail)
    return await work({ line, signal: stopping.signal, discarded: counter })
  } finally {
    line.close()
    await dialIn.stop()
  }
}
