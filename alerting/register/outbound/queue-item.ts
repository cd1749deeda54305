import type { ExportItemRow } from './outbound-tables.ts'

/** What is put in a queue; the queue adds the rest. */
export type QueueItem = Pick<ExportItemRow, 'kind' | 'item' | 'subject' | 'version' | 'title' | 'body'>

/** One outside register of one facility. */
export interface LaneName {
  readonly facility: string
  readonly id: string
}

export function laneKey({ facility, id }: LaneName): string {
  return `${facility}/${id}`
}
