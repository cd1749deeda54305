import type { InspectionView } from '../../../../contracts/register/inspection-api.ts'
import { POSTS } from '../../../../contracts/register/inspection-words.ts'
import { ROLES } from '../../../../contracts/roles.ts'
import { useConsole } from '../console-context.ts'
import { POST_TEXTS } from '../texts/response.ts'
import { ROLE_TEXTS } from '../texts.ts'
import { useResponseWords } from './use-response-words.ts'

/** Whose work the rounds of a plan are, in words. */
export function useWhose(): (by: InspectionView['by']) => string {
  const { words: common } = useConsole()
  const words = useResponseWords()
  return ({ kind, id, persons }) => {
    const names = persons.map(({ name }) => name).join(', ')
    const post = POSTS.find((known) => known === id)
    if (kind === 'responsible' && post !== undefined) return `${words.of(POST_TEXTS[post])}: ${names}`
    const role = ROLES.find((known) => known === id)
    if (kind === 'role' && role !== undefined)
      return words.text('ofRole', { role: common.of(ROLE_TEXTS[role]) })
    return names === ''
      ? words.text('ofDuty', { duty: id })
      : `${words.text('ofDuty', { duty: id })} (${names})`
  }
}
