import { join } from 'node:path'
import { HttpError } from '@influxdata/influxdb-client'
import type { StoreConfig } from '../../../contracts/facility.ts'
import { type Access, keepSecret, keptSecret } from './access-file.ts'
import { InfluxClient } from './influx-client.ts'
import { quoteName, quoteText, readAnswer } from './influxql.ts'
import { databaseOf } from './places.ts'
import type { SetupStep } from './setup-steps.ts'

interface Setup {
  client: InfluxClient
  config: StoreConfig
  dryRun: boolean
}

/** Who is given access, and what to. Key: the user; his password is in `{file}-password`. */
const USERS = {
  'davylamp-ingest': { file: 'ingest', grant: 'ALL', has: 'ALL PRIVILEGES' },
  'davylamp-grafana': { file: 'grafana', grant: 'READ', has: 'READ' },
} as const
type User = keyof typeof USERS

/** Users for the server and for Grafana, with no rights but on this database. @throws HttpError, CodedError */
export async function makeUsers(setup: Setup, access: Access): Promise<SetupStep[]> {
  if (!(await asksWho(setup.config))) {
    const note = 'auth-enabled is off: it serves everybody'
    return [{ what: 'users of the server and of Grafana', state: 'unneeded', note }]
  }
  const rows = (await ask(setup.client, 'SHOW USERS')).map(({ user }) => user)
  const steps: SetupStep[] = []
  for (const user of Object.keys(USERS) as User[]) {
    steps.push(await makeUser(setup, access, { user, isThere: rows.includes(user) }))
  }
  return steps
}

async function makeUser(
  { client, config, dryRun }: Setup,
  { folder, rotate, secret }: Access,
  { user, isThere }: { user: User; isThere: boolean },
): Promise<SetupStep> {
  const path = join(folder, `${USERS[user].file}-password`)
  const what = `user ${user}, password in ${path}`
  const kept = keptSecret(path)
  if (isThere && !rotate) {
    const refusal =
      kept === undefined
        ? 'the user is there and nobody has kept the password'
        : await refusalOf(config, user, kept)
    if (refusal !== undefined)
      return { what, state: 'refused', note: `${refusal}; --rotate sets another one` }
    const isGranted = await hasGrant(client, config, user)
    if (!isGranted && !dryRun) await grant(client, config, user)
    return { what, state: isGranted ? 'there' : 'changed' }
  }
  const state = isThere ? 'changed' : 'made'
  if (dryRun) return { what, state }
  const password = kept === undefined || rotate ? secret() : kept
  // First on the disk: a password that the database alone has is lost.
  if (password !== kept) keepSecret(path, password)
  const verb = isThere ? 'SET PASSWORD FOR' : 'CREATE USER'
  await execute(
    client,
    `${verb} ${quoteName(user)} ${isThere ? '=' : 'WITH PASSWORD'} ${quoteText(password)}`,
  )
  await grant(client, config, user)
  const note = 'start the server, and Grafana, with the new password'
  return { what, state, ...(isThere ? { note } : {}) }
}

async function hasGrant(client: InfluxClient, config: StoreConfig, user: User): Promise<boolean> {
  const rows = await ask(client, `SHOW GRANTS FOR ${quoteName(user)}`)
  return rows.some(
    ({ database, privilege }) => database === databaseOf(config) && privilege === USERS[user].has,
  )
}

async function grant(client: InfluxClient, config: StoreConfig, user: User): Promise<void> {
  await execute(
    client,
    `GRANT ${USERS[user].grant} ON ${quoteName(databaseOf(config))} TO ${quoteName(user)}`,
  )
}

/** Whether the database asks who it is; without names it serves everybody. */
async function asksWho({ username: _, ...config }: StoreConfig): Promise<boolean> {
  return (await refusalAsked({ config }, 'SHOW DATABASES')) !== undefined
}

/** Why a password does not do; undefined when it does. */
async function refusalOf(config: StoreConfig, username: User, password: string): Promise<string | undefined> {
  // Whatever it may do, it has to say who it is; what it may not do is granted.
  const refusal = await refusalAsked({ config, username, password }, 'SHOW DATABASES')
  return refusal === undefined ? undefined : `the database refuses the password: ${refusal}`
}

async function refusalAsked(
  plan: { config: StoreConfig; username?: string; password?: string },
  statement: string,
): Promise<string | undefined> {
  const client = new InfluxClient(plan)
  try {
    await client.get(`/query?${new URLSearchParams({ q: statement })}`)
    return undefined
  } catch (error) {
    if (!(error instanceof HttpError) || error.statusCode !== 401) throw error
    return String(error.statusCode)
  } finally {
    client.close()
  }
}

async function ask(client: InfluxClient, q: string): Promise<Readonly<Record<string, unknown>>[]> {
  const series = readAnswer(await client.get(`/query?${new URLSearchParams({ q })}`))
  return series.flatMap(({ rows }) => [...rows])
}

/** In the body: what stands in a URL is logged on the way. */
async function execute(client: InfluxClient, q: string): Promise<void> {
  readAnswer(await client.form('/query', { q }))
}
