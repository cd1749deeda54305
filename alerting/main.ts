import { writeFileSync } from 'node:fs'
import { EXIT, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { createLogger } from '../contracts/logger.ts'
import { LoneDevice } from '../simulators/lone-device.ts'
import { journalCommand } from './journal/journal-command.ts'
import { reportCommand } from './kpi/report-command.ts'
import { lifecyclePage } from './lifecycle-page.ts'
import { replayCommand } from './replay-command.ts'
import { watchdogCommand } from './watchdog/watchdog-command.ts'

/** What this composition root can do. Key: the first argument; `replay` is the default. */
const COMMANDS: Readonly<Record<string, (terminal: Terminal) => Promise<number>>> = {
  replay: (terminal) => replayCommand(terminal, process.stdin, systemClock),
  journal: (terminal) => journalCommand(terminal, { clock: systemClock, stdin: process.stdin }),
  report: (terminal) => reportCommand(terminal, systemClock),
  watchdog: (terminal) =>
    watchdogCommand(terminal, {
      clock: systemClock,
      createLogger: (level) => createLogger({ name: 'watchdog', level }),
      // The gateway decodes what somebody else has encoded.
      makeDevice: (facility, { sensor, device: address }, logger) =>
        new LoneDevice({ facility, sensor, address, clock: systemClock, logger }),
    }),
  docs: writeDocs,
}

/** Part of `npm run docs`. */
async function writeDocs(): Promise<number> {
  // The whole API, which nobody else here needs.
  const { openApiDocument } = await import('./api/document.ts')
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
