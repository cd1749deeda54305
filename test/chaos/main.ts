import { runCommand, terminalOf } from '../../contracts/cli.ts'
import { chaosCommand } from './command.ts'

const terminal = terminalOf(process)
process.exitCode = await runCommand(terminal, () => chaosCommand(terminal))
