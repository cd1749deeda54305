import { useEffect, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import type { Route } from '../route.ts'

type Pages = typeof import('../register/pages.tsx')

/** Once it is here, it is. */
let pages: Pages | undefined

/** The pages of the hazard register, which are loaded when somebody goes there. */
export function RegisterPage({ route }: { route: Extract<Route, { page: 'hazards' | 'hazard' }> }) {
  const { words } = useConsole()
  const [loaded, setLoaded] = useState(pages)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    if (loaded !== undefined) return
    import('../register/pages.tsx').then(
      (found) => {
        pages = found
        setLoaded(found)
      },
      () => setMissing(true),
    )
  }, [loaded])
  if (loaded !== undefined) return <loaded.RegisterPages route={route} />
  if (!isMissing) return <p class="empty">{words.text('loading')}</p>
  // What a server of another version has is under other names: the whole console is loaded anew.
  return (
    <section class="panel" role="alert">
      <p>{words.text('pageMissing')}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {words.text('loadAgain')}
      </button>
    </section>
  )
}
