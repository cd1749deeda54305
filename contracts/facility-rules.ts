import { parseDuration } from './duration.ts'
import type { Path } from './facility-document.ts'
import type { Problem } from './facility-problems.ts'
import type { AlarmFile, FacilityFile, RegisterFile, SensorFile } from './facility-schema.ts'
import { SYSTEM_PREFIX } from './ids.ts'
import { isTimezone } from './iso-time.ts'
import { parseModicon } from './modicon.ts'
import { nearest } from './suggestion.ts'

/** What a file of the right shape can still get wrong. */
export function ruleProblems(file: FacilityFile): Problem[] {
  return [...placeProblems(file), ...idProblems(file), ...[...sensorsOf(file)].flatMap(sensorProblems)]
}

interface PlacedSensor {
  sensor: SensorFile
  path: Path
}

function* sensorsOf(file: FacilityFile): Generator<PlacedSensor> {
  for (const [g, gateway] of file.gateways.entries()) {
    for (const [b, bus] of gateway.buses.entries()) {
      for (const [d, device] of bus.devices.entries()) {
        for (const [s, sensor] of device.sensors.entries()) {
          yield { sensor, path: ['gateways', g, 'buses', b, 'devices', d, 'sensors', s] }
        }
      }
    }
  }
}

function placeProblems(file: FacilityFile): Problem[] {
  const problems: Problem[] = []
  if (!isTimezone(file.facility.timezone)) {
    problems.push({
      path: ['facility', 'timezone'],
      message: `"${file.facility.timezone}" is no IANA time zone`,
    })
  }
  if ((parseDuration(file.store.retention) ?? 0) < 30 * 86_400_000) {
    problems.push({ path: ['store', 'retention'], message: 'records are kept for at least 30d' })
  }
  const areas = file.areas.map((area) => area.id)
  const checkArea = (area: string | undefined, path: Path) => {
    // A file that lists no areas at all takes them from its sensors.
    if (area === undefined || areas.length === 0 || areas.includes(area)) return
    const meant = nearest(area, areas)
    problems.push({
      path: [...path, 'area'],
      message: `no area "${area}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
    })
  }
  for (const [g, gateway] of file.gateways.entries()) {
    if ((parseDuration(gateway.heartbeat) ?? 0) < 100) {
      problems.push({ path: ['gateways', g, 'heartbeat'], message: 'a heartbeat is at least 100ms' })
    }
    for (const [b, bus] of gateway.buses.entries()) {
      const path: Path = ['gateways', g, 'buses', b]
      if (bus.driver === 'modbus-tcp' && bus.host === undefined) {
        problems.push({
          path: [...path, 'host'],
          message: 'required key "host" is missing for driver modbus-tcp',
        })
      }
      if ((parseDuration(bus.timeout) ?? 0) < 1)
        problems.push({ path: [...path, 'timeout'], message: 'a timeout is at least 1ms' })
      for (const [d, device] of bus.devices.entries()) {
        checkArea(device.area, [...path, 'devices', d])
        if ((parseDuration(device.poll) ?? 0) < 10) {
          problems.push({ path: [...path, 'devices', d, 'poll'], message: 'a poll is at least 10ms' })
        }
      }
    }
  }
  for (const { sensor, path } of sensorsOf(file)) checkArea(sensor.area, path)
  return problems
}

function idProblems(file: FacilityFile): Problem[] {
  const problems: Problem[] = []
  const seen = (what: string) => {
    const ids = new Map<string, string>()
    return (id: string, path: Path, where: string) => {
      const first = ids.get(id.toLowerCase())
      if (first === undefined) ids.set(id.toLowerCase(), where)
      else problems.push({ path: [...path, 'id'], message: `${what} "${id}" is there already: ${first}` })
    }
  }
  const area = seen('area')
  for (const [a, { id }] of file.areas.entries()) area(id, ['areas', a], `areas[${a}]`)
  const gateway = seen('gateway')
  const device = seen('device')
  for (const [g, gatewayFile] of file.gateways.entries()) {
    gateway(gatewayFile.id, ['gateways', g], `gateways[${g}]`)
    const bus = seen('bus')
    for (const [b, busFile] of gatewayFile.buses.entries()) {
      bus(busFile.id, ['gateways', g, 'buses', b], `gateways[${g}].buses[${b}]`)
      for (const [d, { id }] of busFile.devices.entries()) {
        const where = `gateways[${g}].buses[${b}].devices[${d}]`
        device(id, ['gateways', g, 'buses', b, 'devices', d], where)
      }
    }
  }
  const sensor = seen('sensor')
  for (const { sensor: sensorFile, path } of sensorsOf(file)) {
    sensor(sensorFile.id, path, `on device ${path.slice(0, 6).join('/')}`)
    if (sensorFile.id.toLowerCase().startsWith(SYSTEM_PREFIX)) {
      problems.push({
        path: [...path, 'id'],
        message: `ids that begin with "${SYSTEM_PREFIX}" are the system's own`,
      })
    }
  }
  for (const [d, derived] of file.derived.entries()) sensor(derived.id, ['derived', d], `derived[${d}]`)
  const known = [...sensorsOf(file)].map((placed) => placed.sensor.id).concat(file.derived.map((d) => d.id))
  for (const [d, derived] of file.derived.entries()) {
    for (const input of [derived.of].flat()) {
      if (known.includes(input)) continue
      const meant = nearest(input, known)
      problems.push({
        path: ['derived', d, 'of'],
        message: `no sensor "${input}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      })
    }
  }
  return problems
}

function sensorProblems({ sensor, path }: PlacedSensor): Problem[] {
  const problems: Problem[] = registerProblems(sensor.register, [...path, 'register'])
  for (const key of ['range', 'valid'] as const) {
    const span = sensor[key]
    if (span !== undefined && !((span[0] ?? 0) < (span[1] ?? 0))) {
      problems.push({
        path: [...path, key],
        message: `${JSON.stringify(span)}: the first number must be below the second`,
      })
    }
  }
  for (const [key, alarm] of Object.entries(sensor.alarms ?? {})) {
    problems.push(...alarmProblems(alarm, [...path, 'alarms', key]))
  }
  return problems
}

function alarmProblems(alarm: AlarmFile, path: Path): Problem[] {
  const needsLimit = alarm.when !== 'stale' && alarm.when !== 'fault'
  if (needsLimit && alarm.limit === undefined) {
    return [
      {
        path: [...path, 'limit'],
        message: `required key "limit" is missing for an alarm when ${alarm.when}`,
      },
    ]
  }
  if (!needsLimit && alarm.limit !== undefined) {
    return [{ path: [...path, 'limit'], message: `an alarm when ${alarm.when} has no limit` }]
  }
  return []
}

function registerProblems(register: RegisterFile, path: Path): Problem[] {
  const problems: Problem[] = []
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  const modicon = typeof register.address === 'string' ? parseModicon(register.address) : undefined
  if (typeof register.address === 'string' && modicon === undefined) {
    refuse('address', `"${register.address}" is no Modicon reference: they begin at 1, such as "40001"`)
  }
  if (modicon !== undefined && register.table !== undefined && register.table !== modicon.table) {
    refuse('table', `"${register.address}" is in table ${modicon.table}, not ${register.table}`)
  }
  const table = modicon?.table ?? register.table ?? 'holding'
  const isBitTable = table === 'coil' || table === 'discrete'
  if (isBitTable && register.type !== undefined && register.type !== 'bit') {
    refuse('type', `table ${table} holds bits, not ${register.type}`)
  }
  if (!isBitTable && register.type === 'bit' && register.bit === undefined) {
    refuse('bit', 'required key "bit" is missing: say which bit of the register')
  }
  if (register.bit !== undefined && (register.type !== 'bit' || isBitTable)) {
    refuse('bit', 'only type bit of a holding or input register has a bit')
  }
  if (register.type === 'string' && register.length === undefined) {
    refuse('length', 'required key "length" is missing for a string')
  }
  if (register.length !== undefined && register.type !== 'string')
    refuse('length', 'only a string has a length')
  if ((register.from === undefined) !== (register.to === undefined)) {
    refuse(register.from === undefined ? 'to' : 'from', '`from` and `to` go together')
  }
  if (register.from !== undefined && (register.scale !== undefined || register.offset !== undefined)) {
    refuse('from', 'give either from and to, or scale and offset')
  }
  if (register.from !== undefined && register.from[0] === register.from[1])
    refuse('from', 'the two numbers must differ')
  if (register.scale === 0) refuse('scale', 'a scale of 0 would lose the value')
  if (register.valid !== undefined && !((register.valid[0] ?? 0) < (register.valid[1] ?? 0))) {
    refuse('valid', 'the first number must be below the second')
  }
  return problems
}
