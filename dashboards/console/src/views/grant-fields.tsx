import { ROLES, type Role } from '../../../../contracts/roles.ts'
import { useConsole } from '../console-context.ts'
import { ROLE_TEXTS } from '../texts.ts'

/** What somebody is given: a role, and facilities. */
export interface Grant {
  role: Role
  /** Null: all of the server. */
  facilities: string[] | null
}

interface GrantFieldsProps {
  /** Stem of the ids. */
  name: string
  grant: Grant
  onChange: (grant: Grant) => void
}

export function GrantFields({ name, grant, onChange }: GrantFieldsProps) {
  const { state, words, session } = useConsole()
  const { role, facilities } = grant
  const own = session.who?.facilities ?? null
  const toggle = (id: string) => {
    const chosen = facilities ?? []
    onChange({
      role,
      facilities: chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id],
    })
  }
  return (
    <>
      <div class="field">
        <label for={`${name}-role`}>{words.text('role')}</label>
        <select
          id={`${name}-role`}
          data-testid={`${name}-role`}
          value={role}
          onChange={(event) => {
            const chosen = ROLES.find((known) => known === event.currentTarget.value)
            if (chosen !== undefined) onChange({ role: chosen, facilities })
          }}
        >
          {ROLES.map((known) => (
            <option key={known} value={known}>
              {words.of(ROLE_TEXTS[known])}
            </option>
          ))}
        </select>
      </div>
      <fieldset class="scope-field">
        <legend>{words.text('scope')}</legend>
        {own === null && (
          <label>
            <input
              type="checkbox"
              checked={facilities === null}
              data-testid={`${name}-all`}
              onChange={(event) => onChange({ role, facilities: event.currentTarget.checked ? null : [] })}
            />
            {words.text('allFacilities')}
          </label>
        )}
        {facilities !== null &&
          state.facilities.map((facility) => (
            <label key={facility.id}>
              <input
                type="checkbox"
                checked={facilities.includes(facility.id)}
                data-testid={`${name}-${facility.id}`}
                onChange={() => toggle(facility.id)}
              />
              {facility.name}
            </label>
          ))}
      </fieldset>
    </>
  )
}
