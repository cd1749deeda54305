import type { AlarmView, SensorView } from '../../contracts/api.ts'

/** A sensor of the fake plant. */
export interface FakeSensor {
  id: string
  name: string
  kind: SensorView['kind']
  unit: string
  range?: [number, number]
  /** Of a quiet day. */
  value: number
  limits: [key: string, when: 'high' | 'low' | 'equals', limit: number, priority: AlarmView['priority']][]
}

const LEL: FakeSensor['limits'] = [
  ['H', 'high', 20, 'high'],
  ['HH', 'high', 40, 'critical'],
]
const LEVEL: FakeSensor['limits'] = [
  ['LL', 'low', 0.8, 'medium'],
  ['H', 'high', 10, 'medium'],
  ['HH', 'high', 10.8, 'critical'],
]
const CL2: FakeSensor['limits'] = [
  ['H', 'high', 0.34, 'high'],
  ['HH', 'high', 0.68, 'critical'],
]
const PGA: FakeSensor['limits'] = [
  ['H', 'high', 25, 'high'],
  ['HH', 'high', 49, 'critical'],
]

const lel = (id: string, name: string, value: number): FakeSensor => ({
  id,
  name,
  kind: 'gas',
  unit: '%LEL',
  range: [0, 100],
  value,
  limits: LEL,
})
const h2s = (id: string, name: string, value: number): FakeSensor => ({
  id,
  name,
  kind: 'gas',
  unit: 'ppm',
  range: [0, 50],
  value,
  limits: [
    ['H', 'high', 7, 'high'],
    ['HH', 'high', 14, 'critical'],
  ],
})
const tank = (number: string, level: number): FakeSensor[] => [
  {
    id: `LT-${number}`,
    name: `Level, tank T-${number}`,
    kind: 'level',
    unit: 'm',
    range: [0, 12],
    value: level,
    limits: LEVEL,
  },
  {
    id: `TT-${number}`,
    name: `Temperature, tank T-${number}`,
    kind: 'temperature',
    unit: 'degC',
    range: [-20, 80],
    value: 21.4,
    limits: [['H', 'high', 45, 'medium']],
  },
  {
    id: `PT-${number}`,
    name: `Vapour pressure, tank T-${number}`,
    kind: 'pressure',
    unit: 'kPa',
    range: [-2, 10],
    value: 1.36,
    limits: [['H', 'high', 6, 'medium']],
  },
  {
    id: `LS-${number}`,
    name: `Overfill switch, tank T-${number}`,
    kind: 'state',
    unit: '1',
    value: 0,
    limits: [['TRIP', 'equals', 1, 'critical']],
  },
  {
    id: `FT-${number}`,
    name: `Net inflow, tank T-${number}`,
    kind: 'flow',
    unit: 'm3/h',
    range: [-600, 600],
    value: -118,
    limits: [],
  },
]

export const TANK_FARM: FakeSensor[] = [
  lel('GT-101', 'Methane, pump bay', 0.8),
  lel('GT-102', 'Methane, pump bay north', 0.4),
  lel('GT-103', 'Propane, T-201 dike', 1.1),
  lel('GT-104', 'Propane, T-202 dike', 0.6),
  lel('GT-105', 'Propane, T-203 dike', 0),
  lel('GT-106', 'Propane, loading bay', 2.3),
  lel('GT-107', 'Propane, manifold', 0.9),
  lel('GT-108', 'Propane, drain pit', 1.7),
  h2s('GT-111', 'Hydrogen sulfide, pump bay', 0.3),
  h2s('GT-112', 'Hydrogen sulfide, drain pit', 0.6),
  {
    id: 'UPS-101',
    name: 'Panel supply',
    kind: 'electrical',
    unit: 'V',
    range: [0, 32],
    value: 24.12,
    limits: [['L', 'low', 21, 'medium']],
  },
  ...tank('201', 6.82),
  ...tank('202', 9.41),
  ...tank('203', 3.07),
]

export const CHLORINE: FakeSensor[] = [
  ...(['drum store', 'evaporator', 'dosing room', 'shed door'] as const).map(
    (place, index): FakeSensor => ({
      id: `CL-30${index + 1}`,
      name: `Chlorine, ${place}`,
      kind: 'gas',
      unit: 'ppm',
      range: [0, 10],
      value: 0.02 + index / 100,
      limits: CL2,
    }),
  ),
  {
    id: 'TT-301',
    name: 'Temperature, drum store',
    kind: 'temperature',
    unit: 'degC',
    range: [-20, 80],
    value: 18.2,
    limits: [['H', 'high', 45, 'medium']],
  },
  {
    id: 'WT-301',
    name: 'Weight, drum on line',
    kind: 'other',
    unit: 'kg',
    range: [0, 1500],
    value: 812,
    limits: [['L', 'low', 100, 'low']],
  },
]

export const SEISMIC: FakeSensor[] = [
  ...(['foundation', 'free field north', 'free field south'] as const).map(
    (place, index): FakeSensor => ({
      id: `SE-40${index + 1}`,
      name: `PGA, ${place}`,
      kind: 'seismic',
      unit: 'Gal',
      range: [0, 200],
      value: 0.4 + index / 10,
      limits: PGA,
    }),
  ),
  {
    id: 'ST-401',
    name: 'Recorder ready',
    kind: 'state',
    unit: '1',
    value: 1,
    limits: [['OFF', 'equals', 0, 'low']],
  },
]
