import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secretFrom } from '../../contracts/secret.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const file = join(temporaryFolder(), 'password')
writeFileSync(file, 'from a file \n')

test.each([
  ['nothing', {}, undefined],
  ['an empty variable', { DAVYLAMP_X: '' }, undefined],
  ['the variable', { DAVYLAMP_X: 'spoken' }, 'spoken'],
  ['the file, without its last line feed', { DAVYLAMP_X_FILE: file }, 'from a file '],
  ['an empty variable beside a file', { DAVYLAMP_X: '', DAVYLAMP_X_FILE: file }, 'from a file '],
])('%s', (_name, env, expected) => expect(secretFrom(env, 'DAVYLAMP_X')).toBe(expected))

test('both are refused, and so is a file that is not there', () => {
  expect(() => secretFrom({ DAVYLAMP_X: 'a', DAVYLAMP_X_FILE: file }, 'DAVYLAMP_X')).toThrow(
    /USAGE: give either/,
  )
  expect(() => secretFrom({ DAVYLAMP_X_FILE: `${file}.not` }, 'DAVYLAMP_X')).toThrow(
    /SECRET_UNREADABLE: DAVYLAMP_X_FILE: .*no such file/,
  )
})
