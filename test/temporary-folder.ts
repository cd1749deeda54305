import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux has a file system in memory there. */
const MEMORY = '/dev/shm'
/** Less room than this is left to others, bytes: a container has 64 MiB where nobody asked for more. */
const LEAST_ROOM = 2 ** 30

/**
 * A folder of this test file, removed when its tests are done. It is in memory where there is room: there are
 * thousands of commits, and each waits for the disk. A process that is killed leaves a file there as it would
 * on a disk; only a power cut would tell them apart. TMPDIR puts all of them somewhere else.
 */
export function temporaryFolder(): string {
  return folderIn(scratch)
}

/** As {@link temporaryFolder}, for what is run from there: a file system in memory may forbid it. */
export function programFolder(): string {
  return folderIn(tmpdir())
}

const scratch = process.env.TMPDIR === undefined && roomIn(MEMORY) >= LEAST_ROOM ? MEMORY : tmpdir()
const folders: string[] = []

function folderIn(parent: string): string {
  const folder = mkdtempSync(join(parent, 'davylamp-'))
  folders.push(folder)
  return folder
}

function roomIn(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return 0
  }
}

/** Called by test/after-each-file.ts. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
