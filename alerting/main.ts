import { createReadStream, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { CodedError } from '../contracts/errors.ts'
import { loadFacility } from '../contracts/facility-load.ts'
import { openApiDocument } from './api/document.ts'
import { lifecyclePage } from './lifecycle-page.ts'
import { parseReplayLine, Replay } from './replay.ts'

const USAGE = `Runs recorded readings and operator actions through the alarms of a facility file, in virtual time.

  npm run replay -- --config F --input FILE.ndjson      (- is stdin)

Input, one JSON object a line, in order of arrival:
  {"time":ms,"sensor":"T-1","value":12,"quality":"good","arrival":ms?}
  {"time":ms,"action":"acknowledge","alarm":"T-1.H","by":"..","for":"30s"?,"reason":".."?}
  {"time":ms,"advance":true}

Output, one JSON object a line: every transition, and {"time":..,"alarm":..,"refused":CODE}.
`

/** What this composition root can do. Key: the first argument; `replay` is the default. */
const COMMANDS: Readonly<Record<string, (terminal: Terminal) => Promise<number>>> = {
  replay: (terminal) => replay(terminal, process.stdin),
  docs: writeDocs,
}

async function replay(terminal: Terminal, stdin: Readable): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string' },
    input: { type: 'string', default: '-' },
    json: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `unknown argument "${positionals[0]}"`)
  if (values.config === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const run = new Replay(loadFacility(values.config))
  const input = values.input === '-' ? stdin : createReadStream(values.input)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      // A byte order mark goes with the blanks.
      const text = line.trim()
      if (text === '') continue
      for (const result of run.feed(parseReplayLine(text))) terminal.out(`${JSON.stringify(result)}\n`)
    }
  } catch (error) {
    if (error instanceof CodedError)
      throw new CodedError(error.code, `${values.input}:${number}: ${error.detail}`)
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new CodedError('CONFIG_UNREADABLE', `${values.input}: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return EXIT.ok
}

/** Part of `npm run docs`. */
async function writeDocs(): Promise<number> {
  const folder = new URL('../docs/reference/', import.meta.url)
  const openApi = `${JSON.stringify(await openApiDocument(), null, 2)}\n`
  writeFileSync(new URL('openapi.json', folder), openApi)
  writeFileSync(new URL('lifecycle.md', folder), lifecyclePage())
  return EXIT.ok
}

const [first = 'replay', ...rest] = process.argv.slice(2)
const isNamed = Object.hasOwn(COMMANDS, first)
const command = COMMANDS[isNamed ? first : 'replay']
const terminal = terminalOf(process, isNamed ? rest : process.argv.slice(2))
process.exitCode = await runCommand(terminal, async () =>
  command === undefined ? EXIT.usage : command(terminal),
)
