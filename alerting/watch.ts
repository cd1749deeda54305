import type { AlarmConfig, AlarmGroup, Facility } from '../contracts/facility.ts'
import { GroupEntry } from './alarm-groups.ts'
import { AFTER_ALARMS, orderOf } from './alarm-order.ts'
import { type AlarmRecord, newAlarm, restored } from './alarm-record.ts'
import { type CalmRange, calmRange, NEVER_CALM } from './calm.ts'
import { idle } from './due-queue.ts'
import type { AlarmEntry } from './evaluation.ts'
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
  const ranges = new Map<string, CalmRange>()
  const watched: WatchedSensor[] = [...facility.sensors.values(), ...systemSensors(facility)]
  for (const sensor of watched) {
    const entry = newEntry(sensor, { ...options, placeInFile: alarms.size, blank, ranges })
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
  /** Those of the sensors before, which have the same limits by the thousand. Key: both ends. */
  ranges: Map<string, CalmRange>
}

function newEntry(sensor: WatchedSensor, options: EntryOptions): SensorEntry {
  const { now, placeInFile, ranges } = options
  const entry: SensorEntry = {
    kind: 'sensor',
    // After the on-delays of the same instant.
    rank: AFTER_ALARMS,
    at: Number.POSITIVE_INFINITY,
    index: -1,
    sensor,
    alarms: [],
    calm: NEVER_CALM,
    calmSince: Number.NEGATIVE_INFINITY,
    isCalm: false,
    reported: null,
    held: NO_SAMPLE,
    // A sensor that never reported is as stale as one that stopped: it counts from the start.
    evidence: now,
    stale: false,
    test: undefined,
  }
  // Sorted and put there as a whole: a list that grows has room for a dozen more, and a plant may have a million.
  entry.alarms = sensor.alarms
    .map((file, index) => newSlot(entry, file, { ...options, placeInFile: placeInFile + index }))
    .sort((a, b) => a.rank - b.rank)
  entry.calm = shared(calmRange(entry.alarms.map(({ alarm }) => alarm.config)), ranges)
  entry.calmSince = calmSince(entry.alarms)
  return entry
}

/** Keys stand one by one: an object put together from parts takes more room. */
function newSlot(entry: SensorEntry, file: AlarmConfig, options: EntryOptions): AlarmSlot {
  const { records, settings, placeInFile, blank } = options
  const { sensor } = entry
  const kept = records?.get(file.id)
  const revisions = settings?.get(file.id) ?? NO_REVISIONS
  const own = { file, unit: sensor.unit, revisions }
  const config = effective(own)
  const order = orderOf(config.priority, placeInFile)
  const record = kept === undefined ? blank : restored(blank, kept.record)
  const alarm: AlarmEntry = { config, sensor, order, record }
  if (revisions.length > 0) alarm.past = pastOf(own)
  return {
    kind: 'alarm',
    rank: order,
    at: Number.POSITIVE_INFINITY,
    index: -1,
    alarm,
    sensor: entry,
    keptAt: kept?.position ?? 0,
  }
}

function shared(range: CalmRange, ranges: Map<string, CalmRange>): CalmRange {
  const key = `${range.above}/${range.below}`
  const same = ranges.get(key) ?? range
  ranges.set(key, same)
  return same
}

const NO_REVISIONS: readonly Revision[] = []

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
