import type { AlarmConfig, AlarmGroup, Facility } from '../contracts/facility.ts'
import { PRIORITIES } from '../contracts/facility-schema.ts'
import { GroupEntry } from './alarm-groups.ts'
import { type AlarmRecord, newAlarm } from './alarm-record.ts'
import { calmRange } from './calm.ts'
import { idle } from './due-queue.ts'
import { NO_SAMPLE } from './evidence.ts'
import type { AlarmSlot, SensorEntry } from './sensor-entry.ts'
import type { RuleEntry } from './suppression.ts'
import { systemSensors, type WatchedSensor } from './system-sensors.ts'

interface WatchOptions {
  facility: Facility
  /** Epoch ms of the server. */
  now: number
  /** What the last run kept. Key: alarm id. */
  records?: ReadonlyMap<string, { record: AlarmRecord; position: number }>
}

interface Watched {
  /** Key: sensor id. */
  sensors: ReadonlyMap<string, SensorEntry>
  /** Key: alarm id. */
  alarms: ReadonlyMap<string, AlarmSlot>
  /** Key: device id. */
  devices: ReadonlyMap<string, readonly SensorEntry[]>
}

/** Every sensor of a facility and of the system itself, ready to be evaluated; nothing is scheduled yet. */
export function watch(options: WatchOptions): Watched {
  const { facility } = options
  const sensors = new Map<string, SensorEntry>()
  const alarms = new Map<string, AlarmSlot>()
  const devices = new Map<string, SensorEntry[]>()
  const groups = new Map<AlarmGroup, GroupEntry>()
  const blank = newAlarm(options.now)
  const watched: WatchedSensor[] = [...facility.sensors.values(), ...systemSensors(facility)]
  const bySeverity = watched.flatMap((sensor) => sensor.alarms).toSorted((a, b) => severity(b) - severity(a))
  const order = new Map(bySeverity.map((alarm, index) => [alarm.id, index]))
  for (const sensor of watched) {
    const entry = newEntry(sensor, { ...options, order, blank })
    sensors.set(sensor.id, entry)
    for (const slot of entry.alarms) alarms.set(slot.alarm.config.id, slot)
    if (sensor.device !== undefined)
      devices.set(sensor.device, [...(devices.get(sensor.device) ?? []), entry])
  }
  for (const slot of alarms.values()) connect(slot, { sensors, alarms, groups })
  return { sensors, alarms, devices }
}

interface EntryOptions extends WatchOptions {
  /** Place among all alarms. Key: alarm id. */
  order: ReadonlyMap<string, number>
  /** Of an alarm that nothing was kept of: one for all, since records never change. */
  blank: AlarmRecord
}

function newEntry(sensor: WatchedSensor, options: EntryOptions): SensorEntry {
  const { now, records, order, blank } = options
  const entry: SensorEntry = {
    kind: 'sensor',
    // After the on-delays of the same instant.
    ...idle(order.size),
    sensor,
    alarms: [],
    calm: calmRange(sensor.alarms),
    isCalm: false,
    reported: null,
    held: NO_SAMPLE,
    // A sensor that never reported is as stale as one that stopped: it counts from the start.
    evidence: now,
    stale: false,
  }
  for (const config of sensor.alarms) {
    const place = order.get(config.id) ?? order.size
    const kept = records?.get(config.id)
    const slot: AlarmSlot = {
      kind: 'alarm',
      ...idle(place),
      // A field that an older release did not keep is that of a new alarm.
      alarm: {
        config,
        sensor,
        order: place,
        record: kept === undefined ? blank : { ...blank, ...kept.record },
      },
      sensor: entry,
      keptAt: kept?.position ?? 0,
    }
    entry.alarms.push(slot)
  }
  entry.alarms.sort((a, b) => a.alarm.order - b.alarm.order)
  return entry
}

/** Ties an alarm to its group, and to what suppresses it by design. */
function connect(slot: AlarmSlot, { sensors, alarms, groups }: Connections): void {
  const { group, suppressWhen = [] } = slot.alarm.config
  if (group !== undefined) {
    slot.group = groups.get(group) ?? new GroupEntry(group)
    groups.set(group, slot.group)
    slot.group.add(slot)
  }
  for (const rule of suppressWhen) {
    const entry: RuleEntry = { kind: 'rule', ...idle(alarms.size), rule, target: slot }
    const { condition } = rule
    const decides = 'alarm' in condition ? alarms.get(condition.alarm) : sensors.get(condition.sensor)
    if (decides !== undefined) decides.rules = [...(decides.rules ?? []), entry]
  }
}

interface Connections {
  sensors: ReadonlyMap<string, SensorEntry>
  alarms: ReadonlyMap<string, AlarmSlot>
  groups: Map<AlarmGroup, GroupEntry>
}

function severity(config: AlarmConfig): number {
  return PRIORITIES.indexOf(config.priority)
}
