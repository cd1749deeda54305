import { randomUUID } from 'node:crypto'
import { runCommand, type Terminal } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { createLogger } from '../contracts/logger.ts'
import { gatewayCommand } from './command-line.ts'

const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve())
  process.once('SIGTERM', () => resolve())
})

const terminal: Terminal = {
  argv: process.argv.slice(2),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stopped,
}

process.exitCode = await runCommand(terminal, () =>
  gatewayCommand(terminal, {
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    createLogger: (level) => createLogger({ name: 'gateway', level }),
  }),
)
