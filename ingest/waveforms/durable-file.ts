import { open, rename } from 'node:fs/promises'

/** What it has at its end while it is not whole. */
export const PART = '.part'

/** Under its name only once it is whole and on the disk; the folder is still to be synced, see {@link syncFolder}. */
export async function writeDurable(path: string, content: Uint8Array | string): Promise<void> {
  const part = `${path}${PART}`
  const handle = await open(part, 'w', 0o640)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, path)
}

/** After it the names in a folder survive a power loss. Windows syncs no folders, and needs not. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
