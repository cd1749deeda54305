import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import { MOST_BYTES, MOST_MB } from '../register/upload.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { FileLink } from './files-panel.tsx'
import { smallPhoto } from './small-photo.ts'
import { useResponseWords } from './use-response-words.ts'
import type { RoundHere } from './use-round.ts'

interface ItemPhotosProps {
  item: RoundDetail['checklist'][number]
  round: RoundDetail
  here: RoundHere
  person: Person
  isOpen: boolean
}

/** Pictures of an item; on a phone the button opens the camera. */
export function ItemPhotos({ item, round, here, person, isOpen }: ItemPhotosProps) {
  const { newId } = useConsole()
  const words = useResponseWords()
  const { photoQueue } = here
  const path = `/api/v1/rounds/${round.number}/attachments`
  const kept = round.attachments.filter(({ id }) => item.photos.includes(id))
  const waiting = [...here.photos].filter(([, { what }]) => what.item === item.id)
  const add = async (files: readonly File[]) => {
    for (const taken of files) {
      const file = await smallPhoto(taken)
      const id = newId()
      photoQueue.put(id, { id, item: item.id, file, by: person.named() })
    }
  }
  return (
    <div class="item-photos">
      {kept.length > 0 && (
        <ul class="file-list">
          {kept.map((file) => (
            <li key={file.id}>
              <FileLink path={path} file={file} />
            </li>
          ))}
        </ul>
      )}
      <ul aria-live="polite">
        {waiting.map(([id, { what, refusal }]) => (
          <li key={id}>
            <p class="waits">
              {refusal === undefined ? `◷ ${words.text('waits')}` : `✕ ${words.text('notTaken')}`}{' '}
              {what.file.name}{' '}
              {what.file.size > MOST_BYTES && <b>{words.text('photoTooLarge', { mb: MOST_MB })}</b>}
            </p>
            {refusal !== undefined && (
              <>
                <ProblemNote failure={refusal} />
                <button type="button" class="button" onClick={() => photoQueue.drop(id)}>
                  {words.text('takeBack')}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {isOpen && (
        <label class="button photo-button">
          ▣ {words.text('takePhoto')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            data-testid={`photo-${item.id}`}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              event.currentTarget.value = ''
              void add(files)
            }}
          />
        </label>
      )}
    </div>
  )
}
