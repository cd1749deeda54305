import { join } from 'node:path'
import { HttpError } from '@influxdata/influxdb-client'
import type { StoreConfig } from '../../../contracts/facility.ts'
import { type Access, keepSecret, keptSecret } from './access-file.ts'
import { InfluxClient } from './influx-client.ts'
import { parseBody } from './influxql.ts'
import { writePath } from './places.ts'
import type { SetupStep } from './setup-steps.ts'

interface Setup {
  client: InfluxClient
  config: StoreConfig
  dryRun: boolean
}

/** A bucket as 2.x knows it; one that a dry run would make has no id yet. */
export interface KnownBucket {
  readonly id: string | undefined
  readonly name: string
}

interface Permission {
  action: 'read' | 'write'
  resource: { type: 'buckets'; id?: string; orgID?: string }
}

interface Authorization {
  id: string
  description?: string
  token?: string
  permissions?: Permission[]
}

/** Who is given access, and what to. Key: name of the file before `-token`. */
const USERS = { ingest: ['read', 'write'], grafana: ['read'] } as const satisfies Record<
  string,
  readonly Permission['action'][]
>
type User = keyof typeof USERS

/** Tokens for the server and for Grafana, with no rights but on these buckets. @throws HttpError, CodedError */
export async function makeTokens(
  setup: Setup,
  access: Access,
  place: { orgID: string; buckets: readonly KnownBucket[] },
): Promise<SetupStep[]> {
  const steps: SetupStep[] = []
  for (const user of Object.keys(USERS) as User[]) steps.push(await token(setup, access, { ...place, user }))
  return steps
}

interface Wanted {
  orgID: string
  buckets: readonly KnownBucket[]
  user: User
}

async function token(setup: Setup, { folder, rotate }: Access, wanted: Wanted): Promise<SetupStep> {
  const path = join(folder, `${wanted.user}-token`)
  const what = `token davylamp-${wanted.user} in ${path}`
  const kept = keptSecret(path)
  if (kept !== undefined && !rotate) {
    const refusal = await refusalOf(kept, setup.config, wanted)
    if (refusal === undefined) return { what, state: 'there' }
    return { what, state: 'refused', note: `${refusal}; --rotate makes another one` }
  }
  const state = kept === undefined ? 'made' : 'changed'
  if (setup.dryRun) return { what, state }
  const made = await authorize(setup.client, path, wanted)
  if (!rotate) return { what, state }
  const revoked = await revoke(setup.client, made, wanted)
  const note = `${revoked} of before revoked: start the server, and Grafana, with the new one`
  return { what, state, ...(revoked === 0 ? {} : { note }) }
}

async function authorize(
  client: InfluxClient,
  path: string,
  { orgID, buckets, user }: Wanted,
): Promise<string> {
  const permissions = USERS[user].flatMap((action) =>
    buckets.map(({ id }) => ({ action, resource: { type: 'buckets', id, orgID } })),
  )
  const body = { orgID, description: descriptionOf(user), status: 'active', permissions }
  const made: Partial<Authorization> = parseBody(await client.send('POST', '/api/v2/authorizations', body))
  const { id = '', token: secret = '' } = made
  try {
    keepSecret(path, secret)
  } catch (error) {
    // Nobody will ever know this token.
    await client.send('DELETE', pathOf(id))
    throw error
  }
  return id
}

/** Those of the same name on the same buckets; how many there were. */
async function revoke(client: InfluxClient, made: string, { orgID, buckets, user }: Wanted): Promise<number> {
  const query = new URLSearchParams({ orgID })
  const { authorizations = [] }: { authorizations?: Authorization[] } = parseBody(
    await client.get(`/api/v2/authorizations?${query}`),
  )
  const ids = buckets.map(({ id }) => id)
  const old = authorizations.filter(
    ({ id, description, permissions = [] }) =>
      id !== made &&
      description === descriptionOf(user) &&
      permissions.every(({ resource }) => ids.includes(resource.id)),
  )
  for (const { id } of old) await client.send('DELETE', pathOf(id))
  return old.length
}

/** Why a token does not do; undefined when it does. @throws what the socket says */
async function refusalOf(secret: string, config: StoreConfig, wanted: Wanted): Promise<string | undefined> {
  const client = new InfluxClient({ config, token: secret })
  try {
    for (const { name } of wanted.buckets) {
      const query = new URLSearchParams({ orgID: wanted.orgID, name })
      const found = parseBody(await client.get(`/api/v2/buckets?${query}`)) as {
        buckets?: { name?: string }[]
      }
      if (found.buckets?.some((bucket) => bucket.name === name) !== true) return `it may not read ${name}`
    }
    if (!USERS[wanted.user].some((action) => action === 'write')) return undefined
    for (const place of ['raw', 'rollup'] as const) await writeNothing(client, config, place)
    return undefined
  } catch (error) {
    if (!(error instanceof HttpError) || error.statusCode >= 500) throw error
    return `the database refuses it: ${error.statusCode} ${error.statusMessage ?? ''}`.trim()
  } finally {
    client.close()
  }
}

/** Whoever may write is told that there is nothing to be written. @throws HttpError when it may not */
async function writeNothing(
  client: InfluxClient,
  config: StoreConfig,
  place: 'raw' | 'rollup',
): Promise<void> {
  try {
    await client.write(writePath(config, place, 'ms'), '')
  } catch (error) {
    if (!(error instanceof HttpError) || error.statusCode !== 400) throw error
  }
}

function descriptionOf(user: User): string {
  return `davylamp-${user}`
}

function pathOf(id: string): string {
  return `/api/v2/authorizations/${encodeURIComponent(id)}`
}
