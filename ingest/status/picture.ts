import type { AlarmState } from '../../contracts/alarm.ts'
import type { AlarmView } from '../../contracts/api.ts'
import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { TalliedAlarm } from './area-tally.ts'
import type { AlarmPlace } from './limit-point.ts'
import type { WriteNow } from './write-now.ts'

/** An alarm among all of its plant. */
export interface MarkedAlarm extends TalliedAlarm, Omit<AlarmPlace, 'facility'> {
  readonly state: AlarmState
  /** With the settings in force. */
  readonly config: AlarmConfig
}

/** One facility, as far as pictures are drawn of it. */
export interface PicturedPlace {
  readonly board: {
    /** Another object once its file was exchanged: marks from before are then of alarms that were. */
    readonly facility: Facility
    /** Of every alarm, as it is when it is its turn. */
    marks(): Iterable<MarkedAlarm>
    view(alarm: string): AlarmView | undefined
    config(alarm: string): AlarmConfig | undefined
  }
  readonly alarms: { isStale(sensor: string): boolean }
  readonly intake: { readonly taker: { latest(sensor: string): Reading | undefined } }
}

/** What pictures of alarms are drawn from, and where they go. */
export interface PictureSources {
  places: () => Iterable<PicturedPlace>
  write: WriteNow
  clock: Pick<Clock, 'monotonic'>
  steady: Pick<SteadyClock, 'now'>
}

/** An alarm changed, and people are told. */
export interface ToldAlarm {
  /** Undefined while the journal does not have it. */
  readonly seq?: number | undefined
  readonly event: string
  readonly facility: string
  readonly alarm: { readonly id: string; readonly area: string }
}
