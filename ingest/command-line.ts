import { parseArgs } from 'node:util'
import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { loadFacilities } from '../contracts/facility-set.ts'
import { LOG_LEVELS, type LogLevel } from '../contracts/logger.ts'
import { secretFrom } from '../contracts/secret.ts'
import { VERSION } from '../contracts/version.ts'
import { HELP } from './command-help.ts'
import { type BackUp, backupCommand } from './commands/backup.ts'
import { rejectsCommand } from './commands/rejects.ts'
import { setupCommand } from './commands/setup.ts'
import { type WhatIfTools, whatIfCommand } from './commands/whatif.ts'
import { checkServer } from './server-check.ts'
import type { StorePlan } from './store/store-plan.ts'

/** A server that runs, as the command needs it. */
export interface StartedServer {
  http: { host: string; port: number }
  stop(): Promise<void>
}

export type StartServer = (options: {
  facilities: readonly Facility[]
  level: LogLevel
  password: string | undefined
  store: Pick<StorePlan, 'token' | 'password'>
}) => Promise<StartedServer>

const COMMANDS = ['run', 'check', 'setup', 'backup']
const LATER_COMMANDS = ['admin']

/** What the command hands its work to. */
export interface ServerTools {
  start: StartServer
  backUp: BackUp
  whatIf: WhatIfTools
  clock: Clock
}

/** The `ingest` command. @throws CodedError USAGE, or what is wrong with a facility file or the start. */
export async function serverCommand(terminal: Terminal, tools: ServerTools): Promise<number> {
  // They have options of their own.
  if (isCommand(terminal.argv, 'rejects')) return rejectsCommand(terminal, tools.clock.wall())
  if (isCommand(terminal.argv, 'whatif')) return whatIfCommand(terminal, tools.whatIf, tools.clock)
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
  const [command = 'run', ...files] = positionals
  if (files.length > 0 && command !== 'backup')
    throw new CodedError('USAGE', `unexpected argument "${files.join(' ')}"`)
  if (LATER_COMMANDS.includes(command))
    throw new CodedError('CONFIG_NOT_BUILT', `npm run ingest -- ${command}`)
  if (!COMMANDS.includes(command)) throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const facilities = loadFacilities(values.config ?? [])
  const { json, 'dry-run': dryRun } = values
  switch (command) {
    case 'check':
      return check(terminal, facilities, json)
    case 'setup':
      return setupCommand(terminal, facilities, { json, dryRun, clock: tools.clock })
    case 'backup':
      return backupCommand(terminal, { facilities, files, json }, tools.backUp)
    default:
      return run(terminal, tools, { facilities, level })
  }
}

async function run(
  terminal: Terminal,
  { start }: ServerTools,
  options: { facilities: readonly Facility[]; level: LogLevel },
): Promise<number> {
  const server = await start({
    ...options,
    password: secretFrom(terminal.env, 'DAVYLAMP_MQTT_PASSWORD'),
    store: {
      token: secretFrom(terminal.env, 'DAVYLAMP_STORE_TOKEN'),
      password: secretFrom(terminal.env, 'DAVYLAMP_STORE_PASSWORD'),
    },
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
