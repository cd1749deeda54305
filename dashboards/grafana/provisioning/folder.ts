import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { CodedError } from '../../../contracts/errors.ts'
import { HEAD } from './yaml-file.ts'

/** Folder that ours stand in. */
const WITHIN = 'provisioning'

/** The files of ours that a folder holds; none when it is not there. Key: path within it. @throws CodedError CONFIG_UNREADABLE */
export function readProvisioned(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  try {
    const names = readdirSync(join(folder, WITHIN), { recursive: true, encoding: 'utf8' })
    for (const name of names.filter((one) => one.endsWith('.yaml')).sort()) {
      const text = readFileSync(join(folder, WITHIN, name), 'utf8')
      if (text.startsWith(HEAD)) files.set(`${WITHIN}/${name.split(sep).join('/')}`, text)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return files
    throw new CodedError('CONFIG_UNREADABLE', (error as Error).message, { cause: error })
  }
  return files
}

/**
 * Writes what has changed, each file whole or not at all, and takes away files of ours that are no more.
 * @throws CodedError FILE_UNWRITABLE
 */
export function writeProvisioned(
  folder: string,
  files: ReadonlyMap<string, string>,
  previous: ReadonlyMap<string, string>,
): { written: string[]; removed: string[] } {
  const written = [...files].filter(([path, text]) => previous.get(path) !== text)
  const removed = [...previous.keys()].filter((path) => !files.has(path))
  try {
    for (const [path, text] of written) {
      const target = join(folder, path)
      mkdirSync(dirname(target), { recursive: true })
      // Grafana may read the folder at any time, and reads what ends in .yaml.
      writeFileSync(`${target}.new`, text)
      renameSync(`${target}.new`, target)
    }
    for (const path of removed) rmSync(join(folder, path))
  } catch (error) {
    throw new CodedError('FILE_UNWRITABLE', (error as Error).message, { cause: error })
  }
  return { written: written.map(([path]) => path), removed }
}
