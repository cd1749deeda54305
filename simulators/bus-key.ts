import type { Bus, Device, Facility } from '../contracts/facility.ts'

/** A bus of a facility under the name that is unique in it: `{gateway}/{bus}`. */
export interface KeyedBus {
  readonly key: string
  readonly bus: Bus
}

export function busesOf(facility: Facility): KeyedBus[] {
  return facility.gateways.flatMap((gateway) =>
    gateway.buses.map((bus) => ({ key: `${gateway.id}/${bus.id}`, bus })),
  )
}

/** Buses that a name fits: `{gateway}/{bus}`, or the id of the bus alone. */
export function busesNamed(facility: Facility, name: string): KeyedBus[] {
  return busesOf(facility).filter(({ key, bus }) => key === name || bus.id === name)
}

/** A device and the bus it hangs on; undefined when the facility has none of this id. */
export function deviceNamed(facility: Facility, id: string): { bus: Bus; device: Device } | undefined {
  for (const { bus } of busesOf(facility)) {
    const device = bus.devices.find((candidate) => candidate.id === id)
    if (device !== undefined) return { bus, device }
  }
  return undefined
}
