/** A detector that somebody works on, as it is kept: plain data; times are epoch ms of the server. */
export interface Inhibition {
  /** Counts those of a facility. */
  readonly number: number
  readonly sensor: string
  readonly by: string
  readonly owner: string
  readonly reason: string
  /** The second person, where it took two. */
  readonly approvedBy: string | null
  readonly since: number
  /** When it returns by itself. */
  readonly until: number
  readonly ended: number | null
  /** Null when its time was over. */
  readonly endedBy: string | null
}

/** What was sampled at `time`, epoch ms of the server, was sampled while it was inhibited: its end no longer counts. */
export function covers({ since, until, ended }: Inhibition, time: number): boolean {
  return time >= since && time < Math.min(until, ended ?? until)
}
