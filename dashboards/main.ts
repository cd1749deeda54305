import { readFileSync, writeFileSync } from 'node:fs'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { CodedError } from '../contracts/errors.ts'
import { dashboardFiles, FOLDER } from './grafana/files.ts'

const USAGE = `Dashboards of Grafana, made from dashboards/grafana/.

  npm run dashboards                 writes the JSON of all dashboards
  npm run dashboards -- check        writes nothing, and fails when one of them is not as it should be
`

const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const

/** What this composition root can do. Key: the first argument; `write` is the default. */
const COMMANDS: Readonly<Record<string, (terminal: Terminal) => number | Promise<number>>> = {
  write: (terminal) => dashboards(terminal, true),
  check: (terminal) => dashboards(terminal, false),
}

function dashboards(terminal: Terminal, isWritten: boolean): number {
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

async function run(terminal: Terminal): Promise<number> {
  const [first = 'write', ...rest] = terminal.argv
  const command = COMMANDS[first]
  if (command === undefined || !Object.hasOwn(COMMANDS, first)) {
    const { values } = parseCommandLine(terminal.argv, HELP)
    if (!values.help) throw new CodedError('USAGE', `there is no command ${first}`)
    terminal.out(USAGE)
    return EXIT.ok
  }
  const { values, positionals } = parseCommandLine(rest, HELP)
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `${positionals[0]} is one word too many`)
  return command(terminal)
}

const terminal = terminalOf(process)
process.exitCode = await runCommand(terminal, () => run(terminal))
