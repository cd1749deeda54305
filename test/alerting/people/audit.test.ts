import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ChainCheck } from '../../../alerting/journal/chain-check.ts'
import { JournalFile } from '../../../alerting/journal/journal-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { firstAdminOf } from './first-admin.ts'
import { PeopleScene } from './people-scene.ts'

let folder: string
let scene: PeopleScene
let admin: { cookie: string }

beforeEach(async () => {
  folder = temporaryFolder()
  scene = await PeopleScene.open({ folder })
})
afterEach(() => scene.close())

async function firstAdmin(): Promise<void> {
  admin = await firstAdminOf(scene)
}

async function post<T>(url: string, body: object, as = admin): Promise<T> {
  return (await scene.ask(url, { body, as })).json() as T
}

describe('the audit record', () => {
  const report = () => {
    const journal = new JournalFile(join(folder, 'state.db'))
    const check = new ChainCheck({ facility: '_audit', segments: [], hasSegments: false })
    for (const link of journal.auditLinks()) check.take(link)
    journal.close()
    return check.report()
  }

  test('tells who did what to whom and from where, and finds what was changed in it', async () => {
    await firstAdmin()
    await post('/api/v1/people', { name: 'li', role: 'operator', facilities: ['plant'] })
    await post('/api/v1/people/li', { role: 'engineer', disabled: true })
    await scene.ask('/api/v1/login', { body: { name: 'li', password: 'guess' } })
    const told = (await scene.audit()).map(({ kind, by, address, subject, detail }) => [
      kind,
      by,
      address,
      subject,
      detail,
    ])
    expect(told).toEqual([
      ['link-made', null, null, null, 'first administrator'],
      ['person-created', null, '10.0.0.5', 'chief', 'first admin'],
      ['password-changed', 'chief', '10.0.0.5', 'chief', 'by a link'],
      ['link-used', 'chief', '10.0.0.5', 'chief', null],
      ['person-created', 'chief', '10.0.0.5', 'li', 'operator, facilities plant'],
      ['link-made', 'chief', '10.0.0.5', 'li', null],
      ['person-changed', 'chief', '10.0.0.5', 'li', 'operator -> engineer'],
      ['person-disabled', 'chief', '10.0.0.5', 'li', null],
      ['sign-in-failed', null, '10.0.0.5', 'li', 'disabled'],
    ])
    const page = (await scene.ask('/api/v1/audit?limit=2', { as: admin })).json() as {
      items: object[]
      next: string
    }
    expect(page).toMatchObject({ items: [{ n: 9 }, { n: 8 }], next: '8' })
    expect((await scene.ask(`/api/v1/audit?before=${page.next}`, { as: admin })).json()).toMatchObject({
      items: [{ n: 7 }, {}, {}, {}, {}, {}, { n: 1 }],
    })
    expect(report()).toMatchObject({ ok: true, entries: 9, head: await scene.states.auditHead() })

    const hand = new DatabaseSync(join(folder, 'state.db'))
    expect(() => hand.exec('DELETE FROM audit WHERE n = 3')).toThrow('append-only')
    hand.exec('DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete')
    hand.exec(`UPDATE audit SET body = replace(body, '10.0.0.5', '10.0.0.6') WHERE n = 9`)
    hand.exec('DELETE FROM audit WHERE n = 3')
    hand.close()
    expect(report().flaws.map(({ n, kind }) => [n, kind])).toEqual([
      [3, 'missing'],
      [9, 'changed'],
    ])
  })

  test('is no place for a password that was typed where the name goes', async () => {
    await scene.ask('/api/v1/login', { body: { name: 'my-secret-password', password: 'x' } })
    expect(JSON.stringify(await scene.audit())).not.toContain('my-secret-password')
  })
})
