import { useState } from 'preact/hooks'
import type { ReportForm } from '../../../../contracts/register/report-api.ts'
import { shrink } from './photo.ts'
import type { Photo } from './report-draft.ts'
import { useWords } from './report-words.ts'

interface Props {
  photos: readonly Photo[]
  limits: ReportForm['limits']
  onChange: (photos: readonly Photo[]) => void
}

/** Pictures of it, made small in the browser. */
export function ReportPhotos({ photos, limits, onChange }: Props) {
  const words = useWords()
  const [refused, setRefused] = useState<string>()
  const add = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])].slice(0, limits.photos - photos.length)
    input.value = ''
    setRefused(undefined)
    const added: Photo[] = []
    for (const file of files) {
      const photo = await shrink(file, limits.photoBytes)
      if (photo === undefined) setRefused(file.name)
      else added.push(photo)
    }
    onChange([...photos, ...added])
  }
  return (
    <fieldset class="report-field">
      <legend class="report-label">
        {words.text('photos')} <small>{words.text('optional')}</small>
      </legend>
      <p class="hint">{words.text('photosHint', { count: limits.photos })}</p>
      {photos.length > 0 && (
        <ul class="report-photos">
          {photos.map((photo, index) => (
            <li key={`${photo.name}-${photo.size}`}>
              <img src={`data:image/jpeg;base64,${photo.content}`} alt={photo.name} />
              <button
                type="button"
                class="button"
                aria-label={words.text('removePhoto', { name: photo.name })}
                onClick={() => onChange(photos.toSpliced(index, 1))}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      {photos.length < limits.photos && (
        <label class="button report-file">
          {words.text('addPhoto')}
          <input
            type="file"
            accept="image/*"
            multiple
            data-testid="photos"
            onChange={(event) => void add(event.currentTarget)}
          />
        </label>
      )}
      {refused !== undefined && (
        <p class="problem" role="alert">
          {words.text('photoUnreadable', { name: refused })}
        </p>
      )}
    </fieldset>
  )
}
