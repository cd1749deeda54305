import type { Annunciator, Output } from '../../../contracts/annunciator.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import type { Standing } from '../../../gateway/annunciator/decision.ts'

export const ROOT = 'davylamp/v1/plant'

export interface AnnunciatorParts {
  mqtt?: string
  bus?: object
  outputs?: readonly object[]
  [key: string]: unknown
}

/** What stands in a facility file; JSON is YAML. */
export function plantText({ mqtt, ...parts }: AnnunciatorParts = {}): string {
  const annunciator = {
    id: 'horns',
    bus: { driver: 'modbus-tcp', host: '127.0.0.1', port: 1502, timeout: '100ms' },
    unit: 1,
    confirmed: { by: 'A. Turner', on: '2026-11-30' },
    outputs: [{ id: 'beacon', register: { table: 'coil', address: 0 }, safe: 'on', shows: 'active' }],
    ...parts,
  }
  const sensor = { id: 'GT-1', kind: 'gas', unit: '%LEL', register: { address: 0 }, area: 'tank-farm' }
  return JSON.stringify({
    facility: { id: 'plant' },
    ...(mqtt === undefined ? {} : { mqtt: { url: mqtt } }),
    areas: [{ id: 'tank-farm' }],
    gateways: [
      {
        id: 'gw-1',
        buses: [
          {
            id: 'line',
            driver: 'modbus-tcp',
            host: '127.0.0.1',
            devices: [{ id: 'panel', unitId: 1, sensors: [sensor] }],
          },
        ],
      },
    ],
    annunciators: [annunciator],
  })
}

export function plantWith(parts: AnnunciatorParts = {}): { facility: Facility; annunciator: Annunciator } {
  const facility = parseFacility(plantText(parts), 'plant.yaml')
  const [annunciator] = facility.annunciators
  if (annunciator === undefined) throw new Error('no annunciator')
  return { facility, annunciator }
}

/** One output, as the facility file resolves it. */
export function output(parts: object = {}): Output {
  const { annunciator } = plantWith({
    outputs: [
      { id: 'lamp', register: { table: 'coil', address: 0 }, safe: 'off', shows: 'active', ...parts },
    ],
  })
  const [only] = annunciator.outputs
  if (only === undefined) throw new Error('no output')
  return only
}

type Told = Omit<Standing, 'since'> & Pick<AlarmView, 'facility' | 'message'>

/** An alarm as the server publishes it, as far as an annunciator looks at it; and more that it does not know. */
export function alarm(parts: Partial<Told & Standing> = {}): Told & Standing {
  return {
    facility: 'plant',
    message: 'gas',
    id: 'GT-1.H',
    sensor: 'GT-1',
    area: 'tank-farm',
    priority: 'high',
    class: 'process',
    lifeSafety: false,
    state: 'UNACK',
    silenced: false,
    late: false,
    since: 0,
    ...parts,
  }
}
