import type { Facility } from '../contracts/facility.ts'

/**
 * The devices that a sensor gets its readings from: its own, or those of everything that it is computed from, through
 * other computed ones. A sensor of the system has none.
 */
export function stationDevices(
  { sensors, derived }: Pick<Facility, 'sensors' | 'derived'>,
  sensor: string,
): ReadonlySet<string> {
  const computed = new Map(derived.map(({ id, inputs }) => [id, inputs]))
  const devices = new Set<string>()
  const seen = new Set<string>()
  const rest = [sensor]
  for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const inputs = computed.get(id)
    const own = sensors.get(id)
    if (inputs !== undefined) rest.push(...inputs.map((input) => input.sensor))
    else if (own !== undefined) devices.add(own.device)
  }
  return devices
}
