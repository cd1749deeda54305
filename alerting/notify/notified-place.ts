import type { AlarmView } from '../../contracts/api.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { Responder } from '../../contracts/notify/plan.ts'
import type { AlarmAct } from '../alarm-service.ts'

/** One facility, as far as people are told of its alarms. */
export interface NotifiedPlace {
  /** As its file says now. */
  readonly facility: Facility
  readonly alarms: {
    view(alarm: string): AlarmView | undefined
    views(): Iterable<AlarmView>
    config(alarm: string): AlarmConfig | undefined
    act(alarm: string, input: AlarmAct): Promise<AlarmView>
    report(sensor: string, value: number): Promise<void>
  }
  readonly roster: {
    /** [] is a hole. */
    onDuty(duty: string, at: number): readonly Responder[]
    /** The first moment at which a duty that a policy uses has nobody; epoch ms. */
    hole(from: number, to: number): number | undefined
  }
}
