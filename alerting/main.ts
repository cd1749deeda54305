import { writeFileSync } from 'node:fs'
import { EXIT, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'

/** What this composition root can do. Key: the first argument; `replay` is the default. Each loads what it needs. */
const COMMANDS: Readonly<Record<string, (terminal: Terminal) => Promise<number>>> = {
  replay: async (terminal) => {
    const { replayCommand } = await import('./replay-command.ts')
    return replayCommand(terminal, process.stdin, systemClock)
  },
  journal: async (terminal) => {
    const { journalCommand } = await import('./journal/journal-command.ts')
    return journalCommand(terminal, { clock: systemClock, stdin: process.stdin })
  },
  report: async (terminal) => {
    const { reportCommand } = await import('./kpi/report-command.ts')
    return reportCommand(terminal, systemClock)
  },
  watchdog: async (terminal) => {
    const { watchdogCommand } = await import('./watchdog/watchdog-command.ts')
    const { LoneDevice } = await import('../simulators/lone-device.ts')
    const { createLogger } = await import('../contracts/logger.ts')
    return watchdogCommand(terminal, {
      clock: systemClock,
      createLogger: (level) => createLogger({ name: 'watchdog', level }),
      // The gateway decodes what somebody else has encoded.
      makeDevice: (facility, { sensor, device: address }, logger) =>
        new LoneDevice({ facility, sensor, address, clock: systemClock, logger }),
    })
  },
  docs: writeDocs,
}

/** Part of `npm run docs`. */
async function writeDocs(): Promise<number> {
  const { openApiDocument } = await import('./api/document.ts')
  const { lifecyclePage } = await import('./lifecycle-page.ts')
  const { hazardLifecyclePage } = await import('./register/hazard/lifecycle-page.ts')
  const folder = new URL('../docs/reference/', import.meta.url)
  const openApi = `${JSON.stringify(await openApiDocument(), null, 2)}\n`
  writeFileSync(new URL('openapi.json', folder), openApi)
  writeFileSync(new URL('lifecycle.md', folder), lifecyclePage())
  writeFileSync(new URL('hazard-lifecycle.md', folder), hazardLifecyclePage())
  return EXIT.ok
}

const [first = 'replay', ...rest] = process.argv.slice(2)
const isNamed = Object.hasOwn(COMMANDS, first)
const command = COMMANDS[isNamed ? first : 'replay']
const terminal = terminalOf(process, isNamed ? rest : process.argv.slice(2))
process.exitCode = await runCommand(terminal, async () =>
  command === undefined ? EXIT.usage : command(terminal),
)
