import type { Clock } from '../../contracts/clock.ts'
import type { Bus, Device, Gateway } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../drivers/dial-in.ts'
import { isAnswer, type ReadOutcome, type ReadRequest } from '../drivers/driver.ts'
import { type BusAddress, createDriver } from '../drivers/registry.ts'
import { pause } from '../polling/back-off.ts'
import { halvesOf } from '../polling/block-split.ts'
import { planDevice, requestOf } from '../polling/plan.ts'
import { DeviceJudge, type Judged } from '../quality/device-judge.ts'
import { lookAtStations } from '../seismic/seismic-look.ts'
import { DirectLine } from './direct-line.ts'
import { type ReadLine, readLine } from './reading-line.ts'

export interface ReadResult {
  readings: ReadLine[]
  /** True when any device answered anything at all. */
  answered: boolean
}

interface ReadOptions {
  clock: Clock
  stopped: Promise<void>
  /** Instead of the address of the file. Key: bus id. */
  busAddresses?: ReadonlyMap<string, BusAddress>
}

/** What a bus needs to be read. */
interface Scene extends ReadOptions {
  dialIn: DialInListeners
  signal: AbortSignal
}

/** Polls every device of the gateway once, in the order of the file; buses are read side by side. */
export async function readOnce(gateway: Gateway, options: ReadOptions): Promise<ReadResult> {
  const stopping = new AbortController()
  // It settles with the process, so there is nobody left to be told of it.
  void options.stopped.then(() => stopping.abort())
  const dialIn = new DialInListeners({ logger: silentLogger })
  const scene = { ...options, dialIn, signal: stopping.signal }
  const results = await Promise.all(
    gateway.buses.map((bus) => (bus.driver === 'seismic' ? readStations(bus, scene) : readBus(bus, scene))),
  )
  await dialIn.stop()
  return {
    readings: results.flatMap((result) => result.readings),
    answered: results.some((result) => result.answered),
  }
}

/** The last second that each station has told. */
async function readStations(bus: Bus, scene: Scene): Promise<ReadResult> {
  const { clock, dialIn, signal } = scene
  const address = scene.busAddresses?.get(bus.id)
  const judges = new Map(bus.devices.map((device) => [device.id, new DeviceJudge(device)]))
  const lines = new Map<string, ReadLine>()
  const keep = (judged: readonly Judged[], time: number) => {
    for (const each of judged) lines.set(each.sensor.id, readLine(each, time))
  }
  const answered = await lookAtStations(bus, {
    drivers: { clock, dialIn, ...(address === undefined ? {} : { address }) },
    clock,
    signal,
    onSecond: ({ id }, { time, values, reason }) =>
      keep(judges.get(id)?.onFeatures(values, { at: clock.monotonic(), reason }) ?? [], time),
    onLost: ({ id }) => keep(judges.get(id)?.onLost(clock.monotonic()) ?? [], Math.round(clock.wall())),
  })
  const readings = bus.devices.flatMap(({ sensors }) => sensors.flatMap(({ id }) => lines.get(id) ?? []))
  return { readings, answered }
}

async function readBus(bus: Bus, scene: Scene): Promise<ReadResult> {
  const { clock, dialIn, signal } = scene
  const address = scene.busAddresses?.get(bus.id)
  const driver = createDriver(bus, {
    // A look from outside: what is wrong on the line is counted by `run`.
    counter: { discard: () => undefined },
    clock,
    dialIn,
    ...(address === undefined ? {} : { address }),
  })
  const line = new DirectLine(driver, signal)
  await line.open()
  const result: ReadResult = { readings: [], answered: false }
  for (const device of bus.devices) {
    const { readings, answered } = await readDevice(device, async (request) => {
      const outcome = await line.read(request)
      // What comes late must not be taken for the next answer.
      if (isTimeout(outcome) && !line.hasNumberedReplies) await pause(bus.latenessMs, signal)
      return { outcome, wall: clock.wall(), monotonic: clock.monotonic() }
    })
    result.readings.push(...readings)
    result.answered ||= answered
  }
  line.close()
  return result
}

type Ask = (request: ReadRequest) => Promise<{ outcome: ReadOutcome; wall: number; monotonic: number }>

async function readDevice(device: Device, ask: Ask): Promise<ReadResult> {
  const judge = new DeviceJudge(device)
  const lines = new Map<string, ReadLine>()
  let answered = false
  let now = { wall: 0, monotonic: 0 }
  const keep = (judged: readonly Judged[]) => {
    for (const each of judged) {
      const time = Math.round(now.wall - now.monotonic + each.at)
      lines.set(each.sensor.id, readLine(each, time))
    }
  }
  const queue = [...planDevice(device).blocks]
  for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
    const { outcome, ...at } = await ask(requestOf(device, block))
    now = at
    answered ||= isAnswer(outcome)
    // One register that the device does not have must not cost the others their values.
    const halves = isRefused(outcome) && mayBeSplit(device) ? halvesOf(block) : undefined
    if (halves === undefined) keep(judge.onBlock(block, outcome, now.monotonic))
    else queue.unshift(...halves)
  }
  keep(judge.onPollEnd(now.monotonic))
  // In the order of the file, not of the registers.
  const readings = device.sensors.flatMap((sensor) => lines.get(sensor.id) ?? [])
  return { readings, answered }
}

function isTimeout(outcome: ReadOutcome): boolean {
  return !outcome.ok && outcome.failed.kind === 'timeout'
}

/** Illegal address or value. */
function isRefused(outcome: ReadOutcome): boolean {
  return !outcome.ok && outcome.failed.kind === 'exception' && [2, 3].includes(outcome.failed.code)
}

/** A device that answers fixed blocks would refuse every half. */
function mayBeSplit({ workarounds }: Device): boolean {
  return workarounds.blocks.length === 0
}
