import type { Generated } from 'kysely'
import type { Subject } from '../../contracts/register/words.ts'

/** What was done with anything in the register: append-only. */
export interface StepTables {
  register_step: {
    id: Generated<number>
    subject: Subject
    number: number
    facility: string
    /** Epoch ms. */
    time: number
    by_whom: string
    address: string | null
    event: string
    from_status: string | null
    to_status: string | null
    /** JSON. */
    detail: string
    /** Position in the journal of its facility; null until it stands there. */
    journal_seq: number | null
  }
  /** Facilities of all servers that share the database, as their files said last. */
  facility: {
    id: string
    name: string
    timezone: string
    lat: number | null
    lon: number | null
    /** Nodes of the region tree, each with its whole path; null where there is no such level. */
    city: string | null
    county: string | null
    town: string | null
    grid: string | null
    updated: number
  }
}
