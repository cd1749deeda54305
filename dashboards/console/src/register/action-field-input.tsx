import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from '../../../../contracts/register/words.ts'
import { GRADE_TEXTS, KIND_TEXTS, type RegisterTextKey } from '../texts/register.ts'
import type { Draft } from './action-body.ts'
import type { ActionField } from './action-fields.ts'
import { useTree } from './place-names.ts'
import { RegisterField, SelectField } from './register-field.tsx'
import { RiskFields } from './risk-fields.tsx'
import { useRegisterWords } from './use-register-words.ts'

interface ActionFieldInputProps {
  field: ActionField
  hazard: HazardDetail
  draft: Draft
  problem: RegisterTextKey | undefined
  onDraft: (change: Draft) => void
}

export function ActionFieldInput({ field, hazard, draft, problem, onDraft }: ActionFieldInputProps) {
  const words = useRegisterWords()
  const areas = useTree(hazard.facility)?.areas ?? []
  const { name, input, label } = field
  const shared = { id: `field-${name}`, label: words.text(label), value: draft[name] ?? '', problem }
  const hint = field.hint ?? (input === 'time' ? 'plantTimeHint' : undefined)
  const set = (value: string) => onDraft({ [name]: value })
  switch (input) {
    case 'risk':
      return <RiskFields hazard={hazard} draft={draft} problem={problem} onDraft={onDraft} />
    case 'check':
      return (
        <label class="check wide">
          <input
            id={shared.id}
            data-testid={shared.id}
            type="checkbox"
            checked={shared.value === 'true'}
            onChange={(event) => set(event.currentTarget.checked ? 'true' : '')}
          />{' '}
          {shared.label}
        </label>
      )
    case 'kind':
      return (
        <SelectField
          {...shared}
          choices={HAZARD_KINDS.map((value) => ({ value, text: words.of(KIND_TEXTS[value]) }))}
          onChoose={set}
        />
      )
    case 'grade':
      return (
        <SelectField
          {...shared}
          choices={HAZARD_GRADES.map((value) => ({ value, text: words.of(GRADE_TEXTS[value]) }))}
          onChoose={set}
        />
      )
    case 'area':
      return (
        <SelectField
          {...shared}
          choices={[
            { value: '', text: words.text('noArea') },
            ...areas.map((area) => ({ value: area.id, text: area.name })),
          ]}
          onChoose={set}
        />
      )
    default:
      return (
        <RegisterField
          {...shared}
          input={input}
          maxLength={field.maxLength}
          hint={hint === undefined ? undefined : words.text(hint)}
          onInput={set}
        />
      )
  }
}
