import type { AlarmView, ReadingView, SensorView } from '../../../contracts/api.ts'
import type { InhibitView } from '../../../contracts/inhibit-api.ts'
import { beganAt, sortAlarms } from './annunciation.ts'
import type { ConsoleState } from './state.ts'

/** What may be believed of a sensor's last reading. A value is live in the first two only. */
export type Belief =
  | { kind: 'good'; value: number; time: string }
  | { kind: 'uncertain'; value: number; time: string; reason: string | null }
  | { kind: 'bad'; value: number | null; time: string; reason: string | null }
  /** The reading was fine, but nothing confirms it any more. `gateway`: its gateway is not heard. */
  | { kind: 'stale'; value: number | null; time: string; reason: string | null; gateway: boolean }
  | { kind: 'none' }

/** Undefined for what is no live value. */
export function liveValue(belief: Belief): number | undefined {
  return belief.kind === 'good' || belief.kind === 'uncertain' ? belief.value : undefined
}

/** A sensor as the views show it. */
export interface SensorCondition {
  sensor: SensorView
  belief: Belief
  /** Its alarms that stand, the most urgent first; none that a flag hides. */
  alarms: readonly AlarmView[]
  /** Its alarms that a flag hides: shelved, suppressed, out of service or under test. */
  aside: readonly AlarmView[]
}

/** The conditions of all sensors of the facility that is looked at, in the order of its file. */
export function sensorConditions(state: ConsoleState): SensorCondition[] {
  const bySensor = new Map<string, AlarmView[]>()
  for (const alarm of state.alarms.values()) {
    if (alarm.facility === state.facility)
      bySensor.set(alarm.sensor, [...(bySensor.get(alarm.sensor) ?? []), alarm])
  }
  return (state.tree?.sensors ?? []).map((sensor) => {
    const alarms = bySensor.get(sensor.id) ?? []
    const gateway = state.gateways.get(sensor.gateway)
    const belief = believe(
      state.readings.get(sensor.id),
      alarms,
      gateway === undefined || gateway.state === 'online',
    )
    const { shown, hidden } = sortAlarms(alarms)
    return { sensor, belief, alarms: shown, aside: hidden }
  })
}

/**
 * Only the server knows how often a sensor reports, so staleness is the server's judgement: the
 * sensor's own FAULT stands, or its gateway is not heard (which suppresses the FAULTs behind it).
 */
export function believe(
  reading: ReadingView | undefined,
  alarms: readonly AlarmView[],
  isGatewayHeard: boolean,
): Belief {
  if (reading === undefined) return { kind: 'none' }
  const { value, time, reason } = reading
  if (!isGatewayHeard) return { kind: 'stale', value, time, reason: null, gateway: true }
  if (reading.quality === 'bad' || value === null) return { kind: 'bad', value, time, reason }
  const fault = alarms.find((alarm) => isFaultOf(alarm, time))
  if (fault !== undefined) return { kind: 'stale', value, time, reason: fault.reason, gateway: false }
  return reading.quality === 'good'
    ? { kind: 'good', value, time }
    : { kind: 'uncertain', value, time, reason }
}

/** Somebody works on it, or it says so itself: its value counts for nothing, and that is no fault. */
export function isInhibited(belief: Belief): boolean {
  return belief.kind === 'bad' && belief.reason === 'inhibited'
}

/** Who works on it until when, as far as the plant was asked since; its readings tell that it is over. */
export function knownInhibit(
  { inhibit }: Pick<SensorView, 'inhibit'>,
  belief: Belief,
  nowMs: number,
): InhibitView | undefined {
  if (inhibit === null || !isInhibited(belief)) return undefined
  return Date.parse(inhibit.until) > nowMs ? inhibit : undefined
}

/** It has set points, and no value to hold against them: that none of its alarms stands says nothing. */
export function isBlind({ sensor, belief }: Pick<SensorCondition, 'sensor' | 'belief'>): boolean {
  return liveValue(belief) === undefined && sensor.limits.some(({ limit }) => limit !== null)
}

/** Something about the sensor asks to be looked at. */
export function isAbnormal(condition: SensorCondition): boolean {
  return condition.alarms.length > 0 || condition.belief.kind !== 'good'
}

/** A reading taken after the fault began contradicts it: the end of the fault is on its way. */
function isFaultOf(alarm: AlarmView, time: string): boolean {
  const isFault = alarm.when === 'fault' || alarm.when === 'stale'
  return isFault && alarm.condition === 'active' && Date.parse(time) <= Date.parse(beganAt(alarm))
}
