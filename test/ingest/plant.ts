import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** Two gateways: gw-1 reads GT-101, GT-102 (panel) and LT-1 (gauges), gw-2 reads CL-1 (shed). */
export function plant(id = 'plant'): Facility {
  return parseFacility(
    `facility: { id: ${id}, timezone: Asia/Shanghai }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            sensors:
              - { id: GT-101, kind: gas, unit: "%LEL", register: { address: 0 }, alarms: { H: { when: high, limit: 20 } } }
              - { id: GT-102, kind: gas, unit: "%LEL", register: { address: 1 } }
          - id: gauges
            unitId: 2
            sensors: [ { id: LT-1, kind: level, unit: m, register: { address: 0 } } ]
  - id: gw-2
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.2
        devices:
          - id: shed
            sensors: [ { id: CL-1, kind: gas, unit: ppm, register: { address: 0 } } ]
`,
    `${id}.yaml`,
  )
}
