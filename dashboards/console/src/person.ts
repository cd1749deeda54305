import { useState } from 'preact/hooks'
import { useConsole } from './console-context.ts'
import { recall, remember } from './preferences.ts'

/** Who acts, as a dialog asks for it. */
export interface Person {
  name: string
  setName(name: string): void
  /** While nobody signs in, people say who they are. */
  isAsked: boolean
  /** As requests name them; an empty name is left to the server. */
  named(): { by?: string }
}

/** The person whom this browser remembers, until somebody else says so. */
export function usePerson(): Person {
  const { state } = useConsole()
  const [name, setName] = useState(() => recall('person') ?? '')
  const isAsked = state.server?.auth === 'off'
  return { name, setName, isAsked, named: () => (isAsked ? rememberedAs(name) : {}) }
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
