import { randomUUID } from 'node:crypto'
import { runCommand, terminalOf } from '../../../contracts/cli.ts'
import { createLogger } from '../../../contracts/logger.ts'
import { sinceBoot } from '../../../contracts/since-boot.ts'
import { gatewayCommand } from '../../../gateway/command-line.ts'
import { systemTimeService } from '../../../gateway/delivery/time-service.ts'
import { enterDrill } from './drilled-process.ts'

// `npm run gateway` as it is, but for a clock that can be stepped and epochs that bear the name of the run.
const { life, clock, argv } = enterDrill(process)
const terminal = terminalOf(process, argv)

process.exitCode = await runCommand(terminal, () =>
  gatewayCommand(terminal, {
    clock,
    random: Math.random,
    sinceBoot,
    timeService: systemTimeService,
    memoryFolder: '/dev/shm',
    randomId: () => `${life}.${randomUUID().slice(0, 8)}`,
    createLogger: (level) => createLogger({ name: life, level }),
  }),
)
