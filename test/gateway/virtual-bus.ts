import { vi } from 'vitest'
import { type Clock, systemClock } from '../../contracts/clock.ts'
import type { Device } from '../../contracts/facility.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { Bus } from '../../gateway/polling/bus.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { Notebook } from './notebook.ts'
import { bus, device, register, sensor } from './plant.ts'
import type { VirtualLine } from './virtual-line.ts'

/** A device with one value at each address. */
export function deviceAt(addresses: readonly number[], given: Partial<Device> = {}): Device {
  const { id = 'd' } = given
  const sensors = addresses.map((address) =>
    sensor({ id: `${id}-${address}`, register: register({ address }) }),
  )
  return device({ id, name: id, maxGap: 0, sensors, ...given })
}

/** A bus over a line in virtual time, started, and what it tells. Under vitest's fake timers only. */
export function startVirtualBus(given: {
  line: VirtualLine
  devices: readonly Device[]
  timeoutMs: number
  logger?: Logger
  clock?: Clock
  place?: { index: number; count: number }
}): { bus: Bus; notes: Notebook; stop: () => Promise<void> } {
  const { line, devices, timeoutMs, place, logger = silentLogger, clock = systemClock } = given
  const notes = new Notebook()
  const running = new Bus({
    bus: bus({ driver: 'modbus-rtu', timeoutMs, latenessMs: timeoutMs, devices }),
    driver: line,
    discards: new DiscardTally(),
    sink: notes,
    clock,
    random: () => 0,
    logger,
    ...(place === undefined ? {} : { place }),
  })
  running.start()
  const stop = async () => {
    const stopped = running.stop()
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
  }
  return { bus: running, notes, stop }
}
