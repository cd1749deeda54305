import { inspectFacility } from '../../contracts/facility-load.ts'
import { type Finding, LEVELS } from '../../contracts/review/finding.ts'

/** A facility of one sensor X; `keys` are those of the sensor, in YAML on one line. */
export function plantOf(keys: string, { facility = 'id: plant', poll = '1s' } = {}): string {
  return `facility: { ${facility} }
gateways:
  - id: gw-1
    buses:
      - id: plc
        driver: modbus-tcp
        host: h
        devices:
          - id: panel
            poll: ${poll}
            sensors:
              - { id: X, register: { address: 1 }, ${keys} }
`
}

/** Everything that is found in a text: refusals and advice. */
export function findingsOf(text: string): Finding[] {
  return inspectFacility(text, 'x.yaml').review(LEVELS)
}

/** `rule path: message` of what these rules find at the sensor. */
export function foundBy(rule: string, text: string): string[] {
  return findingsOf(text)
    .filter((finding) => finding.rule === rule)
    .map(({ path, message }) => `${path.replace(/^.*sensors\[0\]\.?/, '')}: ${message}`)
}
