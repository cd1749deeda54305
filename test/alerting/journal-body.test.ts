import Value from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { newAlarm } from '../../alerting/alarm-record.ts'
import { alarmView, journalItem } from '../../alerting/alarm-view.ts'
import { parseBody } from '../../alerting/journal/journal-body.ts'
import { JournalItemSchema } from '../../contracts/api.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

const facility = smallFacility()

/** A shelved alarm is raised, as this release enters it. */
function entry() {
  const engine = new AlarmEngine({ facility, now: 0 })
  const flag = { by: 'li', cause: null, reason: 'work', until: 60_000 }
  engine.act('T-1.H', { kind: 'shelve', time: 500, flag }, 500)
  const readings = [{ sensor: 'T-1', time: 1_000, value: 25, quality: 'good' as const }]
  const [transition] = engine.evaluate(evidenceBatch({ readings }), 1_000).transitions
  if (transition === undefined) throw new Error('a raise expected')
  return { ...journalItem(facility, transition), recorded: '2026-11-21T10:00:00+08:00' }
}

describe('the body of an entry', () => {
  test('of this release is read as it is', () => {
    const item = entry()
    expect(parseBody(JSON.stringify(item))).toEqual(item)
  })

  test('of the release before is read with what it did not say', () => {
    const {
      class: _c,
      lifeSafety,
      group,
      firstInGroup,
      silenced,
      revision,
      fileLimit,
      ...alarm
    } = entry().alarm
    const { since, cause, approvedBy, oneShot, ...shelved } = alarm.shelved ?? {}
    const old = { ...entry(), alarm: { ...alarm, shelved } }
    const item = parseBody(JSON.stringify(old))
    expect([...Value.Errors(JournalItemSchema, { seq: 1, ...item })]).toEqual([])
    expect(item.alarm).toMatchObject({ class: 'process', revision: 0, shelved: { by: 'li', cause: null } })
  })
})

test('a flag that the release before kept has stood since its state was entered', () => {
  const flag = { by: 'li', cause: null, reason: 'work', until: null }
  const { activated, rises, reAlarmAt, silenced, firstInGroup, ...old } = newAlarm(7_000)
  const record = { ...old, outOfService: flag } as unknown as ReturnType<typeof newAlarm>
  const engine = new AlarmEngine({ facility, now: 0, records: new Map([['T-1.H', { record, position: 0 }]]) })
  const kept = engine.entry('T-1.H')
  expect(kept?.record).toMatchObject({ rises: 0, silenced: false, outOfService: { since: 7_000 } })
  expect(kept && alarmView(facility, kept, true).outOfService?.since).toBe('1970-01-01T08:00:07+08:00')
})
