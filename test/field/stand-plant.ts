import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** A way to speak to the devices of a stand, as a row of the fault table names it. */
export const LINES = ['tcp', 'rtu', 'ascii', 'line', 'dial-in'] as const
export type LineName = (typeof LINES)[number]

const POLL_MS = 100
export const TIMEOUT_MS = 60
/** How long after a time-out an answer may still come. */
const LATENESS_MS = 200

const TCP = `
        host: 127.0.0.1
        port: 1502`
const BUSES: Readonly<Record<LineName, string>> = {
  tcp: `driver: modbus-tcp${TCP}`,
  rtu: `driver: modbus-rtu-over-tcp${TCP}`,
  ascii: `driver: modbus-ascii${TCP}`,
  line: `driver: serial-line${TCP}`,
  'dial-in': `driver: modbus-tcp
        listen: { address: "127.0.0.1:1502", registration: STAND }`,
}

/**
 * Two devices on one line. The second has the unit id that the first one claims when it lies about its own.
 * Each has two sensors in two blocks of the same shape, so that the answer to one could be taken for that to
 * the other; an instrument with an ASCII line has them in one record.
 */
export function standPlant(line: LineName): Facility {
  const device = (id: string, unit: number) => {
    const [beat, status, ...values] =
      line === 'line'
        ? ['field: 4', 'field: 3', 'field: 1', 'field: 2']
        : ['address: 0', 'address: 1', 'address: 2, type: float32', 'address: 42, type: float32']
    const speaks =
      line === 'line'
        ? `line: { request: "?0${unit}\\r", start: "#", checksum: { kind: xor, marker: "*" } }`
        : `unitId: ${unit}`
    const sensors = values.map(
      (register, n) => `
              - id: ${id}-${n + 1}
                kind: gas
                unit: "%LEL"
                range: [0, 100]
                register: { ${register} }
                report: { deadband: 0 }
                plausibility: { overRangeAt: 100, frozenAfter: 400ms }
                alarms: { H: { when: high, limit: 20, deadband: 1 } }`,
    )
    return `
          - id: ${id}
            ${speaks}
            poll: ${POLL_MS}ms
            heartbeat: { register: { ${beat} }, within: 600ms }
            status: [ { register: { ${status} }, means: { 1: good, 2: warm-up, 3: inhibited, 12: calibrating }, others: device-fault } ]
            sensors:${sensors.join('')}`
  }
  return parseFacility(
    `
facility: { id: stand }
gateways:
  - id: gw
    buses:
      - id: bus
        ${BUSES[line]}
        timeout: ${TIMEOUT_MS}ms
        lateness: ${LATENESS_MS}ms
        devices:${device('sick', 1)}${device('well', 2)}
`,
    'stand.yaml',
  )
}
