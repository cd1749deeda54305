import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import { requireReadable } from '../gateway-config.ts'
import type { CommandOptions } from './command-options.ts'
import { facilityOf, gatewayOf, onlyDevice } from './command-target.ts'
import { type LiveReading, readingText, redraw, tableLines } from './live-table.ts'
import { LiveWatch } from './live-watch.ts'
import { readOnce } from './read-once.ts'
import { formatReadings } from './reading-line.ts'

interface Surroundings {
  clock: Clock
  random: () => number
}

/** The table is drawn this often, ms: the ages run, and eyes are not faster. */
const DRAW_INTERVAL_MS = 250

/** `gateway read`. @throws CodedError USAGE, what is wrong with the file, or DEVICE_UNREACHABLE. */
export async function readCommand(
  terminal: Terminal,
  surroundings: Surroundings,
  options: CommandOptions,
): Promise<number> {
  const whole = gatewayOf(facilityOf(options), options)
  const gateway = options.device === undefined ? whole : onlyDevice(whole, options.device)
  requireReadable(gateway)
  if (sensorsOf(gateway).length === 0)
    throw new CodedError('CONFIG_INVALID', `gateway ${gateway.id} has no sensor to read`)
  const isJson = options.json === true
  if (options.watch === true) return watch(terminal, surroundings, { gateway, isJson })
  const result = await readOnce(gateway, { clock: surroundings.clock, stopped: terminal.stopped })
  const lines = result.readings.map((reading) => `${JSON.stringify(reading)}\n`)
  terminal.out(isJson ? lines.join('') : formatReadings(result.readings))
  if (result.answered) return EXIT.ok
  throw new CodedError('DEVICE_UNREACHABLE', `no device of gateway ${gateway.id} answered`)
}

/** Until it is stopped. Devices that do not answer are shown as what they are, so that is no failure. */
async function watch(
  terminal: Terminal,
  { clock, random }: Surroundings,
  { gateway, isJson }: { gateway: Gateway; isJson: boolean },
): Promise<number> {
  const latest = new Map<string, LiveReading>()
  const isTable = !isJson && terminal.screen?.() !== undefined
  const live = new LiveWatch({
    gateway,
    clock,
    random,
    onReading: (reading) => {
      latest.set(reading.sensor, reading)
      if (isTable) return
      terminal.out(`${isJson ? JSON.stringify(reading) : readingText(reading)}\n`)
    },
  })
  const sensors = sensorsOf(gateway)
  let drawn = 0
  const draw = () => {
    const screen = terminal.screen?.()
    if (screen === undefined) return
    const picture = redraw(tableLines(sensors, latest, clock.wall()), drawn, screen)
    drawn = picture.drawn
    terminal.out(picture.text)
  }
  live.start()
  const timer = isTable ? setInterval(draw, DRAW_INTERVAL_MS) : undefined
  await terminal.stopped
  clearInterval(timer)
  await live.stop()
  if (isTable) draw()
  return EXIT.ok
}

function sensorsOf(gateway: Gateway) {
  return gateway.buses.flatMap((bus) => bus.devices.flatMap((device) => device.sensors))
}
