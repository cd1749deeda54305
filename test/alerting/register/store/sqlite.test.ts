import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { type OpenRegister, registerSuites, threadSuites } from './suites.ts'

const root = mkdtempSync(join(tmpdir(), 'davylamp-register-'))
afterAll(() => rmSync(root, { recursive: true }))

const given = { clock: systemClock, logger: silentLogger }
const openMemory: OpenRegister = (steps) =>
  openRegisterDatabase({ ...given, kind: 'memory', ...(steps && { steps }) })
const openThread: OpenRegister = (steps) =>
  openRegisterDatabase({
    ...given,
    kind: 'sqlite',
    folder: mkdtempSync(join(root, 'server-')),
    ...(steps && { steps }),
  })

describe.each(registerSuites)('the register on SQLite in memory: $name', ({ run }) => run(openMemory))
describe.each(threadSuites)('the register on SQLite in a thread: $name', ({ run }) => run(openThread))
