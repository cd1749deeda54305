import type { StreamEvents } from '../../../contracts/api.ts'

/** More alarms than a person can follow, in one facility. GET /api/v1/floods. */
export interface FloodView {
  facility: string
  isFlood: boolean
  since: string | null
  last10Minutes: number
  /** The most in 10 minutes of this flood. */
  peak: number
}

/** What the stream says, floods too. Key: event name. */
export interface ConsoleEvents extends StreamEvents {
  flood: FloodView
}
