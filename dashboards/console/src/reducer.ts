import type { AlarmView, JournalItem } from '../../../contracts/api.ts'
import type { HazardView } from '../../../contracts/register/hazard-api.ts'
import { isForOperators, isLoud, soundingKeys } from './annunciation.ts'
import {
  alarmKey,
  type ConsoleState,
  type Message,
  occurrenceKey,
  type Snapshot,
  type StreamMessage,
} from './state.ts'

/** Heartbeats come every 2 s: three missed mean that the line is cut. */
export const SILENCE_MS = 6_000
/** Journal entries kept from the stream. */
export const RECENT_MAX = 200

/** Hazards kept from the stream. */
export const HAZARDS_MAX = 200

/** The console's one transition: pure, so that every view is a function of what was heard. */
export function reduce(state: ConsoleState, message: Message): ConsoleState {
  switch (message.kind) {
    case 'readings':
    case 'alarm':
    case 'gateway':
    case 'flood':
    case 'hazard':
    case 'incident':
    case 'waveform':
    case 'heartbeat':
      return hear(state, message)
    case 'opened':
      return {
        ...state,
        heardAt: message.at,
        link: state.link === 'lost' ? 'reloading' : state.link,
      }
    case 'loading':
      return { ...state, pending: [] }
    case 'loaded':
      return load(state, message.snapshot, message.at)
    case 'load-failed':
      return { ...state, failure: message.failure, pending: undefined }
    case 'tick':
      return tick(state, message.at)
    case 'facility':
      return {
        ...state,
        facility: message.facility,
        tree: undefined,
        readings: new Map(),
        gateways: new Map(),
      }
    case 'silenced':
      return { ...state, silenced: silence(state, message.only) }
    case 'sound':
      return state.soundAllowed === message.allowed ? state : { ...state, soundAllowed: message.allowed }
  }
}

/** What no longer sounds is forgotten; one silenced alone leaves the others as they were. */
function silence(state: ConsoleState, only: readonly string[] | undefined): ReadonlySet<string> {
  const sounding = soundingKeys(state)
  if (only === undefined) return new Set(sounding)
  return new Set(sounding.filter((key) => state.silenced.has(key) || only.includes(key)))
}

/** While a load is under way its answer may be older than the stream: keep what came to apply it again. */
function hear(state: ConsoleState, message: StreamMessage): ConsoleState {
  const pending = state.pending === undefined ? undefined : [...state.pending, message]
  return { ...apply(state, message), heardAt: message.at, pending }
}

function apply(state: ConsoleState, message: StreamMessage): ConsoleState {
  switch (message.kind) {
    case 'readings': {
      const readings = new Map(state.readings)
      for (const reading of message.readings) {
        if (reading.facility === state.facility) readings.set(reading.sensor, reading)
      }
      return { ...state, readings }
    }
    case 'alarm':
      return applyAlarm(state, message.item)
    case 'gateway': {
      if (message.gateway.facility !== state.facility) return state
      return { ...state, gateways: new Map(state.gateways).set(message.gateway.id, message.gateway) }
    }
    case 'flood':
      return { ...state, floods: new Map(state.floods).set(message.flood.facility, message.flood) }
    case 'hazard':
      return applyHazard(state, message.hazard)
    case 'incident':
      // There are few: whatever shows one asks for it again.
      return { ...state, incidentChanges: state.incidentChanges + 1 }
    case 'waveform':
      return { ...state, waveformChanges: state.waveformChanges + 1 }
    case 'heartbeat': {
      const server = Date.parse(message.time)
      return { ...state, heardTime: message.time, offset: server - message.at, now: server }
    }
  }
}

/** Only which one and how far: pages that show it ask for it themselves. */
function applyHazard(
  state: ConsoleState,
  { number, version }: Pick<HazardView, 'number' | 'version'>,
): ConsoleState {
  const hazards = new Map(state.hazards)
  hazards.delete(number)
  const kept = [...hazards, [number, version] as const].slice(-HAZARDS_MAX)
  return { ...state, hazards: new Map(kept), hazardChanges: state.hazardChanges + 1 }
}

