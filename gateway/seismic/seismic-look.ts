import type { Clock } from '../../contracts/clock.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { DriverSurroundings } from '../drivers/registry.ts'
import { DiscardTally } from '../polling/discard-tally.ts'
import { SeismicBus } from './seismic-bus.ts'
import type { StationSink } from './station-run.ts'

/** How long a look at stations waits for a whole second of each, ms. Records of SeedLink hold seconds. */
const PATIENCE_MS = { frames: 6_000, registers: 6_000, seedlink: 45_000 } as const
/** The first second of a station began before anybody listened. */
const SECONDS = 2

export interface SeismicLook {
  readonly drivers: Omit<DriverSurroundings, 'counter'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Of each station every second that was heard; the last is the one to keep. */
  readonly onSecond: StationSink['onSecond']
  readonly onLost: (device: Device) => void
}

/** Listens to the stations of a bus until each has told a whole second, or for long enough. True when any has sent. */
export async function lookAtStations(bus: Bus, options: SeismicLook): Promise<boolean> {
  const { drivers, clock, signal, onSecond, onLost } = options
  // Nothing of a look is kept on the disk.
  const devices = bus.devices.map(({ seismic, ...device }) => {
    if (seismic === undefined) return device
    const { raw, ...instrument } = seismic
    return { ...device, seismic: instrument }
  })
  /** Key: device id. */
  const seconds = new Map<string, number>()
  /** Ids of those that cannot be reached. */
  const lost = new Set<string>()
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  const settle = () => {
    if (devices.every(({ id }) => lost.has(id) || (seconds.get(id) ?? 0) >= SECONDS)) resolve()
  }
  const discards = new DiscardTally()
  const running = new SeismicBus({
    bus: { ...bus, devices },
    drivers: { ...drivers, counter: discards },
    discards,
    sink: {
      onSecond: (device, second) => {
        seconds.set(device.id, (seconds.get(device.id) ?? 0) + 1)
        onSecond(device, second)
        settle()
      },
      onLost: (device) => {
        lost.add(device.id)
        onLost(device)
        settle()
      },
      onEvent: () => undefined,
    },
    clock,
    now: () => clock.wall(),
    random: () => 0,
    logger: silentLogger,
  })
  const timer = setTimeout(resolve, PATIENCE_MS[bus.seismic?.protocol ?? 'frames'])
  const onAbort = () => resolve()
  signal.addEventListener('abort', onAbort)
  running.start()
  await heard
  clearTimeout(timer)
  signal.removeEventListener('abort', onAbort)
  await running.stop()
  return seconds.size > 0
}
