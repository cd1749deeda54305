/** What the caller should do with the error: try again, give up, or fix what it sent. */
export type Duty = 'retry' | 'fatal' | 'refused'

export interface ErrorRow {
  /** HTTP status when the API answers with it. */
  status: number
  duty: Duty
  /** What a person does about it. */
  remedy: string
}
