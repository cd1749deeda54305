import type { DatabaseSync } from 'node:sqlite'
import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { Subject } from '../../contracts/register/words.ts'
import type { StepEntry } from '../register/step-book.ts'

/** Steps of the register on their way into the journal of a facility: all of them or none. */
export interface StepCommit {
  facility: string
  timezone: string
  /** Epoch ms. */
  recorded: number
  entries: readonly StepEntry[]
}

export interface StepQuery {
  /** Any of these; undefined: of all. */
  facilities?: readonly string[]
  facility?: string
  subject?: Subject
  /** With subject and facility. */
  number?: number
  /** Entries before this sequence number, newest first. */
  before?: number
  limit: number
}

/** The steps of the register in the journal. */
export interface StepStore {
  /** Where each stands, once they survive a power loss. @throws CodedError JOURNAL_UNWRITABLE */
  enterSteps(commit: StepCommit): Promise<readonly number[]>
  /** Newest first. */
  stepEntries(query: StepQuery): Promise<RegisterEntry[]>
}

/** What stands in the column `sensor`: no sensor has such an id, and no alarm stands beside it. */
export function placeOf({ register: { subject, number } }: Pick<RegisterEntry, 'register'>): string {
  return `${subject}/${number}`
}

export function readSteps(database: DatabaseSync, query: StepQuery): RegisterEntry[] {
  const { subject, number } = query
  const [low, high] =
    subject === undefined
      ? [undefined, undefined]
      : [`${subject}/${number ?? ''}`, `${subject}/${number ?? '~'}`]
  const terms: [string, string | number | undefined][] = [
    ['facility = ?', query.facility],
    [
      'facility IN (SELECT value FROM json_each(?))',
      query.facilities === undefined ? undefined : JSON.stringify(query.facilities),
    ],
    ['sensor >= ?', low],
    ['sensor <= ?', high],
    ['seq < ?', query.before],
  ]
  const used = terms.filter((term): term is [string, string | number] => term[1] !== undefined)
  const where = ["alarm = ''", ...used.map(([sql]) => sql)].join(' AND ')
  return database
    .prepare(`SELECT seq, body FROM journal WHERE ${where} ORDER BY seq DESC LIMIT ?`)
    .all(...used.map(([, value]) => value), query.limit)
    .map((row) => ({ seq: Number(row.seq), ...(JSON.parse(String(row.body)) as Omit<RegisterEntry, 'seq'>) }))
}
