import type { Draft } from './report-draft.ts'
import { useWords } from './report-words.ts'

interface Props {
  draft: Draft
  /** Characters of each part. */
  longest: number
  onChange: (change: Partial<Draft>) => void
}

/** What a phone offers to type them with. */
const PARTS = [
  { key: 'name', inputMode: 'text' },
  { key: 'phone', inputMode: 'tel' },
  { key: 'email', inputMode: 'email' },
] as const

/** Who reports, if they want to say so. */
export function ContactFields({ draft, longest, onChange }: Props) {
  const words = useWords()
  return (
    <fieldset class="report-field">
      <legend class="report-label">
        {words.text('contact')} <small>{words.text('optional')}</small>
      </legend>
      <p class="hint">{words.text('contactHint')}</p>
      <div class="report-contact">
        {PARTS.map(({ key, inputMode }) => (
          <label key={key}>
            <span>{words.text(key)}</span>
            <input
              type="text"
              class="report-input"
              name={key}
              inputMode={inputMode}
              maxLength={longest}
              autocomplete="off"
              value={draft[key]}
              data-testid={key}
              onInput={(event) => onChange({ [key]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <label class="report-check">
        <input
          type="checkbox"
          checked={draft.isEmployee}
          data-testid="employee"
          onChange={(event) => onChange({ isEmployee: event.currentTarget.checked })}
        />
        <span>
          {words.text('employee')} <small>{words.text('employeeHint')}</small>
        </span>
      </label>
    </fieldset>
  )
}
