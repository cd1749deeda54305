import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { type Logger, silentLogger } from '../../../../contracts/logger.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { ReportScene, reader } from './report-scene.ts'

const SECRETS = ['+8613800138000', 'li.lei@example.org', 'Li Lei of the night shift']
const SAID = 'A smell of chlorine near the eastern fence.'

test('no contact and no receipt is in the database, the journal or the log', async () => {
  const folder = temporaryFolder()
  const logged: unknown[] = []
  const log = (...given: unknown[]) => void logged.push(given)
  const logger: Logger = { ...silentLogger, debug: log, info: log, warn: log, error: log }
  const database = await openRegisterDatabase({ kind: 'sqlite', folder, clock: systemClock, logger })
  const scene = new ReportScene(database, {}, logger)
  const [phone = '', email = '', name = ''] = SECRETS
  const { number, receipt } = await scene.send({ text: SAID, contact: { phone, email, name } })
  const contact = await scene.desk.contacts.show(number, reader('ann', 'admin'))
  expect(Object.values(contact).toSorted()).toEqual(SECRETS.toSorted())
  scene.reload('plant', { keyFile: 'nowhere.key' })
  await expect(scene.desk.contacts.show(number, reader('ann', 'admin'))).rejects.toThrow(
    /nowhere|REPORT_CONTACT/,
  )
  await database.close()

  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file)).toString('latin1'))
  const kept = [...files, JSON.stringify(scene.journal), JSON.stringify(logged)].join('\n')
  // So that what is looked through is what was written.
  expect(kept).toContain(SAID)
  expect(kept).toContain('contact-viewed')
  expect(logged.length).toBeGreaterThan(0)
  for (const secret of [...SECRETS, receipt, receipt.replaceAll('-', '')]) expect(kept).not.toContain(secret)
  const key = readFileSync(join(scene.folder, 'plant.key'), 'utf8').trim()
  expect(kept).not.toContain(key)
})
