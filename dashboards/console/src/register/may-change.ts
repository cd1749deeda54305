import { isAtLeast, type Role } from '../../../../contracts/roles.ts'
import { useConsole } from '../console-context.ts'
import { ROLE_TEXTS } from '../texts.ts'

/** Why who sits here may not do what takes the role; undefined when they may. */
export function useRefusalOf(needed: Role): string | undefined {
  const { words, session } = useConsole()
  const { who } = session
  if (who?.locked === true) return words.text('lockedTitle')
  if (who === undefined || isAtLeast(who.role, needed)) return undefined
  return words.text('roleTitle', {
    needed: words.of(ROLE_TEXTS[needed]),
    role: words.of(ROLE_TEXTS[who.role]),
  })
}
