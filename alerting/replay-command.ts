import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import { loadFacility } from '../contracts/facility-load.ts'
import { parseReplayLine, Replay } from './replay.ts'

const USAGE = `Runs recorded readings and operator actions through the alarms of a facility file, in virtual time.

  npm run replay -- --config F --input FILE.ndjson      (- is stdin)

Input, one JSON object a line, in order of arrival:
  {"time":ms,"sensor":"T-1","value":12,"quality":"good","reason":".."?,"arrival":ms?}
  {"time":ms,"action":A,"alarm":"T-1.H","by":"..","for":"30s"?,"reason":".."?}
      A: acknowledge, shelve, unshelve, suppress, unsuppress, out-of-service, return-to-service, reset, silence;
      where it takes two people "approvedBy":"..", of a shelving "oneShot":true
  {"time":ms,"action":"change","alarm":"T-1.H","changes":{"limit":15,"deadband":1,"onDelay":"2s","offDelay":"5s",
   "priority":"high"},"by":"..","approvedBy":"..","reason":".."}      any of these settings, as at run time
  {"time":ms,"advance":true}

Every line moves the clock to its arrival, or else its time; what falls due by then happens first, at its own time.
The end of the input moves nothing. Lines that are blank say nothing.

Output, one JSON object a line: every transition, and {"time":..,"alarm":..,"refused":CODE}.
Exit status: 0 ok, 1 failed or stopped, 2 bad usage.
`

/** Somebody who waits hears how far it is this often, ms. */
const PROGRESS_MS = 2_000

/** `npm run replay`. @throws CodedError USAGE, CONFIG_*; REQUEST_INVALID or SENSOR_UNKNOWN with file and line */
export async function replayCommand(terminal: Terminal, stdin: Readable, clock: Clock): Promise<number> {
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
  const name = values.input === '-' ? 'stdin' : values.input
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let isStopped = false
  void terminal.stopped.then(() => {
    isStopped = true
    lines.close()
    input.destroy()
  })
  let number = 0
  let told = clock.monotonic()
  try {
    for await (const line of lines) {
      if (isStopped) break
      number += 1
      // A byte order mark goes with the blanks.
      const text = line.trim()
      if (text === '') continue
      for (const result of run.feed(parseReplayLine(text))) terminal.out(`${JSON.stringify(result)}\n`)
      if (clock.monotonic() - told < PROGRESS_MS) continue
      told = clock.monotonic()
      terminal.err(`${number} lines read\n`)
    }
  } catch (error) {
    if (isStopped) return stopped(terminal, number)
    if (error instanceof CodedError) throw new CodedError(error.code, `${name}:${number}: ${error.detail}`)
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new CodedError('CONFIG_UNREADABLE', `${name}: ${(error as Error).message}`, { cause: error })
  }
  return isStopped ? stopped(terminal, number) : EXIT.ok
}

function stopped(terminal: Terminal, lines: number): number {
  terminal.err(`stopped after ${lines} lines\n`)
  return EXIT.failed
}
