import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { loadFacilities } from '../contracts/facility-set.ts'
import { LOG_LEVELS, type LogLevel } from '../contracts/logger.ts'
import { secretFrom } from '../contracts/secret.ts'
import { VERSION } from '../contracts/version.ts'
import { setupCommand } from './commands/setup.ts'
import { checkServer } from './server-check.ts'

/** A server that runs, as the command needs it. */
export interface StartedServer {
  http: { host: string; port: number }
  stop(): Promise<void>
}

export type StartServer = (options: {
  facilities: readonly Facility[]
  level: LogLevel
  password: string | undefined
}) => Promise<StartedServer>

const HELP = `Davylamp server: ingest, alarms, API and console together.

  npm run ingest -- [run] --config F [--config G | --config FOLDER] [--log-level LEVEL]
  npm run ingest -- check --config F [--json]
  npm run ingest -- setup --config F [--dry-run] [--json]

  run      start the server (default); Ctrl-C stops it
  check    validate facility files and say what this release does not do yet
  setup    make in InfluxDB what the server needs: of 1.x database and retention policies, of 2.x buckets
           and mappings for InfluxQL. What is there is left alone; no retention is ever shortened.

  --config F       facility file, or a folder of them; may be repeated
  --log-level L    ${LOG_LEVELS.join(', ')} (default info); logs are JSON lines on stderr
  --dry-run        say what setup would do, and do nothing
  --json           print the result of check or setup as JSON
  --help           this text

Environment, each also as a file that {name}_FILE names:
  DAVYLAMP_MQTT_PASSWORD   the password of mqtt.username at the broker
  DAVYLAMP_STORE_TOKEN     the token of InfluxDB 2.x or 3.x. setup: one that may read orgs, and read and write
                           buckets and dbrps; the server: read and write of the buckets {bucket} and
                           {bucket}/rollup
  DAVYLAMP_STORE_PASSWORD  the password of store.username at InfluxDB 1.x. setup: of an administrator; the
                           server: of a user with all privileges on the database
Exit status: 0 ok, 1 failed, 2 bad usage.
Commands rejects, backup and admin come with later releases.
`

const COMMANDS = ['run', 'check', 'setup']
const LATER_COMMANDS = ['rejects', 'backup', 'admin']

/** The `ingest` command. @throws CodedError USAGE, or what is wrong with a facility file or the start. */
export async function serverCommand(terminal: Terminal, start: StartServer): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    'log-level': { type: 'string', default: 'info' },
    'dry-run': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [command = 'run', ...surplus] = positionals
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  if (LATER_COMMANDS.includes(command))
    throw new CodedError('CONFIG_NOT_BUILT', `npm run ingest -- ${command}`)
  if (!COMMANDS.includes(command)) throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const facilities = loadFacilities(values.config ?? [])
  if (command === 'check') return check(terminal, facilities, values.json)
  if (command === 'setup') {
    const options = { json: values.json, dryRun: values['dry-run'], clock: systemClock }
    return setupCommand(terminal, facilities, options)
  }

  const server = await start({
    facilities,
    level,
    password: secretFrom(terminal.env, 'DAVYLAMP_MQTT_PASSWORD'),
  })
  terminal.out(`Davylamp ${VERSION}: http://${server.http.host}:${server.http.port}\n`)
  await terminal.stopped
  await server.stop()
  return EXIT.ok
}

function check(terminal: Terminal, facilities: readonly Facility[], json: boolean): number {
  for (const facility of facilities) checkServer(facility)
  const report = facilities.map(({ id, file, digest, sensors, gateways, notBuilt }) => ({
    facility: id,
    file,
    digest,
    gateways: gateways.length,
    sensors: sensors.size,
    alarms: [...sensors.values()].reduce((sum, sensor) => sum + sensor.alarms.length, 0),
    notBuilt,
  }))
  if (json) {
    terminal.out(`${JSON.stringify(report)}\n`)
    return EXIT.ok
  }
  for (const { facility, file, gateways, sensors, alarms, notBuilt } of report) {
    terminal.out(`${file}: ok, ${facility}: ${gateways} gateways, ${sensors} sensors, ${alarms} alarms\n`)
    for (const text of notBuilt) terminal.out(`  not built yet: ${text}\n`)
  }
  return EXIT.ok
}
