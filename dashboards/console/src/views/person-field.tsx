import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import type { TextKey } from '../texts.ts'
import { TextField } from './text-field.tsx'

interface PersonFieldProps {
  /** Stem of the id. */
  name: string
  person: Person
  problem?: TextKey | undefined
}

/** Who acts, while nobody signs in. */
export function PersonField({ name, person, problem }: PersonFieldProps) {
  const { words } = useConsole()
  if (!person.isAsked) return null
  return (
    <TextField
      id={`${name}-by`}
      label={words.text('person')}
      hint={words.text('personHint')}
      value={person.name}
      problem={problem}
      onInput={person.setName}
    />
  )
}
