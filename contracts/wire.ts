import type { Condition } from './facility-words.ts'
import type { Quality } from './quality.ts'

/**
 * What travels over MQTT between gateway and server (DESIGN section 5). Times are epoch milliseconds.
 * Receivers ignore fields they do not know.
 */
export interface WireReading {
  sensor: string
  time: number
  /** May be left out when the quality is bad. */
  value?: number
  /** May be left out when good. */
  quality?: Quality
  reason?: string
}

/** Why a gateway dropped readings. */
export const GAP_REASONS = [
  /** The outbox was full: the oldest batches went. */
  'full',
  /** Older than the outbox keeps them. */
  'expired',
  /** Taken from the devices and not yet on the disk when the process ended. */
  'restart',
  /** The disk gave them back damaged or not at all. */
  'damaged',
] as const
export type GapReason = (typeof GAP_REASONS)[number]

/**
 * Batches that will never come: loss is a number that people see. An entry never changes once it was told,
 * and is told again until it is confirmed; its first seq tells it from others. `restart` entries name one
 * batch each, since it may have arrived all the same; readings that were in no batch yet have the next seq.
 */
export interface Gap {
  epoch: string
  seqs: [number, number][]
  /** Readings in them. */
  count: number
  from: number
  to: number
  /** One of {@link GAP_REASONS}; a newer gateway may have others. */
  reason: string
}

/** How far the gateway's own clock can be trusted. */
export interface ClockState {
  /** Wall minus monotonic time since the epoch began, ms. */
  drift: number
  /** Wall-clock steps seen since the process started. */
  steps: number
  /** Server clock minus gateway clock as confirmations show it, ms; absent until there was one. */
  skew?: number
  /** What the system says of its time service; absent where it says nothing. */
  ntp?: 'synchronized' | 'unsynchronized'
}

/** One immutable batch: (epoch, seq) names it for ever. */
export interface Batch {
  epoch: string
  seq: number
  sent: number
  /** Readings in the batches of this epoch so far, this one included: what is missing can be counted. */
  total?: number
  /** True when it holds the current reading of every sensor. */
  snapshot?: boolean
  /** When each device last answered. Key: device id. */
  polled?: Record<string, number>
  readings: WireReading[]
  gaps?: Gap[]
  clock?: ClockState
}

export interface Refusal {
  seq: number
  count: number
  code: string
}

/** From the server: these batches are durable and their alarm transitions journalled. */
export interface Confirm {
  /** Ids of waveforms that are durable at the server. */
  waveforms?: string[]
  epoch: string
  /** Closed ranges [first, last]. */
  seqs: [number, number][]
  refused?: Refusal[]
  /** How many backlog batches may be in flight. */
  credit?: number
  /** True asks for a snapshot. */
  snapshot?: boolean
  time: number
}

/** A limit that the gateway's facility file does not have. */
export interface ChangedLimit {
  when: Condition
  limit: number
  /** 0 when it is left out. */
  deadband?: number
}

/** From the server, retained: limits that were changed at run time; the gateway sends what crosses them. */
export interface GatewayLimits {
  /** Key: sensor id. */
  limits: Record<string, ChangedLimit[]>
  time: number
}

export type GatewayState =
  | { state: 'online'; epoch: string; session: string; since: number; version: string; config: string }
  | { state: 'offline'; epoch: string; session: string }

export interface LinkCounters {
  requests: number
  /** Key: what went wrong: timeout, exception-2, bad-reply, not-connected ... */
  errors: Record<string, number>
  /** Polls that were skipped because the one before had not ended. */
  overruns: number
  /** Milliseconds, of the last answered request. */
  roundTripMs: number
  /** Requests asked again after exception 5, 6, 10 or 11. */
  retries?: number
  /** Milliseconds that the last whole poll took. */
  cycleMs?: number
  /** True while the device is asked seldom, since it does not answer. */
  isolated?: boolean
  /** Answered requests by round trip: `counts[n]` took up to `ROUND_TRIP_BOUNDS_MS[n]`, the last one longer. */
  roundTrips?: { counts: number[]; sumMs: number }
  /** Of an instrument that sends waveforms. */
  waveform?: WaveformCounters
  /** Registers that the device refuses to answer, such as `holding 12..13`. */
  refused?: string[]
}

/** What a seismic station has measured since the gateway started. */
export interface WaveformCounters {
  /** Of each axis. */
  samples: number
  /** Breaks of time: filters and trigger start anew behind each. */
  gaps: number
  /** Samples that had been there before. */
  repeated: number
  /** Runs of samples at full scale. */
  clipped: number
  events: number
  /** Age of the newest sample when it came, ms, by the clock of the gateway. */
  latencyMs?: number
}

