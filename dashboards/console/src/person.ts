import { useState } from 'preact/hooks'
import { useConsole } from './console-context.ts'
import { recall, remember } from './preferences.ts'

/** Who acts, as a dialog asks for it. */
export interface Person {
  /** Who is signed in; else as it was typed. */
  name: string
  setName(name: string): void
  /** While nobody signs in, people say who they are. */
  isAsked: boolean
  /** Of the second person, with sign-in. */
  approverPassword: string
  setApproverPassword(password: string): void
  /** As requests name them; an empty name is left to the server, and so is who is signed in. */
  named(): { by?: string; approverPassword?: string }
}

/** The person who is signed in, or whom this browser remembers, until somebody else says so. */
export function usePerson(): Person {
  const { state, session } = useConsole()
  const [typed, setName] = useState(() => recall('person') ?? '')
  const [approverPassword, setApproverPassword] = useState('')
  const isAsked = state.server?.auth === 'off'
  const approval = approverPassword === '' ? {} : { approverPassword }
  return {
    name: isAsked ? typed : (session.who?.name ?? ''),
    setName,
    isAsked,
    approverPassword,
    setApproverPassword,
    named: () => (isAsked ? rememberedAs(typed) : approval),
  }
}

/** Who acts where there is no dialog to ask. */
export function knownPerson(): { by?: string } {
  return rememberedAs(recall('person') ?? '')
}

function rememberedAs(name: string): { by?: string } {
  const by = name.trim()
  if (by === '') return {}
  remember('person', by)
  return { by }
}
