import { PROCESS_CLASS } from '../contracts/alarm-class.ts'
import { type Annunciator, annunciatorSensor } from '../contracts/annunciator.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import type { Priority, SensorKind } from '../contracts/facility-schema.ts'
import { alarmId, SYSTEM_PREFIX } from '../contracts/ids.ts'
import type { Unit } from '../contracts/units.ts'

/** What alarms need to know of a sensor, one of the plant or one of the system itself. */
export interface WatchedSensor {
  readonly id: string
  readonly name: string
  readonly kind: SensorKind
  readonly unit: Unit
  readonly area: string
  /** Absent for the system's own sensors: nobody polls them and they are never stale. */
  readonly gateway?: string
  /** Of a derived sensor: ids of the gateways whose clocks date it. Default: its own. */
  readonly clocks?: readonly string[]
  readonly device?: string
  readonly staleAfterMs?: number
  readonly alarms: readonly AlarmConfig[]
}

/** The area under which the system's own sensors stand. */
export const SYSTEM_AREA = 'system'
/** Clocks of gateway and server this far apart are a condition (DESIGN section 5), s. */
export const SKEW_LIMIT_S = 5

export const systemSensorId = {
  /** 1 while the gateway is heard, 0 when it is lost. */
  link: (gateway: string) => `${SYSTEM_PREFIX}${gateway}.link`,
  /** How far the gateway's clock is off, s. */
  clock: (gateway: string) => `${SYSTEM_PREFIX}${gateway}.clock`,
  /** 1 when the gateway's facility file differs from the server's. */
  config: (gateway: string) => `${SYSTEM_PREFIX}${gateway}.config`,
  /** 1 while settings of run time stand against an edited facility file. */
  settings: () => `${SYSTEM_PREFIX}config`,
  /** 1 while two gateways speak under its name, as after its disk was copied. */
  identity: (gateway: string) => `${SYSTEM_PREFIX}${gateway}.identity`,
  /** 1 while the log of the server cannot be written or is full. */
  log: () => `${SYSTEM_PREFIX}log`,
  /** 1 while the journal cannot be written. */
  journal: () => `${SYSTEM_PREFIX}journal`,
  /** 1 while the reserve of the journal is gone: the disk is full, or nearly so. */
  disk: () => `${SYSTEM_PREFIX}disk`,
  /** 1 while the time-series store cannot be written. */
  store: () => `${SYSTEM_PREFIX}store`,
  /** 1 while a channel takes no messages. */
  channel: (channel: string) => `${SYSTEM_PREFIX}notify.${channel}`,
  /** 1 while an outside register has taken nothing for long. */
  export: (id: string) => `${SYSTEM_PREFIX}export.${id}`,
  /** 1 while nobody has a duty that a policy needs, or within a day. */
  roster: () => `${SYSTEM_PREFIX}roster`,
  /** 1 while the watchdog drives no alarm through the system. */
  watchdog: () => `${SYSTEM_PREFIX}watchdog`,
  /** How many detectors are overdue for calibration or bump test. */
  calibration: () => `${SYSTEM_PREFIX}calibration`,
  /** By how much the wall clock of the server was just stepped, s; 0 while it goes on. */
  serverClock: () => `${SYSTEM_PREFIX}clock`,
} as const

/** What the system watches about itself for one facility. */
export function systemSensors(facility: Facility): WatchedSensor[] {
  const ofGateways = facility.gateways.flatMap((gateway) => [
    state(systemSensorId.link(gateway.id), `${gateway.name}: connection`, {
      key: 'LOST',
      limit: 0,
      priority: 'high',
      message: `${gateway.name} is lost: its sensors are not watched`,
    }),
    {
      ...state(systemSensorId.clock(gateway.id), `${gateway.name}: clock`, {
        key: 'H',
        limit: SKEW_LIMIT_S,
        priority: 'medium',
        message: `The clock of ${gateway.name} is more than ${SKEW_LIMIT_S} s off`,
      }),
      unit: 's' as const,
    },
    state(systemSensorId.config(gateway.id), `${gateway.name}: configuration`, {
      key: 'DIFF',
      limit: 1,
      priority: 'low',
      message: `${gateway.name} runs another facility file than the server`,
    }),
    state(systemSensorId.identity(gateway.id), `${gateway.name}: identity`, {
      key: 'CLONE',
      limit: 1,
      priority: 'high',
      message: `Two gateways speak as ${gateway.name}: one of them runs on a copy`,
    }),
  ])
  return [
    ...ofGateways,
    ...facility.annunciators.filter(({ confirmed }) => confirmed !== undefined).map(ofAnnunciator),
    state(systemSensorId.settings(), 'Settings of alarms', {
      key: 'DIFF',
      limit: 1,
      priority: 'low',
      message: 'Settings that were changed at run time stand against an edited facility file: settle them',
    }),
    state(systemSensorId.journal(), 'Journal', {
      key: 'FAIL',
      limit: 1,
      priority: 'critical',
      message: 'The journal cannot be written: what happens now is not recorded',
    }),
    state(systemSensorId.log(), 'Log of the server', {
      key: 'FAIL',
      limit: 1,
      priority: 'high',
      message: 'The log of the server takes nothing: gateways keep what they have',
    }),
    state(systemSensorId.disk(), 'Disk of the server', {
      key: 'FULL',
      limit: 1,
      priority: 'critical',
      message: 'The disk of the server is full and the journal has no reserve left: free space at once',
    }),
    state(systemSensorId.store(), 'Time-series store', {
      key: 'FAIL',
      limit: 1,
      priority: 'high',
      message: 'The time-series store cannot be written: history is missing',
    }),
    serverClock(),
    ...detectors(facility),
    ...notifying(facility),
    ...exporting(facility),
  ]
}

