import { basename, dirname, resolve } from 'node:path'
import type { Path } from '../../contracts/config-document.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'

/** A file that the sections of one plant name, and that its server reads. */
export interface NamedFile {
  /** Where the facility file names it. */
  readonly key: Path
  /** Absolute. */
  readonly from: string
  /** Its place in the deployment, from the folder of the server. */
  readonly copy: string
  /** Who names it. */
  readonly what: string
  readonly secret: boolean
}

/** Keys that name a file. Value: its name in the deployment; those that end in .pem are no secrets. */
const CHANNEL_FILES = {
  passwordFile: 'password',
  urlFile: 'url',
  secretFile: 'secret',
  ca: 'ca.pem',
} as const
const EXPORT_FILES = { secretFile: 'secret', headersFile: 'headers', ca: 'ca.pem' } as const

type FileNames = Readonly<Record<string, string>>

/** @throws CodedError CONFIG_INVALID when two keys of reports would have one place */
export function namedFiles(facility: Facility): NamedFile[] {
  const { id, notify, register } = facility
  const channels = [...notify.channels.values()]
  return [
    ...channels.flatMap((channel, index) =>
      filesOf(channel, CHANNEL_FILES, {
        key: ['notify', 'channels', index],
        folder: `channels/${id}/${channel.id}`,
        what: `of channel ${channel.id} of ${id}`,
      }),
    ),
    ...register.exports.flatMap((each, index) =>
      filesOf(each, EXPORT_FILES, {
        key: ['register', 'exports', index],
        folder: `exports/${id}/${each.id}`,
        what: `of export ${each.id} of ${id}`,
      }),
    ),
    ...reportKeys(facility),
  ]
}

/** A folder that an export writes to. Wherever the plant has it: in a deployment the server writes among its data only. */
export function exportFolders({ id, register }: Facility, serverData: string): { key: Path; path: string }[] {
  return register.exports.flatMap((each, index) =>
    each.kind === 'file'
      ? [{ key: ['register', 'exports', index, 'folder'], path: `${serverData}/exports/${id}/${each.id}` }]
      : [],
  )
}

function filesOf(
  part: object,
  names: FileNames,
  { key, folder, what }: { key: Path; folder: string; what: string },
): NamedFile[] {
  const named = part as Readonly<Record<string, unknown>>
  return Object.entries(names).flatMap(([word, name]) => {
    const from = named[word]
    if (typeof from !== 'string') return []
    const secret = !name.endsWith('.pem')
    return [{ key: [...key, word], from, copy: `${folder}/${name}`, what: `${word} ${what}`, secret }]
  })
}

/**
 * Keys keep their names: the one that is replaced becomes a previous one, and its copy is still there when the plant has it
 * no more.
 */
function reportKeys({ file, id, register }: Facility): NamedFile[] {
  const { keyFile, previousKeyFiles } = register.reports
  const section = ['register', 'reports']
  const named = [
    ...(keyFile === undefined ? [] : [{ key: [...section, 'keyFile'], path: keyFile }]),
    ...previousKeyFiles.map((path, index) => ({ key: [...section, 'previousKeyFiles', index], path })),
  ]
  const files = named.map(({ key, path }) => ({
    key,
    from: resolve(dirname(file), path),
    copy: `reports/${id}/${basename(path)}`,
    what: `${key[2]} of reports of ${id}`,
    secret: true,
  }))
  for (const { from, copy } of files)
    if (files.some((other) => other.copy === copy && other.from !== from))
      throw new CodedError('CONFIG_INVALID', `${file}: two keys of reports are called ${basename(copy)}`)
  return files
}
