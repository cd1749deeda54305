import { PROCESS_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmDetail } from '../../contracts/alarm-detail-api.ts'
import type { SettingField, SettingValues } from '../../contracts/alarm-settings.ts'
import type { AlarmView, FacilityTree } from '../../contracts/api.ts'
import { formatDuration } from '../../contracts/duration.ts'
import type { SettingsChange, SettingsView } from '../../contracts/settings-api.ts'
import { CLASSES } from './fake-alarms.ts'
import { alarmOf } from './fake-plant.ts'

/** An alarm of the tree that is normal. */
export function normalAlarm(tree: FacilityTree, id: string, now: number): AlarmView | undefined {
  for (const sensor of tree.sensors) {
    const limit = sensor.limits.find(({ alarm }) => alarm === id)
    if (limit === undefined) continue
    return alarmOf(id, now, {
      sensorName: sensor.name,
      area: sensor.area,
      kind: sensor.kind,
      unit: sensor.unit,
      when: limit.when,
      priority: limit.priority,
      limit: limit.limit,
      state: 'NORM',
      live: 'NORM',
      condition: 'inactive',
      ack: 'acked',
      occurrence: null,
      raised: null,
      value: sensor.reading?.value ?? null,
    })
  }
  return undefined
}

/** With a rationalization for gas alarms, and none for the others. */
export function detailOf(alarm: AlarmView): AlarmDetail {
  const of = CLASSES.get(alarm.class) ?? PROCESS_CLASS
  return {
    ...alarm,
    rationalization:
      alarm.kind === 'gas'
        ? {
            action:
              'Close XV-101 from the panel. Send two people with breathing apparatus and a portable detector to the pump bay. Beyond 40 %LEL: stop hot work in the tank farm and evacuate.',
            consequence: 'A cloud of gas that may ignite: injury, loss of pump P-101.',
            causes: ['Leaking seal of pump P-101', 'Flange opened for maintenance'],
            respondWithin: '10m',
            basis: 'GB/T 50493-2019: level 2 at most 50 %LEL',
            references: ['P&ID 101-03', 'HAZOP node 7'],
            owner: 'Process safety',
            status: 'approved',
            approvedBy: 'Zhao Min',
            approvedAt: '2026-10-08',
            confirmation: 'GT-102 rises as well; the camera CAM-3 shows the bay.',
          }
        : null,
    waveforms: [],
    configuration: {
      deadband: 1,
      onDelay: '2s',
      offDelay: '10s',
      latching: alarm.latched,
      onBad: 'freeze',
      reAlarm: '30m',
      rise: [{ after: '10m', priority: 'critical' }],
      class: {
        id: of.id,
        acknowledge: of.acknowledge,
        shelving: of.shelving,
        maxShelve: formatDuration(of.maxShelveMs),
        bypass: of.bypass,
        lifeSafety: of.lifeSafety,
      },
      suppressWhen: [],
    },
  }
}

export function settingsOf(alarm: AlarmView): SettingsView {
  const values: SettingValues = {
    limit: alarm.limit,
    deadband: 1,
    onDelay: '2s',
    offDelay: '10s',
    priority: alarm.priority,
  }
  return { alarm: alarm.id, revision: 0, file: values, current: values, differs: false, history: [] }
}

/** What POST .../settings makes of them. */
export function changed(settings: SettingsView, body: SettingsChange, time: string): SettingsView {
  const revision = settings.revision + 1
  const { by = 'demo', approvedBy, reason } = body
  const changes = Object.fromEntries(
    (Object.keys(body.changes) as SettingField[]).map((field) => [
      field,
      [settings.current[field], body.changes[field]] as const,
    ]),
  )
  return {
    ...settings,
    revision,
    current: { ...settings.current, ...body.changes },
    history: [{ revision, time, by, approvedBy, reason, settled: null, changes }, ...settings.history],
  }
}