/** What is watched of the way to outside registers. */
function exporting({ register }: Facility): WatchedSensor[] {
  return register.exports.map(({ id }) =>
    state(systemSensorId.export(id), `Export ${id}`, {
      key: 'FAIL',
      limit: 1,
      priority: 'medium',
      message: `The outside register ${id} has taken nothing for 10 minutes: what waits for it is kept`,
    }),
  )
}

/** What is watched of the way to people, as far as the facility has one. */
function notifying({ notify }: Facility): WatchedSensor[] {
  const channels = [...notify.channels.keys()].map((channel) =>
    state(systemSensorId.channel(channel), `Channel ${channel}`, {
      key: 'FAIL',
      limit: 1,
      priority: 'high',
      message: `Messages do not go out by channel ${channel}: those whom it reaches are not told of alarms`,
    }),
  )
  const roster = state(systemSensorId.roster(), 'Roster', {
    key: 'HOLE',
    limit: 1,
    priority: 'medium',
    message: 'Nobody has a duty that alarms are told to, now or within a day: mend the roster',
  })
  const watchdog = state(systemSensorId.watchdog(), 'Watchdog', {
    key: 'LATE',
    limit: 1,
    priority: 'high',
    message: 'The watchdog drives no alarm through the system: nothing proves that people are reached',
  })
  return [
    ...channels,
    ...(notify.policies.length === 0 ? [] : [roster]),
    ...(notify.watchdog === undefined ? [] : [watchdog]),
  ]
}

/** A step is over at once, and people are told of it for so long, ms. */
const STEP_SHOWN_MS = 600_000

/** What fails once and works when it is tried again is no alarm, ms. */
const ANNUNCIATOR_DELAY_MS = 3_000

/** 1 while an annunciator is silent, or an output of it does not do what it is told. */
function ofAnnunciator({ id, name }: Annunciator): WatchedSensor {
  const sensor = state(annunciatorSensor(id), `${name}: annunciator`, {
    key: 'FAIL',
    limit: 1,
    priority: 'high',
    message: `${name} is silent or fails: its lamps and horns may not show what stands`,
  })
  return { ...sensor, alarms: sensor.alarms.map((alarm) => ({ ...alarm, onDelayMs: ANNUNCIATOR_DELAY_MS })) }
}

/** The file asks for dates of some of its sensors. */
export function hasDates({ sensors }: Pick<Facility, 'sensors'>): boolean {
  return sensors.values().some(({ calibration }) => calibration !== undefined)
}

/** How many detectors have nobody who looked after them in time, where the file asks for it. */
function detectors(facility: Facility): WatchedSensor[] {
  if (!hasDates(facility)) return []
  const sensor = state(systemSensorId.calibration(), 'Calibration of detectors', {
    key: 'OVERDUE',
    limit: 1,
    priority: 'medium',
    message:
      'Detectors are overdue for calibration or bump test, or failed: they vote no more until it is done',
  })
  return [{ ...sensor, alarms: sensor.alarms.map((alarm) => ({ ...alarm, when: 'high' as const })) }]
}

function serverClock(): WatchedSensor {
  const sensor = state(systemSensorId.serverClock(), 'Clock of the server', {
    key: 'STEP',
    limit: 0,
    priority: 'medium',
    message: 'The clock of the server was stepped: times from before it do not fit those from after it',
  })
  const alarms = sensor.alarms.map((alarm) => ({
    ...alarm,
    when: 'not-equals' as const,
    offDelayMs: STEP_SHOWN_MS,
  }))
  return { ...sensor, unit: 's', alarms }
}

function state(
  id: string,
  name: string,
  alarm: { key: string; limit: number; priority: Priority; message: string },
): WatchedSensor {
  const config: AlarmConfig = {
    id: alarmId(id, alarm.key),
    key: alarm.key,
    sensor: id,
    when: alarm.key === 'H' ? 'high' : 'equals',
    limit: alarm.limit,
    // A clock that hovers at its limit shall not chatter.
    deadband: alarm.key === 'H' ? 1 : 0,
    onDelayMs: 0,
    offDelayMs: 0,
    priority: alarm.priority,
    latching: false,
    onBad: 'freeze',
    class: PROCESS_CLASS,
    message: alarm.message,
  }
  return { id, name, kind: 'state', unit: '1', area: SYSTEM_AREA, alarms: [config] }
}
