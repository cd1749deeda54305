import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'

/** Writes a file so that whoever reads it finds the old one or the new one, never half of it. @throws CodedError FILE_UNWRITABLE */
export function writeWhole(path: string, text: string): void {
  let draft: string | undefined
  try {
    // What a link points to is replaced, not the link.
    const target = existsSync(path) ? realpathSync(path) : path
    const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o644
    draft = `${target}.part`
    const handle = openSync(draft, 'w', mode)
    try {
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, target)
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true })
    throw new CodedError('FILE_UNWRITABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
