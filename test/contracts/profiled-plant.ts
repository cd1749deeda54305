import { ConfigError } from '../../contracts/config-error.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** A plant of these devices, the first of them on line 11. */
export function plantOf(devices: string, driver = 'modbus-tcp'): string {
  return `facility: { id: plant }
templates:
  chlorine: { quantity: Cl2, unit: ppb, range: [0, 5], alarms: { H: { when: high, limit: 1 } } }
gateways:
  - id: gw-1
    buses:
      - id: bus
        driver: ${driver}
        ${driver === 'modbus-rtu' ? 'serial: { path: /dev/ttyS0 }' : 'host: h'}
        devices:
${devices.replaceAll(/^/gm, '          ')}
`
}

/**
 * What is wrong with a plant: `§ path: message`, the paths beginning at the devices. The sign § in the text marks the
 * place that has to be told; told elsewhere, the line begins with where.
 */
export function problemsOf(marked: string, file = 'x.yaml'): string[] {
  const before = marked.split('§')[0]?.split('\n') ?? []
  const mark = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
  try {
    parseFacility(marked.replace('§', ''), file)
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== 'CONFIG_INVALID') throw error
    return error.problems.map(({ file, line, column, path, message }) => {
      const place = `${file}:${line}:${column}`
      return `${place === mark ? '§' : place} ${path.replace(/^gateways.*devices/, '')}: ${message}`
    })
  }
  return []
}
