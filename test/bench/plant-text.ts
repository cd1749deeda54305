import { readFileSync } from 'node:fs'

/** Detectors of the example plant that have H and HH; with FAULT that is three alarms each. */
const DETECTORS = ['lel-detector', 'h2s-detector', 'chlorine-detector'] as const
export const ALARMS_PER_SENSOR = 3
/** Sensors of one device. */
const PER_DEVICE = 100

/** A plant of detectors by the templates of the example plant, one gateway, sensors `{id}.{n}`. */
export function plantText(of: { id: string; sensors: number }): string {
  const example = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
  const templates = /^templates:\n(?: .*\n|\n)+/m.exec(example)?.[0]
  if (templates === undefined) throw new Error('the example plant has no templates')
  const sensor = (n: number) =>
    `              - { id: ${of.id}.${n}, use: ${DETECTORS[n % DETECTORS.length]}, name: Detector ${n}, staleAfter: 5m, register: { address: ${2 * (n % PER_DEVICE)}, type: float32 } }`
  const device = (d: number) => {
    const own = Array.from({ length: Math.min(PER_DEVICE, of.sensors - d * PER_DEVICE) }, (_, i) =>
      sensor(d * PER_DEVICE + i),
    )
    return `          - id: panel-${d}\n            unitId: ${d + 1}\n            sensors:\n${own.join('\n')}`
  }
  const devices = Array.from({ length: Math.ceil(of.sensors / PER_DEVICE) }, (_, d) => device(d))
  return `facility: { id: ${of.id} }
${templates}
gateways:
  - id: gw
    buses:
      - id: bus
        driver: modbus-tcp
        host: 127.0.0.1
        devices:
${devices.join('\n')}
`
}
