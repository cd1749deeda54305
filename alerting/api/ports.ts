import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { AlarmView, FloodView, GatewayView, ServerInfo } from '../../contracts/api.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { LoadedConfig, ReloadView } from '../../contracts/reload-api.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'
import type { WaveformLibrary } from '../../contracts/waveform-library.ts'
import type { AlarmAct } from '../alarm-service.ts'
import type { CalibrationDesk } from '../detectors/calibration-desk.ts'
import type { InhibitionDesk } from '../detectors/inhibition-desk.ts'
import type { AlarmEntry } from '../evaluation.ts'
import type { TestDesk } from '../field-tests/test-desk.ts'
import type { KpiStore, StateStore } from '../journal/state-store.ts'
import type { AnswerDesk } from '../notify/answer-desk.ts'
import type { NoticeDesk } from '../notify/notice-desk.ts'
import type { People } from '../people/people.ts'
import type { Register } from '../register/register.ts'
import type { Roster } from '../roster/roster.ts'
import type { SettingsDesk } from '../settings/settings-desk.ts'
import type { Stream } from './stream.ts'

/** One facility as the API needs it. */
export interface FacilityPort {
  facility: Facility
  alarms: {
    entries(): Iterable<AlarmEntry>
    view(alarm: string): AlarmView | undefined
    /** As it is set now. */
    config(alarm: string): AlarmConfig | undefined
    /** `address` is where the person is. */
    act(alarm: string, input: AlarmAct, address?: string): Promise<AlarmView>
    settings: Pick<SettingsDesk, 'view' | 'limit' | 'change'>
    tests: Pick<TestDesk, 'start' | 'end' | 'list'>
  }
  floods: { view(): FloodView }
  detectors: {
    calibrations: Pick<CalibrationDesk, 'due' | 'of' | 'enter'>
    inhibitions: Pick<InhibitionDesk, 'begin' | 'release' | 'of'>
  }
  roster: Pick<Roster, 'duties' | 'shifts' | 'absences' | 'enter' | 'remove' | 'handovers' | 'handOver'>
  plant: {
    latest(sensor: string): Reading | undefined
    gateways(): GatewayView[]
    /** Undefined for a sensor that is not derived. */
    derived(sensor: string): DerivedDetail | undefined
  }
  waveforms: WaveformLibrary
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
  states: Pick<StateStore, 'journal' | 'after' | 'heads' | 'ledger'> & KpiStore
  store: Pick<TimeSeriesStore, 'range' | 'buckets'>
  stream: Stream
  notices: Pick<NoticeDesk, 'list' | 'channels' | 'test' | 'path'>
  answers: Pick<AnswerDesk, 'look' | 'answer'>
  register: Register
  /** Undefined: everybody is the demo. */
  people: People | undefined
  /** Key: URL path. */
  console: ReadonlyMap<string, ConsoleFile>
  now: () => number
  /** Of times that belong to no facility. */
  iso: (ms: number) => string
  info: () => Omit<ServerInfo, 'config'>
  config: {
    loaded(): LoadedConfig[]
    /** @throws CodedError with all that is wrong with the files; nothing has changed then */
    reload(): Promise<ReloadView>
  }
  /** What keeps the server from being ready; empty when it is. */
  unready: () => string[]
  /** Prometheus text. */
  metrics: () => Promise<string>
}
