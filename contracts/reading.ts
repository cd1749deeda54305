import type { Ballot } from './analytics/ballot.ts'
import type { Quality } from './quality.ts'

/** One sample of one sensor. */
export interface Reading {
  sensor: string
  /** When it was sampled at the device, epoch milliseconds UTC; never when it was sent or resent. */
  time: number
  /** In the sensor's unit; absent when there is none, and then the quality is bad. */
  value?: number
  quality: Quality
  reason?: string
  /** Of a vote, on its way to the alarms: who had a say in it. */
  ballot?: Ballot
}

/** A reading as the store and the API give it back: always with its sensor's facility. */
export interface StoredReading extends Reading {
  facility: string
}
