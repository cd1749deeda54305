import { randomUUID } from 'node:crypto'
import { runCommand, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { createLogger } from '../contracts/logger.ts'
import { sinceBoot } from '../contracts/since-boot.ts'
import { gatewayCommand } from './command-line.ts'
import { systemTimeService } from './delivery/time-service.ts'

/** Of Linux; elsewhere there is none of that name. */
const MEMORY_FOLDER = '/dev/shm'

const terminal = terminalOf(process)

process.exitCode = await runCommand(terminal, () =>
  gatewayCommand(terminal, {
    clock: systemClock,
    random: Math.random,
    randomId: randomUUID,
    timeService: systemTimeService,
    sinceBoot,
    memoryFolder: MEMORY_FOLDER,
    createLogger: (level) => createLogger({ name: 'gateway', level }),
  }),
)
