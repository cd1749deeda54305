import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Access } from '../store/influx/access-file.ts'
import { codedError } from '../store/influx/answer-error.ts'
import { InfluxClient } from '../store/influx/influx-client.ts'
import { checkApi, type SetupStep } from '../store/influx/setup-steps.ts'
import { setUpV1 } from '../store/influx/setup-v1.ts'
import { setUpV2 } from '../store/influx/setup-v2.ts'
import { storePlan } from '../store/store-plan.ts'

export interface SetupOptions {
  json: boolean
  /** Says what would be done and does nothing. */
  dryRun: boolean
  /** Makes the access of server and Grafana too. */
  access?: Access
  clock: Clock
}

interface SetupReport {
  store: 'embedded' | 'influxdb'
  url?: string
  version?: string
  dryRun: boolean
  steps: SetupStep[]
}

/**
 * Makes in the database what the server needs of it, and leaves alone what is there. Doing it again does
 * nothing. @throws CodedError when the database cannot be reached, refuses, or is not what the file says
 */
export async function setupCommand(
  terminal: Terminal,
  facilities: readonly Facility[],
  options: SetupOptions,
): Promise<number> {
  const [main] = facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const report = await setUp(main, terminal, options)
  terminal.out(options.json ? `${JSON.stringify(report)}\n` : textOf(report))
  return report.steps.some(({ state }) => state === 'refused') ? EXIT.failed : EXIT.ok
}

async function setUp(
  main: Facility,
  terminal: Terminal,
  { dryRun, access, clock }: SetupOptions,
): Promise<SetupReport> {
  const { store: config } = main
  if (config.kind === 'embedded') return { store: 'embedded', dryRun, steps: [] }
  const client = new InfluxClient(storePlan(main, terminal.env))
  try {
    const version = await client.version()
    checkApi(config.api, version)
    const steps = await (config.api === 'v1' ? setUpV1 : setUpV2)({ client, config, dryRun, access })
    return { store: 'influxdb', url: config.url ?? '', version, dryRun, steps }
  } catch (error) {
    throw codedError(error, clock.wall())
  } finally {
    client.close()
  }
}

const WORDS = {
  made: 'made',
  changed: 'changed',
  there: 'was there',
  differs: 'DIFFERS',
  refused: 'REFUSED',
  unneeded: 'not needed',
} as const
const DRY_WORDS = {
  made: 'would be made',
  changed: 'would be changed',
  there: 'is there',
  differs: 'DIFFERS',
  refused: 'REFUSED',
  unneeded: 'not needed',
} as const

function textOf({ store, url, version, dryRun, steps }: SetupReport): string {
  if (store === 'embedded')
    return 'store.kind is embedded: there is nothing to set up, the server makes its file by itself.\n'
  const words = dryRun ? DRY_WORDS : WORDS
  const lines = steps.map(
    ({ what, state, note }) => `  ${what}: ${words[state]}${note === undefined ? '' : ` (${note})`}`,
  )
  const done = steps.some(({ state }) => state === 'made' || state === 'changed')
  const end = done ? '' : '  nothing to do\n'
  return `InfluxDB ${version === '' ? 'of unknown version' : version} at ${url}\n${lines.join('\n')}\n${end}`
}
