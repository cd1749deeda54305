import type {
  AlarmView,
  FacilitySummary,
  FacilityTree,
  FloodView,
  GatewayView,
  JournalItem,
  Problem,
  ReadingView,
  ServerInfo,
} from '../../../contracts/api.ts'
import type { HazardView } from '../../../contracts/register/hazard-api.ts'
import type { IncidentView } from '../../../contracts/register/incident-api.ts'
import type { WaveformView } from '../../../contracts/waveform-api.ts'

/** Why a request came to nothing. */
export type Failure = { kind: 'problem'; problem: Problem } | { kind: 'unreachable'; detail: string }

/**
 * Trust in what is shown. `connecting`: nothing loaded yet. `live`: loaded, and the stream speaks.
 * `lost`: the stream is silent, everything is last known. `reloading`: the stream speaks again and the
 * state is being loaded anew; not believed yet.
 */
export type Link = 'connecting' | 'live' | 'lost' | 'reloading'

/** What one load of the API gives. */
export interface Snapshot {
  server: ServerInfo
  facilities: readonly FacilitySummary[]
  /** Undefined when the server has no facility at all. */
  tree: FacilityTree | undefined
  alarms: readonly AlarmView[]
  floods: readonly FloodView[]
}

/** What the stream says; `at` is the console's monotonic clock, ms. */
export type StreamMessage =
  | { kind: 'readings'; at: number; readings: readonly ReadingView[] }
  | { kind: 'alarm'; at: number; item: JournalItem }
  | { kind: 'gateway'; at: number; gateway: GatewayView }
  | { kind: 'flood'; at: number; flood: FloodView }
  | { kind: 'hazard'; at: number; hazard: HazardView }
  | { kind: 'incident'; at: number; incident: IncidentView }
  | { kind: 'waveform'; at: number; waveform: WaveformView }
  | { kind: 'heartbeat'; at: number; time: string }

export type Message =
  | StreamMessage
  /** The stream was opened, or opened again: a load follows. */
  | { kind: 'opened'; at: number }
  | { kind: 'loading' }
  | { kind: 'loaded'; at: number; snapshot: Snapshot }
  | { kind: 'load-failed'; failure: Failure }
  | { kind: 'tick'; at: number }
  | { kind: 'facility'; facility: string }
  /** @property only occurrences; undefined for everything that sounds */
  | { kind: 'silenced'; only?: readonly string[] | undefined }
  | { kind: 'sound'; allowed: boolean }

/** Everything the views are a function of. */
export interface ConsoleState {
  readonly link: Link
  /** Monotonic ms of the last sign of life from the stream. */
  readonly heardAt: number
  /** ISO time of the server at its last heartbeat; when the page was opened until there is one. */
  readonly heardTime: string
  /** Estimate of the server's clock, epoch ms: ages must not depend on this machine's clock. */
  readonly now: number
  /** The server's clock minus the console's monotonic one, ms. */
  readonly offset: number
  readonly server: ServerInfo | undefined
  readonly facilities: readonly FacilitySummary[]
  /** Id of the facility that is looked at. */
  readonly facility: string | undefined
  readonly tree: FacilityTree | undefined
  /** Of the facility that is looked at. Key: sensor id. */
  readonly readings: ReadonlyMap<string, ReadingView>
  /** Of the facility that is looked at. Key: gateway id. */
  readonly gateways: ReadonlyMap<string, GatewayView>
  /** Of all facilities, none in state NORM. Key: {@link alarmKey}. */
  readonly alarms: ReadonlyMap<string, AlarmView>
  /** How fast alarms come, by facility. Key: facility id. */
  readonly floods: ReadonlyMap<string, FloodView>
  /** Hazards that changed lately, with the version that the stream told of, the latest last. Key: number. */
  readonly hazards: ReadonlyMap<number, number>
  /** Counts what the stream said of hazards. */
  readonly hazardChanges: number
  /** Counts what the stream said of incidents. */
  readonly incidentChanges: number
  /** Counts the recorded seismic events that the stream told of. */
  readonly waveformChanges: number
  /** The newest journal entries seen on the stream, newest first. */
  readonly recent: readonly JournalItem[]
  /** Counts loads, so that pages with data of their own know when to load again. */
  readonly generation: number
  readonly failure: Failure | undefined
  /** What the stream said since the load began, to be applied on top of it; undefined between loads. */
  readonly pending: readonly StreamMessage[] | undefined
  /** What this console alone has silenced, until the server says so too: {@link occurrenceKey}, losses of the server. */
  readonly silenced: ReadonlySet<string>
  /** False until the browser lets the page make a sound. */
  readonly soundAllowed: boolean
}

export interface Opening {
  /** Monotonic ms. */
  at: number
  /** ISO time of this machine. */
  time: string
  now: number
  facility: string | undefined
}

export function initialState(opening: Opening): ConsoleState {
  return {
    link: 'connecting',
    heardAt: opening.at,
    heardTime: opening.time,
    now: opening.now,
    offset: opening.now - opening.at,
    server: undefined,
    facilities: [],
    facility: opening.facility,
    tree: undefined,
    readings: new Map(),
    gateways: new Map(),
    alarms: new Map(),
    floods: new Map(),
    hazards: new Map(),
    hazardChanges: 0,
    incidentChanges: 0,
    waveformChanges: 0,
    recent: [],
    generation: 0,
    failure: undefined,
    pending: undefined,
    silenced: new Set(),
    soundAllowed: false,
  }
}

export function alarmKey(alarm: Pick<AlarmView, 'facility' | 'id'>): string {
  return `${alarm.facility}/${alarm.id}`
}

/** Names one activation of one alarm. */
export function occurrenceKey(alarm: Pick<AlarmView, 'facility' | 'id' | 'occurrence'>): string {
  return `${alarmKey(alarm)}#${alarm.occurrence ?? ''}`
}
