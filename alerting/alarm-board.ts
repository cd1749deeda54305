import type { AlarmState } from '../contracts/alarm.ts'
import type { AlarmView } from '../contracts/api.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import type { Priority, SensorKind } from '../contracts/facility-words.ts'
import type { Unit } from '../contracts/units.ts'
import { priorityOf, shownState } from './alarm-record.ts'
import type { AlarmService } from './alarm-service.ts'

/** What can be said of every alarm of a plant without holding anybody up. */
export interface AlarmMark {
  readonly id: string
  readonly sensor: string
  readonly area: string
  readonly kind: SensorKind
  readonly unit: Unit
  /** The state shown. */
  readonly state: AlarmState
  /** As it has risen by now. */
  readonly priority: Priority
  /** Place among all alarms: by severity, then as in the file. */
  readonly order: number
  /** With the settings in force. */
  readonly config: AlarmConfig
}

/** The alarms of one facility for whoever draws pictures of all of them, now and then. */
export class AlarmBoard {
  readonly #alarms: Pick<AlarmService, 'facility' | 'entries' | 'view' | 'config'>

  constructor(alarms: Pick<AlarmService, 'facility' | 'entries' | 'view' | 'config'>) {
    this.#alarms = alarms
  }

  /** Another object once its file was exchanged: marks from before are then of alarms that were. */
  get facility(): Facility {
    return this.#alarms.facility
  }

  /** Of every alarm, as it is when it is its turn. */
  *marks(): Generator<AlarmMark> {
    for (const { config, sensor, record, order } of this.#alarms.entries()) {
      const { id, area, kind, unit } = sensor
      const [state, priority] = [shownState(record), priorityOf(config, record)]
      yield { id: config.id, sensor: id, area, kind, unit, state, priority, order, config }
    }
  }

  view(alarm: string): AlarmView | undefined {
    return this.#alarms.view(alarm)
  }

  config(alarm: string): AlarmConfig | undefined {
    return this.#alarms.config(alarm)
  }
}
