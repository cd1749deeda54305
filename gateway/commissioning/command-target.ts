import { CodedError } from '../../contracts/errors.ts'
import type { Bus, Device, Facility, Gateway } from '../../contracts/facility.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { findGateway } from '../gateway-config.ts'
import { busOfFlags } from './bus-flags.ts'
import type { CommandOptions } from './command-options.ts'

/** @throws CodedError USAGE, or what is wrong with the facility file. */
export function facilityOf({ config }: CommandOptions): Facility {
  if (config === undefined) throw new CodedError('USAGE', '--config FILE is missing')
  return loadFacility(config)
}

/** The gateway named, or the only one. @throws CodedError USAGE or CONFIG_INVALID */
export function gatewayOf(facility: Facility, { gateway: id }: CommandOptions): Gateway {
  if (id !== undefined) return findGateway(facility, id)
  return onlyOne(facility.gateways, 'gateway')
}

/** What scan and probe speak to. */
export interface LineTarget {
  readonly bus: Bus
  /** Where it comes from, for people. */
  readonly isOfFile: boolean
}

/** The bus that the options describe, or one of the facility file. @throws CodedError USAGE or CONFIG_INVALID */
export function lineOf(options: CommandOptions): LineTarget {
  if (options.driver !== undefined) {
    if (options.config !== undefined)
      throw new CodedError('USAGE', 'give either --config FILE with --bus ID, or --driver and its line')
    return { bus: busOfFlags(options), isOfFile: false }
  }
  if (options.config === undefined)
    throw new CodedError('USAGE', 'give --config FILE, or --driver with --serial PATH or --host HOST')
  const { buses } = gatewayOf(facilityOf(options), options)
  return {
    bus: options.bus === undefined ? onlyOne(buses, 'bus') : named(buses, 'bus', options.bus),
    isOfFile: true,
  }
}

/** A device of the facility file and its bus. @throws CodedError USAGE or CONFIG_INVALID */
export function deviceOf(options: CommandOptions, id: string): { bus: Bus; device: Device } {
  const facility = facilityOf(options)
  const gateways = options.gateway === undefined ? facility.gateways : [gatewayOf(facility, options)]
  const all = gateways.flatMap((gateway) =>
    gateway.buses.flatMap((bus) => bus.devices.map((device) => ({ id: device.id, bus, device }))),
  )
  return named(all, 'device', id)
}

/** The same gateway with one of its devices only. @throws CodedError CONFIG_INVALID */
export function onlyDevice(gateway: Gateway, id: string): Gateway {
  named(
    gateway.buses.flatMap((bus) => bus.devices),
    'device',
    id,
  )
  const buses = gateway.buses
    .map((bus) => ({ ...bus, devices: bus.devices.filter((device) => device.id === id) }))
    .filter((bus) => bus.devices.length > 0)
  return { ...gateway, buses }
}

function onlyOne<T extends { readonly id: string }>(list: readonly T[], what: string): T {
  const [only, ...others] = list
  if (only !== undefined && others.length === 0) return only
  throw new CodedError('USAGE', `--${what} ID is missing; there are: ${idsOf(list)}`)
}

function named<T extends { readonly id: string }>(list: readonly T[], what: string, id: string): T {
  const found = list.find((each) => each.id === id)
  if (found !== undefined) return found
  throw new CodedError('CONFIG_INVALID', `no ${what} "${id}"; there are: ${idsOf(list)}`)
}

function idsOf(list: readonly { readonly id: string }[]): string {
  return list.map(({ id }) => id).join(', ') || 'none'
}
