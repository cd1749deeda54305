import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Escalation } from '../notify/escalation.ts'
import type { Notice } from '../notify/notice.ts'
import type { NoticeChange, NoticeQuery, NumberedNotice, OpenNotices } from '../notify/notice-store.ts'

/** Notices and escalations, within transactions of its caller. */
export class NoticeWriter {
  readonly #put: StatementSync
  readonly #escalation: StatementSync
  readonly #end: StatementSync
  readonly #cursor: StatementSync
  readonly #drop: StatementSync

  constructor(database: DatabaseSync) {
    // What was decided twice is one; what became of it is never made undone by that.
    this.#put = database.prepare(
      `INSERT INTO notice (id, facility, alarm, occurrence, state, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body
       WHERE notice.state = 'waiting' OR excluded.state <> 'waiting'`,
    )
    this.#escalation = database.prepare(
      'INSERT OR REPLACE INTO escalation (facility, occurrence, body) VALUES (?, ?, ?)',
    )
    this.#end = database.prepare('DELETE FROM escalation WHERE facility = ? AND occurrence = ?')
    this.#cursor = database.prepare('INSERT OR REPLACE INTO notice_cursor (only, seq) VALUES (1, ?)')
    this.#drop = database.prepare(
      `DELETE FROM notice WHERE n IN
       (SELECT n FROM notice WHERE created < ? AND state <> 'waiting' ORDER BY created LIMIT ?)`,
    )
  }

  change({ cursor, notices, escalations, ended }: NoticeChange): void {
    for (const notice of notices) {
      const { id, facility, alarm, occurrence, state, created } = notice
      this.#put.run(id, facility, alarm, occurrence, state, created, JSON.stringify(notice))
    }
    for (const escalation of escalations)
      this.#escalation.run(escalation.facility, escalation.occurrence, JSON.stringify(escalation))
    for (const { facility, occurrence } of ended) this.#end.run(facility, occurrence)
    if (cursor !== undefined) this.#cursor.run(cursor)
  }

  /** At most so many settled ones from before `before`, epoch ms; says how many. */
  drop(before: number, limit: number): number {
    return Number(this.#drop.run(before, limit).changes)
  }
}

export function readOpenNotices(database: DatabaseSync): OpenNotices {
  const cursor = database.prepare('SELECT seq FROM notice_cursor').get()?.seq
  const waiting = database.prepare("SELECT body FROM notice WHERE state = 'waiting' ORDER BY n").all()
  const escalations = database.prepare('SELECT body FROM escalation').all()
  return {
    cursor: cursor === undefined ? undefined : Number(cursor),
    waiting: waiting.map(({ body }) => JSON.parse(String(body)) as Notice),
    escalations: escalations.map(({ body }) => JSON.parse(String(body)) as Escalation),
  }
}

export function readNotices(database: DatabaseSync, query: NoticeQuery): NumberedNotice[] {
  const { facilities, alarm, occurrence, state, before, limit } = query
  const conditions: string[] = []
  const values: (string | number)[] = []
  const where = (condition: string, ...given: (string | number)[]) => {
    conditions.push(condition)
    values.push(...given)
  }
  if (facilities !== undefined) where(`facility IN (${facilities.map(() => '?').join(', ')})`, ...facilities)
  if (alarm !== undefined) where('alarm = ?', alarm)
  if (occurrence !== undefined) where('occurrence = ?', occurrence)
  if (state !== undefined) where('state = ?', state)
  if (before !== undefined) where('n < ?', before)
  const filter = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return database
    .prepare(`SELECT n, body FROM notice ${filter} ORDER BY n DESC LIMIT ?`)
    .all(...values, limit)
    .map(({ n, body }) => ({ n: Number(n), notice: JSON.parse(String(body)) as Notice }))
}

export function readNotice(database: DatabaseSync, id: string): Notice | undefined {
  const row = database.prepare('SELECT body FROM notice WHERE id = ?').get(id)
  return row === undefined ? undefined : (JSON.parse(String(row.body)) as Notice)
}
