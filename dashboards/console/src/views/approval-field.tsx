import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import { PasswordField } from './password-field.tsx'

/** With sign-in the second person types their own password beneath their name. */
export function ApprovalField({ name, person }: { name: string; person: Person }) {
  const { words } = useConsole()
  if (person.isAsked) return null
  return (
    <PasswordField
      id={`${name}-approver-password`}
      label={words.text('approverPassword')}
      hint={words.text('approverPasswordHint')}
      value={person.approverPassword}
      isForeign
      onInput={person.setApproverPassword}
    />
  )
}
