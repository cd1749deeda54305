import { readFileSync, writeFileSync } from 'node:fs'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import { dashboardFiles, FOLDER } from './grafana/files.ts'
import { provisionCommand } from './grafana/provisioning/provision-command.ts'
import { annotateCommand } from './grafana/push/annotate-command.ts'
import { silenceCommand } from './grafana/push/silence-command.ts'
import { rulePanels } from './grafana/rule-panels.ts'

const HELP = `Dashboards of Grafana, and all that Grafana is provisioned with (docs/grafana.md).

  npm run dashboards                    writes the JSON of all dashboards, from dashboards/grafana/
  npm run dashboards -- check           writes nothing, and fails when one of them is not as it should be
  npm run dashboards -- provision ...   data source, alert rules and notifications, from facility files
  npm run dashboards -- annotate ...    marks occurrences of alarms on the graphs of Grafana, through its HTTP API
  npm run dashboards -- silence ...     silences in Grafana what is shelved or out of service

provision, annotate and silence have a --help of their own.
`

type Command = (terminal: Terminal, args: readonly string[]) => number | Promise<number>

/** What this composition root can do. Key: the first argument; `write` is the default. */
const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['write', (terminal, args) => dashboards(terminal, args, true)],
  ['check', (terminal, args) => dashboards(terminal, args, false)],
  ['provision', (terminal, args) => provisionCommand(terminal, args, rulePanels())],
  ['annotate', annotateCommand],
  ['silence', (terminal, args) => silenceCommand(terminal, args, systemClock)],
])

function run(terminal: Terminal): number | Promise<number> {
  const [first, ...rest] = terminal.argv
  const isNamed = first !== undefined && !first.startsWith('-')
  const command = COMMANDS.get(isNamed ? first : 'write')
  if (command === undefined) throw new CodedError('USAGE', `there is no command ${first}`)
  return command(terminal, isNamed ? rest : terminal.argv)
}

function dashboards(terminal: Terminal, args: readonly string[], isWritten: boolean): number {
  const { values, positionals } = parseCommandLine(args, {
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `unexpected argument "${positionals.join(' ')}"`)
  const drifted = [...dashboardFiles()].filter(([file, text]) => textOf(file) !== text)
  for (const [file, text] of drifted) {
    if (isWritten) {
      writeFileSync(urlOf(file), text)
      terminal.out(`${FOLDER}/${file}\n`)
    } else terminal.err(`${FOLDER}/${file} is not what its sources say: run npm run dashboards\n`)
  }
  return isWritten || drifted.length === 0 ? EXIT.ok : EXIT.failed
}

function urlOf(file: string): URL {
  return new URL(`../${FOLDER}/${file}`, import.meta.url)
}

/** Undefined for a file that is not there yet. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(urlOf(file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const terminal = terminalOf(process)
process.exitCode = await runCommand(terminal, async () => run(terminal))
