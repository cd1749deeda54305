import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { CodedError } from '../contracts/errors.ts'
import { loadFacility } from '../contracts/facility-load.ts'
import { parseReplayLine, Replay } from './replay.ts'

const USAGE = `Runs recorded readings and operator actions through the alarms of a facility file, in virtual time.

  npm run replay -- --config F --input FILE.ndjson      (- is stdin)

Input, one JSON object a line, in order of arrival:
  {"time":ms,"sensor":"T-1","value":12,"quality":"good","arrival":ms?}
  {"time":ms,"action":"acknowledge","alarm":"T-1.H","by":"..","for":"30s"?,"reason":".."?}
  {"time":ms,"advance":true}

Output, one JSON object a line: every transition, and {"time":..,"alarm":..,"refused":CODE}.
`

async function replay(terminal: Terminal, stdin: Readable): Promise<number> {
  const { values } = parseCommandLine(terminal.argv, {
    config: { type: 'string' },
    input: { type: 'string', default: '-' },
    json: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  if (values.config === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const run = new Replay(loadFacility(values.config))
  const input = values.input === '-' ? stdin : createReadStream(values.input)
  let number = 0
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      if (text.trim() === '') continue
      for (const result of run.feed(parseReplayLine(text))) terminal.out(`${JSON.stringify(result)}\n`)
    }
  } catch (error) {
    if (error instanceof CodedError)
      throw new CodedError(error.code, `${values.input}:${number}: ${error.detail}`)
    throw new CodedError('CONFIG_UNREADABLE', `${values.input}: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return EXIT.ok
}

const [first, ...rest] = process.argv.slice(2)
const terminal = terminalOf(process, first === 'replay' ? rest : process.argv.slice(2))
process.exitCode = await runCommand(terminal, () => replay(terminal, process.stdin))
