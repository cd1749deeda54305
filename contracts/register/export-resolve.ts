import { resolve as resolvePath } from 'node:path'
import { ms, optional } from '../resolve-parts.ts'
import type { ExportPlan } from './export-plan.ts'
import type { ExportFile } from './export-schema.ts'

/** The checked section becomes the model that programs use. `folder` is what paths are relative to. */
export function resolveExport(file: ExportFile, folder: string): ExportPlan {
  const path = (name: string | undefined) => (name === undefined ? undefined : resolvePath(folder, name))
  const base = {
    id: file.id,
    ...optional('hazards', file.hazards === true ? {} : file.hazards),
    ...optional('alarms', file.alarms?.match),
    maxAgeMs: ms(file.maxAge),
    batch: file.batch,
  }
  if (file.kind === 'file') return { ...base, kind: 'file', folder: path(file.folder) ?? folder }
  return {
    ...base,
    kind: 'webhook',
    url: file.url ?? '',
    timeoutMs: ms(file.timeout),
    ...optional('secretFile', path(file.secretFile)),
    ...optional('headersFile', path(file.headersFile)),
    ...optional('ca', path(file.ca)),
  }
}
