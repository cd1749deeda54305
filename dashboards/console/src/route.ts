/** Which page the part of the address after `#` names. */
export type Route =
  | { page: 'overview' }
  | { page: 'alarms' }
  | { page: 'gateways' }
  | { page: 'journal' }
  | { page: 'sensor'; sensor: string }

/** Reads `#/sensor/GT-101`; whatever it does not know is the overview. */
export function parseRoute(hash: string): Route {
  const [page, id] = hash.replace(/^#?\/?/, '').split('/')
  switch (page) {
    case 'alarms':
    case 'gateways':
    case 'journal':
      return { page }
    case 'sensor': {
      const sensor = decode(id ?? '')
      return sensor === '' ? { page: 'overview' } : { page, sensor }
    }
    default:
      return { page: 'overview' }
  }
}

export function formatRoute(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/'
    case 'sensor':
      return `#/sensor/${encodeURIComponent(route.sensor)}`
    default:
      return `#/${route.page}`
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A mangled link names no sensor.
    return ''
  }
}
