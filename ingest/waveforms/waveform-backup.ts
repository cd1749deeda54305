import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import { PART, syncFolder } from './durable-file.ts'
import { HEAD_END, SAMPLES_END } from './waveform-shelf.ts'

/** Beside the databases, in `server.data`; within it a folder for each facility. */
export const WAVEFORMS_FOLDER = 'waveforms'

export interface WaveformCopy {
  readonly folder: string
  readonly events: number
  readonly bytes: number
}

/** A copy that is whole and on the disk, and not under its name yet. */
export interface PreparedCopy extends AsyncDisposable {
  /** Gives it its name. @throws CodedError BACKUP_EXISTS, BACKUP_FAILED */
  keep(): Promise<WaveformCopy>
}

/**
 * Copies the recorded events beside a backup, as FILE.waveforms, while a server works or none does: files of events never
 * change. What the server removes meanwhile is left out. Undefined when there are none.
 * @throws CodedError BACKUP_EXISTS or BACKUP_FAILED, with nothing left behind
 */
export async function prepareWaveformCopy(options: {
  /** server.data. */
  data: string
  /** The copy of the state. */
  file: string
  signal: AbortSignal
}): Promise<PreparedCopy | undefined> {
  const source = join(options.data, WAVEFORMS_FOLDER)
  if (!existsSync(source)) return undefined
  const target = `${resolve(options.file).replace(/\.db$/, '')}.waveforms`
  refuseExisting(target)
  const part = `${target}${PART}`
  const remove = () => rm(part, { recursive: true, force: true })
  try {
    await remove()
    const counts = await copyAll(source, part, options.signal)
    return {
      keep: async () => {
        refuseExisting(target)
        await rename(part, target).catch(failed)
        await syncFolder(dirname(target)).catch(failed)
        return { folder: target, ...counts }
      },
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove().catch(() => undefined)
    return failed(error)
  }
}

async function copyAll(
  source: string,
  part: string,
  signal: AbortSignal,
): Promise<{ events: number; bytes: number }> {
  let [events, bytes] = [0, 0]
  await mkdir(part, { mode: 0o750 })
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const [from, to] = [join(source, entry.name), join(part, entry.name)]
    await mkdir(to, { mode: 0o750 })
    for (const name of await readdir(from)) {
      if (!name.endsWith(HEAD_END)) continue
      if (signal.aborted) throw new CodedError('BACKUP_FAILED', 'stopped before it was whole')
      const id = name.slice(0, -HEAD_END.length)
      const size = await copyEvent({ from, to, id })
      if (size === undefined) continue
      events += 1
      bytes += size
    }
    await syncFolder(to)
  }
  await syncFolder(part)
  return { events, bytes }
}

/** Undefined when it is gone by now. */
async function copyEvent({
  from,
  to,
  id,
}: Record<'from' | 'to' | 'id', string>): Promise<number | undefined> {
  try {
    const samples = await readFile(join(from, `${id}${SAMPLES_END}`))
    const head = await readFile(join(from, `${id}${HEAD_END}`))
    for (const [end, content] of [
      [SAMPLES_END, samples],
      [HEAD_END, head],
    ] as const) {
      await using handle = await open(join(to, `${id}${end}`), 'wx', 0o640)
      await handle.writeFile(content)
      await handle.sync()
    }
    return samples.length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function refuseExisting(target: string): void {
  if (existsSync(target)) throw new CodedError('BACKUP_EXISTS', `${target} exists`)
}

function failed(error: unknown): never {
  if (error instanceof CodedError) throw error
  throw new CodedError('BACKUP_FAILED', (error as Error).message, { cause: error })
}
