import { useConsole } from '../console-context.ts'

/** Which facilities somebody may see. */
export function ScopeText({ facilities }: { facilities: readonly string[] | null }) {
  const { words } = useConsole()
  if (facilities === null) return <>{words.text('allFacilities')}</>
  return <>{facilities.length === 0 ? words.text('noFacilities') : facilities.join(', ')}</>
}