function applyAlarm(state: ConsoleState, item: JournalItem): ConsoleState {
  const alarms = withAlarm(state.alarms, item)
  const others = state.recent.filter((entry) => entry.seq !== item.seq || entry.facility !== item.facility)
  const silenced = withoutSettled(state.silenced, item.alarm)
  const tree = withLimit(state.tree, item.alarm)
  return { ...state, tree, alarms, silenced, recent: [item, ...others].slice(0, RECENT_MAX) }
}

/**
 * The synthetic alarm of the watchdog is for no operator. That people were told changes nothing about the alarm,
 * and may be entered after what changed it next.
 */
function withAlarm(known: ConsoleState['alarms'], { alarm, event }: JournalItem): ConsoleState['alarms'] {
  if (!isForOperators(alarm) || event === 'notified') return known
  const alarms = new Map(known)
  if (alarm.state === 'NORM' || event === 'closed') alarms.delete(alarmKey(alarm))
  else alarms.set(alarmKey(alarm), alarm)
  return alarms
}

/** A set point that was changed at run time moves the lines and marks of its sensor. */
function withLimit(tree: ConsoleState['tree'], alarm: AlarmView): ConsoleState['tree'] {
  if (tree?.id !== alarm.facility) return tree
  const index = tree.sensors.findIndex(({ id }) => id === alarm.sensor)
  const sensor = tree.sensors[index]
  const known = sensor?.limits.find((limit) => limit.alarm === alarm.id)
  if (sensor === undefined || known === undefined || known.limit === alarm.limit) return tree
  const limits = sensor.limits.map((limit) => (limit === known ? { ...limit, limit: alarm.limit } : limit))
  return { ...tree, sensors: tree.sensors.with(index, { ...sensor, limits }) }
}

/**
 * This console's own silence ends where the server's begins, and where the alarm is silent by itself: the
 * same occurrence may be annunciated again later, when a flag is lifted.
 */
function withoutSettled(silenced: ReadonlySet<string>, alarm: AlarmView): ReadonlySet<string> {
  const key = occurrenceKey(alarm)
  if (!silenced.has(key) || (isLoud(alarm) && !alarm.silenced)) return silenced
  const left = new Set(silenced)
  left.delete(key)
  return left
}

/** The answer replaces what was known, then the stream's messages since the load began go on top. */
function load(state: ConsoleState, snapshot: Snapshot, at: number): ConsoleState {
  const { tree } = snapshot
  const fresh: ConsoleState = {
    ...state,
    server: snapshot.server,
    facilities: snapshot.facilities,
    facility: tree?.id,
    tree,
    readings: new Map(
      tree?.sensors.flatMap(({ id, reading }) => (reading === null ? [] : [[id, reading] as const])),
    ),
    gateways: new Map(tree?.gateways.map((gateway) => [gateway.id, gateway] as const)),
    alarms: new Map(
      snapshot.alarms
        .filter((alarm) => alarm.state !== 'NORM' && isForOperators(alarm))
        .map((alarm) => [alarmKey(alarm), alarm] as const),
    ),
    floods: new Map(snapshot.floods.map((flood) => [flood.facility, flood] as const)),
    generation: state.generation + 1,
    failure: undefined,
    pending: undefined,
  }
  const replayed = (state.pending ?? []).reduce(apply, fresh)
  const server = Date.parse(snapshot.server.time)
  const clock =
    state.generation === 0 ? { offset: server - at, now: server, heardTime: snapshot.server.time } : {}
  return tick({ ...replayed, ...clock, link: 'live' }, at)
}

function tick(state: ConsoleState, at: number): ConsoleState {
  const now = state.offset + at
  if (at - state.heardAt <= SILENCE_MS) return { ...state, now }
  return { ...state, now, link: 'lost' }
}
