import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { usePerson } from '../person.ts'
import { dayTime } from './deadline.ts'
import { FileAdder } from './file-adder.tsx'
import { attachmentPath, attachmentsOf } from './hazard-client.ts'
import { useRefusalOf } from './may-change.ts'
import { sizeText } from './size-text.ts'
import { useRegisterWords } from './use-register-words.ts'

/** Photos and documents; a photo opens whole. */
export function HazardFiles({ hazard, reload }: { hazard: HazardDetail; reload: () => Promise<void> }) {
  const words = useRegisterWords()
  const person = usePerson()
  const refusal = useRefusalOf('operator')
  const { number, attachments, status } = hazard
  return (
    <section class="panel" data-testid="hazard-files">
      <h2>{words.text('files')}</h2>
      {attachments.length === 0 ? (
        <p class="muted">{words.text('noFiles')}</p>
      ) : (
        <ul class="file-list">
          {attachments.map(({ id, name, type, size, by, time }) => (
            <li key={id}>
              <a href={attachmentPath(number, id)} target="_blank" rel="noreferrer">
                {type.startsWith('image/') ? (
                  <img src={attachmentPath(number, id)} alt={name} loading="lazy" />
                ) : (
                  <span class="file-sign" aria-hidden="true">
                    {name.split('.').at(-1)?.slice(0, 4).toUpperCase()}
                  </span>
                )}
                <span class="file-name">{name}</span>
              </a>
              <small class="muted">
                {words.text('fileBy', { size: sizeText(size), by, time: dayTime(time) })}
              </small>
            </li>
          ))}
        </ul>
      )}
      {refusal === undefined && status !== 'closed' && (
        <FileAdder
          path={attachmentsOf(number)}
          label={words.text('addFile')}
          by={person.named}
          onAdded={reload}
        />
      )}
    </section>
  )
}
