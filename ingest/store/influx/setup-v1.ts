import type { StoreConfig } from '../../../contracts/facility.ts'
import type { Access } from './access-file.ts'
import type { InfluxClient } from './influx-client.ts'
import { quoteName, readAnswer } from './influxql.ts'
import { databaseOf, ROLL_UP_POLICY } from './places.ts'
import { daysText, FOR_EVER, retentionStep, type SetupStep } from './setup-steps.ts'
import { makeUsers } from './users-v1.ts'

/** Default retention policy of a database that setup makes; one that is there keeps its name. */
const RAW_POLICY = 'raw'

interface Policy {
  name: string
  retentionMs: number
  isDefault: boolean
}

interface Setup {
  client: InfluxClient
  config: StoreConfig
  /** Says what would be done and does nothing. */
  dryRun: boolean
  /** Makes the users of server and Grafana too. */
  access?: Access | undefined
}

/** Database and retention policies of InfluxDB 1.x. @throws HttpError, Error with the database's own reason */
export async function setUpV1({ client, config, dryRun, access }: Setup): Promise<SetupStep[]> {
  const database = databaseOf(config)
  const db = quoteName(database)
  const execute = async (statement: string) => {
    if (!dryRun) readAnswer(await client.send('POST', `/query?${new URLSearchParams({ q: statement })}`))
  }
  const ask = async (q: string) => readAnswer(await client.get(`/query?${new URLSearchParams({ q })}`))

  const names = (await ask('SHOW DATABASES')).flatMap(({ rows }) => rows.map(({ name }) => name))
  const isThere = names.includes(database)
  const steps: SetupStep[] = []
  let policies: Policy[] = []
  if (isThere) {
    steps.push({ what: `database ${database}`, state: 'there' })
    policies = (await ask(`SHOW RETENTION POLICIES ON ${db}`)).flatMap(({ rows }) => rows.map(policyOf))
  } else {
    await execute(
      `CREATE DATABASE ${db} WITH DURATION ${duration(config.retentionMs)} REPLICATION 1 NAME "${RAW_POLICY}"`,
    )
    steps.push({ what: `database ${database}`, state: 'made' })
    policies = [{ name: RAW_POLICY, retentionMs: config.retentionMs, isDefault: true }]
  }

  const wanted = [
    {
      policy: policies.find(({ isDefault }) => isDefault),
      name: RAW_POLICY,
      ms: config.retentionMs,
      isDefault: true,
    },
    {
      policy: policies.find(({ name }) => name === ROLL_UP_POLICY),
      name: ROLL_UP_POLICY,
      ms: config.rollUpRetentionMs,
      isDefault: false,
    },
  ]
  for (const { policy, name, ms, isDefault } of wanted) {
    const what = `retention policy ${policy?.name ?? name} of ${database}${isDefault ? ' (default)' : ''}`
    if (policy === undefined) {
      await execute(
        `CREATE RETENTION POLICY "${name}" ON ${db} DURATION ${duration(ms)} REPLICATION 1${isDefault ? ' DEFAULT' : ''}`,
      )
      steps.push({ what: `${what}, ${daysText(ms)}`, state: 'made' })
      continue
    }
    const alter = `ALTER RETENTION POLICY ${quoteName(policy.name)} ON ${db} DURATION ${duration(ms)}`
    const step = retentionStep(what, { has: policy.retentionMs, wants: ms, by: alter })
    if (step.state === 'changed') await execute(alter)
    steps.push(!isThere && isDefault ? { ...step, state: 'made' } : step)
  }
  if (access !== undefined) steps.push(...(await makeUsers({ client, config, dryRun }, access)))
  return steps
}

function policyOf(row: Readonly<Record<string, unknown>>): Policy {
  return {
    name: String(row.name),
    retentionMs: parseDuration(String(row.duration)),
    isDefault: row.default === true,
  }
}

/** As the database writes it: 9600h0m0s; 0s is for ever. */
function parseDuration(text: string): number {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000 }
  const ms = [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  )
  return ms === 0 ? FOR_EVER : ms
}

/** The largest unit that is exact. */
function duration(ms: number): string {
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${Math.ceil(ms / 1_000)}s`
}
