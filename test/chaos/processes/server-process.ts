import { backUpState } from '../../../alerting/journal/state-backup.ts'
import { whatIfTools } from '../../../alerting/what-if/tools.ts'
import { runCommand, terminalOf } from '../../../contracts/cli.ts'
import { createLogger } from '../../../contracts/logger.ts'
import { serverCommand } from '../../../ingest/command-line.ts'
import { randomId, startServer } from '../../../ingest/main.ts'
import { enterDrill } from './drilled-process.ts'

// `npm run ingest` as it is, but for a clock that can be stepped.
const { life, clock, argv } = enterDrill(process)
const terminal = terminalOf(process, argv)

process.exitCode = await runCommand(terminal, () =>
  serverCommand(terminal, {
    start: ({ level, ...options }) =>
      startServer({
        ...options,
        clock,
        randomId,
        random: Math.random,
        logger: createLogger({ name: life, level }),
      }),
    backUp: (backup) => backUpState({ ...backup, clock }),
    secret: () => 'a-secret',
    whatIf: whatIfTools,
    setAdmin: () => Promise.reject(new Error('drills have no people')),
    clock,
  }),
)
