import type { AlarmGroup, Facility } from '../contracts/facility.ts'
import { GroupEntry } from './alarm-groups.ts'
import { AFTER_ALARMS, orderOf } from './alarm-order.ts'
import { type AlarmRecord, newAlarm, restored } from './alarm-record.ts'
import { calmRange } from './calm.ts'
import { idle } from './due-queue.ts'
import { NO_SAMPLE } from './evidence.ts'
import type { AlarmSlot, SensorEntry } from './sensor-entry.ts'
import { effective, pastOf } from './settings/alarm-settings.ts'
import { calmSince } from './settings/reconfiguration.ts'
import type { Revision } from './settings/revision.ts'
import type { RuleEntry } from './suppression.ts'
import { systemSensors, type WatchedSensor } from './system-sensors.ts'

interface WatchOptions {
  facility: Facility
  /** Epoch ms of the server. */
  now: number
  /** What the last run kept. Key: alarm id. */
  records?: ReadonlyMap<string, { record: AlarmRecord; position: number }>
  /** What was made of settings at run time. Key: alarm id. */
  settings?: ReadonlyMap<string, readonly Revision[]>
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
  for (const sensor of watched) {
    const entry = newEntry(sensor, { ...options, placeInFile: alarms.size, blank })
    sensors.set(sensor.id, entry)
    for (const slot of entry.alarms) alarms.set(slot.alarm.config.id, slot)
    if (sensor.device !== undefined)
      devices.set(sensor.device, [...(devices.get(sensor.device) ?? []), entry])
  }
  for (const slot of alarms.values()) connect(slot, { sensors, alarms, groups })
  return { sensors, alarms, devices }
}

interface EntryOptions extends WatchOptions {
  /** Alarms that stand before those of this sensor. */
  placeInFile: number
  /** Of an alarm that nothing was kept of: one for all, since records never change. */
  blank: AlarmRecord
}

function newEntry(sensor: WatchedSensor, options: EntryOptions): SensorEntry {
  const { now, records, settings, placeInFile, blank } = options
  const entry: SensorEntry = {
    kind: 'sensor',
    // After the on-delays of the same instant.
    ...idle(AFTER_ALARMS),
    sensor,
    alarms: [],
    calm: calmRange([]),
    calmSince: Number.NEGATIVE_INFINITY,
    isCalm: false,
    reported: null,
    held: NO_SAMPLE,
    // A sensor that never reported is as stale as one that stopped: it counts from the start.
    evidence: now,
    stale: false,
    test: undefined,
  }
  for (const [index, file] of sensor.alarms.entries()) {
    const kept = records?.get(file.id)
    const revisions = settings?.get(file.id) ?? []
    const own = { file, unit: sensor.unit, revisions }
    const config = effective(own)
    const place = orderOf(config.priority, placeInFile + index)
    const slot: AlarmSlot = {
      kind: 'alarm',
      ...idle(place),
      alarm: {
        config,
        ...(revisions.length === 0 ? {} : { past: pastOf(own) }),
        sensor,
        order: place,
        record: kept === undefined ? blank : restored(blank, kept.record),
      },
      sensor: entry,
      keptAt: kept?.position ?? 0,
    }
    entry.alarms.push(slot)
  }
  entry.alarms.sort((a, b) => a.alarm.order - b.alarm.order)
  entry.calm = calmRange(entry.alarms.map(({ alarm }) => alarm.config))
  entry.calmSince = calmSince(entry.alarms)
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
    const entry: RuleEntry = { kind: 'rule', ...idle(AFTER_ALARMS), rule, target: slot }
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
