import type { StatusReason } from '../../contracts/facility-words.ts'

/** What a device has to have for a fault to make sense. */
export type FaultNeed =
  | 'modbus'
  | 'checksum'
  | 'request'
  | 'shared-line'
  | 'heartbeat'
  | 'number'
  | 'float'
  | 'high-alarm'
  | { readonly status: StatusReason }

/** What else a timeline entry may say of a fault. */
export type FaultParameter = 'delay' | 'surplus' | 'sensor' | 'rate' | 'amplitude' | 'silence'

export interface FaultRow {
  /** Where it is put: on the line, on the device as a whole, or on its values. */
  readonly acts: 'line' | 'device' | 'values'
  readonly needs: readonly FaultNeed[]
  readonly takes: readonly FaultParameter[]
  /** For people: what the device does. */
  readonly means: string
}

const exception = (means: string) => ({ acts: 'line', needs: ['modbus'], takes: [], means }) as const
const sensorFault = (need: FaultNeed, means: string) =>
  ({ acts: 'values', needs: [need], takes: ['sensor'], means }) as const
const statusFault = (status: StatusReason, means: string) =>
  ({ acts: 'device', needs: [{ status }], takes: ['sensor'], means }) as const

/** Everything that can be wrong with a simulated device. Key: the kind. */
export const FAULTS = Object.freeze({
  'no-answer': { acts: 'line', needs: [], takes: [], means: 'takes requests and answers none' },
  'crc-error': {
    acts: 'line',
    needs: ['checksum'],
    takes: [],
    means: 'answers with a CRC, LRC or checksum that is wrong',
  },
  'late-answer': {
    acts: 'line',
    needs: ['request'],
    takes: ['delay'],
    means: 'answers so long after the timeout of its bus (200ms), while the next request is under way',
  },
  truncated: { acts: 'line', needs: [], takes: [], means: 'sends the first half of its answer only' },
  'wrong-unit': { acts: 'line', needs: ['modbus'], takes: [], means: 'answers as the next unit' },
  'wrong-function': {
    acts: 'line',
    needs: ['modbus'],
    takes: [],
    means: 'answers as if another table had been asked for',
  },
  merged: {
    acts: 'line',
    needs: [],
    takes: ['surplus'],
    means: 'sends its answer twice in one piece, or with two stray bytes behind it (surplus: bytes)',
  },
  'foreign-frame': {
    acts: 'line',
    needs: [],
    takes: [],
    means: 'sends a whole answer of somebody else before its own',
  },
  'exception-2': exception('answers every request with exception 2, illegal address'),
  'exception-4': exception('answers every request with exception 4, device failure'),
  'exception-5': exception('answers every request with exception 5, acknowledge'),
  'exception-6': exception('answers every request with exception 6, busy'),
  'exception-10': exception('answers every request with exception 10, gateway path unavailable'),
  'exception-11': exception('answers every request with exception 11, gateway target silent'),
  echo: {
    acts: 'line',
    needs: ['shared-line', 'request'],
    takes: [],
    means: 'sends the request back before the answer, as two-wire RS-485 does',
  },
  'frozen-value': {
    acts: 'values',
    needs: [],
    takes: ['sensor'],
    means: 'holds its values, while its heartbeat goes on',
  },
  'frozen-heartbeat': {
    acts: 'device',
    needs: ['heartbeat'],
    takes: [],
    means: 'holds its heartbeat, while its values go on',
  },
  nan: sensorFault('number', 'has NaN, or the value that its type has for no measurement'),
  inf: sensorFault('float', 'has infinity'),
  'warm-up': statusFault('warm-up', 'says that it warms up, while its values come down from high up'),
  inhibit: statusFault('inhibited', 'says that it is inhibited, and holds its values'),
  calibration: statusFault('calibrating', 'says that it is calibrated, with test gas on its sensors'),
  'over-range': sensorFault('number', 'rises past its full scale within 4 s, then falls to 40 % of it'),
  noise: {
    acts: 'values',
    needs: ['high-alarm'],
    takes: ['sensor', 'amplitude'],
    means: 'has values about its lowest high limit, by so much (two deadbands, or 1 % of the limit)',
  },
  drift: {
    acts: 'values',
    needs: ['number'],
    takes: ['sensor', 'rate'],
    means: 'falls below what it should read by so much in a second (0.05 % of its full scale)',
  },
  reboot: {
    acts: 'device',
    needs: [],
    takes: ['silence'],
    means: 'is silent for so long (5s), then counts from 0 and warms up where it has a status for that',
  },
} as const satisfies Readonly<Record<string, FaultRow>>)

export type FaultKind = keyof typeof FAULTS

/** Their names, in the order of docs/reference/faults.md. */
export const FAULT_KINDS: readonly FaultKind[] = Object.freeze(Object.keys(FAULTS) as FaultKind[])
