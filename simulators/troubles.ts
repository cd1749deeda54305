import type { PolledSensor } from '../contracts/facility.ts'
import { type ActiveFault, concerns, type FaultParameters } from './fault/fault.ts'
import type { FaultKind } from './fault/fault-kinds.ts'
import { faultyValue } from './fault/faulty-value.ts'
import { streamOf } from './plant/noise.ts'
import type { FailMode } from './scenario.ts'
import { type ActiveEntry, type Failure, type FieldFaults, faultsOf } from './timeline.ts'

/** Default exception of a failed register: device failure. */
const FAILURE_EXCEPTION = 4

/** What is measured at a moment, and what was reported before. */
export interface Measurement {
  readonly value: number
  readonly last: number | undefined
  readonly timeMs: number
  readonly step: number
  readonly seed: number
}

/** Everything that is wrong with the field: what was asked for by hand goes before the timeline. */
export class Troubles {
  /** Key: sensor id. */
  readonly #forced = new Map<string, number>()
  readonly #failed = new Map<string, Failure>()
  readonly #silent = new Set<string>()
  readonly #cut = new Set<string>()
  /** Key: device id, then the kind. */
  readonly #faults = new Map<string, Map<FaultKind, ActiveFault>>()
  #timeline: FieldFaults = faultsOf([])
  #now: FieldFaults = this.#timeline

  /** Both together, as the field is to be told. */
  get now(): FieldFaults {
    return this.#now
  }

  play(active: readonly ActiveEntry[]): void {
    this.#timeline = faultsOf(active)
    this.#merge()
  }

  force(sensor: string, value: number | undefined): void {
    if (value === undefined) this.#forced.delete(sensor)
    else this.#forced.set(sensor, value)
  }

  fail(sensor: string, mode: FailMode | undefined): void {
    if (mode === undefined) this.#failed.delete(sensor)
    else this.#failed.set(sensor, { mode, exception: FAILURE_EXCEPTION })
    this.#merge()
  }

  silence(device: string, on: boolean): void {
    setMember(this.#silent, device, on)
    this.#merge()
  }

  cut(busOrDevice: string, on: boolean): void {
    setMember(this.#cut, busOrDevice, on)
    this.#merge()
  }

  /** `startedMs` is simulated time; undefined ends the fault. */
  fault(
    device: string,
    kind: FaultKind,
    on: { parameters: FaultParameters; startedMs: number } | undefined,
  ): void {
    const faults = this.#faults.get(device) ?? new Map<FaultKind, ActiveFault>()
    if (on === undefined) faults.delete(kind)
    else faults.set(kind, { fault: { ...on.parameters, device, kind }, startedMs: on.startedMs })
    this.#faults.set(device, faults)
    this.#merge()
  }

  /** What a device reports for a sensor, NaN for no measurement; undefined: what it reported before. */
  report(sensor: PolledSensor, measurement: Measurement): number | undefined {
    const { id, device } = sensor
    const forced = this.#forced.get(id)
    const byTimeline = forced === undefined ? this.#timeline.failed.get(id) : undefined
    const failure = this.#failed.get(id) ?? byTimeline
    if (failure?.mode === 'frozen') return undefined
    if (failure !== undefined) return Number.NaN
    const value = forced ?? this.#timeline.held.get(id) ?? measurement.value
    const faults = forced === undefined ? this.#now.active.get(device) : this.#byHand(device)
    if (faults === undefined || faults.length === 0) return value
    return faultyValue(sensor, value, {
      ...measurement,
      faults: faults.filter((active) => concerns(active, id)),
      noise: { seed: measurement.seed, stream: streamOf(id) },
    })
  }

  #byHand(device: string): ActiveFault[] {
    return [...(this.#faults.get(device)?.values() ?? [])]
  }

  #merge(): void {
    const { held, failed, silent, cut, active } = this.#timeline
    const menu = new Map(active)
    for (const device of this.#faults.keys()) {
      menu.set(device, [...(active.get(device) ?? []), ...this.#byHand(device)])
    }
    this.#now = {
      held,
      failed: new Map([...failed, ...this.#failed]),
      silent: silent.union(this.#silent),
      cut: cut.union(this.#cut),
      active: menu,
    }
  }
}

function setMember(set: Set<string>, id: string, on: boolean): void {
  if (on) set.add(id)
  else set.delete(id)
}
