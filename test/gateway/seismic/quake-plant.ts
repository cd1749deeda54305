import { FEATURES } from '../../../contracts/analytics/seismic/wave.ts'
import type { Bus, Device, Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import type { SeismicInstrument } from '../../../contracts/seismic-instrument.ts'

type Keys = Record<string, unknown>

const UNITS: Readonly<Record<string, string>> = {
  pga: 'Gal',
  jma: '1',
  staLta: '1',
  event: '1',
  noise: 'Gal',
}

/** A gateway with one bus of one station, with a short trigger. Sensors are named after their features. */
export function quakePlant({
  bus = {},
  device = {},
  seismic = {},
}: {
  bus?: Keys
  device?: Keys
  seismic?: Keys
} = {}): Facility {
  const sensors = Object.keys(FEATURES)
    .filter((field) => Object.hasOwn(UNITS, field))
    .map((field) => ({ id: `SG-1.${field}`, kind: 'seismic', unit: UNITS[field], register: { field } }))
  const trigger = { sta: '0.5s', lta: '5s', on: 4, off: 2, pre: '2s', post: '2s', maxEvent: '20s' }
  const file = {
    facility: { id: 'plant' },
    gateways: [
      {
        id: 'gw-1',
        heartbeat: '300ms',
        outbox: { path: 'memory' },
        buses: [
          {
            id: 'quake',
            driver: 'seismic',
            host: '127.0.0.1',
            port: 5010,
            devices: [{ id: 'SG-1', seismic: { scale: 16.7184, trigger, ...seismic }, sensors, ...device }],
            ...bus,
          },
        ],
      },
    ],
  }
  return parseFacility(JSON.stringify(file), 'x.yaml')
}

/** The bus, device and instrument of it. */
export function quakeParts(given?: Parameters<typeof quakePlant>[0]): {
  bus: Bus
  device: Device
  instrument: SeismicInstrument
} {
  const [bus] = quakePlant(given).gateways[0]?.buses ?? []
  const [device] = bus?.devices ?? []
  if (bus === undefined || device?.seismic === undefined) throw new Error('no station')
  return { bus, device, instrument: device.seismic }
}
