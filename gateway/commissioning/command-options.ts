import { parseCommandLine } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const

/** Every option of the gateway command, whichever of its commands knows it. */
const OPTIONS = {
  config: TEXT,
  gateway: TEXT,
  json: FLAG,
  'log-level': TEXT,
  help: FLAG,
  watch: FLAG,
  bus: TEXT,
  device: TEXT,
  unit: TEXT,
  table: TEXT,
  from: TEXT,
  to: TEXT,
  timeout: TEXT,
  block: TEXT,
  looks: TEXT,
  every: TEXT,
  pause: TEXT,
  yaml: TEXT,
  driver: TEXT,
  serial: TEXT,
  baud: TEXT,
  parity: TEXT,
  'data-bits': TEXT,
  'stop-bits': TEXT,
  host: TEXT,
  port: TEXT,
  sensor: TEXT,
  by: TEXT,
  reason: TEXT,
  id: TEXT,
  'dry-run': FLAG,
  health: FLAG,
} as const
type Option = keyof typeof OPTIONS

const EVERYWHERE: readonly Option[] = ['help', 'log-level', 'config', 'gateway']
const LINE: readonly Option[] = [
  'driver',
  'serial',
  'baud',
  'parity',
  'data-bits',
  'stop-bits',
  'host',
  'port',
]

/** What each command knows beyond that. Key: the command. */
const KNOWN = {
  run: [],
  check: ['json'],
  read: ['json', 'watch', 'device'],
  scan: ['json', 'bus', 'from', 'to', 'timeout', ...LINE],
  probe: [
    ...(['json', 'bus', 'device', 'unit', 'table', 'from', 'to', 'timeout'] as const),
    ...(['block', 'looks', 'every', 'pause', 'yaml'] as const),
    ...LINE,
  ],
  health: ['json'],
  release: ['sensor', 'by', 'reason'],
  annunciator: ['id', 'dry-run', 'health', 'json'],
} as const satisfies Record<string, readonly Option[]>

export type Command = keyof typeof KNOWN
export type CommandOptions = ReturnType<typeof parseCommandLine<typeof OPTIONS>>['values']

/** @throws CodedError USAGE for a command or an option that it does not know. */
export function parseGatewayCommand(argv: readonly string[]): { command: Command; options: CommandOptions } {
  const { values: options, positionals } = parseCommandLine(argv, OPTIONS)
  const [name = 'run', ...more] = positionals
  if (more.length > 0) throw new CodedError('USAGE', `unexpected argument "${more[0]}"`)
  const command = (Object.keys(KNOWN) as Command[]).find((known) => known === name)
  if (command === undefined) throw new CodedError('USAGE', `unknown command "${name}"`)
  const known: readonly string[] = [...EVERYWHERE, ...KNOWN[command]]
  const foreign = Object.keys(options).find((option) => !known.includes(option))
  if (foreign !== undefined && options.help !== true)
    throw new CodedError('USAGE', `gateway ${command} has no option --${foreign}`)
  return { command, options }
}

/** @throws CodedError USAGE when it is missing or empty. */
export function required(options: CommandOptions, option: Option & keyof CommandOptions): string {
  const value = options[option]
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new CodedError('USAGE', `--${option} is missing`)
}
