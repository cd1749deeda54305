import { describe } from 'vitest'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { type OpenRegister, registerSuites, threadSuites } from './suites.ts'

const given = { clock: systemClock, logger: silentLogger }
const openMemory: OpenRegister = (steps) =>
  openRegisterDatabase({ ...given, kind: 'memory', ...(steps && { steps }) })
const openThread: OpenRegister = (steps) =>
  openRegisterDatabase({
    ...given,
    kind: 'sqlite',
    folder: temporaryFolder(),
    ...(steps && { steps }),
  })

describe.each(registerSuites)('the register on SQLite in memory: $name', ({ run }) => run(openMemory))
describe.each(threadSuites)('the register on SQLite in a thread: $name', ({ run }) => run(openThread))
