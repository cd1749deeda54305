import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseFacility } from '../../contracts/facility-load.ts'

const page = readFileSync('docs/seismic-protocols.md', 'utf8')

/** The bus that the page shows, as a facility file. */
function shown(protocol: string): string {
  const block = /\n((?: {4}.*\n)*? {4}buses:\n(?: {4}.*\n| *\n)+)/.exec(page)?.[1] ?? ''
  const { buses } = parse(block.replaceAll(/^ {4}/gm, '')) as { buses: Record<string, unknown>[] }
  const given = buses.map((bus) => ({ ...bus, protocol }))
  return JSON.stringify({ facility: { id: 'plant' }, gateways: [{ id: 'gw-1', buses: given }] })
}

describe('docs/seismic-protocols.md', () => {
  it('shows a device that SeedLink takes, and frames but for what is of registers alone', () => {
    const withoutRegisters = shown('seedlink').replace(/"registers":\{[^}]*\},?/, '')
    const facility = parseFacility(withoutRegisters, 'x.yaml')
    const [device] = facility.gateways[0]?.buses[0]?.devices ?? []
    expect(device?.seismic).toMatchObject({ station: 'DMO1', network: 'XX', location: '00', noiseLimit: 1 })
    expect(device?.sensors.map(({ register }) => register.field)).toEqual(['pga', 'jma'])
    expect(() => parseFacility(shown('frames'), 'x.yaml')).toThrow(/protocol frames has no registers/)
  })

  it('says the defaults that the schema has', () => {
    const facility = parseFacility(shown('registers'), 'x.yaml')
    const told = facility.gateways[0]?.buses[0]?.devices[0]?.seismic
    const bare = shown('frames')
      .replace(/"registers":\{[^}]*\},?/, '')
      .replace(/"trigger":\{[^}]*\},?/, '')
      .replace(/"deadAfter":"[^"]*",?/, '')
    const filled = parseFacility(bare, 'x.yaml').gateways[0]?.buses[0]?.devices[0]?.seismic
    expect(filled?.trigger).toEqual(told?.trigger)
    expect(filled?.registers).toEqual(told?.registers)
    expect(filled?.deadAfterMs).toBe(told?.deadAfterMs)
  })
})
