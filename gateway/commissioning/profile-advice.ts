import { dirname, resolve } from 'node:path'
import type { Facility, Gateway } from '../../contracts/facility.ts'
import { loadProfile, profilePath } from '../../contracts/profile-load.ts'
import { type Advice, warning } from './advice.ts'

/** Tells of every profile in use that nobody has compared with a real instrument yet. */
export function profileAdvice(facility: Facility, gateways: readonly Gateway[]): Advice[] {
  const devices = gateways.flatMap((gateway) => gateway.buses.flatMap((bus) => bus.devices))
  const users = new Map<string, string[]>()
  for (const { id, profile } of devices) {
    if (profile !== undefined) users.set(profile, [...(users.get(profile) ?? []), id])
  }
  return [...users].flatMap(([name, ids]) => {
    const file = name.endsWith('.yaml') ? resolve(dirname(facility.file), name) : profilePath(name)
    const { verifiedOnHardware, source } = loadProfile(file)
    if (verifiedOnHardware) return []
    const text = `profile ${name} (${source}) was never verified on hardware: compare every sensor with the display of the instrument`
    return [warning(ids.join(', '), text)]
  })
}
