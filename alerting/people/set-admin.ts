import { join } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { NAME_PATTERN } from '../../contracts/people-api.ts'
import { FolderLock } from '../journal/folder-lock.ts'
import { StateReader, StateWriter } from '../journal/state-database.ts'
import { openForReading, SCHEMA_VERSION, schemaVersion } from '../journal/state-schema.ts'
import { type Cost, hashPassword } from './password.ts'
import { checkPassword } from './password-rules.ts'
import { type Person, personKey } from './person.ts'
import { put } from './put.ts'
import { newSalt, type RandomBytes } from './secrets.ts'

export interface SetAdminOptions {
  /** server.data. */
  folder: string
  name: string
  password: string
  /** Words of the place that make no password. */
  words: readonly string[]
  /** Epoch ms. */
  now: number
  random: RandomBytes
  cost?: Cost
}

/** {@link setAdmin} with the clock and the chance of this machine. */
export function adminSetter(clock: Pick<Clock, 'wall'>, random: RandomBytes) {
  return (admin: Omit<SetAdminOptions, 'now' | 'random'>) => setAdmin({ ...admin, now: clock.wall(), random })
}

/**
 * Makes somebody an administrator of all facilities with this password, in the state database itself, whether a server
 * works on it or none does. @throws CodedError USAGE, PASSWORD_*, DATA_*, PEOPLE_CHANGED or JOURNAL_UNWRITABLE
 */
export async function setAdmin(
  options: SetAdminOptions,
): Promise<{ name: string; isNew: boolean; isServerRunning: boolean }> {
  const { folder, password, words, now, random, cost } = options
  const given = options.name.normalize('NFKC')
  if (!new RegExp(NAME_PATTERN, 'u').test(given)) throw new CodedError('USAGE', `"${given}" is no name`)
  const path = join(folder, 'state.db')
  const lock = lockOf(folder, path)
  try {
    const writer = StateWriter.open(path, false)
    try {
      const { persons, revision } = imageOf(path)
      const before = persons.find(({ name }) => personKey(name) === personKey(given))
      const name = before?.name ?? given
      checkPassword(password, 'admin', [name, before?.fullName ?? '', ...words])
      const person: Person = {
        fullName: '',
        created: now,
        lastSignIn: null,
        addresses: [],
        ...before,
        name,
        role: 'admin',
        facilities: null,
        isDisabled: false,
        password: await hashPassword(password, newSalt(random), cost),
        sessionsFrom: now,
      }
      const detail = before === undefined ? 'new, at the machine' : 'at the machine'
      writer.changePeople({
        expected: revision,
        puts: [put.person(person)],
        drops: [],
        audit: [{ time: now, kind: 'admin-set', by: null, address: null, subject: name, detail }],
      })
      return { name, isNew: before === undefined, isServerRunning: lock === undefined }
    } finally {
      writer.close()
    }
  } finally {
    lock?.release()
  }
}

/** Undefined when a server of this release works on it: then its schema is ours. @throws CodedError DATA_IN_USE */
function lockOf(folder: string, path: string): FolderLock | undefined {
  try {
    return FolderLock.take(folder)
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'DATA_IN_USE') throw error
    const database = openForReading(path)
    try {
      if (schemaVersion(database) !== SCHEMA_VERSION) throw error
      return undefined
    } finally {
      database.close()
    }
  }
}

function imageOf(path: string) {
  const reader = new StateReader(path)
  try {
    return reader.people()
  } finally {
    reader.close()
  }
}
