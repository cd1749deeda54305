import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSql } from '../../alerting/register/store/columns.ts'
import type { Migration } from '../../alerting/register/store/migrations.ts'
import { openRegisterDatabase } from '../../alerting/register/store/open-register.ts'
import { inTransaction } from '../../alerting/register/store/transaction.ts'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { type OpenRegister, registerSuites } from '../alerting/register/store/suites.ts'
import { openThings, thing, thingStep } from '../alerting/register/store/things.ts'
import { makeCertificate } from '../contracts/certificates.ts'
import { POSTGRES, Postgres } from './postgres.ts'
import { unlessReal } from './unless-real.ts'

const { skip, reason } = unlessReal(POSTGRES)

/** Adds a table after a while, so that others come upon it. */
const slowStep = (name: string): Migration => ({
  name: `000x-${name}`,
  up: async (trx) => {
    await runSql(trx, 'SELECT pg_sleep(0.05)')
    await runSql(trx, `CREATE TABLE ${name} (x INTEGER)`)
  },
})

const coded = (code: string) => expect.objectContaining({ code })

describe.skipIf(skip)(`the register on PostgreSQL${reason}`, () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await Postgres.started()
  })
  afterAll(() => postgres?.[Symbol.asyncDispose]())

  const openIn = (database: string, steps?: Parameters<OpenRegister>[0]) =>
    openRegisterDatabase({
      kind: 'postgresql',
      url: postgres.urlOf(database),
      password: postgres.password,
      clock: systemClock,
      logger: silentLogger,
      ...(steps && { steps }),
    })
  const open: OpenRegister = async (steps) => openIn(await postgres.createDatabase(), steps)

  describe.each(registerSuites)('$name', ({ run }) => run(open))

  it('goes on by itself after a connection was cut, and keeps nothing of the transaction in it', async () => {
    await using things = await openThings(open)
    const { db, register } = things
    const cut = () =>
      postgres.ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'davylamp'`,
      )
    const work = inTransaction(db, async (trx) => {
      await trx.insertInto('thing').values(thing('a')).execute()
      await cut()
      await trx.insertInto('thing').values(thing('b')).execute()
    })
    await expect(work).rejects.toEqual(coded('REGISTER_UNREACHABLE'))
    expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])

    // One that nobody uses at the moment.
    await cut()
    await expect
      .poll(() => register.db.selectFrom('register_migration').select('name').execute())
      .toHaveLength(1)
    await inTransaction(db, (trx) => trx.insertInto('thing').values(thing('c')).execute())
    expect(await db.selectFrom('thing').select('name').execute()).toEqual([{ name: 'c' }])
  })

  it('says that the commit itself was cut off', async () => {
    await using things = await openThings(open)
    const { db } = things
    const work = inTransaction(db, async (trx) => {
      await trx.insertInto('thing').values(thing('a')).execute()
      await postgres.ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'davylamp'`,
      )
    })
    await expect(work).rejects.toEqual(coded('REGISTER_UNREACHABLE'))
    expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])
  })

  it('is taken forward once by two servers that start together', async () => {
    const database = await postgres.createDatabase()
    const steps = [thingStep, ...['a', 'b', 'c', 'd'].map(slowStep)]
    const servers = await Promise.all([1, 2, 3].map(() => openIn(database, steps)))
    const rows = await servers[0]?.db.selectFrom('register_migration').select('name').execute()
    expect(rows).toHaveLength(5)
    await Promise.all(servers.map(({ close }) => close()))
  })

  it('has a code for a server that is not there, and comes back with it', async () => {
    await using other = await Postgres.started()
    const register = await openRegisterDatabase({
      kind: 'postgresql',
      url: other.urlOf('postgres'),
      password: other.password,
      clock: systemClock,
      logger: silentLogger,
      steps: [thingStep],
    })
    const read = () => register.db.selectFrom('register_migration').select('name').execute()
    await other.stop()
    await expect(read()).rejects.toEqual(coded('REGISTER_UNREACHABLE'))
    await other.start()
    expect(await read()).toEqual([{ name: '0001-things' }])
    await register.close()
  })

  it('opens while the database is away, and takes it forward when it is there', async () => {
    const database = `later_${postgres.port}`
    const register = await openIn(database, [thingStep])
    const read = () => register.db.selectFrom('register_migration').select('name').execute()
    await expect(read()).rejects.toEqual(coded('REGISTER_MISSING'))
    await postgres.ask(`CREATE DATABASE ${database}`)
    expect(await Promise.all([read(), read()])).toEqual([
      [{ name: '0001-things' }],
      [{ name: '0001-things' }],
    ])
    await register.close()
  })

  it.each([
    ['a wrong password', { password: 'other' }, 'REGISTER_UNAUTHORIZED'],
    ['no password', { password: '' }, 'REGISTER_UNREACHABLE'],
    ['TLS that is not there', { ca: Buffer.from('') }, 'REGISTER_UNTRUSTED'],
    ['a host that does not exist', { url: 'postgres://a@nowhere.invalid/a' }, 'REGISTER_UNREACHABLE'],
  ])('has a code for %s', async (_what, place, code) => {
    const { password } = postgres
    const url = postgres.urlOf('postgres')
    const given = { clock: systemClock, logger: silentLogger, url, password, ...place }
    const { db, close } = await openRegisterDatabase({ kind: 'postgresql', ...given })
    await expect(db.selectFrom('attachment').select('id').execute()).rejects.toEqual(coded(code))
    await close()
  })

  it('checks the certificate of PostgreSQL against the CA, and its name', async () => {
    const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
    const other = makeCertificate({ name: 'Other CA', isAuthority: true })
    const own = makeCertificate({ name: 'db', names: ['127.0.0.1'], by: authority })
    await using secure = await Postgres.started('ssl = on', {
      'server.crt': own.pem,
      'server.key': own.keyPem,
    })
    const ask = async (ca: string, url = secure.urlOf('postgres')) => {
      const { password } = secure
      const given = {
        clock: systemClock,
        logger: silentLogger,
        steps: [],
        url,
        password,
        ca: Buffer.from(ca),
      }
      const { db, close } = await openRegisterDatabase({ kind: 'postgresql', ...given })
      const encrypted = sql<{ ssl: number }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
      return encrypted.execute(db).finally(close)
    }
    expect((await ask(authority.pem)).rows).toEqual([{ ssl: 1 }])
    await expect(ask(other.pem)).rejects.toEqual(coded('REGISTER_UNTRUSTED'))
    const url = secure.urlOf('postgres').replace('127.0.0.1', 'localhost')
    await expect(ask(authority.pem, url)).rejects.toEqual(coded('REGISTER_UNTRUSTED'))
  })

  it('waits for a connection no longer than it says when all are in use', async () => {
    await using things = await openThings(open)
    const { db } = things
    const { promise: isEnough, resolve: end } = Promise.withResolvers<void>()
    let begun = 0
    const held = Array.from({ length: 8 }, () =>
      inTransaction(db, () => {
        begun += 1
        return isEnough
      }),
    )
    await expect.poll(() => begun).toBe(8)
    const late = await db
      .selectFrom('thing')
      .selectAll()
      .execute()
      .catch((error: unknown) => error)
    end()
    await Promise.all(held)
    expect(late).toEqual(coded('REGISTER_BUSY'))
  })

  it('lets one of two that wait for each other through after the other', async () => {
    await using things = await openThings(open)
    const { db } = things
    await db
      .insertInto('thing')
      .values([thing('a'), thing('b')])
      .execute()
    const raise = (first: string, second: string) =>
      inTransaction(db, async (trx) => {
        for (const name of [first, second]) {
          const count = sql<number>`count + 1`
          await trx.updateTable('thing').set({ count }).where('name', '=', name).execute()
        }
      })
    await Promise.all([raise('a', 'b'), raise('b', 'a'), raise('a', 'b'), raise('b', 'a')])
    const rows = await db.selectFrom('thing').select('count').execute()
    expect(rows).toEqual([{ count: 4 }, { count: 4 }])
  })
})
