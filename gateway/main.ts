import { randomUUID } from 'node:crypto'
import { runCommand, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { createLogger } from '../contracts/logger.ts'
import { gatewayCommand } from './command-line.ts'
import { systemTimeService } from './delivery/time-service.ts'

const terminal = terminalOf(process)

process.exitCode = await runCommand(terminal, () =>
  gatewayCommand(terminal, {
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    timeService: systemTimeService,
    createLogger: (level) => createLogger({ name: 'gateway', level }),
  }),
)