/** Events that wait for the server at a gateway with seismic stations. */
export interface WaveformOutboxHealth {
  waiting: number
  bytes: number
  /** Confirmed by the server, since the process started. */
  sent: number
  /** Dropped since there was no room for them, or the disk did not give them back. */
  evicted: number
  /** In memory, since the disk does not take them: lost when the process ends. Absent when none is. */
  unsaved?: number
}

/** Upper bounds of the round-trip histogram, milliseconds. */
export const ROUND_TRIP_BOUNDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const

export interface BusHealth {
  connected: boolean
  reconnects: number
  /** Share of the time that a request was on its way, in the last 10 s; 0 to 1. */
  utilisation?: number
  /** Frames and bytes that were not taken for an answer. Key: what was wrong with them. */
  discarded?: Record<string, number>
}

export interface OutboxHealth {
  batches: number
  readings: number
  /** When the oldest reading that waits was sampled, epoch ms; null when none waits. */
  oldest: number | null
  /** The batch that comes before all others that wait; null when none waits, absent while that is not known. */
  first?: { epoch: string; seq: number } | null
  /** Readings dropped since the process started. */
  evictedReadings: number
  /** On the disk; absent when it is kept in memory. */
  bytes?: number
  /** What is wrong with its disk, a code of docs/reference/errors.md; absent while nothing is. */
  trouble?: string
  /** Times that it was written and synced to the disk, since the process started. */
  commits?: number
  /** Readings lost, as told since the process started. Key: one of {@link GAP_REASONS}. */
  gaps?: Record<string, number>
  /** Batches that no try could get confirmed. */
  setAside?: number
  /** Readings that the server refused for good. */
  refusedReadings?: number
}

export interface GatewayHealth {
  epoch: string
  session: string
  time: number
  /** Key: bus id. */
  buses: Record<string, BusHealth>
  /** Key: device id. */
  devices: Record<string, LinkCounters & { online: boolean }>
  outbox: OutboxHealth
  /** Absent without a seismic station. */
  waveforms?: WaveformOutboxHealth
  clock: ClockState
}

export interface ServerState {
  state: 'online' | 'offline'
  session: string
  version: string
  time: number
}

/** Why the outputs of an annunciator are in their safe state. */
export const SAFE_REASONS = [
  /** Nothing was heard of the server yet, or its alarms are still coming in. */
  'starting',
  'broker-lost',
  /** The server said so itself, or its last will did. */
  'server-offline',
  'server-silent',
  /** The program is being stopped. */
  'stopping',
] as const
export type SafeReason = (typeof SAFE_REASONS)[number]

export interface OutputHealth {
  /** What it was told last. */
  told: 'on' | 'off' | null
  /** True while it did not take it, or read back otherwise. */
  failing: boolean
  /** Since the program started. */
  writes: number
  /** Writes and readbacks without an answer, or with an exception. */
  errors: number
  /** Times that it read back otherwise. */
  mismatches: number
}

/** From an annunciator, retained, every 5 s and when it changes; its last will says offline. */
export type AnnunciatorState =
  | {
      state: 'online'
      session: string
      version: string
      since: number
      time: number
      /** One of {@link SAFE_REASONS}; null while alarms are shown. */
      safe: string | null
      /** True while any output is failing. */
      failing: boolean
      /** Messages that were not taken. */
      refused: number
      /** Key: output id. */
      outputs: Record<string, OutputHealth>
    }
  | { state: 'offline'; session: string }

/** How far the journal of the facility goes, and the hash of everything up to there. */
export interface JournalHead {
  /** `n:hash`: what `npm run journal -- verify --anchor` takes. */
  head: string
  n: number
  /** When it was published, epoch ms. */
  time: number
  /** Base64, Ed25519; absent when the server has no key. */
  signature?: string
}

/** Limits of one batch. */
export const BATCH_MAX_READINGS = 1_000
export const BATCH_MAX_BYTES = 256 * 1024
/** Backlog batches in flight until a confirm says otherwise. */
export const FIRST_CREDIT = 4
/** MQTT keepalive, seconds. */
export const KEEPALIVE_S = 5
/** The server says every so often that it lives. */
export const SERVER_STATE_INTERVAL_MS = 5_000
/** An annunciator likewise. */
export const ANNUNCIATOR_STATE_INTERVAL_MS = 5_000
/** A gateway is lost after so many missed heartbeats. */
export const LOST_AFTER_HEARTBEATS = 3
