import { ConfigError } from '../../contracts/config-error.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** A correct facility file of one sensor, to be broken by tests. Lines count from 1. */
export const PLANT = `facility: { id: plant }
areas: [ { id: tank-farm } ]
templates:
  lel: { kind: gas, unit: "%LEL", range: [0, 100], alarms: { H: { when: high, limit: 20 } } }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
          - id: panel
            area: tank-farm
            sensors:
              - id: GT-1
                kind: gas
                unit: ppm
                register: { address: 1 }
              - { id: GT-2, use: lel, register: { address: 2 } }
`

/** The plant with texts replaced, each of which must be there once. */
export function plantWith(edits: Readonly<Record<string, string>>, end = ''): string {
  return Object.entries(edits).reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" is not there once`)
    return text.replace(from, to)
  }, PLANT + end)
}

/** What is wrong with a text: the code, and `line:column path: message` for each problem. */
export function problemsOf(text: string): { code: string; lines: string[] } {
  try {
    parseFacility(text, 'x.yaml')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const lines = error.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`)
    return { code: error.code, lines }
  }
  return { code: 'none', lines: [] }
}
