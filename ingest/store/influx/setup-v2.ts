import { HttpError } from '@influxdata/influxdb-client'
import { CodedError } from '../../../contracts/errors.ts'
import type { StoreConfig } from '../../../contracts/facility.ts'
import type { Access } from './access-file.ts'
import type { InfluxClient } from './influx-client.ts'
import { parseBody } from './influxql.ts'
import { databaseOf, ROLL_UP_POLICY, rollUpBucket } from './places.ts'
import { daysText, FOR_EVER, retentionStep, type SetupStep } from './setup-steps.ts'
import { type KnownBucket, makeTokens } from './tokens-v2.ts'

/** What 2.x itself calls the retention policy of a bucket without a mapping. */
const RAW_POLICY = 'autogen'

interface Bucket {
  id: string
  name: string
  retentionRules?: { type?: string; everySeconds?: number }[]
}

interface Mapping {
  database: string
  retention_policy: string
  default: boolean
  bucketID: string
}

interface Setup {
  client: InfluxClient
  config: StoreConfig
  /** Says what would be done and does nothing. */
  dryRun: boolean
  /** Makes the tokens of server and Grafana too. */
  access?: Access | undefined
}

/** Buckets and DBRP mappings of InfluxDB 2.x. @throws HttpError, CodedError CONFIG_INVALID */
export async function setUpV2(setup: Setup): Promise<SetupStep[]> {
  const { client, config } = setup
  if (config.org === undefined)
    throw new CodedError('CONFIG_INVALID', 'store.org: setup needs the organisation')
  const orgID = await orgOf(client, config.org)
  const raw = config.bucket ?? ''
  const places = [
    { name: raw, ms: config.retentionMs, policy: RAW_POLICY, isDefault: true },
    { name: rollUpBucket(raw), ms: config.rollUpRetentionMs, policy: ROLL_UP_POLICY, isDefault: false },
  ]
  const steps: SetupStep[] = []
  const buckets: KnownBucket[] = []
  for (const { name, ms, policy, isDefault } of places) {
    const { id, step } = await bucket(setup, orgID, { name, ms })
    steps.push(step, await mapping(setup, orgID, { policy, isDefault, bucket: { id, name } }))
    buckets.push({ id, name })
  }
  if (setup.access !== undefined) steps.push(...(await makeTokens(setup, setup.access, { orgID, buckets })))
  return steps
}

async function orgOf(client: InfluxClient, org: string): Promise<string> {
  const found = await listed<{ id: string; name: string }>(client, 'orgs', '/api/v2/orgs', { org })
  const id = found.find(({ name }) => name === org)?.id
  if (id === undefined)
    throw new CodedError('CONFIG_INVALID', `store.org: no organisation "${org}", or the token may not see it`)
  return id
}

async function bucket(
  { client, dryRun }: Setup,
  orgID: string,
  { name, ms }: { name: string; ms: number },
): Promise<{ id: string | undefined; step: SetupStep }> {
  const what = `bucket ${name}`
  const found = (await listed<Bucket>(client, 'buckets', '/api/v2/buckets', { orgID, name })).find(
    (one) => one.name === name,
  )
  const retentionRules = [{ type: 'expire', everySeconds: Math.ceil(ms / 1_000) }]
  if (found === undefined) {
    const step: SetupStep = { what: `${what}, ${daysText(ms)}`, state: 'made' }
    if (dryRun) return { id: undefined, step }
    const made: Partial<Bucket> = parseBody(
      await client.send('POST', '/api/v2/buckets', { orgID, name, retentionRules }),
    )
    return { id: made.id, step }
  }
  const seconds = found.retentionRules?.find(({ type = 'expire' }) => type === 'expire')?.everySeconds ?? 0
  const step = retentionStep(what, {
    has: seconds === 0 ? FOR_EVER : seconds * 1_000,
    wants: Math.ceil(ms / 1_000) * 1_000,
    by: `influx bucket update --id ${found.id} --retention ${Math.ceil(ms / 1_000)}s`,
  })
  if (step.state === 'changed' && !dryRun)
    await client.send('PATCH', `/api/v2/buckets/${encodeURIComponent(found.id)}`, { retentionRules })
  return { id: found.id, step }
}

/** @throws CodedError CONFIG_INVALID when the name is taken by another bucket: queries would read that one */
async function mapping(
  { client, config, dryRun }: Setup,
  orgID: string,
  wanted: { policy: string; isDefault: boolean; bucket: { id: string | undefined; name: string } },
): Promise<SetupStep> {
  const { policy, isDefault, bucket } = wanted
  const database = databaseOf(config)
  const what = `mapping of ${database}.${policy}${isDefault ? ' (default)' : ''} to bucket ${bucket.name}`
  const mappings = await listed<Mapping>(client, 'content', '/api/v2/dbrps', { orgID, db: database })
  const found = isDefault
    ? mappings.find((one) => one.database === database && one.default)
    : mappings.find((one) => one.database === database && one.retention_policy === policy)
  if (found !== undefined) {
    if (found.bucketID === bucket.id) return { what, state: 'there' }
    throw new CodedError(
      'CONFIG_INVALID',
      `store.database: ${database}.${found.retention_policy} is mapped to bucket ${found.bucketID} already; give another name`,
    )
  }
  if (!dryRun) {
    await client.send('POST', '/api/v2/dbrps', {
      orgID,
      bucketID: bucket.id,
      database,
      retention_policy: policy,
      default: isDefault,
    })
  }
  return { what, state: 'made' }
}

/** The items of a list; 2.x answers 404 when a name is not there. */
async function listed<T>(
  client: InfluxClient,
  key: string,
  path: string,
  query: Record<string, string>,
): Promise<T[]> {
  try {
    const answer: Record<string, unknown> = {
      ...parseBody(await client.get(`${path}?${new URLSearchParams(query)}`)),
    }
    const items = answer[key]
    return Array.isArray(items) ? items : []
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 404) return []
    throw error
  }
}
