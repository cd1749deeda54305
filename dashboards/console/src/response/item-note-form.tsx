import { useEffect, useRef, useState } from 'preact/hooks'
import type { AnswerResult } from '../../../../contracts/register/inspection-words.ts'
import { HAZARD_GRADES, type HazardGrade } from '../../../../contracts/register/words.ts'
import { useConsole } from '../console-context.ts'
import { RegisterField, SelectField } from '../register/register-field.tsx'
import { useRegisterWords } from '../register/use-register-words.ts'
import { GRADE_TEXTS } from '../texts/register.ts'
import { useResponseWords } from './use-response-words.ts'

interface ItemNoteFormProps {
  item: string
  result: AnswerResult
  note: string
  /** A finding opens no other one. */
  hasHazard: boolean
  onSay: (note: string, grade: HazardGrade | undefined) => void
  onCancel: () => void
}

/** What is wrong, or why it is not applicable. */
export function ItemNoteForm({ item, result, note: first, hasHazard, onSay, onCancel }: ItemNoteFormProps) {
  const { words: common } = useConsole()
  const words = useResponseWords()
  const register = useRegisterWords()
  const [note, setNote] = useState(first)
  const [grade, setGrade] = useState<HazardGrade>('general')
  const [isChecked, setChecked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  const isFinding = result === 'finding'
  return (
    <form
      ref={form}
      class="item-note"
      onSubmit={(event) => {
        event.preventDefault()
        setChecked(true)
        if (note.trim() !== '') onSay(note, isFinding ? grade : undefined)
        else form.current?.querySelector('textarea')?.focus()
      }}
    >
      <RegisterField
        id={`note-${item}`}
        label={words.text(isFinding ? 'whatIsWrong' : 'whyNot')}
        input="text"
        value={note}
        problem={isChecked && note.trim() === '' ? 'missing' : undefined}
        hint={isFinding && !hasHazard ? words.text('becomesHazard') : undefined}
        onInput={setNote}
      />
      {isFinding && !hasHazard && (
        <SelectField
          id={`grade-${item}`}
          label={register.text('grade')}
          value={grade}
          choices={HAZARD_GRADES.map((value) => ({ value, text: register.of(GRADE_TEXTS[value]) }))}
          onChoose={(value) => setGrade(value === 'major' ? 'major' : 'general')}
        />
      )}
      <div class="form-actions">
        <button type="button" class="button" onClick={onCancel}>
          {common.text('cancel')}
        </button>
        <button type="submit" class="button primary" data-testid={`say-${item}`}>
          {words.text(isFinding ? 'enterFinding' : 'enterNote')}
        </button>
      </div>
    </form>
  )
}
