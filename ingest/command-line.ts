import { parseArgs } from 'node:util'
import { type GivenCredentials, givenCredentials } from '../contracts/broker-credentials.ts'
import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { FacilityReader } from '../contracts/facility-reader.ts'
import { inspectFacilities, loadFacilities } from '../contracts/facility-set.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { LOG_LEVELS, type LogLevel } from '../contracts/logger.ts'
import { VERSION } from '../contracts/version.ts'
import { HELP } from './command-help.ts'
import { adminCommand, type SetAdmin } from './commands/admin.ts'
import { alarmsCommand } from './commands/alarms.ts'
import { type BackUp, backupCommand } from './commands/backup.ts'
import { checkCommand } from './commands/check.ts'
import type { DeployTools } from './commands/deploy.ts'
import { healthCommand } from './commands/health.ts'
import { rejectsCommand } from './commands/rejects.ts'
import { setupCommand } from './commands/setup.ts'
import { type WhatIfTools, whatIfCommand } from './commands/whatif.ts'
import type { ReadFiles } from './reload.ts'
import type { Access } from './store/influx/access-file.ts'
import { type StoreSecrets, storeSecrets } from './store/store-plan.ts'

/** A server that runs, as the command needs it. */
export interface StartedServer {
  http: { host: string; port: number; isTls: boolean }
  /** For the first administrator, when there is none. */
  firstLink?: { code: string; until: number } | undefined
  /** @throws CodedError with all that is wrong; it has been logged */
  reload(): Promise<unknown>
  stop(): Promise<void>
}

export type StartServer = (options: {
  facilities: readonly Facility[]
  level: LogLevel
  read: ReadFiles
  credentials: GivenCredentials
  store: StoreSecrets
  env: Terminal['env']
}) => Promise<StartedServer>

const COMMANDS = ['run', 'check', 'setup', 'health', 'backup']

/** What the command hands its work to. */
export interface ServerTools {
  start: StartServer
  backUp: BackUp
  whatIf: WhatIfTools
  setAdmin: SetAdmin
  /** Makes a password that nobody can guess. */
  secret: () => string
  /** Only where people start the command. */
  deploy?: () => Promise<DeployTools>
  clock: Clock
}

/** The `ingest` command. @throws CodedError USAGE, or what is wrong with a facility file or the start. */
export async function serverCommand(terminal: Terminal, tools: ServerTools): Promise<number> {
  // They have options of their own.
  if (isCommand(terminal.argv, 'admin')) return adminCommand(terminal, tools.setAdmin)
  if (isCommand(terminal.argv, 'alarms')) return alarmsCommand(terminal)
  if (isCommand(terminal.argv, 'rejects')) return rejectsCommand(terminal, tools.clock.wall())
  if (tools.deploy !== undefined && isCommand(terminal.argv, 'deploy')) {
    const { deployCommand } = await import('./commands/deploy.ts')
    return deployCommand(terminal, await tools.deploy(), tools.clock)
  }
  if (isCommand(terminal.argv, 'whatif')) return whatIfCommand(terminal, tools.whatIf, tools.clock)
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    'log-level': { type: 'string', default: 'info' },
    'dry-run': { type: 'boolean', default: false },
    tokens: { type: 'string' },
    rotate: { type: 'boolean', default: false },
    ready: { type: 'boolean', default: false },
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
  if (!COMMANDS.includes(command)) throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const { json, 'dry-run': dryRun } = values
  if (command === 'check') return checkCommand(terminal, inspectFacilities(values.config ?? []), json)
  const facilities = loadFacilities(values.config ?? [])
  switch (command) {
    case 'health':
      return healthCommand(terminal, facilities, { json, ready: values.ready })
    case 'setup':
      return setupCommand(terminal, facilities, {
        ...{ json, dryRun, clock: tools.clock },
        ...accessOf(values, tools),
      })
    case 'backup':
      return backupCommand(terminal, { facilities, files, json }, tools.backUp)
    default:
      return run(terminal, tools, { facilities, level, paths: values.config ?? [] })
  }
}

async function run(
  terminal: Terminal,
  { start }: ServerTools,
  { paths, ...options }: { facilities: readonly Facility[]; level: LogLevel; paths: readonly string[] },
): Promise<number> {
  let server: StartedServer | undefined
  const reader = new FacilityReader(paths)
  // What is wrong has been logged; before the server runs there is nothing to reload.
  terminal.onHangup?.(() => void server?.reload().catch(() => undefined))
  server = await start({
    ...options,
    read: (known) => reader.read(known),
    credentials: givenCredentials(terminal.env),
    store: storeSecrets(terminal.env),
    env: terminal.env,
  })
  terminal.out(`Davylamp ${VERSION}: ${urlOf(server.http)}\n`)
  const [main] = options.facilities
  if (server.firstLink !== undefined && main !== undefined)
    terminal.out(firstLinkText(server.firstLink, server.http, main))
  await terminal.stopped
  await server.stop()
  await reader.close()
  return EXIT.ok
}

/** @throws CodedError USAGE for --rotate without a folder */
function accessOf(
  { tokens, rotate }: { tokens?: string | undefined; rotate: boolean },
  { secret }: ServerTools,
): { access?: Access } {
  if (tokens !== undefined) return { access: { folder: tokens, rotate, secret } }
  if (rotate) throw new CodedError('USAGE', '--rotate is for --tokens DIR')
  return {}
}

function urlOf({ host, port, isTls }: StartedServer['http']): string {
  return `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
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

/** Where nobody can sign in yet. It is told here and nowhere else: only its hash is kept. */
function firstLinkText(
  { code, until }: { code: string; until: number },
  http: StartedServer['http'],
  { server, timezone }: Pick<Facility, 'server' | 'timezone'>,
): string {
  const isAny = http.host === '0.0.0.0' || http.host === '::'
  const [named = '127.0.0.1'] = isAny ? server.hosts : [http.host]
  const [host = named] = named.split(/:(?=\d+$)/)
  const link = `${urlOf({ ...http, host })}/#/welcome/${code}`
  return `Nobody can administer this server yet. Who opens this link does; it is good once, until ${formatIso(until, timezone)}:\n${link}\n`
}
