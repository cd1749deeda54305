import type { Bus, Device } from '../../contracts/facility.ts'
import type { KeyedBus } from '../bus-key.ts'
import type { Answering } from '../device/conduct.ts'
import type { Memory } from '../device/memory.ts'
import { SimulatedDevice } from '../device/simulated-device.ts'
import type { Station } from '../field-devices.ts'
import { FRAMINGS } from '../modbus/framings.ts'
import { mbapFraming } from '../modbus/mbap.ts'
import { ModbusResponder } from '../modbus/modbus-responder.ts'
import { RegisterImage } from '../modbus/register-image.ts'
import { Unit } from '../modbus/unit.ts'
import type { Outlet } from './digitiser.ts'
import { FrameListener, FrameOutlet } from './frame-outlet.ts'
import { RecordArchive } from './record-archive.ts'
import { RegisterRing, reachOf } from './register-ring.ts'
import { SeedLinkResponder, type SeedLinkStation } from './seedlink-responder.ts'
import type { SeismicArray } from './seismic-array.ts'

type Seismograph = Device & { readonly seismic: NonNullable<Device['seismic']> }

interface Placed {
  readonly bus: Bus
  readonly device: Seismograph
}

/** Features are computed by the gateway: there is nothing that a seismograph keeps of a sensor. */
const NO_MEMORY: Memory = {
  writeValue: () => undefined,
  writeStatus: () => undefined,
  writeCount: () => undefined,
}

/** The seismographs of one line, and who speaks for them on every connection to it. */
export function wireSeismographs(buses: readonly KeyedBus[], array: SeismicArray): Station {
  const placed = buses
    .flatMap(({ bus }) => bus.devices.map((device) => ({ bus, device })))
    .filter((each): each is Placed => each.device.seismic !== undefined)
  switch (placed[0]?.bus.seismic?.protocol) {
    case 'registers':
      return wireRings(placed, array)
    case 'seedlink':
      return wireArchives(placed, array)
    default:
      return wireFrames(placed, array)
  }
}

function wireFrames(placed: readonly Placed[], array: SeismicArray): Station {
  const wired = placed.map(({ bus, device }) => {
    const outlet = new FrameOutlet({ station: device.unitId, rate: device.seismic.rate })
    return { outlet, simulated: attached({ bus, device }, { array, outlet, end: outlet }) }
  })
  const outlets = wired.map(({ outlet }) => outlet)
  return {
    devices: wired.map(({ simulated }) => simulated),
    responder: () => new FrameListener(outlets),
  }
}

function wireRings(placed: readonly Placed[], array: SeismicArray): Station {
  const units = new Map<number, Unit>()
  const devices = placed.map(({ bus, device }) => {
    const { registers, rate } = device.seismic
    const plan = { ...registers, rate }
    const sizes = { coil: 0, discrete: 0, holding: 0, input: 0, [registers.table]: reachOf(plan) }
    const image = new RegisterImage(sizes)
    const unit = new Unit(image, device.workarounds.replyUnit)
    units.set(device.unitId, unit)
    return attached({ bus, device }, { array, outlet: new RegisterRing(plan, image), end: unit })
  })
  const framing = FRAMINGS[placed[0]?.bus.seismic?.link ?? 'modbus-tcp'] ?? mbapFraming
  return { devices, responder: () => new ModbusResponder(framing, units) }
}

function wireArchives(placed: readonly Placed[], array: SeismicArray): Station {
  const stations: SeedLinkStation[] = []
  const devices = placed.map(({ bus, device }) => {
    const { network, station, location, channels, rate } = device.seismic
    const names = channels.map(({ code }) => ({ network, station, location, channel: code }))
    const archive = new RecordArchive(names, rate)
    stations.push({ network, station, archive })
    return attached({ bus, device }, { array, outlet: archive, end: archive })
  })
  return { devices, responder: () => new SeedLinkResponder(stations) }
}

function attached(
  { bus, device }: Placed,
  { array, outlet, end }: { array: SeismicArray; outlet: Outlet; end: Answering },
): SimulatedDevice {
  array.digitiser(device.id)?.attach(outlet)
  return new SimulatedDevice({ bus, device, end, memory: NO_MEMORY })
}
