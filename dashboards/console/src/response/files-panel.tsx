import type { AttachmentView } from '../../../../contracts/register/hazard-api.ts'
import { dayTime } from '../register/deadline.ts'
import { FileAdder } from '../register/file-adder.tsx'
import { sizeText } from '../register/size-text.ts'
import { useRegisterWords } from '../register/use-register-words.ts'

interface FilesPanelProps {
  /** Where they are: `/api/v1/incidents/7/attachments`. */
  path: string
  attachments: readonly AttachmentView[]
  /** Undefined: nobody adds one here. */
  by?: (() => { by?: string }) | undefined
  reload: () => Promise<void>
}

/** Photos and documents; a photo opens whole. */
export function FilesPanel({ path, attachments, by, reload }: FilesPanelProps) {
  const words = useRegisterWords()
  return (
    <section class="panel" data-testid="files">
      <h2>{words.text('files')}</h2>
      {attachments.length === 0 ? (
        <p class="muted">{words.text('noFiles')}</p>
      ) : (
        <ul class="file-list">
          {attachments.map((file) => (
            <li key={file.id}>
              <FileLink path={path} file={file} />
              <small class="muted">
                {words.text('fileBy', { size: sizeText(file.size), by: file.by, time: dayTime(file.time) })}
              </small>
            </li>
          ))}
        </ul>
      )}
      {by !== undefined && <FileAdder path={path} label={words.text('addFile')} by={by} onAdded={reload} />}
    </section>
  )
}

export function FileLink({ path, file: { id, name, type } }: { path: string; file: AttachmentView }) {
  return (
    <a href={`${path}/${id}`} target="_blank" rel="noreferrer">
      {type.startsWith('image/') ? (
        <img src={`${path}/${id}`} alt={name} loading="lazy" />
      ) : (
        <span class="file-sign" aria-hidden="true">
          {name.split('.').at(-1)?.slice(0, 4).toUpperCase()}
        </span>
      )}
      <span class="file-name">{name}</span>
    </a>
  )
}
