import { parseArgs } from 'node:util'
import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { loadFacilities } from '../contracts/facility-set.ts'
import { LOG_LEVELS, type LogLevel } from '../contracts/logger.ts'
import { secretFrom } from '../contracts/secret.ts'
import { VERSION } from '../contracts/version.ts'
import { type BackUp, backupCommand } from './commands/backup.ts'
import { rejectsCommand } from './commands/rejects.ts'
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
  npm run ingest -- backup FILE --config F [--json]
  npm run ingest -- rejects --config F ...

  run      start the server (default); Ctrl-C stops it
  check    validate facility files and say what this release does not do yet
  backup   copy journal, alarm states and loss ledger into a file, while the server runs or not
  rejects  what was refused and why; rejects --help says more

  --config F       facility file, or a folder of them; may be repeated
  --log-level L    ${LOG_LEVELS.join(', ')} (default info); logs are JSON lines on stderr
  --json           print the result of check or backup as JSON
  --help           this text

Environment: DAVYLAMP_MQTT_PASSWORD, or a file that DAVYLAMP_MQTT_PASSWORD_FILE names: the password of
mqtt.username at the broker.
Exit status: 0 ok, 1 failed, 2 bad usage.
Commands setup and admin come with later releases.
`

const LATER_COMMANDS = ['setup', 'admin']

/** What the command hands its work to. */
export interface ServerTools {
  start: StartServer
  backUp: BackUp
  clock: Clock
}

/** The `ingest` command. @throws CodedError USAGE, or what is wrong with a facility file or the start. */
export async function serverCommand(
  terminal: Terminal,
  { start, backUp, clock }: ServerTools,
): Promise<number> {
  if (isCommand(terminal.argv, 'rejects')) return rejectsCommand(terminal, clock.wall())
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    'log-level': { type: 'string', default: 'info' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [command = 'run', ...surplus] = positionals
  if (command === 'backup') {
    const facilities = loadFacilities(values.config ?? [])
    return backupCommand(terminal, { facilities, files: surplus, json: values.json }, backUp)
  }
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  if (LATER_COMMANDS.includes(command))
    throw new CodedError('CONFIG_NOT_BUILT', `npm run ingest -- ${command}`)
  if (command !== 'run' && command !== 'check') throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const facilities = loadFacilities(values.config ?? [])
  if (command === 'check') return check(terminal, facilities, values.json)

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

/** True when the first word that is no option, nor the value of one, is this command. */
function isCommand(argv: readonly string[], command: string): boolean {
  const { positionals } = parseArgs({
    args: [...argv],
    options: { config: { type: 'string', multiple: true } },
    allowPositionals: true,
    strict: false,
  })
  return positionals[0] === command
}

function check(terminal: Terminal, facilities: readonly Facility[], json: boolean): number {
  for (const facility of facilities) checkServer(facility)
  const report = facilities.map(({ id, file, digest, sensors, gateways, foreign, notBuilt }) => ({
    facility: id,
    file,
    digest,
    gateways: gateways.length,
    foreignDevices: foreign.length,
    foreignSensors: foreign.reduce((sum, device) => sum + device.sensors.length, 0),
    sensors: sensors.size,
    alarms: [...sensors.values()].reduce((sum, sensor) => sum + sensor.alarms.length, 0),
    notBuilt,
  }))
  if (json) {
    terminal.out(`${JSON.stringify(report)}\n`)
    return EXIT.ok
  }
  for (const {
    facility,
    file,
    gateways,
    foreignDevices,
    foreignSensors,
    sensors,
    alarms,
    notBuilt,
  } of report) {
    const foreign = foreignDevices === 0 ? '' : ` (${foreignSensors} of ${foreignDevices} foreign devices)`
    terminal.out(
      `${file}: ok, ${facility}: ${gateways} gateways, ${sensors} sensors${foreign}, ${alarms} alarms\n`,
    )
    for (const text of notBuilt) terminal.out(`  not built yet: ${text}\n`)
  }
  return EXIT.ok
}
