import type { AlarmView, GatewayView, ServerInfo } from '../../contracts/api.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'
import type { AlarmAct } from '../alarm-service.ts'
import type { KpiStore, StateStore } from '../journal/state-store.ts'
import type { Stream } from './stream.ts'

/** One facility as the API needs it. */
export interface FacilityPort {
  facility: Facility
  alarms: {
    views(): Iterable<AlarmView>
    view(alarm: string): AlarmView | undefined
    act(alarm: string, input: AlarmAct): Promise<AlarmView>
  }
  plant: {
    latest(sensor: string): Reading | undefined
    gateways(): GatewayView[]
  }
}

/** A file of the console, as it was built. */
export interface ConsoleFile {
  body: Buffer
  type: string
  immutable: boolean
}

/** What the API asks of the rest of the server, and no more. */
export interface ApiPorts {
  /** Key: facility id. */
  facilities: ReadonlyMap<string, FacilityPort>
  states: Pick<StateStore, 'journal' | 'after' | 'ledger'> & KpiStore
  store: Pick<TimeSeriesStore, 'range' | 'buckets'>
  stream: Stream
  /** Key: URL path. */
  console: ReadonlyMap<string, ConsoleFile>
  now: () => number
  info: () => ServerInfo
  /** What keeps the server from being ready; empty when it is. */
  unready: () => string[]
  /** Prometheus text. */
  metrics: () => Promise<string>
}
