import type { BusHealth } from '../../contracts/wire.ts'

/**
 * Brings in the samples of the instruments of one bus and tells its sink of them. `start` returns at once;
 * nothing is told after `stop` has resolved.
 */
export interface Source {
  start(): void
  stop(): Promise<void>
  health(): Pick<BusHealth, 'connected' | 'reconnects'>
}
