import type { Sensor } from './facility.ts'
import type { ForeignReason, StatusReason, TimeUnit } from './facility-words.ts'
import type { JsonPath } from './json-path.ts'

/** The gateway and the line that sensors of foreign devices stand under; no gateway of the file has this id. */
export const FOREIGN_GATEWAY = 'foreign'
export const FOREIGN_BUS = 'mqtt'

/** A device that publishes MQTT itself, and what its messages mean (DESIGN section 5). */
export interface ForeignDevice {
  readonly id: string
  readonly name: string
  /** Topic filter; below `{prefix}/{facility}/foreign/` unless it is absolute. `+` stands for one level. */
  readonly topic: string
  /** The topic is as the broker has it. */
  readonly isAbsolute: boolean
  readonly payload: 'json' | 'text'
  /** Where a message says when it was sampled; undefined: it is dated when it arrives. */
  readonly time?: { readonly path: JsonPath; readonly unit: TimeUnit }
  readonly sensors: readonly ForeignSensor[]
}

export interface ForeignSensor extends Sensor {
  /** Where its value stands in a message. */
  readonly path: JsonPath
  readonly scale: number
  readonly offset: number
  /** A number may be written as text. */
  readonly isText: boolean
  /** What texts, and true and false, stand for: a value in the sensor's unit, or why there is none. */
  readonly map: ReadonlyMap<string, number | ForeignReason>
  /** A message without its value is refused. */
  readonly isRequired: boolean
  /** What the message says about it, its own rules before those of its device. */
  readonly status: readonly ForeignStatus[]
}

export interface ForeignStatus {
  readonly path: JsonPath
  /** Key: what is found, a number as JSON writes it, `true` or `false`. */
  readonly means: ReadonlyMap<string, StatusReason | 'good'>
  /** What everything else means. */
  readonly others: StatusReason | 'good'
}
